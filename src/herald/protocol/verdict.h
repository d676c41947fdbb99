#pragma once
// What a party of a mistrustful protocol comes to. It follows from what the party received, and when, alone.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "herald/base/bits.h"

namespace herald {

struct Verdict {
  bool accepted = false;
  std::uint64_t value = 0;  // accepted: the coin, the opened bit, the choice: whatever the protocol says
  BitString output;         // longer results, private to the party
  std::string_view phase;   // rejected: what the party was at (of static storage), and why
  std::string reason;

  static Verdict accept(std::uint64_t value = 0) {
    Verdict verdict;
    verdict.accepted = true;
    verdict.value = value;
    return verdict;
  }
  static Verdict accept(std::uint64_t value, BitString output) {
    Verdict verdict = accept(value);
    verdict.output = std::move(output);
    return verdict;
  }
  static Verdict reject(std::string_view phase, std::string reason) {
    Verdict verdict;
    verdict.phase = phase;
    verdict.reason = std::move(reason);
    return verdict;
  }
};

}  // namespace herald
