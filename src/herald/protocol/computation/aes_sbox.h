#pragma once
// The S-box of AES in 115 gates, 32 of them AND.

#include <array>

#include "herald/protocol/computation/circuit_builder.h"

namespace herald {

using AesByte = std::array<CircuitBuilder::Bit, 8>;  // the highest bit first, as the paper's x0 ... x7

// Boyar, Peralta, "A new combinational logic minimization technique with applications to cryptology", SEA 2010: a
// linear layer of 23 XOR, the inversion in GF((2^4)^2) with 32 AND in 6 layers and 30 XOR, and a linear layer of 30 XOR
// and XNOR. An XNOR is an XOR and an INV here.
AesByte aes_sbox(const AesByte& x);

}  // namespace herald
