#pragma once
// What the leader of a sweep and those who compute for it say to each other: the first word of each message.

#include <chrono>
#include <string_view>

namespace herald::study {

inline constexpr std::string_view kSweep = "sweep";      // THREADS, then Sweep::text(): the leader begins one
inline constexpr std::string_view kCompute = "compute";  // BEGIN END: the leader gives points
inline constexpr std::string_view kStop = "stop";        // the leader is done with the sweep
inline constexpr std::string_view kHome = "home";        // the leader needs nobody any more
inline constexpr std::string_view kPoints = "points";    // BEGIN, then a line of point_text.h for each
inline constexpr std::string_view kError = "error";      // CODE MESSAGE
inline constexpr std::string_view kAtRest = "at-rest";   // the answer to kStop, when nothing more will come

inline constexpr std::chrono::milliseconds kPatience(1);  // between two looks at what has arrived

}  // namespace herald::study
