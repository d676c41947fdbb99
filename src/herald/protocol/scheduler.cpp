#include "herald/protocol/scheduler.h"

#include <algorithm>

namespace herald {

void Scheduler::add(Alarm alarm) {
  HERALD_CHECK(alarm.time >= m_now);
  m_alarms.push_back(alarm);
  std::ranges::push_heap(m_alarms, std::less<>());
}

bool Scheduler::next_alarm() {
  if (m_alarms.empty() || exhausted()) return false;
  ++m_alarms_due;
  std::ranges::pop_heap(m_alarms, std::less<>());
  const Alarm alarm = m_alarms.back();
  m_alarms.pop_back();
  m_now = std::max(m_now, alarm.time);
  if (alarm.handle) {
    ready(alarm.handle);
  } else {
    alarm.due->due();
  }
  return true;
}

void Scheduler::forget(std::coroutine_handle<> handle) {
  if (m_next < m_ready.size()) m_ready.erase(m_ready.begin(), m_ready.begin() + static_cast<std::ptrdiff_t>(m_next));
  m_next = 0;
  std::erase(m_ready, handle);
  if (std::erase_if(m_alarms, [&](const Alarm& alarm) { return alarm.handle == handle; }) != 0)
    std::ranges::make_heap(m_alarms, std::less<>());
}

void Scheduler::forget(const Due& due) {
  if (std::erase_if(m_alarms, [&](const Alarm& alarm) { return alarm.due == &due; }) != 0)
    std::ranges::make_heap(m_alarms, std::less<>());
}

}  // namespace herald
