#include "herald/study/crew.h"

namespace herald::study {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::uint64_t kLongest = 512;  // points of a stretch

}  // namespace

Crew::Crew(const Sweep& sweep, const std::atomic<bool>* stop, unsigned threads) : Crew(sweep, stop) {
  m_working = threads;
  for (unsigned i = 0; i < threads; ++i) m_threads.emplace_back([this] { work(); });
}

void Crew::assign(Range range) {
  {
    const std::scoped_lock lock(m_guard);
    m_ranges.push_back(range);
  }
  m_room.notify_all();
}

void Crew::close() {
  {
    const std::scoped_lock lock(m_guard);
    m_closed = true;
  }
  m_room.notify_all();
}

void Crew::allow_until(std::uint64_t index) {
  {
    const std::scoped_lock lock(m_guard);
    m_until = index;
  }
  m_room.notify_all();
}

std::optional<Range> Crew::give_away(std::uint64_t most) {
  const std::scoped_lock lock(m_guard);
  return stopped() ? std::nullopt : take(most);
}

std::uint64_t Crew::unclaimed() const {
  const std::scoped_lock lock(m_guard);
  std::uint64_t points = 0;
  for (const Range& range : m_ranges) points += range.end - range.begin;
  return points;
}

std::vector<Stretch> Crew::finished(std::chrono::milliseconds patience) {
  std::unique_lock lock(m_guard);
  m_changed.wait_for(lock, patience, [&] { return !m_finished.empty() || m_working == 0; });
  return std::exchange(m_finished, {});
}

bool Crew::at_rest() const {
  const std::scoped_lock lock(m_guard);
  return m_working == 0 && m_finished.empty();
}

void Crew::dismiss() {
  {
    const std::scoped_lock lock(m_guard);
    m_dismissed = true;
  }
  m_room.notify_all();
  m_threads.clear();
}

// With m_guard held.
std::optional<Range> Crew::take(std::uint64_t most) {
  if (m_ranges.empty() || m_ranges.front().begin >= m_until) return std::nullopt;
  Range& front = m_ranges.front();
  const Range taken{front.begin, std::min(front.end, front.begin + most)};
  front.begin = taken.end;
  if (front.begin == front.end) m_ranges.pop_front();
  return taken;
}

std::optional<Range> Crew::claim(std::uint64_t most) {
  std::unique_lock lock(m_guard);
  while (!stopped()) {
    if (auto range = take(most)) return range;
    if (m_closed && m_ranges.empty()) break;
    m_room.wait_for(lock, std::chrono::milliseconds(100));  // nobody tells of a signal
  }
  return std::nullopt;
}

void Crew::work() {
  std::uint64_t size = 1;
  while (const auto range = claim(size)) {
    const auto start = Clock::now();
    Stretch stretch{range->begin, {}};
    stretch.points.reserve(range->end - range->begin);
    for (std::uint64_t i = range->begin; i < range->end && !stopped(); ++i) stretch.points.push_back(m_sweep.point(i));
    const auto time = Clock::now() - start;
    if (time < std::chrono::milliseconds(2) && size < kLongest) size *= 2;
    if (time > std::chrono::milliseconds(8) && size > 1) size /= 2;
    {
      const std::scoped_lock lock(m_guard);
      m_finished.push_back(std::move(stretch));
    }
    m_changed.notify_one();
  }
  {
    const std::scoped_lock lock(m_guard);
    --m_working;
  }
  m_changed.notify_one();
}

}  // namespace herald::study
