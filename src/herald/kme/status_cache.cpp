#include "herald/kme/status_cache.h"

#include <utility>

namespace herald::kme {
namespace {

// Others may share the records: what they change is not counted here.
constexpr std::chrono::milliseconds kStaysGood{1000};
constexpr std::size_t kMostReplies = 1024;

// Callers' names have no control characters.
std::string name_of(std::string_view caller, std::string_view target) {
  return std::string(caller).append("\n").append(target);
}

}  // namespace

std::optional<std::string> StatusCache::find(std::string_view caller, std::string_view target, std::uint64_t epoch,
                                             Clock::time_point now) const {
  const std::scoped_lock lock(m_mutex);
  const auto at = m_replies.find(name_of(caller, target));
  if (at == m_replies.end() || at->second.epoch != epoch || now - at->second.made > kStaysGood) return {};
  return at->second.text;
}

void StatusCache::keep(std::string_view caller, std::string_view target, std::uint64_t epoch, std::string reply,
                       Clock::time_point now) {
  const std::scoped_lock lock(m_mutex);
  if (m_replies.size() >= kMostReplies) m_replies.clear();
  m_replies.insert_or_assign(name_of(caller, target), Reply{epoch, now, std::move(reply)});
}

}  // namespace herald::kme
