#include "herald/optics/candidates.h"

#include <bit>
#include <cmath>

#include "herald/base/philox.h"
#include "herald/base/random.h"
#include "herald/base/result.h"

#if defined(__x86_64__)
#define HERALD_X86 1
#define HERALD_AVX512 "avx512f,avx512dq,avx512vl,avx512bw,avx2,fma"
#if defined(__clang__)
#define HERALD_WIDE ""
#else
#define HERALD_WIDE ",prefer-vector-width=512"
#endif
#endif

namespace herald {
namespace {

constexpr std::uint64_t kLow = 0xffffffff;

// The loops below are plain so that the compiler vectorises them for each instruction set. Every product and sum that
// could be contracted is an explicit std::fma: all instruction sets then round alike.
[[gnu::always_inline]] inline void words_of(CounterStream stream, std::uint64_t first, std::uint64_t* left,
                                            std::uint64_t* right) {
  // Hidden from the compiler, which would make shifts and sums of a product with a constant.
  std::uint64_t multiplier0 = 0xD2511F53, multiplier1 = 0xCD9E8D57;
  asm("" : "+r"(multiplier0), "+r"(multiplier1));
  for (std::size_t i = 0; i < CandidateBatch::kSize; ++i) {
    const std::uint64_t counter = first + i;
    std::uint64_t c0 = counter & kLow, c1 = counter >> 32, c2 = stream.stream & kLow, c3 = stream.stream >> 32;
    std::uint64_t k0 = stream.seed & kLow, k1 = stream.seed >> 32;
#pragma GCC unroll 10
    for (int round = 0; round < 10; ++round) {
      const std::uint64_t p0 = multiplier0 * c0, p1 = multiplier1 * c2;
      c0 = (p1 >> 32) ^ c1 ^ k0;
      c1 = p1 & kLow;
      c2 = (p0 >> 32) ^ c3 ^ k1;
      c3 = p0 & kLow;
      k0 = (k0 + 0x9E3779B9) & kLow;
      k1 = (k1 + 0xBB67AE85) & kLow;
    }
    left[i] = c0 | c1 << 32;
    right[i] = c2 | c3 << 32;
  }
}

// -log(u) for u = 1 - v, v = (top 52 bits + 1/2) / 2^52: u = m 2^k with m in [sqrt(1/2), sqrt(2)), log m = 2
// atanh((m-1)/(m+1)). At k = 0, m - 1 = -v exactly, so small results keep their relative precision.
[[gnu::always_inline]] inline double exponential(std::uint64_t word) {
  const double v = (std::bit_cast<double>((word >> 12) | 0x3FF0000000000000) - 1.0) + 0x1p-53;
  const double u = 1.0 - v;
  constexpr std::uint64_t kOne = 0x3FF0000000000000, kRootHalf = 0x3FE6A09E667F3BCD;
  const std::uint64_t bits = std::bit_cast<std::uint64_t>(u);
  const std::uint64_t exponent = (bits + (kOne - kRootHalf)) >> 52;  // k + 1023
  const double m = std::bit_cast<double>(bits - (exponent << 52) + kOne);
  const double k = std::bit_cast<double>(exponent | 0x4330000000000000) - (0x1p52 + 1023);
  const double s = (m - 1.0) / (m + 1.0);
  const double z = s * s;
  double series = std::fma(2.0 / 23, z, 2.0 / 21);
  series = std::fma(series, z, 2.0 / 19);
  series = std::fma(series, z, 2.0 / 17);
  series = std::fma(series, z, 2.0 / 15);
  series = std::fma(series, z, 2.0 / 13);
  series = std::fma(series, z, 2.0 / 11);
  series = std::fma(series, z, 2.0 / 9);
  series = std::fma(series, z, 2.0 / 7);
  series = std::fma(series, z, 2.0 / 5);
  series = std::fma(series, z, 2.0 / 3);
  constexpr double kLn2High = 0x1.62e42fefa39efp-1, kLn2Low = 0x1.abc9e3b39803fp-56;
  const double fraction = std::fma(s * z, series, std::fma(k, kLn2Low, s + s));
  return -std::fma(k, kLn2High, fraction);
}

[[gnu::always_inline]] inline void make_gaps(double inverse_rate, std::uint64_t* gap) {
  for (std::size_t i = 0; i < CandidateBatch::kSize; ++i) {
    // At most 37 / 2^-30 gates: below 2^52, where adding 2^52 rounds to an integer and shows it; then down to the
    // floor. (Non-negative doubles compare like their bits, which keeps branches out.)
    const double e = exponential(gap[i]), exact = e * inverse_rate;
    const double shifted = std::fma(e, inverse_rate, 0x1p52), nearest = shifted - 0x1p52;
    const bool above = std::bit_cast<std::int64_t>(nearest) > std::bit_cast<std::int64_t>(exact);
    gap[i] = (std::bit_cast<std::uint64_t>(shifted) & 0x000fffffffffffff) - std::uint64_t{above};
  }
}

// A negative rate leaves the words as they are.
[[gnu::always_inline]] inline void fill_batch(CounterStream stream, std::uint64_t first, double inverse_rate,
                                              CandidateBatch& batch) {
  words_of(stream, first, batch.gap.data(), batch.word.data());
  if (inverse_rate >= 0) make_gaps(inverse_rate, batch.gap.data());
}

void fill_portable(CounterStream stream, std::uint64_t first, double inverse_rate, CandidateBatch& batch) {
  fill_batch(stream, first, inverse_rate, batch);
}
#if HERALD_X86
[[gnu::target("avx2,fma")]] void fill_avx2(CounterStream stream, std::uint64_t first, double inverse_rate,
                                           CandidateBatch& batch) {
  fill_batch(stream, first, inverse_rate, batch);
}
[[gnu::target(HERALD_AVX512 HERALD_WIDE)]] void fill_avx512(CounterStream stream, std::uint64_t first,
                                                            double inverse_rate, CandidateBatch& batch) {
  fill_batch(stream, first, inverse_rate, batch);
}
#endif

void run_kernel(CandidateKernel kernel, CounterStream stream, std::uint64_t first, double inverse_rate,
                CandidateBatch& batch) {
  switch (kernel) {
#if HERALD_X86
    case CandidateKernel::avx512: return fill_avx512(stream, first, inverse_rate, batch);
    case CandidateKernel::avx2: return fill_avx2(stream, first, inverse_rate, batch);
#endif
    default: return fill_portable(stream, first, inverse_rate, batch);
  }
}

}  // namespace

std::vector<CandidateKernel> available_candidate_kernels() {
  std::vector<CandidateKernel> kernels{CandidateKernel::portable};
#if HERALD_X86
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    kernels.push_back(CandidateKernel::avx2);
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512bw"))
      kernels.push_back(CandidateKernel::avx512);
  }
#endif
  return kernels;
}

