#pragma once
// Memories that disturb qubits in other ways than noisy_storage.h's, and oblivious transfer from weak string erasure by
// interactive hashing: Koenig, Wehner, Wullschleger, IEEE TIT 58, 1962 (2012).

#include "herald/cheating/noisy_storage.h"

namespace herald {

// With probability r a qubit is kept; else it is an even mixture (depolarising), or known to be lost (erasure).
// Dephasing: coherences are multiplied by r. Amplitude damping: |1> decays to |0> with 1 - r.
enum class MemoryKind : unsigned char { depolarising, erasure, dephasing, amplitude_damping };

struct MemoryChannel {
  MemoryKind kind = MemoryKind::depolarising;
  double kept = 1;  // r, in [0, 1]
};

// Bits per qubit above which messages get lost exponentially: the classical capacity of the first three (1 - h((1 +
// r)/2): King, IEEE TIT 49, 221 (2003); r: Bennett, DiVincenzo, Smolin, PRL 78, 3217 (1997); 1). Of amplitude damping
// that is not known; here min(1, C_E), the entanglement-assisted one, max over p of h(p) + h(rp) - h((1 - r)p):
// Bennett, Shor, Smolin, Thapliyal, PRL 83, 3081 (1999).
Result<double> memory_capacity(const MemoryChannel& memory);
// Whether capacity times share (qubits per photon) is below 1/2: then weak string erasure is secure for n large.
Result<bool> memory_secure(const MemoryChannel& memory, double share);
// The largest r that is secure with this share; 1 from 1/2 down. Errors: invalid_argument, where none is.
Result<double> memory_threshold(MemoryKind kind, double share);

// A message of R bits per use gets through with at most 2^(-uses gamma(R)). Depolarising: noisy_storage.h. Erasure: max
// over s in [0, 1] of sR - log2(1 - r + r 2^s), for who has k qubits left guesses with 2^(k - uses R). Dephasing: R
// - 1. Amplitude damping: the larger of R - 1 and (1 - 1/a)(R - I_a), I_a the sandwiched Renyi information: Gupta,
// Wilde, Commun. Math. Phys. 334, 867 (2015).
Result<double> strong_converse_exponent(const MemoryChannel& memory, double rate);

// noisy_storage.h's, of any of these memories.
Result<WeakStringErasure> weak_string_erasure(const MemoryChannel& memory, double share, double photons, double delta);

// Oblivious transfer from weak string erasure of m bits by interactive hashing of a quarter of m/b rows of b bits: no
// adversary has both strings of l bits with more than 2^-l + 43 2^(-L^2 m/(512 w^2 b)) + 2 epsilon, L the rate and
// epsilon that of weak string erasure, if l <= ((1 - 1/w) L/8 - L^2/(512 w^2 b)) m - 1/2, w >= 2 and b >= max(67, 256
// w^2/L^2); the least over w and delta, at most 1. IEEE TIT 2012, its theorem on oblivious transfer, quoted from
// memory.
struct HashedRows {
  double rows = 0, columns = 0;
};
Result<double> hashing_transfer_both_bound(const MemoryChannel& memory, double share, const HashedRows& string,
                                           double length);

// What an adversary who treats each photon alone guesses of a bit whose basis he is told later, with the better of
// measuring at once, cos^2(pi/8), and storing: (1 + r)/2 (of erasure in the mean); dephasing along the axis between the
// bases (1 + sqrt((1 + r^2)/2))/2; amplitude damping with both bases on its equator (1 + sqrt r)/2.
Result<double> individual_guess(const MemoryChannel& memory);
// Storing alone.
Result<double> stored_guess(const MemoryChannel& memory);

// Both strings when each bit is guessed with `guess`, the sets of rows being drawn alike, and independently.
Result<double> both_sets_guessed(const HashedRows& string, double length, double guess);
// Both when each bit is known with r, and he knows which: those he puts into rows of their own, and one set among them.
// Errors: invalid_argument when there may be too few for a set, more than 1e-12 of the time.
Result<double> both_sets_with_erasures(const HashedRows& string, double length, double kept);

const CheatingTheorem& memory_channels_theorem();

}  // namespace herald
