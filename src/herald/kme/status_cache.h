#pragma once
// Replies to Get status, as long as nothing has changed: most who ask hear the same again and again.

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace herald::kme {

// For all threads. `epoch` of both functions counts whatever may change a reply; it is read before the reply is made.
class StatusCache {
 public:
  using Clock = std::chrono::steady_clock;

  // The reply to the same request of the same caller, if it was made in this epoch and not long ago.
  std::optional<std::string> find(std::string_view caller, std::string_view target, std::uint64_t epoch,
                                  Clock::time_point now = Clock::now()) const;
  void keep(std::string_view caller, std::string_view target, std::uint64_t epoch, std::string reply,
            Clock::time_point now = Clock::now());

 private:
  struct Reply {
    std::uint64_t epoch;
    Clock::time_point made;
    std::string text;
  };
  mutable std::mutex m_mutex;
  std::map<std::string, Reply> m_replies;
};

}  // namespace herald::kme
