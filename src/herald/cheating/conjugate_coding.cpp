#include "herald/cheating/conjugate_coding.h"

#include <cmath>
#include <numbers>

#include "herald/cheating/arguments.h"

namespace herald {

Result<double> random_access_code(int bits) {
  HERALD_TRY_VOID(permitted("a number of bits in one qubit", bits, 1, 3));
  return (1 + 1 / std::sqrt(bits)) / 2;
}

Result<double> classical_random_access_code(int bits) {
  HERALD_TRY_VOID(permitted("a number of bits in one bit", bits, 1, 60));
  const int half = (bits - 1) / 2;
  double chosen = 1;  // C(bits - 1, half)
  for (int i = 1; i <= half; ++i) chosen *= static_cast<double>(bits - 1 - half + i) / i;
  return 0.5 + std::ldexp(chosen, -bits);
}

BothBases guess_by_polarizer(double angle) {
  const double z = std::cos(angle), x = std::cos(std::numbers::pi / 4 - angle);
  return {z * z, x * x};
}

double breidbart_guess() { return (2 + std::numbers::sqrt2) / 4; }

double both_bits() { return 2.0 / 4; }

Result<double> both_messages(double bits) {
  HERALD_TRY_VOID(permitted("a number of bits of each message", bits, 0, kMostCounted));
  return std::pow(0.75, bits);
}

namespace {

constexpr Assumption kAssumptions[] = {
    {"one-qubit", "Each code word is one qubit, or one photon; the reader has one copy."},
    {"no-memory", "The reader measures before the basis, or the bit that is asked for, is known."}};
constexpr PublishedPoint kPoints[] = {
    {"two bits in one qubit", "theory sheet 8.7, independent script", 0.8535533906, 1e-10,
     [] { return random_access_code(2).value_or(-1); }},
    {"three bits in one qubit", "theory sheet 8.7, independent script", 0.7886751346, 1e-10,
     [] { return random_access_code(3).value_or(-1); }},
    {"two bits in one classical bit", "theory sheet 8.7, independent script", 0.75, 1e-15,
     [] { return classical_random_access_code(2).value_or(-1); }},
    {"Breidbart's basis, either message", "theory sheet 8.7", 0.85355, 5e-6,
     [] { return guess_by_polarizer(std::numbers::pi / 8).x; }},
    {"the wrong basis tells nothing", "exact", 0.5, 1e-15, [] { return guess_by_polarizer(0).x; }},
    {"both bits", "exact", 0.5, 1e-15, both_bits},
    {"both bits of two photons in an unknown order: the largest eigenvalue of two states that overlap by 1/2", "exact",
     0.75, 1e-15, [] { return both_messages(1).value_or(-1); }}};

}  // namespace

const CheatingTheorem& conjugate_coding_theorem() {
  static constexpr CheatingTheorem kTheorem = {
      .name = "conjugate-coding",
      .title = "Two messages in one string of photons, one of which can be read",
      .protocol = "conjugate-coding",
      .paper = "Wiesner, SIGACT News 15, 78 (1983); Ambainis, Nayak, Ta-Shma, Vazirani, J. ACM 49, 496 (2002)",
      .equations = "quantum random access codes 2 -> 1 and 3 -> 1; Breidbart's basis",
      .statement =
          "either bit with probability (1 + 1/sqrt 2)/2 at best, both with 1/2 at best; the right basis tells "
          "one bit with certainty and nothing of the other; n bits of two messages, in photons of an order that is "
          "told afterwards, both with (3/4)^n at best",
      .parameters = "bits in a qubit; the polarizer's angle, radian",
      .unsettled = {},
      .assumptions = kAssumptions,
      .points = kPoints,
  };
  return kTheorem;
}

}  // namespace herald
