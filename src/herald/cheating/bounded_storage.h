#pragma once
// An adversary who can keep q qubits and no more: Damgaard, Fehr, Salvail, Schaffner, FOCS 2005 and SIAM J. Comput. 37,
// 1865 (2008); Damgaard, Fehr, Renner, Salvail, Schaffner, CRYPTO 2007 (LNCS 4622, 360). A string of n photons in
// random bases, announced after the time in which all but q were measured. docs/theory/mistrust.md has the finite sums.

#include "herald/cheating/theorem.h"

namespace herald {

// Photons in random ones of two conjugate bases (BB84) or of three (six-state).
enum class Encoding : unsigned char { bb84, six_state };

// H_min^epsilon(X|Theta) >= (h - 2 delta) n bits of the string when all is measured, h = 1/2 or 2/3, epsilon =
// exp(-delta^2 n / (32 log2(2 m/delta)^2)), m the number of bases. CRYPTO 2007, the corollaries of its theorem 3.3
// for two and three bases.
struct Uncertainty {
  double min_entropy = 0;  // bits
  double epsilon = 0;
};
// delta in (0, h/2), n >= 1.
Result<Uncertainty> bounded_storage_uncertainty(Encoding encoding, double photons, double delta);

// One-out-of-two oblivious transfer of strings of `length` bits by n photons of BB84, Bob having q qubits of memory.
struct BoundedStorageTransfer {
  double photons = 0;
  double memory = 0;  // q
  double length = 0;  // l, bits of either string
};
// How far from ideal it is for Alice: the least over delta of 2 epsilon(delta) + 2^(-1 - (n/4 - delta n - 1 - q -
// 2l)/2), at most 1.
Result<double> transfer_epsilon(const BoundedStorageTransfer& transfer);
// The largest q, and the smallest n, with at most that epsilon in (0, 1); the other fields as given. Errors: invalid
// arguments; no q >= 0 does; for the smallest n, none below 1e15.
Result<double> transfer_largest_memory(double photons, double length, double epsilon);
Result<double> transfer_fewest_photons(double memory, double length, double epsilon);
// The smallest n when Bob's memory grows with it, q = share n; share in [0, 1/4).
Result<double> transfer_fewest_photons_for_share(double share, double length, double epsilon);

// The same condition with a plain slack kappa instead of the sums: q < n/4 - 2l - kappa.
double transfer_memory_limit(double photons, double length, double slack);
// Of commitment: q < n/2 - l - kappa.
double commitment_memory_limit(double photons, double length, double slack);

// One polarizer for n photons of BB84 whose bases are told later: the angle (radian, from Z) that is best for a cheat,
// in [0, pi/8], and what he reaches with it. No other angles, one a photon, are better (tested up to 8 photons); a
// joint measurement is, a little (both_strings_tests of optimal.h).
struct BestPolarizer {
  double angle = 0;
  double success = 0;
};
// Both strings of l bits, as both_strings_guessed has it: Breidbart's angle while n is below about 4.4 l, then next to
// nothing, so that one string is certain.
Result<BestPolarizer> both_strings_by_polarizer(double photons, double length);
// The outcomes in a basis drawn later, as alice_wins_polarized of coin_flip_bb84.h has it: at least 1/2.
Result<BestPolarizer> one_basis_by_polarizer(double photons);

// The best known attacks keep q photons and measure the other n - q so: both strings; a bit drawn later is opened.
Result<double> transfer_attack(const BoundedStorageTransfer& transfer);
Result<double> commitment_attack(double photons, double memory);

// Both strings of l bits, when each photon's bit is guessed by itself, with `guess_z` or `guess_x` as its basis turns
// out, and wrong guesses are hashed to the right string with probability 2^-l: with a = ((guess_z + guess_x)/2)^n and
// b_w = ((1 + guess_w)/2)^n it is a + (b_z + b_x - 2a) 2^-l + (1 - b_z - b_x + a) 2^-2l. In one basis (1, 1/2), in
// Breidbart's cos^2(pi/8) twice.
Result<double> both_strings_guessed(double photons, double length, double guess_z, double guess_x);
// No adversary with that memory has both strings with more than 2^-l + epsilon.
Result<double> transfer_both_bound(const BoundedStorageTransfer& transfer);
// No committer with q qubits opens a bit that is drawn after all but these were measured with more than 1/2 + 1/2
// (epsilon(delta) + 2^(-(n/4 - delta n - 1 - q))), the least over delta, at most 1: of the two bits one has its
// outcomes guessed so rarely, by min-entropy splitting. docs/theory/mistrust.md.
Result<double> commitment_bound(double photons, double memory);

const CheatingTheorem& bounded_storage_theorem();

}  // namespace herald
