#pragma once
// Threads that compute points of a sweep.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "herald/study/sweep.h"

namespace herald::study {

struct Stretch {  // of points that one thread computed at a go
  std::uint64_t begin = 0;
  std::vector<Point> points;
};

// They claim stretches of what they are assigned, in order, that take some milliseconds each.
class Crew {
 public:
  // `stop`: set by a signal handler.
  Crew(const Sweep& sweep, const std::atomic<bool>* stop, unsigned threads);
  ~Crew() { dismiss(); }
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  void assign(Range range);
  // No more will be assigned: who finds nothing rests.
  void close();
  // Only points before `index` may be begun (until then: all).
  void allow_until(std::uint64_t index);

  // Up to `most` of the next points, for somebody else to compute.
  std::optional<Range> give_away(std::uint64_t most);
  // Points assigned that nobody has claimed.
  std::uint64_t unclaimed() const;

  // What is finished, in any order; nothing when `patience` is over, or when all are at rest.
  std::vector<Stretch> finished(std::chrono::milliseconds patience);
  // Nobody works, and finished() has given all there is.
  bool at_rest() const;
  // Ends them, each after its point; finished() gives the rest of what they did.
  void dismiss();

 private:
  // Without threads, so that those begun are dismissed when the machine gives no more.
  Crew(const Sweep& sweep, const std::atomic<bool>* stop) : m_sweep(sweep), m_stop(stop) {}
  bool stopped() const { return m_dismissed || (m_stop != nullptr && m_stop->load()); }
  std::optional<Range> take(std::uint64_t most);
  std::optional<Range> claim(std::uint64_t most);
  void work();

  const Sweep& m_sweep;
  const std::atomic<bool>* m_stop;
  mutable std::mutex m_guard;
  std::condition_variable m_changed, m_room;
  std::deque<Range> m_ranges;
  std::uint64_t m_until = UINT64_MAX;
  bool m_closed = false;
  std::vector<Stretch> m_finished;
  unsigned m_working = 0;
  std::atomic<bool> m_dismissed = false;
  std::vector<std::jthread> m_threads;  // last: they use what stands above
};

}  // namespace herald::study
