#include "herald/cheating/commitment.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>
#include <vector>

#include "herald/cheating/arguments.h"

namespace herald {

Result<double> open_by_rotation(double fidelity) {
  HERALD_TRY_VOID(permitted("a fidelity", fidelity, 0, 1));
  return (1 + fidelity * fidelity) / 2;
}

Result<double> open_by_superposition(double fidelity) {
  HERALD_TRY_VOID(permitted("a fidelity", fidelity, 0, 1));
  return (1 + fidelity) / 2;
}

Result<double> guess_commitment(double trace_distance) {
  HERALD_TRY_VOID(permitted("a trace distance", trace_distance, 0, 1));
  return (1 + trace_distance) / 2;
}

double commitment_sum_bound() { return 1.5; }

namespace {

constexpr double kSlope = 1 - 1 / std::numbers::sqrt2;

}  // namespace

Result<double> optimal_opening(double t) {
  HERALD_TRY_VOID(permitted("a trace distance", t, 0, 1));
  return (1 - kSlope * t) * (1 - kSlope * t);
}

// (1 - s t)^2 = (1 + t)/2: the smaller root of s^2 t^2 - (2 s + 1/2) t + 1/2 = 0.
OptimalCommitment optimal_commitment() {
  const double a = kSlope * kSlope, b = 2 * kSlope + 0.5, c = 0.5;
  const double t = 2 * c / (b + std::sqrt(b * b - 4 * a * c));
  return {t, (1 + t) / 2};
}

Result<CommitmentCheats> bb84_commitment(double photons) {
  HERALD_TRY_VOID(permitted("a number of photons", photons, 0, kMostCounted));
  return CommitmentCheats{1, 0.5};
}

Result<CommitmentCheats> bcjl_parity(double weight) {
  HERALD_TRY_VOID(permitted("a weight of a parity", weight, 1, kMostCounted));
  const double distance = std::exp2(-weight / 2);
  return CommitmentCheats{(1 + std::sqrt(1 - distance * distance)) / 2, (1 + distance) / 2};
}

namespace {

// Of 2^(-|r + v|/2) over the words v of the dual, by their coordinates: by syndrome, what the line makes of the code,
// with sign (-1)^(r.c).
std::vector<double> by_syndrome(std::span<const std::uint64_t> checks, std::uint64_t r) {
  std::vector<double> sums(std::size_t{1} << checks.size());
  for (std::size_t a = 0; a < sums.size(); ++a) {
    std::uint64_t word = r;
    for (std::size_t j = 0; j < checks.size(); ++j)
      if (((a >> j) & 1) != 0) word ^= checks[j];
    sums[a] = std::exp2(-0.5 * std::popcount(word));
  }
  for (std::size_t step = 1; step < sums.size(); step *= 2)
    for (std::size_t i = 0; i < sums.size(); ++i)
      if ((i & step) == 0) {
        const double x = sums[i], y = sums[i + step];
        sums[i] = x + y;
        sums[i + step] = x - y;
      }
  return sums;
}

}  // namespace

Result<CommitmentCheats> bcjl_code(std::span<const std::uint64_t> checks, int bits, std::uint64_t parity) {
  HERALD_TRY_VOID(permitted("a length of a code", bits, 1, 64));
  HERALD_TRY_VOID(permitted("a number of checks", static_cast<double>(checks.size()), 0, 16));
  // P_x(y) of a syndrome's words y: (all + (-1)^x signed) over as many as there are.
  const std::vector<double> all = by_syndrome(checks, 0), difference = by_syndrome(checks, parity);
  double distance = 0, fidelity = 0;
  for (std::size_t s = 0; s < all.size(); ++s) {
    distance += std::abs(difference[s]);
    fidelity += std::sqrt(std::max(0.0, all[s] * all[s] - difference[s] * difference[s]));
  }
  const auto syndromes = static_cast<double>(all.size());
  return CommitmentCheats{(1 + fidelity / syndromes) / 2, (1 + distance / syndromes) / 2};
}

namespace {

constexpr Assumption kUnlimited[] = {
    {"unlimited-cheater", "The cheater has any quantum computer and a perfect memory; the other is honest."}};

constexpr PublishedPoint kNoGoPoints[] = {
    {"perfectly hiding: rotation", "Mayers 1997; Lo, Chau 1997", 1, 1e-15,
     [] { return open_by_rotation(1).value_or(-1); }},
    {"F = 1/2, superposition: Ambainis' states", "theory sheet 8.2", 0.75, 1e-15,
     [] { return open_by_superposition(0.5).value_or(-1); }},
    {"D = 1/2: Ambainis' states", "theory sheet 8.2", 0.75, 1e-15, [] { return guess_commitment(0.5).value_or(-1); }}};
constexpr PublishedPoint kOptimalPoints[] = {{"t where both cheat equally", "theory sheet 8.3, independent script",
                                              0.478593, 1e-6, [] { return optimal_commitment().t; }},
                                             {"both cheats there", "Chailloux, Kerenidis 2011: 0.739; theory sheet 8.3",
                                              0.739296, 1e-6, [] { return optimal_commitment().cheat; }}};
constexpr PublishedPoint kBb84Points[] = {{"EPR halves, 100 photons", "theory sheet 8.3", 1, 1e-15,
                                           [] { return bb84_commitment(100).value_or(CommitmentCheats{}).alice; }},
                                          {"Bob, 100 photons", "theory sheet 8.1", 0.5, 1e-15,
                                           [] { return bb84_commitment(100).value_or(CommitmentCheats{}).bob; }}};
constexpr PublishedPoint kBcjlPoints[] = {{"one bit: Breidbart's guess", "theory sheet 8.7", 0.8535533906, 1e-10,
                                           [] { return bcjl_parity(1).value_or(CommitmentCheats{}).bob; }},
                                          {"parity of 20 bits: Bob", "exact: (1 + 2^-10)/2", 0.50048828125, 1e-15,
                                           [] { return bcjl_parity(20).value_or(CommitmentCheats{}).bob; }}};

}  // namespace

const CheatingTheorem& commitment_no_go_theorem() {
  static constexpr CheatingTheorem kTheorem = {
      .name = "commitment-no-go",
      .title = "No bit commitment is both hiding and binding",
      .protocol = "any",
      .paper = "Mayers, PRL 78, 3414 (1997); Lo, Chau, PRL 78, 3410 (1997)",
      .equations = "Uhlmann's theorem on the purifications of what Bob holds",
      .statement = "P_A = (1 + F^2)/2 by rotation, (1 + F)/2 at best; P_B = (1 + D)/2; P_A + P_B >= 3/2",
      .parameters = "F and D of what Bob holds after commitments to 0 and 1",
      .unsettled = {},
      .assumptions = kUnlimited,
      .points = kNoGoPoints,
  };
  return kTheorem;
}

const CheatingTheorem& commitment_optimal_theorem() {
  static constexpr CheatingTheorem kTheorem = {
      .name = "commitment-optimal",
      .title = "The best quantum bit commitment",
      .protocol = "any",
      .paper = "Chailloux, Kerenidis, FOCS 2011, 354, arXiv 1102.1678",
      .equations = "lower bound on both cheats, reached by a protocol with weak coin flipping up to any epsilon",
      .statement = "P_A >= (1 - (1 - 1/sqrt 2) t)^2 where P_B = (1 + t)/2; both at least 0.739296",
      .parameters = "t = 2 P_B - 1",
      .unsettled = {},
      .assumptions = kUnlimited,
      .points = kOptimalPoints,
  };
  return kTheorem;
}

const CheatingTheorem& commitment_bb84_theorem() {
  static constexpr CheatingTheorem kTheorem = {
      .name = "commitment-bb84",
      .title = "Commitment by the basis of photons",
      .protocol = "commit-bb84",
      .paper = "Bennett, Brassard, IEEE Conf. Computers, Systems and Signal Processing (1984)",
      .equations = "both bases show Bob the same density matrix",
      .statement = "P_B = 1/2; P_A = 1 with EPR halves",
      .parameters = "n photons",
      .unsettled = {},
      .assumptions = kUnlimited,
      .points = kBb84Points,
  };
  return kTheorem;
}

const CheatingTheorem& commitment_bcjl_theorem() {
  static constexpr CheatingTheorem kTheorem = {
      .name = "commitment-bcjl",
      .title = "Commitment by the parity of bits in random bases",
      .protocol = "commit-bcjl",
      .paper = "Brassard, Crepeau, Jozsa, Langlois, FOCS 1993, 362",
      .equations = "of the parity alone, without the paper's code; docs/theory/mistrust.md",
      .statement = "P_B = (1 + 2^(-w/2))/2; P_A >= (1 + sqrt(1 - 2^-w))/2 with purified bases and bits",
      .parameters = "w, bits in the parity",
      .unsettled =
          "The code that the paper restricts the bits to raises P_B; Bob's test of what is opened is weaker than "
          "the projection that P_A stands for.",
      .assumptions = kUnlimited,
      .points = kBcjlPoints,
  };
  return kTheorem;
}

}  // namespace herald
