#pragma once
// What a block of key distribution comes to, for each of its parties: a secret key, or the phase and the reason why
// not.

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "herald/base/key.h"
#include "herald/base/units.h"
#include "herald/distill/ledger.h"

namespace herald {

enum class Phase : std::uint8_t {
  detection,
  sifting,
  estimation,
  reconciliation,
  verification,
  amplification,
  authentication,
};
std::string_view to_string(Phase phase);

// The public figures of a block, equal at both ends.
struct BlockReport {
  std::uint64_t block = 0;
  std::uint64_t pulses = 0;     // sent in the block; 0 where pairs are counted by clicks alone
  std::uint64_t clicks = 0;     // Bob's, or coincidences
  std::uint64_t key_bits = 0;   // sifted in the key basis
  std::uint64_t test_bits = 0;  // sifted in the test basis, disclosed
  std::uint64_t test_errors = 0;
  std::uint64_t key_errors = 0;     // corrected by reconciliation
  std::uint64_t failed_frames = 0;  // frames that did not verify: wholly leaked
  std::uint64_t disclosed_cap = 0;  // bits that reconciliation was allowed to disclose, and that the theorem subtracts
  std::uint64_t disclosed = 0;      // bits that it did disclose
  double phase_error_rate = 0;      // the theorem's bound
  std::uint64_t secret_bits = 0;
  double asymptotic_bits = 0;              // what the same rates would give without statistical fluctuation
  std::vector<std::string> violated = {};  // assumptions of the theorem that the data contradict

  ErrorRate test_error_rate() const { return rate(test_errors, test_bits); }
  ErrorRate key_error_rate() const { return rate(key_errors, key_bits); }

 private:
  static ErrorRate rate(std::uint64_t errors, std::uint64_t bits) {
    return ErrorRate(bits == 0 ? 0.0 : static_cast<double>(errors) / static_cast<double>(bits));
  }
};

struct Distilled {
  SecretKey key;
  BlockReport report;
  Ledger ledger;
};

struct Aborted {
  Phase phase;
  std::string reason;
  BlockReport report;
};

using BlockOutcome = std::variant<Distilled, Aborted>;

}  // namespace herald
