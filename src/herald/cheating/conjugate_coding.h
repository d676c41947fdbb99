#pragma once
// Two messages, one of which can be read: Wiesner, "Conjugate coding", SIGACT News 15, 78 (1983). How much of both a
// single measurement tells.

#include "herald/cheating/theorem.h"

namespace herald {

// `bits` bits in one qubit, any one of which is read with this probability: (1 + 1/sqrt bits) / 2, bits 1 to 3.
// Ambainis, Nayak, Ta-Shma, Vazirani, J. ACM 49, 496 (2002). No such code of 4 bits: Hayashi et al., NJP 8, 129 (2006).
Result<double> random_access_code(int bits);
// The same into one classical bit, their majority: 1/2 + C(bits - 1, floor((bits - 1)/2)) / 2^bits; odd and even bits.
// Ambainis, Leung, Mancinska, Ozols, arXiv 0810.2937. bits 1 to 60.
Result<double> classical_random_access_code(int bits);

// One photon of BB84, measured by a polarizer at `angle` (radian): the probability of its bit if it turns out to be
// encoded in z, and in x. Breidbart's angle pi/8 has both equal and the largest sum.
struct BothBases {
  double z = 0, x = 0;
};
BothBases guess_by_polarizer(double angle);
// cos^2(pi/8): the best mean of the two, when the basis is told afterwards, over all measurements without a memory.
double breidbart_guess();

// The best guess of the two bits of one qubit together: states of one qubit that say N equally likely things tell them
// with probability at most 2/N; here 1/2, and the four states of BB84 reach it. Holevo, J. Multivar. Anal. 3, 337
// (1973).
double both_bits();

// Of two photons, one for each message, in an order that is told afterwards: the best guess of n bits of both messages,
// over all measurements of all 2n photons together, (3/4)^n; of photons by themselves breidbart_guess()^(2n). For a
// pair, each wrong word has 1/12 then. docs/theory/mistrust.md derives it. n from 0 to 2^53.
Result<double> both_messages(double bits);

const CheatingTheorem& conjugate_coding_theorem();

}  // namespace herald
