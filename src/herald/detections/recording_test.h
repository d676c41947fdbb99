#pragma once
// The recording of real entangled pairs that tests use where it is: in the folder that HERALD_DATA names, or at
// ../shared/data beside the source tree. It is no part of the repository; without it, and only then, its tests are
// skipped.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <optional>

#include "herald/detections/time_tags.h"

namespace herald {

inline std::filesystem::path recording_path() {
  const char* const named = std::getenv("HERALD_DATA");
  const auto folder = named != nullptr ? std::filesystem::path(named)
                                       : std::filesystem::path(__FILE__).parent_path() / "../../../../shared/data";
  return folder / "entangled-pairs/timetags.txt";
}

}  // namespace herald

// Defines the tags of the recording, or skips the test.
#define HERALD_RECORDING(tags)                                                                                     \
  if (!std::filesystem::exists(::herald::recording_path()))                                                        \
    GTEST_SKIP() << "no recording at " << ::herald::recording_path() << ": set HERALD_DATA to the folder of data"; \
  const auto tags##_read = ::herald::read_time_tags(::herald::recording_path());                                   \
  ASSERT_TRUE(tags##_read) << tags##_read.error().message;                                                         \
  const ::herald::TimeTags& tags = *tags##_read
