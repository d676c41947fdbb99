#pragma once
// An adversary who can keep B of N public random bits and no more. Maurer, J. Cryptology 5, 53 (1992); Cachin, Maurer,
// CRYPTO 1997 (LNCS 1294, 292); Cachin, Crepeau, Marcil, FOCS 1998. Two honest parties keep k bits each at positions of
// their own and meet in about k^2/N of them.

#include <cstdint>

#include "herald/cheating/theorem.h"

namespace herald {

// k^2/N, the mean number of positions that both kept. k <= N, N >= 1.
Result<double> mean_overlap(double kept, double string);
// The probability of at least `overlap` of them, hypergeometric. At most 1e7 kept.
Result<double> overlap_probability(std::int64_t kept, std::int64_t string, std::int64_t overlap);
// The memory that honest parties need at least, in order, against an adversary of B bits: sqrt B. Dziembowski, Maurer,
// Eurocrypt 2004 (LNCS 3027, 126): the gap is never more than quadratic in a key agreement of this kind.
Result<double> honest_memory(double adversary);
// The adversary who keeps B positions at random knows all `overlap` common ones with C(N-s, B-s)/C(N, B), about
// (B/N)^s. overlap <= B <= N.
Result<double> adversary_knows_overlap(double adversary, double string, double overlap);
// The adversary who keeps B positions guesses l bits that are hashed (by a random Toeplitz matrix) from `overlap`
// random ones: of u that it lacks, hypergeometric, the mean of 2^-u + (1 - 2^-u) 2^-l.
Result<double> adversary_guesses_hash(std::int64_t adversary, std::int64_t string, std::int64_t overlap, double length);

const CheatingTheorem& classical_storage_theorem();

}  // namespace herald
