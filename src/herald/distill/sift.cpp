#include "herald/distill/sift.h"

#include <bit>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace herald {
namespace {

// The bits of `word` where the mask is set, moved together at the low end.
std::uint64_t extract_portable(std::uint64_t word, std::uint64_t mask) {
  // Hacker's Delight, section 7-4 (Warren 2013): six rounds, each moving bits by a power of two where a bit of their
  // distance is set.
  word &= mask;
  std::uint64_t zeros_right = ~mask << 1;
  for (unsigned round = 0; round < 6; ++round) {
    std::uint64_t odd = zeros_right;
    for (unsigned shift = 1; shift < 64; shift *= 2) odd ^= odd << shift;
    const std::uint64_t move = odd & mask;
    mask = (mask ^ move) | (move >> (1u << round));
    const std::uint64_t moved = word & move;
    word = (word ^ moved) | (moved >> (1u << round));
    zeros_right &= ~odd;
  }
  return word;
}

// Appends the low `count` bits of `bits` to a string of words that holds `at` bits; what lies above them is zero.
inline void append_bits(std::uint64_t* words, std::size_t at, std::uint64_t bits, unsigned count) {
  words[at / 64] |= bits << (at % 64);
  if (at % 64 + count > 64)
    words[at / 64 + 1] = bits >> (64 - at % 64);  // NOLINT(clang-analyzer-core.BitwiseShift): count <= 64
}

void compact_portable(BitView bits, BitView mask, std::uint64_t* out) {
  std::size_t at = 0;
  for (std::size_t i = 0; i < mask.words().size(); ++i) {
    const std::uint64_t chosen = mask.words()[i];
    if (chosen == 0) continue;
    const unsigned count = static_cast<unsigned>(std::popcount(chosen));
    append_bits(out, at, extract_portable(bits.words()[i], chosen), count);
    at += count;
  }
}

#if defined(__x86_64__)
__attribute__((target("bmi2,popcnt"))) void compact_bmi2(BitView bits, BitView mask, std::uint64_t* out) {
  std::size_t at = 0;
  for (std::size_t i = 0; i < mask.words().size(); ++i) {
    const std::uint64_t chosen = mask.words()[i];
    if (chosen == 0) continue;
    const unsigned count = static_cast<unsigned>(std::popcount(chosen));
    append_bits(out, at, _pext_u64(bits.words()[i], chosen), count);
    at += count;
  }
}
#endif

template <typename Bits>
Bits compact_any(BitView bits, BitView mask, Kernel kernel) {
  HERALD_CHECK(bits.size() == mask.size());
  Bits result(mask.count_ones());
#if defined(__x86_64__)
  if (kernel != Kernel::portable) {
    compact_bmi2(bits, mask, result.words().data());
    return result;
  }
#endif
  (void)kernel;
  compact_portable(bits, mask, result.words().data());
  return result;
}

template <typename T>
std::vector<T> compact_values(std::span<const T> values, BitView mask) {
  HERALD_CHECK(values.size() == mask.size());
  std::vector<T> result;
  result.reserve(mask.count_ones());
  for (std::size_t i = 0; i < mask.words().size(); ++i)
    for (std::uint64_t chosen = mask.words()[i]; chosen != 0; chosen &= chosen - 1)
      result.push_back(values[64 * i + static_cast<unsigned>(std::countr_zero(chosen))]);
  return result;
}

}  // namespace

SiftMasks match_bases(BitView alice_basis, BitView bob_basis, bool key_basis_is_x) {
  HERALD_CHECK(alice_basis.size() == bob_basis.size());
  BitString z(alice_basis.size()), x(alice_basis.size());
  for (std::size_t i = 0; i < z.words().size(); ++i) {
    x.words()[i] = alice_basis.words()[i] & bob_basis.words()[i];
    z.words()[i] = ~(alice_basis.words()[i] | bob_basis.words()[i]);
  }
  if (!z.empty()) z.trim();
  return key_basis_is_x ? SiftMasks{std::move(x), std::move(z)} : SiftMasks{std::move(z), std::move(x)};
}

BitString with_intensity(std::span<const std::uint8_t> intensity, std::uint8_t wanted, BitView within) {
  HERALD_CHECK(intensity.size() == within.size());
  BitString result(within.size());
  for (std::size_t i = 0; i < intensity.size(); ++i)
    result.words()[i / 64] |= std::uint64_t{intensity[i] == wanted} << (i % 64);
  for (std::size_t i = 0; i < result.words().size(); ++i) result.words()[i] &= within.words()[i];
  return result;
}

BitString compact(BitView bits, BitView mask, Kernel kernel) { return compact_any<BitString>(bits, mask, kernel); }
SecretBits compact_secret(BitView bits, BitView mask, Kernel kernel) {
  return compact_any<SecretBits>(bits, mask, kernel);
}
std::vector<std::uint8_t> compact(std::span<const std::uint8_t> values, BitView mask) {
  return compact_values(values, mask);
}
std::vector<std::uint64_t> compact(std::span<const std::uint64_t> values, BitView mask) {
  return compact_values(values, mask);
}

}  // namespace herald
