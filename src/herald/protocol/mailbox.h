#pragma once
// What every wire does at the receiving end: it keeps what was sent until its time has come and its party asks, in
// order, and wakes the party that waits.

#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "herald/protocol/party.h"
#include "herald/protocol/scheduler.h"

namespace herald {

// The latest time at which a party still accepts what it waits for: seconds since the meeting began.
struct Deadline {
  double seconds = std::numeric_limits<double>::infinity();

  Deadline() = default;
  explicit Deadline(double latest) : seconds(latest) {}
};

template <typename Item>
class Mailbox final : private Due {
 public:
  // A stranger who sends more than this without being heard is stopped.
  static constexpr std::size_t kMostWaiting = 1 << 20;

  explicit Mailbox(Scheduler& scheduler) : m_scheduler(&scheduler) {}
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;
  ~Mailbox() {
    if (m_alarms) m_scheduler->forget(*this);
  }

  // Arrives `delay` seconds from now, after what was delivered before: an Item, or what one is made of.
  template <typename Content>
  void deliver(Content&& content, double delay = 0) {
    if (m_closed) return;
    if (m_items.size() - m_next >= kMostWaiting)
      throw PartyFault{Error{ErrorCode::exhausted, "too many messages that nobody has read"}, "sending"};
    const double arrives = m_scheduler->now() + delay;
    m_items.emplace_back(arrives, std::forward<Content>(content));
    if (delay <= 0) {
      wake();
    } else {
      alarm(arrives);
    }
  }
  // Nothing more will come: whoever waits, or will, gets this error once what was delivered before is read.
  void close(Error error) {
    if (m_closed) return;
    m_closed = std::move(error);
    if (m_scheduler->exhausted()) m_items.clear(), m_next = 0;
    wake();
  }
  const std::optional<Error>& closed() const { return m_closed; }

  bool arrived() const { return m_next < m_items.size() && m_items[m_next].first <= m_scheduler->now(); }
  // Somebody waits here, and nothing is under way, or will ever arrive.
  bool starved() const { return m_waiting && (m_next == m_items.size() || m_scheduler->exhausted()); }
  // Whether a party that asks need not wait.
  bool settled(Deadline deadline) const {
    return arrived() || (m_closed && m_next == m_items.size()) || m_scheduler->now() > deadline.seconds;
  }
  void wait(std::coroutine_handle<> party, Deadline deadline) {
    HERALD_CHECK(!m_waiting);  // one party an end
    m_waiting = party;
    m_deadline = deadline;
    if (deadline.seconds < std::numeric_limits<double>::infinity())
      alarm(std::nextafter(deadline.seconds, std::numeric_limits<double>::infinity()));
  }
  // What has arrived, once settled, until pop(); a fault when that is nothing. `phase` is what the party waits for.
  Item& front(std::string_view phase, Deadline deadline) {
    if (!arrived()) {
      if (m_closed && m_next == m_items.size()) throw PartyFault{*m_closed, phase};
      throw PartyFault{Error{ErrorCode::unavailable, "came too late or not at all"}, phase};
    }
    auto& [arrives, kept] = m_items[m_next];
    if (arrives > deadline.seconds) throw PartyFault{Error{ErrorCode::unavailable, "came too late"}, phase};
    m_last_arrival = arrives;
    return kept;
  }
  void pop() {
    if (++m_next == m_items.size()) {
      m_items.clear();
      m_next = 0;
    }
  }
  Item take(std::string_view phase, Deadline deadline) {
    Item item = std::move(front(phase, deadline));
    pop();
    return item;
  }
  // When what was taken last arrived here.
  double last_arrival() const { return m_last_arrival; }

  // As new.
  void reset() {
    m_items.clear();
    m_next = 0;
    m_closed.reset();
    m_waiting = {};
    m_last_arrival = 0;
    m_alarms = false;
  }

 private:
  void alarm(double time) {
    m_scheduler->ready_at(time, *this);
    m_alarms = true;
  }
  void wake() {
    if (m_waiting) m_scheduler->ready(std::exchange(m_waiting, {}));
  }
  void due() override {
    if (m_waiting && settled(m_deadline)) wake();
  }

  Scheduler* m_scheduler;
  std::vector<std::pair<double, Item>> m_items;
  std::size_t m_next = 0;  // of m_items
  std::optional<Error> m_closed;
  std::coroutine_handle<> m_waiting;
  Deadline m_deadline;
  double m_last_arrival = 0;
  bool m_alarms = false;
};

}  // namespace herald
