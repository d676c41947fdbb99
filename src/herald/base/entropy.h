#pragma once
// Entropies in bits, accurate where the textbook forms cancel: near 0, near 1 and, for capacities, near 1/2. Arguments
// outside their range, NaN among them, are bugs (HERALD_CHECK): whoever reads them from outside has checked them.

#include <span>

#include "herald/base/units.h"

namespace herald {

// h(p) = -p log2 p - (1-p) log2(1-p); p in [0, 1].
double binary_entropy(double p);
inline double binary_entropy(ErrorRate rate) { return binary_entropy(rate.value); }

// The p in [0, 1/2] with h(p) = entropy; entropy in [0, 1].
double inverse_binary_entropy(double entropy);

// -sum p_i log2 p_i; the p_i are probabilities whose sum is 1 to 1e-9.
double shannon_entropy(std::span<const double> probabilities);

// Bits per use of a binary symmetric channel: 1 - h(p), without cancellation at p = 1/2. (Shannon 1948.)
double bsc_capacity(double p);

// D(p || q) of two coins in nats: p ln(p/q) + (1-p) ln((1-p)/(1-q)); infinite where p's support exceeds q's.
double bernoulli_divergence(double p, double q);

// x ln(x/mean) + mean - x >= 0, without cancellation at x = mean (Loader, "Fast and accurate computation of binomial
// probabilities", 2000). x >= 0, mean > 0.
double deviance(double x, double mean);

}  // namespace herald
