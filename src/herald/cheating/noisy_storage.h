#pragma once
// An adversary whose quantum memory is noisy: nu n qubits, each through a channel N. Wehner, Schaffner, Terhal, PRL
// 100, 220502 (2008); Koenig, Wehner, Wullschleger, IEEE TIT 58, 1962 (2012). Here N keeps a qubit with probability r
// and else replaces it by 1/2 (depolarising).

#include "herald/cheating/theorem.h"

namespace herald {

struct NoisyMemory {
  double kept = 1;   // r, in [0, 1]
  double share = 1;  // nu, qubits stored per photon sent, >= 0
};

// Classical capacity of a depolarising memory: 1 - h((1 + r)/2) bits per qubit. King, IEEE TIT 49, 221 (2003).
Result<double> depolarising_capacity(double kept);
// Whether C(N) nu < 1/2: then weak string erasure, and by it commitment and oblivious transfer, are secure for n large.
Result<bool> noisy_storage_secure(const NoisyMemory& memory);
// The largest r that is secure with this nu; 1 from nu = 1/2 down.
Result<double> noisy_storage_threshold(double share);

// A message of R bits per use gets through the memory with probability at most 2^(-uses gamma(R)): gamma(R) = max over
// alpha >= 1 of (1 - 1/alpha) (R - 1 + H_alpha((1 + r)/2)). Koenig, Wehner, PRL 103, 070504 (2009).
Result<double> strong_converse_exponent(double kept, double rate);

// The bits of a string of n photons that the adversary lacks, per photon, in weak string erasure, but for epsilon =
// 2 exp(-(delta/4)^2 n/(32 (2 + log2(4/delta))^2)): nu gamma((1/2 - delta)/nu). IEEE TIT 2012. delta in
// (0, 1/2].
struct WeakStringErasure {
  double rate = 0;
  double epsilon = 0;
};
Result<WeakStringErasure> weak_string_erasure(const NoisyMemory& memory, double photons, double delta);

// The longest strings of an oblivious transfer without interactive hashing: l with l <= nu n gamma(R) - 2 log2(1/(2
// e)), R nu n = (1/4 - delta) n - 1 - l - leaked - log2(1/e), `leaked` bits of syndromes, e = epsilon/6, and delta with
// exp(...) = epsilon/6 in the uncertainty relation of bounded_storage.h. 0 when there is none. The scheme of Schaffner,
// PRA 82, 032308 (2010); the sums are derived in docs/theory/mistrust.md; secure for n large when C(N) nu < 1/4.
// epsilon in (0, 1).
Result<double> noisy_transfer_length(const NoisyMemory& memory, double photons, double epsilon, double leaked = 0);

// No adversary with that memory has both strings of l bits with more than 2^-l + epsilon, the smallest epsilon at which
// that transfer is long enough; at most 1.
Result<double> noisy_transfer_both_bound(const NoisyMemory& memory, double photons, double length, double leaked = 0);

// An adversary who treats each photon alone: what he guesses of a bit with the basis told later, max((1 + r)/2,
// cos^2(pi/8)); he stores it from r = 1/sqrt 2 on, else measures in Breidbart's basis. Schaffner, Terhal, Wehner,
// Quantum Inf. Comput. 9, 963 (2009).
Result<double> individual_storage_guess(double kept);
double individual_storage_threshold();

const CheatingTheorem& noisy_storage_theorem();
const CheatingTheorem& individual_storage_theorem();

}  // namespace herald
