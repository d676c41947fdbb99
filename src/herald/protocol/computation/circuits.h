#pragma once
// Circuits of functions that two parties ask for. Wire i of an integer is its bit of weight 2^i, as in Bristol Fashion.

#include <array>
#include <cstdint>
#include <span>

#include "herald/protocol/computation/circuit.h"

namespace herald {

inline constexpr std::size_t kMaxOperandBits = 4096;

// What a comparison saves: AND gates (transfers of GMW) or layers of them (its rounds).
enum class Saves { gates, rounds };

// Whether the first party's integer is the greater: the millionaires' question. n AND gates in n layers (Kolesnikov,
// Sadeghi, Schneider, CANS 2009, figure 5), or 3 n - 2 - ceil(log2 n) in 1 + ceil(log2 n) layers, halving.
// This and the next two: inputs of `bits` bits each; errors: invalid_argument outside [1, kMaxOperandBits].
Result<Circuit> greater_than_circuit(std::size_t bits, Saves saves = Saves::gates);

// Whether the two parties' strings are the same: n - 1 AND gates in ceil(log2 n) layers.
Result<Circuit> equality_circuit(std::size_t bits);

// The sum of two integers, of bits + 1 bits: n AND gates in n layers (Boyar, Peralta, Pochuev, TCS 235 (2000)).
Result<Circuit> adder_circuit(std::size_t bits);

// AES-128 (FIPS 197): the first party's key, the second party's plaintext, the ciphertext; the key is expanded within.
// 6400 AND gates in 60 layers: 200 S-boxes of 32 in 6 (aes_sbox.h). Wire order of Bristol Fashion's AES: a
// block of 16 bytes is an integer whose first byte weighs most, so wire 127 is the first byte's highest bit.
Circuit aes128_circuit();
// A block as such an input, and back.
BitString aes_wires(std::span<const std::uint8_t, 16> block);
std::array<std::uint8_t, 16> aes_block(BitView wires);  // 128 bits

}  // namespace herald
