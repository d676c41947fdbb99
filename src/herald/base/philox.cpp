#include "herald/base/philox.h"

#include <algorithm>

#include "herald/base/result.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace herald {
namespace {

constexpr std::uint32_t kMultiplier0 = 0xD2511F53, kMultiplier1 = 0xCD9E8D57, kWeyl0 = 0x9E3779B9, kWeyl1 = 0xBB67AE85;
constexpr int kRounds = 10;

struct Stream {
  std::uint64_t seed, stream;
};

constexpr std::uint32_t low(std::uint64_t word) { return static_cast<std::uint32_t>(word); }
constexpr std::uint32_t high(std::uint64_t word) { return static_cast<std::uint32_t>(word >> 32); }

void fill_portable(Stream of, std::uint64_t first, std::uint64_t* words, std::size_t blocks) {
  for (std::size_t i = 0; i < blocks; ++i) {
    const auto block = philox4x32_10({low(first + i), high(first + i), low(of.stream), high(of.stream)},
                                     {low(of.seed), high(of.seed)});
    words[2 * i] = block[0] | std::uint64_t{block[1]} << 32;
    words[2 * i + 1] = block[2] | std::uint64_t{block[3]} << 32;
  }
}

#if defined(__x86_64__)
// A 64-bit lane holds a block's 32-bit word c0 ... c3 in its low half; the high half is whatever the products left
// there. Lanes are in the order in which unpacking the two halves of the blocks puts them into a row.
// (The maskz forms with a full mask cost nothing and spare g++ 12 a false warning.)
constexpr std::size_t kBatch = 8;  // blocks

template <int kVectors>
[[gnu::target("avx512f")]] inline void batch_avx512(Stream of, std::uint64_t first, std::uint64_t* words) {
  const __m512i order = _mm512_setr_epi64(0, 4, 1, 5, 2, 6, 3, 7);
  const __m512i m0 = _mm512_set1_epi64(kMultiplier0), m1 = _mm512_set1_epi64(kMultiplier1);
  const __m512i weyl0 = _mm512_set1_epi64(kWeyl0), weyl1 = _mm512_set1_epi64(kWeyl1);
  __m512i k0 = _mm512_set1_epi64(low(of.seed)), k1 = _mm512_set1_epi64(high(of.seed));
  __m512i c0[kVectors], c1[kVectors], c2[kVectors], c3[kVectors];
#pragma GCC unroll 4
  for (int v = 0; v < kVectors; ++v) {
    const std::uint64_t begin = first + kBatch * static_cast<std::uint64_t>(v);
    c0[v] = _mm512_add_epi64(_mm512_set1_epi64(static_cast<long long>(begin)), order);
    c1[v] = _mm512_maskz_srli_epi64(0xFF, c0[v], 32);
    c2[v] = _mm512_set1_epi64(low(of.stream));
    c3[v] = _mm512_set1_epi64(high(of.stream));
  }
#pragma GCC unroll 10
  for (int round = 0; round < kRounds; ++round) {
#pragma GCC unroll 4
    for (int v = 0; v < kVectors; ++v) {
      const __m512i p0 = _mm512_maskz_mul_epu32(0xFF, m0, c0[v]), p1 = _mm512_maskz_mul_epu32(0xFF, m1, c2[v]);
      c0[v] = _mm512_ternarylogic_epi64(_mm512_maskz_srli_epi64(0xFF, p1, 32), c1[v], k0,
                                        0x96);  // of all three the sum modulo 2
      c1[v] = p1;
      c2[v] = _mm512_ternarylogic_epi64(_mm512_maskz_srli_epi64(0xFF, p0, 32), c3[v], k1, 0x96);
      c3[v] = p0;
    }
    k0 = _mm512_add_epi32(k0, weyl0);
    k1 = _mm512_add_epi32(k1, weyl1);
  }
#pragma GCC unroll 4
  for (int v = 0; v < kVectors; ++v) {
    const __m512i left = _mm512_mask_blend_epi32(0xAAAA, c0[v], _mm512_maskz_slli_epi64(0xFF, c1[v], 32));
    const __m512i right = _mm512_mask_blend_epi32(0xAAAA, c2[v], _mm512_maskz_slli_epi64(0xFF, c3[v], 32));
    _mm512_storeu_si512(words + 16 * v, _mm512_maskz_unpacklo_epi64(0xFF, left, right));
    _mm512_storeu_si512(words + 16 * v + 8, _mm512_maskz_unpackhi_epi64(0xFF, left, right));
  }
}

[[gnu::target("avx512f")]] void fill_avx512(Stream of, std::uint64_t first, std::uint64_t* words, std::size_t blocks) {
  std::size_t done = 0;
  for (; done + 4 * kBatch <= blocks; done += 4 * kBatch) batch_avx512<4>(of, first + done, words + 2 * done);
  for (; done + kBatch <= blocks; done += kBatch) batch_avx512<1>(of, first + done, words + 2 * done);
  fill_portable(of, first + done, words + 2 * done, blocks - done);
}

[[gnu::target("avx2")]] inline void batch_avx2(Stream of, std::uint64_t first, std::uint64_t* words) {
  constexpr int kVectors = 2;
  const __m256i order = _mm256_setr_epi64x(0, 2, 1, 3);
  const __m256i m0 = _mm256_set1_epi64x(kMultiplier0), m1 = _mm256_set1_epi64x(kMultiplier1);
  const __m256i weyl0 = _mm256_set1_epi64x(kWeyl0), weyl1 = _mm256_set1_epi64x(kWeyl1);
  __m256i k0 = _mm256_set1_epi64x(low(of.seed)), k1 = _mm256_set1_epi64x(high(of.seed));
  __m256i c0[kVectors], c1[kVectors], c2[kVectors], c3[kVectors];
#pragma GCC unroll 2
  for (int v = 0; v < kVectors; ++v) {
    const std::uint64_t begin = first + 4 * static_cast<std::uint64_t>(v);
    c0[v] = _mm256_add_epi64(_mm256_set1_epi64x(static_cast<long long>(begin)), order);
    c1[v] = _mm256_srli_epi64(c0[v], 32);
    c2[v] = _mm256_set1_epi64x(low(of.stream));
    c3[v] = _mm256_set1_epi64x(high(of.stream));
  }
#pragma GCC unroll 10
  for (int round = 0; round < kRounds; ++round) {
#pragma GCC unroll 2
    for (int v = 0; v < kVectors; ++v) {
      const __m256i p0 = _mm256_mul_epu32(m0, c0[v]), p1 = _mm256_mul_epu32(m1, c2[v]);
      c0[v] = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(p1, 32), c1[v]), k0);
      c1[v] = p1;
      c2[v] = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(p0, 32), c3[v]), k1);
      c3[v] = p0;
    }
    k0 = _mm256_add_epi32(k0, weyl0);
    k1 = _mm256_add_epi32(k1, weyl1);
  }