std::string_view to_string(CandidateKernel kernel) {
  switch (kernel) {
    case CandidateKernel::portable: return "portable";
    case CandidateKernel::avx2: return "avx2";
    case CandidateKernel::avx512: return "avx512";
  }
  return "unknown";
}

std::array<std::uint64_t, 2> counter_words(CounterStream stream, std::uint64_t counter) {
  const auto block =
      philox4x32_10({static_cast<std::uint32_t>(counter), static_cast<std::uint32_t>(counter >> 32),
                     static_cast<std::uint32_t>(stream.stream), static_cast<std::uint32_t>(stream.stream >> 32)},
                    {static_cast<std::uint32_t>(stream.seed), static_cast<std::uint32_t>(stream.seed >> 32)});
  return {block[0] | std::uint64_t{block[1]} << 32, block[2] | std::uint64_t{block[3]} << 32};
}

double exponential_of(std::uint64_t word) {
  // The small half comes from v near 0, the large half from 1 - v near 0.
  if (word >> 63 == 0) return -std::log1p(-(static_cast<double>(word) + 0.5) * 0x1p-64);
  return -std::log((static_cast<double>(~word) + 0.5) * 0x1p-64);
}

double exponential_of_52_bits(std::uint64_t word) { return exponential(word); }

CandidateSource::CandidateSource(double probability)
    : CandidateSource(probability, available_candidate_kernels().back()) {}

CandidateSource::CandidateSource(double probability, CandidateKernel kernel)
    : m_inverse_rate(-1 / std::log1p(-probability)), m_rare(probability < 0x1p-30), m_kernel(kernel) {
  HERALD_CHECK(probability > 0 && probability <= 1);
}

void CandidateSource::fill(CounterStream stream, std::uint64_t first, CandidateBatch& batch) const {
  if (m_rare) {
    for (std::size_t i = 0; i < CandidateBatch::kSize; ++i) {
      const auto words = counter_words(stream, first + i);
      const double gates = exponential_of(words[0]) * m_inverse_rate;
      batch.gap[i] = gates < static_cast<double>(kLongestGap) ? static_cast<std::uint64_t>(gates) : kLongestGap;
      batch.word[i] = words[1];
    }
    return;
  }
  run_kernel(m_kernel, stream, first, m_inverse_rate, batch);
}

void CandidateSource::fill_words(CounterStream stream, std::uint64_t first, CandidateBatch& batch) const {
  run_kernel(m_kernel, stream, first, -1, batch);
}

}  // namespace herald
