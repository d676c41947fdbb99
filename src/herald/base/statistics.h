#pragma once
// What tests and benchmarks need of statistics. A test states its false-alarm probability and compares a p-value with
// it. Impossible arguments are bugs (HERALD_CHECK).

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "herald/base/units.h"

namespace herald {

// Pr[a chi-square variable with that many degrees of freedom is at least `statistic`].
double chi_square_p_value(double statistic, double degrees_of_freedom);

// Pearson's test of counts against probabilities (their sum is made 1). Neighbouring cells are pooled until each
// expects at least five; with fewer than two cells left there is nothing to test and the answer is 1. A count where the
// probability is zero gives 0.
double chi_square_test(std::span<const std::uint64_t> observed, std::span<const double> probabilities);

// Were two samples, of any two sizes, drawn from one distribution? The test of homogeneity of a 2 x n table, cells
// pooled as above.
double two_sample_chi_square_test(std::span<const std::uint64_t> a, std::span<const std::uint64_t> b);

// A two-sided interval for a probability that misses it with probability at most `false_alarm` (Clopper-Pearson).
std::pair<Probability, Probability> binomial_interval(std::uint64_t successes, std::uint64_t trials,
                                                      FailureProbability false_alarm);

double mean(std::span<const double> values);
// Unbiased: divided by n - 1. At least two values.
double sample_variance(std::span<const double> values);
// The middle value, or the mean of the two in the middle.
double median(std::vector<double> values);

}  // namespace herald
