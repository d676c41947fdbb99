#include "herald/proof/claim.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace herald {

std::int64_t verification_bits_for(FailureProbability correctness) {
  HERALD_CHECK(correctness.value > 0 && correctness.value < 1);
  return static_cast<std::int64_t>(std::ceil(1 - std::log2(correctness.value)));
}

Result<void> validate(const Disclosure& disclosure, const Epsilon& epsilon) {
  for (const auto& [value, name] : {std::pair{epsilon.secrecy.value, "secrecy"},
                                    {epsilon.correctness.value, "correctness"},
                                    {epsilon.authentication.value, "authentication"}}) {
    if (!(value > 0 && value < 1))
      return fail(ErrorCode::invalid_argument,
                  fmt::format("the failure probability of {} is {}; it must lie between 0 and 1", name, value));
  }
  for (const auto& [value, name] :
       {std::pair{disclosure.leak, "leaked bits"}, {disclosure.verification_bits, "verification bits"}}) {
    if (value < 0 || value > std::int64_t{1} << 53)
      return fail(ErrorCode::invalid_argument, fmt::format("{} {} are not possible", value, name));
  }
  if (static_cast<double>(disclosure.verification_bits) < -std::log2(epsilon.correctness.value) - 1e-9)
    return fail(
        ErrorCode::invalid_argument,
        fmt::format("{} verification bits cannot reach a correctness of {}; use {}", disclosure.verification_bits,
                    epsilon.correctness.value, verification_bits_for(epsilon.correctness)));
  return {};
}

KeyLength settle(KeyLength key, const Disclosure& disclosure, std::int64_t block) {
  // Bounds on parts of the key may add up to more than the key where one of them fails.
  key.min_entropy = std::min(key.min_entropy, static_cast<double>(block));
  key.leak = disclosure.leak;
  key.verification_bits = disclosure.verification_bits;
  key.exact_bits = key.min_entropy - static_cast<double>(key.leak) - static_cast<double>(key.verification_bits) -
                   key.announced_bits - key.amplification_cost;
  const double slack = static_cast<double>(block) * 0x1p-44;  // more than the rounding of all the doubles above
  if (key.exact_bits - slack >= 1) {
    key.bits = static_cast<std::int64_t>(std::floor(key.exact_bits - slack));
    key.reason.clear();
  } else if (key.reason.empty()) {
    key.reason =
        key.min_entropy > 0
            ? fmt::format(
                  "the {:.0f} bits that Eve lacks do not cover what was disclosed ({}) and the cost of the "
                  "proof ({:.0f})",
                  key.min_entropy, key.leak + key.verification_bits, key.announced_bits + key.amplification_cost)
            : "nothing observed shows that Eve lacks any bit of the key";
  }
  return key;
}

}  // namespace herald
