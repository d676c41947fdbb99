#pragma once
// Who goes on, and when. A trampoline (nothing resumes from within a resume), because g++ 12 overflows the stack with
// symmetric transfer in long runs. Time is the meeting's own: it stands still while anybody can go on, and then moves
// to the next thing that is due.

#include <coroutine>
#include <cstdint>
#include <vector>

#include "herald/base/result.h"

namespace herald {

// What the scheduler tells that its time has come.
class Due {
 public:
  virtual void due() = 0;

 protected:
  ~Due() = default;
};

class Scheduler {
 public:
  // Of one meeting: a stranger who naps for ever is left sleeping.
  static constexpr std::uint64_t kMostAlarms = 10'000'000;

  // Seconds since the meeting began.
  double now() const { return m_now; }

  // What came says that it is later elsewhere.
  void advance(double time) {
    if (time > m_now) m_now = time;
  }
  void ready(std::coroutine_handle<> handle) { m_ready.push_back(handle); }
  // At `time`, which is not past. `due` outlives it or is forgotten.
  void ready_at(double time, Due& due) { add({time, m_alarms_set++, {}, &due}); }
  void ready_at(double time, std::coroutine_handle<> handle) { add({time, m_alarms_set++, handle, nullptr}); }

  // Resumes parties until none can go on, now or later.
  void run() {
    do {
      while (m_next < m_ready.size()) {
        const auto handle = m_ready[m_next++];
        if (m_next == m_ready.size()) {
          m_ready.clear();
          m_next = 0;
        }
        handle.resume();
      }
    } while (next_alarm());
  }

  // Forgets a party, or what waits for its time, that is about to be destroyed.
  void forget(std::coroutine_handle<> handle);
  void forget(const Due& due);
  // Whether so much was waited for that somebody waits for ever: nothing is due any more.
  bool exhausted() const { return m_alarms_due >= kMostAlarms; }
  // As new.
  void reset() {
    m_ready.clear();
    m_next = 0;
    m_alarms.clear();
    m_alarms_due = 0;
    m_now = 0;
  }

 private:
  struct Alarm {
    double time;
    std::uint64_t order;  // of those at one time, the one set first
    std::coroutine_handle<> handle;
    Due* due;
    bool operator<(const Alarm& other) const {  // for a heap with the earliest on top
      return time != other.time ? time > other.time : order > other.order;
    }
  };
  void add(Alarm alarm);
  bool next_alarm();

  std::vector<std::coroutine_handle<>> m_ready;
  std::size_t m_next = 0;  // of m_ready
  std::vector<Alarm> m_alarms;
  std::uint64_t m_alarms_set = 0, m_alarms_due = 0;
  double m_now = 0;
};

}  // namespace herald
