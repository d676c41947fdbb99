#pragma once
// How far chance can carry a count, with the failure probability stated. Two directions of each inequality: a _tail is
// an upper bound on the probability of a deviation, a _deviation is what is exceeded with at most the given
// probability. Results are rounded to the safe side. Impossible arguments, NaN among them, are bugs (HERALD_CHECK).

#include <cstdint>
#include <span>

#include "herald/base/units.h"

namespace herald {

// Sums of n independent variables in [0, 1] whose expectations have the mean p --------------------------------------

// Pr[S >= n x] for x >= p, Pr[S <= n x] for x <= p: both at most exp(-n D(x || p)).
// Chernoff, Ann. Math. Stat. 23, 493 (1952); in this generality Hoeffding, J. Am. Stat. Assoc. 58, 13 (1963), eq.
// (2.1).
FailureProbability chernoff_divergence_tail(double n, double p, double x);
// Additive: Pr[S >= n (p + t)] <= exp(-2 n t^2), t >= 0; the same below. Hoeffding 1963, eq. (2.3).
FailureProbability chernoff_additive_tail(double n, double t);
// Multiplicative, mu = n p: Pr[S >= (1+d) mu] <= exp(-d^2 mu / (2+d)), d >= 0; Pr[S <= (1-d) mu] <= exp(-d^2 mu / 2),
// 0 <= d <= 1. Mitzenmacher and Upfal, "Probability and Computing", theorems 4.4 and 4.5 with their remarks.
FailureProbability chernoff_multiplicative_upper_tail(double mu, double d);
FailureProbability chernoff_multiplicative_lower_tail(double mu, double d);

// sqrt(n/2 ln(1/epsilon)): a sum of n independent variables in [0, 1] exceeds its expectation by more (and, separately,
// falls below it by more) with probability at most epsilon. Hoeffding 1963, theorem 2.
double hoeffding_deviation(double n, FailureProbability epsilon);
// Variables of different ranges: Pr[S - E[S] >= t] <= exp(-2 t^2 / sum of range^2). Hoeffding 1963, theorem 2.
FailureProbability hoeffding_tail(std::span<const double> ranges, double t);

// Martingales ---------------------------------------------------------------------------------------------------------

// Pr[X_n - X_0 >= t] <= exp(-t^2 / (2 sum c_i^2)), |X_i - X_{i-1}| <= c_i. Azuma, Tohoku Math. J. 19, 357 (1967).
FailureProbability azuma_tail(std::span<const double> steps, double t);
// The same for n steps of at most c each: c sqrt(2 n ln(1/epsilon)).
double azuma_deviation(double n, double c, FailureProbability epsilon);

// Sampling without replacement ----------------------------------------------------------------------------------------

// A sample of k out of a population whose values lie in [0, 1]: Pr[sample mean >= population mean + t]
// <= exp(-2 k t^2 / (1 - (k-1)/population)); the same below. Serfling, Ann. Stat. 2, 39 (1974), corollary 1.1.
FailureProbability serfling_tail(double population, double k, double t);
// The mean of the n left unseen against the mean of the sample of k: Pr[unseen >= sample + t]
// <= exp(-2 n k^2 t^2 / ((n+k)(k+1))). Tomamichel, Leverrier, Quantum 1, 14 (2017), lemma 6; from Serfling.
FailureProbability serfling_unseen_tail(double n, double k, double t);
double serfling_unseen_deviation(double n, double k, FailureProbability epsilon);

// Pr[a sample of k from a population with `marked` marked holds exactly / at most `seen` marked]. The first to about
// 1e-12 relative at any size (Loader 2000); the second an upper bound: the terms below fall at least geometrically,
// because the distribution is log-concave. Counts up to 2^53.
double hypergeometric_log_pmf(std::int64_t population, std::int64_t marked, std::int64_t k, std::int64_t seen);
FailureProbability hypergeometric_lower_tail(std::int64_t population, std::int64_t marked, std::int64_t k,
                                             std::int64_t seen);
// The largest number of marked that the n unseen can hold, a random sample of k having shown `seen`: more with
// probability at most epsilon. The exact test inverted, so at least as tight as Serfling's inequality.
std::int64_t unseen_marked_upper(std::int64_t seen, std::int64_t k, std::int64_t n, FailureProbability epsilon);

// Confidence bounds on a probability from `successes` in `trials`
// ------------------------------------------------------

// Each misses the true value with probability at most epsilon. Clopper, Pearson, Biometrika 26, 404 (1934).
Probability clopper_pearson_lower(std::int64_t successes, std::int64_t trials, FailureProbability epsilon);
Probability clopper_pearson_upper(std::int64_t successes, std::int64_t trials, FailureProbability epsilon);

// ln n! and ln of the number of ways to choose k of n, accurate at any size. Unlike std::lgamma they write no global
// variable: threads may share them.
double log_factorial(double n);
double log_binomial(double n, double k);
// ln of the binomial probability of k in n, and of the Poissonian one of n; accurate at any size (Loader 2000).
double binomial_log_pmf(double n, double p, double k);
double poisson_log_pmf(double mean, double n);

// log2 of the number of strings of n bits with at most t ones: what announcing such a string can tell.
double log2_hamming_ball(std::int64_t n, std::int64_t t);

}  // namespace herald
