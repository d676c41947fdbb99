#include <fmt/format.h>

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include "herald/study/journal.h"
#include "herald/study/sweep.h"

namespace herald::study {
namespace {

using Clock = std::chrono::steady_clock;

struct Stretch {  // of points that one thread computed at a go
  std::uint64_t begin = 0;
  std::vector<Point> points;
  std::vector<bool> is_new;  // not from the journal
};

// Threads claim stretches that take some milliseconds each; whoever runs the sweep takes them in order.
class Crew {
 public:
  Crew(const Sweep& sweep, const Journal* journal, const std::atomic<bool>* stop, unsigned threads)
      : m_sweep(sweep), m_journal(journal), m_stop(stop) {
    for (unsigned i = 0; i < threads; ++i) m_threads.emplace_back([this] { work(); });
  }
  ~Crew() { dismiss(); }
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  // Stretches that are finished, in any order; nothing after a tenth of a second, or when stopped and all are at rest.
  std::vector<Stretch> finished() {
    std::unique_lock lock(m_guard);
    m_changed.wait_for(lock, std::chrono::milliseconds(100),
                       [&] { return !m_finished.empty() || m_at_rest == m_threads.size(); });
    return std::exchange(m_finished, {});
  }
  bool at_rest() {
    const std::scoped_lock lock(m_guard);
    return m_at_rest == m_threads.size() && m_finished.empty();
  }
  // Points before `index` are done with: those far beyond may be claimed.
  void taken(std::uint64_t index) {
    {
      const std::scoped_lock lock(m_guard);
      m_taken = index;
    }
    m_room.notify_all();
  }
  std::optional<Error> error() {
    const std::scoped_lock lock(m_guard);
    return m_error;
  }
  void dismiss() {
    {
      const std::scoped_lock lock(m_guard);
      m_dismissed = true;
    }
    m_room.notify_all();
    m_threads.clear();
  }

 private:
  static constexpr std::uint64_t kAhead = std::uint64_t{1} << 15;  // points that wait for one that takes long

  bool stopped() const { return m_dismissed || (m_stop != nullptr && m_stop->load()); }

  std::optional<Stretch> claim(std::uint64_t size) {
    std::unique_lock lock(m_guard);
    while (!stopped() && m_next < m_sweep.points() && m_next >= m_taken + kAhead)
      m_room.wait_for(lock, std::chrono::milliseconds(100));
    if (stopped() || m_next >= m_sweep.points()) return std::nullopt;
    Stretch stretch{m_next, {}, {}};
    m_next = std::min(m_next + size, m_sweep.points());
    stretch.points.reserve(m_next - stretch.begin);
    return stretch;
  }

  void work() {
    std::uint64_t size = 1;
    while (auto stretch = claim(size)) {
      const auto start = Clock::now();
      for (std::uint64_t i = 0; i < size && stretch->begin + i < m_sweep.points() && !stopped(); ++i)
        if (!compute(*stretch, stretch->begin + i)) break;
      const auto time = Clock::now() - start;
      if (time < std::chrono::milliseconds(2) && size < kAhead / 64) size *= 2;
      if (time > std::chrono::milliseconds(8) && size > 1) size /= 2;
      {
        const std::scoped_lock lock(m_guard);
        m_finished.push_back(std::move(*stretch));
      }
      m_changed.notify_one();
    }
    {
      const std::scoped_lock lock(m_guard);
      ++m_at_rest;
    }
    m_changed.notify_one();
  }

  bool compute(Stretch& stretch, std::uint64_t index) {
    if (m_journal != nullptr) {
      auto found = m_journal->find(m_sweep, index);
      if (!found) {
        const std::scoped_lock lock(m_guard);
        m_error = found.error();
        m_dismissed = true;
        return false;
      }
      if (*found) {
        stretch.points.push_back(std::move(**found));
        stretch.is_new.push_back(false);
        return true;
      }
    }
    stretch.points.push_back(m_sweep.point(index));
    stretch.is_new.push_back(true);
    return true;
  }

  const Sweep& m_sweep;
  const Journal* m_journal;
  const std::atomic<bool>* m_stop;
  std::mutex m_guard;
  std::condition_variable m_changed, m_room;
  std::vector<Stretch> m_finished;
  std::uint64_t m_next = 0, m_taken = 0;
  std::size_t m_at_rest = 0;
  std::atomic<bool> m_dismissed = false;
  std::optional<Error> m_error;
  std::vector<std::jthread> m_threads;  // last: they use what stands above
};

}  // namespace

Result<void> run(const Sweep& sweep, const SweepOptions& options) {
  std::optional<Journal> journal;
  if (!options.journal.empty()) {
    HERALD_TRY(Journal opened, Journal::open(options.journal, sweep));
    journal.emplace(std::move(opened));
  }
  const unsigned threads = options.threads != 0 ? options.threads : std::max(1U, std::thread::hardware_concurrency());
  std::map<std::uint64_t, Stretch> waiting;  // for those before them, by their first point
  std::uint64_t next = 0, done = 0;
  auto synced = Clock::now(), told = synced;
  Crew crew(sweep, journal ? &*journal : nullptr, options.stop, threads);
  const auto take = [&](Stretch stretch) -> Result<void> {
    for (std::size_t i = 0; journal && i < stretch.points.size(); ++i)
      if (stretch.is_new[i]) HERALD_TRY_VOID(journal->append(stretch.begin + i, stretch.points[i]));
    done += stretch.points.size();
    waiting.emplace(stretch.begin, std::move(stretch));
    for (auto first = waiting.begin(); first != waiting.end() && first->first == next; first = waiting.begin()) {
      for (const Point& point : first->second.points) {
        if (options.point) HERALD_TRY_VOID(options.point(next, point));
        ++next;
      }
      waiting.erase(first);
    }
    crew.taken(next);
    return {};
  };
  for (bool more = true; more;) {
    more = !crew.at_rest();
    for (Stretch& stretch : crew.finished()) HERALD_TRY_VOID(take(std::move(stretch)));
    const auto now = Clock::now();
    if (journal && now - synced > std::chrono::seconds(5)) {
      HERALD_TRY_VOID(journal->sync());
      synced = now;
    }
    if (options.progress && now - told > std::chrono::milliseconds(100)) {
      options.progress(done, sweep.points());
      told = now;
    }
  }
  if (journal) HERALD_TRY_VOID(journal->sync());
  if (auto error = crew.error()) return std::unexpected(std::move(*error));
  if (next == sweep.points()) return {};
  return fail(
      ErrorCode::interrupted,
      journal ? fmt::format("interrupted; {} of {} points are in {}, and the same command goes on from there", done,
                            sweep.points(), options.journal.string())
              : fmt::format("interrupted after {} of {} points (--resume FILE would keep them)", done, sweep.points()));
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
