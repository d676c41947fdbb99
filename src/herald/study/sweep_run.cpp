#include <fmt/format.h>

#include <chrono>
#include <map>
#include <optional>
#include <thread>

#include "herald/study/followers.h"
#include "herald/study/journal.h"
#include "herald/study/spread_messages.h"
#include "herald/study/sweep.h"

namespace herald::study {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kAhead = std::uint64_t{1} << 15;  // points that wait for one that takes long

// Points on their way from whoever computes them to the journal and, in their order, to whoever takes them.
class Delivery {
 public:
  static Result<Delivery> make(const Sweep& sweep, const SweepOptions& options) {
    Delivery delivery(sweep, options);
    if (!options.journal.empty()) {
      HERALD_TRY(Journal opened, Journal::open(options.journal, sweep));
      delivery.m_journal.emplace(std::move(opened));
    }
    delivery.m_done = sweep.points();
    for (const Range& range : delivery.missing()) delivery.m_done -= range.end - range.begin;
    return delivery;
  }

  std::vector<Range> missing() const {
    return m_journal ? m_journal->missing(m_sweep) : std::vector<Range>{{0, m_sweep.points()}};
  }
  std::uint64_t next() const { return m_next; }
  std::uint64_t done() const { return m_done; }

  Result<void> take(Stretch stretch) {
    for (std::size_t i = 0; m_journal && i < stretch.points.size(); ++i)
      HERALD_TRY_VOID(m_journal->append(stretch.begin + i, stretch.points[i]));
    m_done += stretch.points.size();
    m_waiting.emplace(stretch.begin, std::move(stretch));
    return {};
  }

  // Those whose turn it is; of many that were found in the journal, some. True: there are more.
  Result<bool> pass_on() {
    constexpr int kAtOnce = 10'000;
    for (int found_now = 0; found_now < kAtOnce;) {
      if (const auto first = m_waiting.find(m_next); first != m_waiting.end()) {
        for (const Point& point : first->second.points) HERALD_TRY_VOID(give(point));
        m_waiting.erase(first);
        continue;
      }
      if (!m_journal || m_next == m_sweep.points()) return false;
      HERALD_TRY(const auto found, m_journal->find(m_sweep, m_next));
      if (!found) return false;
      HERALD_TRY_VOID(give(*found));
      ++found_now;
    }
    return true;
  }

  Result<void> sync() { return m_journal ? m_journal->sync() : Result<void>(); }

 private:
  Delivery(const Sweep& sweep, const SweepOptions& options) : m_sweep(sweep), m_options(options) {}
  Result<void> give(const Point& point) {
    if (m_options.point) HERALD_TRY_VOID(m_options.point(m_next, point));
    ++m_next;
    return {};
  }

  const Sweep& m_sweep;
  const SweepOptions& m_options;
  std::optional<Journal> m_journal;
  std::map<std::uint64_t, Stretch> m_waiting;  // for those before them, by their first point
  std::uint64_t m_next = 0, m_done = 0;
};

unsigned threads_for(const SweepOptions& options) {
  if (options.threads != 0) return options.threads;
  return options.spread != nullptr ? 1 : std::max(1U, std::thread::hardware_concurrency());
}

}  // namespace

Result<void> run(const Sweep& sweep, const SweepOptions& options) {
  HERALD_TRY(Delivery delivery, Delivery::make(sweep, options));
  const unsigned threads = threads_for(options);
  std::optional<Followers> followers;
  if (options.spread != nullptr) followers.emplace(*options.spread, sweep, threads);
  Crew crew(sweep, options.stop, threads);
  crew.allow_until(kAhead);
  for (const Range& range : delivery.missing()) crew.assign(range);
  crew.close();

  auto synced = Clock::now(), told = synced;
  bool found = false;  // points in the journal whose turn it is
  for (bool more = true; more;) {
    const bool stopped = (options.stop != nullptr && options.stop->load()) || (followers && followers->interrupted());
    if (stopped) crew.dismiss();
    if (followers && (stopped || delivery.done() == sweep.points())) followers->dismiss();
    more = !crew.at_rest() || (followers && !followers->at_rest()) || (found && !stopped);
    if (followers && crew.at_rest()) std::this_thread::sleep_for(kPatience);
    const std::chrono::milliseconds patience(found ? 0 : 100);
    for (Stretch& stretch : crew.finished(followers ? std::min(patience, kPatience) : patience))
      HERALD_TRY_VOID(delivery.take(std::move(stretch)));
    if (followers) {
      HERALD_TRY(auto stretches, followers->exchange(crew));
      for (Stretch& stretch : stretches) HERALD_TRY_VOID(delivery.take(std::move(stretch)));
    }
    HERALD_TRY(found, delivery.pass_on());
    crew.allow_until(delivery.next() + kAhead);
    const auto now = Clock::now();
    if (now - synced > std::chrono::seconds(5)) {
      HERALD_TRY_VOID(delivery.sync());
      synced = now;
    }
    if (options.progress && now - told > std::chrono::milliseconds(100)) {
      options.progress(delivery.done(), sweep.points());
      told = now;
    }
  }
  HERALD_TRY_VOID(delivery.sync());
  if (delivery.next() == sweep.points()) return {};
  return fail(ErrorCode::interrupted,
              options.journal.empty()
                  ? fmt::format("interrupted after {} of {} points (--resume FILE would keep them)", delivery.done(),
                                sweep.points())
                  : fmt::format("interrupted; {} of {} points are in {}, and the same command goes on from there",
                                delivery.done(), sweep.points(), options.journal.string()));
}

Result<std::vector<Point>> run(const Sweep& sweep) {
  std::vector<Point> points;
  SweepOptions options;
  options.point = [&](std::uint64_t, const Point& point) -> Result<void> {
    points.push_back(point);
    return {};
  };
  HERALD_TRY_VOID(run(sweep, options));
  return points;
}

}  // namespace herald::study
