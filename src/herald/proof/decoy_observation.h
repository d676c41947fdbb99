#pragma once
// What a decoy-state link saw in one block. The key is made of the rounds in which both chose the key basis; the rounds
// in which both chose the test basis are compared in full. Papers differ in the letters: Lim et al. 2014 make the key
// in X and test in Z, Rusca et al. 2018 and this software's links the other way round.

#include <array>
#include <cstdint>
#include <vector>

#include "herald/base/result.h"
#include "herald/base/units.h"

namespace herald {

// Counts of one intensity, in sifted rounds.
struct IntensityCounts {
  MeanPhotonNumber mean;
  Probability sent;  // with which Alice chooses this intensity, the same in both bases
  std::int64_t key_detections = 0;
  std::int64_t key_errors = 0;  // known once the key is corrected; the one-decoy theorem needs it, the others ignore it
  std::int64_t test_detections = 0;
  std::int64_t test_errors = 0;
};

struct DecoyObservation {
  std::vector<IntensityCounts> intensities;  // the strongest first
};

// The same in real numbers: what a link is expected to show, which curves are drawn from, or the counts of one that
// did.
struct ExpectedCounts {
  MeanPhotonNumber mean;
  Probability sent;
  double key_detections = 0;
  double key_errors = 0;
  double test_detections = 0;
  double test_errors = 0;
};
struct DecoyExpectation {
  std::vector<ExpectedCounts> intensities;
};
DecoyExpectation expectation_of(const DecoyObservation& observation);

// Sums over the intensities.
std::int64_t key_detections(const DecoyObservation& observation);
std::int64_t key_errors(const DecoyObservation& observation);
std::int64_t test_detections(const DecoyObservation& observation);
std::int64_t test_errors(const DecoyObservation& observation);

// Ok when there are `intensities` of them, strictly falling, mu1 > mu2 + mu3 (three intensities), probabilities in (0,
// 1) with sum 1, and no count negative, more errors than detections, or totals above 2^53. Errors: invalid_argument.
Result<void> validate(const DecoyExpectation& counts, std::size_t intensities);
Result<void> validate(const DecoyObservation& observation, std::size_t intensities);

// Lim et al. 2014: tau_n = sum_k p_k e^-k k^n / n!, the probability that a pulse holds n photons.
double photon_number_probability(const DecoyExpectation& counts, int n);

// What the same link would see in `factor` times as many pulses.
DecoyObservation scaled(const DecoyObservation& observation, double factor);

// The largest factor at which `validate` still takes it.
double largest_growth(const DecoyObservation& observation);

}  // namespace herald
