#include "herald/cheating/classical_storage.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "herald/base/tail_bounds.h"
#include "herald/cheating/arguments.h"

namespace herald {

Result<double> mean_overlap(double kept, double string) {
  HERALD_TRY_VOID(permitted("a string of bits", string, 1, kMostCounted));
  HERALD_TRY_VOID(permitted("a number of kept bits", kept, 0, string));
  return kept * (kept / string);
}

Result<double> overlap_probability(std::int64_t kept, std::int64_t string, std::int64_t overlap) {
  const auto n = static_cast<double>(string), k = static_cast<double>(kept);
  HERALD_TRY_VOID(permitted("a string of bits", n, 1, kMostCounted));
  HERALD_TRY_VOID(permitted("a number of kept bits", k, 0, std::min(n, 1e7)));
  HERALD_TRY_VOID(permitted("an overlap", static_cast<double>(overlap), 0, k));
  double below = 0;
  for (std::int64_t seen = std::max<std::int64_t>(0, 2 * kept - string); seen < overlap; ++seen)
    below += std::exp(hypergeometric_log_pmf(string, kept, kept, seen));
  return std::clamp(1 - below, 0.0, 1.0);
}

Result<double> honest_memory(double adversary) {
  HERALD_TRY_VOID(permitted("an adversary's memory in bits", adversary, 0, 1e300));
  return std::sqrt(adversary);
}

Result<double> adversary_knows_overlap(double adversary, double string, double overlap) {
  HERALD_TRY_VOID(permitted("a string of bits", string, 1, kMostCounted));
  HERALD_TRY_VOID(permitted("an adversary's memory in bits", adversary, 0, string));
  HERALD_TRY_VOID(permitted("an overlap", overlap, 0, adversary));
  // C(N-s, B-s)/C(N, B) = C(B, s)/C(N, s)
  return std::exp(log_binomial(adversary, overlap) - log_binomial(string, overlap));
}

Result<double> adversary_guesses_hash(std::int64_t adversary, std::int64_t string, std::int64_t overlap,
                                      double length) {
  const auto n = static_cast<double>(string);
  HERALD_TRY_VOID(permitted("a string of bits", n, 1, kMostCounted));
  HERALD_TRY_VOID(permitted("an adversary's memory in bits", static_cast<double>(adversary), 0, n));
  HERALD_TRY_VOID(permitted("an overlap", static_cast<double>(overlap), 0, std::min(n, 1e7)));
  HERALD_TRY_VOID(permitted("a length in bits", length, 1, kMostCounted));
  const std::int64_t lacking = string - adversary;
  double lacked = 0;  // mean of 2^-u
  for (std::int64_t u = std::max<std::int64_t>(0, overlap - adversary); u <= std::min(overlap, lacking); ++u)
    lacked +=
        std::exp(hypergeometric_log_pmf(string, lacking, overlap, u) - static_cast<double>(u) * std::numbers::ln2);
  return lacked + (1 - lacked) * std::exp2(-length);
}

namespace {

constexpr Assumption kAssumptions[] = {
    {"bounded-classical-memory", "The adversary keeps at most B bits of the public string, which is gone afterwards."},
    {"public-random-string", "The string is uniform, and everybody sees the same."}};
constexpr PublishedPoint kPoints[] = {{"honest memory against 1e12 bits", "theory sheet 8.5 (Dziembowski, Maurer 2004)",
                                       1e6, 1e-12, [] { return honest_memory(1e12).value_or(-1); }},
                                      {"common positions of 1e6 in 1e12 bits", "theory sheet 8.5", 1, 1e-12,
                                       [] { return mean_overlap(1e6, 1e12).value_or(-1); }}};

}  // namespace

const CheatingTheorem& classical_storage_theorem() {
  static constexpr CheatingTheorem kTheorem = {
      .name = "classical-storage",
      .title = "Keys and transfers against an adversary with a bounded classical memory",
      .protocol = "ot-classical-storage",
      .paper = "Maurer, J. Cryptology 5, 53 (1992); Cachin, Maurer, CRYPTO 1997; Dziembowski, Maurer, Eurocrypt 2004",
      .equations = "the birthday overlap k^2/N; sqrt B up to constants and logarithms that the papers leave open",
      .statement = "honest parties with k bits share about k^2/N; against B bits they need about sqrt B",
      .parameters = "k kept bits, N bits of the string, B bits of the adversary",
      .unsettled = "The square root is an order, not an inequality with constants.",
      .assumptions = kAssumptions,
      .points = kPoints,
  };
  return kTheorem;
}

}  // namespace herald
