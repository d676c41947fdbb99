#pragma once
// What the leader of a sweep, or of trials, and those who compute for it say to each other: the first word of each
// message.

#include <chrono>
#include <string_view>

namespace herald::study {

inline constexpr std::string_view kSweep = "sweep";      // THREADS, then Sweep::text(): the leader begins one
inline constexpr std::string_view kTrials = "trials";    // THREADS, then text_of(trials): the leader begins some
inline constexpr std::string_view kCompute = "compute";  // BEGIN END: the leader gives points, or runs
inline constexpr std::string_view kTally = "tally";      // RUNS INTERRUPTED COUNT…: the answer, of runs
inline constexpr std::string_view kHurry = "hurry";      // the leader takes what was played until now
inline constexpr std::string_view kStop = "stop";        // the leader is done with the sweep, or the trials
inline constexpr std::string_view kHome = "home";        // the leader needs nobody any more
inline constexpr std::string_view kPoints = "points";    // BEGIN, then a line of point_text.h for each
inline constexpr std::string_view kError = "error";      // CODE MESSAGE
inline constexpr std::string_view kAtRest = "at-rest";   // the answer to kStop, when nothing more will come

inline constexpr std::chrono::milliseconds kPatience(1);  // between two looks at what has arrived

}  // namespace herald::study
