#pragma once
// A string of photons that has to pass as one of either basis of BB84, and who keeps it has no memory: what the best
// state, or the best measurement of somebody else's states, comes to. Bennett and Brassard's coin flip is that game
// with Alice's photons, Kent's commitment with Bob's. docs/theory/mistrust.md derives it.

#include <cstdint>

#include "herald/cheating/theorem.h"

namespace herald {

// Of each of `photons` the probability is 1/2 that it is tested, in whichever basis is asked for; the string passes
// with at most `tolerated` times as many errors as there were tests. The mean of the probabilities to pass in both
// bases, at its best over all joint states: the largest eigenvalue of the mean of both tests, which depends on the
// total spin alone. 1 to 200 photons. tolerated: 0 to 1.
Result<double> best_in_either_basis(std::int64_t photons, double tolerated);
// The most of that over all numbers of photons from `fewest` (>= 1) to `most` (<= 200) that a cheat may say have come.
Result<double> best_in_either_basis(std::int64_t fewest, std::int64_t most, double tolerated);

const CheatingTheorem& two_bases_theorem();

}  // namespace herald