#pragma GCC unroll 2
  for (int v = 0; v < kVectors; ++v) {
    const __m256i left = _mm256_blend_epi32(c0[v], _mm256_slli_epi64(c1[v], 32), 0xAA);
    const __m256i right = _mm256_blend_epi32(c2[v], _mm256_slli_epi64(c3[v], 32), 0xAA);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(words + 8 * v), _mm256_unpacklo_epi64(left, right));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(words + 8 * v + 4), _mm256_unpackhi_epi64(left, right));
  }
}

[[gnu::target("avx2")]] void fill_avx2(Stream of, std::uint64_t first, std::uint64_t* words, std::size_t blocks) {
  std::size_t done = 0;
  for (; done + kBatch <= blocks; done += kBatch) batch_avx2(of, first + done, words + 2 * done);
  fill_portable(of, first + done, words + 2 * done, blocks - done);
}
#endif

}  // namespace

std::array<std::uint32_t, 4> philox4x32_10(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < kRounds; ++round) {
    const std::uint64_t product0 = std::uint64_t{kMultiplier0} * counter[0];
    const std::uint64_t product1 = std::uint64_t{kMultiplier1} * counter[2];
    counter = {high(product1) ^ counter[1] ^ key[0], low(product1), high(product0) ^ counter[3] ^ key[1],
               low(product0)};
    key[0] += kWeyl0;
    key[1] += kWeyl1;
  }
  return counter;
}

void fill_with_philox(std::uint64_t seed, std::uint64_t stream, std::uint64_t first, std::span<std::uint64_t> words,
                      Kernel kernel) {
  HERALD_CHECK(words.size() % 2 == 0);
  const Stream of{seed, stream};
  switch (kernel) {
#if defined(__x86_64__)
    case Kernel::avx512: return fill_avx512(of, first, words.data(), words.size() / 2);
    case Kernel::bmi2: return fill_avx2(of, first, words.data(), words.size() / 2);
#endif
    default: return fill_portable(of, first, words.data(), words.size() / 2);
  }
}

}  // namespace herald
