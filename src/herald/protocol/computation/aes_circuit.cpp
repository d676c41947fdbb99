// AES-128 of FIPS 197 as a circuit; section numbers are the standard's.

#include <utility>

#include "herald/protocol/computation/aes_sbox.h"
#include "herald/protocol/computation/circuits.h"

namespace herald {
namespace {

using Bit = CircuitBuilder::Bit;
using Bits = CircuitBuilder::Bits;
using Block = std::array<AesByte, 16>;  // byte r + 4 c is row r of column c (3.4)

AesByte operator^(const AesByte& a, const AesByte& b) {
  AesByte sum;
  for (std::size_t i = 0; i < 8; ++i) sum[i] = a[i] ^ b[i];
  return sum;
}

Block operator^(const Block& a, const Block& b) {
  Block sum;
  for (std::size_t i = 0; i < 16; ++i) sum[i] = a[i] ^ b[i];
  return sum;
}

// Wire 127 is the first byte's highest bit.
Block block_of(const Bits& wires) {
  Block block;
  for (std::size_t i = 0; i < 128; ++i) block[i / 8][i % 8] = wires[127 - i];
  return block;
}

// Multiplication by x modulo x^8 + x^4 + x^3 + x + 1 (4.2.1).
AesByte times_x(const AesByte& a) { return {a[1], a[2], a[3], a[4] ^ a[0], a[5] ^ a[0], a[6], a[7] ^ a[0], a[0]}; }

// SubBytes and ShiftRows (5.1.1, 5.1.2).
Block substitute_and_shift(const Block& state) {
  Block shifted;
  for (std::size_t column = 0; column < 4; ++column)
    for (std::size_t row = 0; row < 4; ++row)
      shifted[row + 4 * column] = aes_sbox(state[row + 4 * ((column + row) % 4)]);
  return shifted;
}

// MixColumns (5.1.3): 2 a + 3 b + c + d for each byte a and those below it, b, c and d.
Block mix_columns(const Block& state) {
  Block mixed;
  for (std::size_t column = 0; column < 4; ++column) {
    const auto byte = [&](std::size_t row) -> const AesByte& { return state[row % 4 + 4 * column]; };
    std::array<AesByte, 4> pair;  // pair[row]: the bytes of this row and the next
    for (std::size_t row = 0; row < 4; ++row) pair[row] = byte(row) ^ byte(row + 1);
    for (std::size_t row = 0; row < 4; ++row)
      mixed[row + 4 * column] = times_x(pair[row]) ^ byte(row + 1) ^ pair[(row + 2) % 4];
  }
  return mixed;
}

// The next round key (5.2); `constant` is Rcon's first byte.
Block next_key(const Block& key, std::uint8_t constant) {
  Block next;
  for (std::size_t row = 0; row < 4; ++row) next[row] = key[row] ^ aes_sbox(key[(row + 1) % 4 + 12]);
  for (std::size_t i = 0; i < 8; ++i)
    if ((constant >> (7 - i)) & 1) next[0][i] = ~next[0][i];
  for (std::size_t i = 4; i < 16; ++i) next[i] = next[i - 4] ^ key[i];
  return next;
}

}  // namespace

Circuit aes128_circuit() {
  static constexpr std::array<std::uint8_t, 10> kConstants{0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0x1b, 0x36};
  CircuitBuilder builder({128, 128});
  Block key = block_of(builder.input(0));
  Block state = block_of(builder.input(1)) ^ key;
  for (std::size_t round = 1; round <= 10; ++round) {
    state = substitute_and_shift(state);
    if (round != 10) state = mix_columns(state);
    key = next_key(key, kConstants[round - 1]);
    state = state ^ key;
  }
  Bits wires(128);
  for (std::size_t i = 0; i < 128; ++i) wires[127 - i] = state[i / 8][i % 8];
  return std::move(builder).finish(std::span<const Bits>(&wires, 1));
}

BitString aes_wires(std::span<const std::uint8_t, 16> block) {
  BitString wires(128);
  for (std::size_t i = 0; i < 128; ++i) wires.set(127 - i, (block[i / 8] >> (7 - i % 8)) & 1);
  return wires;
}

std::array<std::uint8_t, 16> aes_block(BitView wires) {
  HERALD_CHECK(wires.size() == 128);
  std::array<std::uint8_t, 16> block{};
  for (std::size_t i = 0; i < 128; ++i)
    block[i / 8] = static_cast<std::uint8_t>(block[i / 8] << 1 | static_cast<int>(wires[127 - i]));
  return block;
}

}  // namespace herald
