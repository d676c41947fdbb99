#include "herald/cheating/coin_flip_weak.h"

#include <numbers>

#include "herald/cheating/arguments.h"

namespace herald {

Result<double> spekkens_rudolph_other(double alice) {
  HERALD_TRY_VOID(permitted("a cheating probability", alice, 0.5, 1));
  return 1 / (2 * alice);
}

double spekkens_rudolph_bias() { return 1 / std::numbers::sqrt2 - 0.5; }

Result<double> mochon_bias(double k) {
  HERALD_TRY_VOID(permitted("an order k", k, 1, kMostCounted));
  return 1 / (4 * k + 2);
}

namespace {

constexpr Assumption kUnlimited[] = {
    {"unlimited-cheater", "The cheater has any quantum computer and a perfect memory; the other is honest."}};
constexpr PublishedPoint kPoints[] = {
    {"Spekkens and Rudolph's bias", "theory sheet 8.2", 0.20710678, 5e-8, spekkens_rudolph_bias},
    {"Mochon 2005", "theory sheet 8.2", 1.0 / 6, 1e-15, [] { return mochon_bias(1).value_or(-1); }},
    {"Arora, Roland, Weis 2019", "theory sheet 8.2", 0.1, 1e-15, [] { return mochon_bias(2).value_or(-1); }}};

}  // namespace

const CheatingTheorem& coin_flip_weak_theorem() {
  static constexpr CheatingTheorem kTheorem = {
      .name = "coin-flip-weak",
      .title = "Weak coin flipping",
      .protocol = "coin-flip-weak",
      .paper = "Spekkens, Rudolph, PRL 89, 227901 (2002); Mochon, PRA 72, 022341 (2005) and arXiv 0711.4114 (2007)",
      .equations = "P_A P_B = 1/2; biases 1/(4k + 2)",
      .statement = "bias 1/sqrt 2 - 1/2, 1/6, 1/10, and as small as wanted",
      .parameters = "P_A, or the order k of the game",
      .unsettled = {},
      .assumptions = kUnlimited,
      .points = kPoints,
  };
  return kTheorem;
}

}  // namespace herald
