#pragma once
// Commitment by physical unclonable functions: the bit is padded with the response to a challenge that the receiver
// does not know. Nikolopoulos, Opt. Express 27, 29367 (2019).

#include "herald/cheating/theorem.h"

namespace herald {

// The committer opens the other bit if another of his challenges happens to answer within `tolerated` bits of the one
// string of `bits` that does: at most others V(bits, tolerated) 2^-bits, V the volume of a Hamming ball (bounded from
// above); 2^-bits for one other challenge and no tolerance. Responses are independent and uniform. bits 1 to 1e6, 0 <=
// tolerated <= bits, others >= 0.
Result<double> puf_binding_failure(double bits, double tolerated, double others);
// The receiver, who does not know the challenge, sees the bit under a one-time pad.
double puf_guess();

const CheatingTheorem& puf_theorem();

}  // namespace herald
