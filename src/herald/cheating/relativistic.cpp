#include "herald/cheating/relativistic.h"

#include <cmath>
#include <limits>

#include "herald/cheating/arguments.h"
#include "herald/cheating/conjugate_coding.h"

namespace herald {
namespace {

constexpr double kLight = 299792.458;  // km/s

}  // namespace

Seconds light_time(Kilometre distance) { return Seconds(distance.value / kLight); }

bool space_like(Seconds apart, Kilometre distance) { return std::abs(apart.value) < light_time(distance).value; }

Seconds single_round_commitment(Kilometre distance) { return light_time(distance) / 2; }

Result<double> sustained_commitment(double rounds, double bits) {
  HERALD_TRY_VOID(permitted("a number of rounds", rounds, 1, kMostCounted));
  HERALD_TRY_VOID(permitted("a number of bits", bits, 1, kMostCounted));
  return rounds * std::exp2((3 - bits) / 2);
}

Result<double> most_rounds(double bits, double epsilon) {
  HERALD_TRY_VOID(permitted("a number of bits", bits, 1, kMostCounted));
  HERALD_TRY_VOID(permitted("an epsilon", epsilon, std::numeric_limits<double>::min(), 1));
  return std::floor(epsilon * std::exp2((bits - 3) / 2));
}

Result<double> fewest_bits(double rounds, double epsilon) {
  HERALD_TRY_VOID(permitted("a number of rounds", rounds, 1, kMostCounted));
  HERALD_TRY_VOID(permitted("an epsilon", epsilon, std::numeric_limits<double>::min(), 1));
  return std::ceil(3 + 2 * std::log2(rounds / epsilon));
}

Result<double> rounds_over(Seconds duration, Seconds round_time, Kilometre distance) {
  HERALD_TRY_VOID(permitted("a duration in seconds", duration.value, 0, kMostCounted));
  HERALD_TRY_VOID(permitted("a distance in km", distance.value, 0, kMostCounted));
  HERALD_TRY_VOID(permitted("a round's time in seconds", round_time.value, std::numeric_limits<double>::min(),
                            std::nextafter(light_time(distance).value, 0)));
  return std::ceil(duration / round_time);
}

Result<double> kent_commitment(double qubits) {
  HERALD_TRY_VOID(permitted("a number of qubits", qubits, 0, kMostCounted));
  return std::pow(breidbart_guess(), qubits);
}

double relativistic_coin() { return 0.5; }

namespace {

constexpr Assumption kRelativity[] = {
    {"no-signal-faster-than-light", "Agents learn of each other no sooner than light would carry it, in vacuum."},
    {"known-places-and-clocks", "Each party's own agents know where they stand and what time it is."}};
constexpr Assumption kIdealQubits[] = {
    kRelativity[0], kRelativity[1], {"ideal-qubits", "Every photon arrives and none is wrong."}};

constexpr PublishedPoint kSustainedPoints[] = {
    {"128 bits, 5e9 rounds", "theory sheet 8.4, independent script (Verbanis et al. 2016: 7.8e-10)", 7.667e-10, 1e-4,
     [] { return sustained_commitment(5e9, 128).value_or(-1); }},
    {"light over 7 km, microseconds", "theory sheet 8.4", 23.35, 1e-4,
     [] { return light_time(Kilometre(7)).value * 1e6; }},
    {"rounds of 17.28 microseconds in 24 hours", "theory sheet 8.4", 5e9, 1e-9,
     [] { return rounds_over(Seconds(86400), Seconds(17.28e-6), Kilometre(7)).value_or(-1); }}};
constexpr PublishedPoint kKentPoints[] = {
    {"100 qubits", "theory sheet 8.4, independent script", 1.3276e-7, 1e-4,
     [] { return kent_commitment(100).value_or(-1); }},
    {"Geneva and Singapore, milliseconds", "Lunghi et al., PRL 111, 180504 (2013): 15 ms; theory sheet 8.4", 15.601,
     2e-5, [] { return single_round_commitment(Kilometre(9354)).value * 1e3; }}};
constexpr PublishedPoint kCoinPoints[] = {{"either party", "Kent 1999", 0.5, 1e-15, relativistic_coin}};

}  // namespace

const CheatingTheorem& commitment_relativistic_theorem() {
  static constexpr CheatingTheorem kTheorem = {
      .name = "commitment-relativistic",
      .title = "A commitment sustained by messages that light cannot overtake",
      .protocol = "commit-relativistic-rounds",
      .paper =
          "Chakraborty, Chailloux, Leverrier, PRL 115, 250501 (2015); Lunghi et al., PRL 115, 030502 (2015); "
          "Verbanis et al., PRL 117, 140506 (2016)",
      .equations = "p_0 + p_1 <= 1 + m 2^((3-n)/2)",
      .statement = "the probabilities of opening 0 and 1 add up to at most 1 + epsilon; hiding is perfect",
      .parameters = "m rounds, n bits in a round's string, the distance",
      .unsettled = "Verbanis et al. print 7.8e-10 for 24 hours; their number of rounds is rounded here to 5e9.",
      .assumptions = kRelativity,
      .points = kSustainedPoints,
  };
  return kTheorem;
}

const CheatingTheorem& commitment_kent_theorem() {
  static constexpr CheatingTheorem kTheorem = {
      .name = "commitment-kent",
      .title = "A commitment by measuring photons and sending the outcomes to two places",
      .protocol = "commit-relativistic",
      .paper = "Kent, PRL 109, 130501 (2012); Kaniewski, Tomamichel, Haenggi, Wehner, IEEE TIT 59, 4687 (2013)",
      .equations = "the noiseless case",
      .statement = "p_0 + p_1 <= 1 + cos^2(pi/8)^n; hiding is perfect",
      .parameters = "n qubits; the distance of the two places",
      .unsettled =
          "Lunghi et al. 2013 report 5.5e-8, Liu et al., PRL 112, 010504 (2014) less than 5.68e-2, with losses "
          "and errors that the noiseless formula does not cover.",
      .assumptions = kIdealQubits,
      .points = kKentPoints,
  };
  return kTheorem;
}

const CheatingTheorem& coin_flip_relativistic_theorem() {
  static constexpr CheatingTheorem kTheorem = {
      .name = "coin-flip-relativistic",
      .title = "A coin flipped by agents at two places",
      .protocol = "coin-flip-relativistic",
      .paper = "Kent, PRL 83, 5382 (1999)",
      .equations = "none: a message that left before light could arrive is independent of the other",
      .statement = "P_A = P_B = 1/2 when each message is accepted only at |t_A - t_B| < distance/c",
      .parameters = "none",
      .unsettled = {},
      .assumptions = kRelativity,
      .points = kCoinPoints,
  };
  return kTheorem;
}

}  // namespace herald
