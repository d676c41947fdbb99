#include "herald/distill/gf2_polynomial.h"

#include <bit>

#if defined(__x86_64__)
#include <immintrin.h>
#define HERALD_PCLMUL __attribute__((target("pclmul,sse4.1")))
#define HERALD_VPCLMUL __attribute__((target("avx512f,avx512bw,vpclmulqdq,pclmul")))
#endif

namespace herald {
namespace {

using Word = std::uint64_t;
using Leaf = void (*)(const Word* a, const Word* x, Word* y, std::size_t k);

// Base cases. acc_d = Σ_j a_(d-j) x_j for d = k - 1 … 2k - 1 (products of two words); y_s ^= low(acc_(k+s)) ^
// high(acc_(k+s-1)).

void leaf_portable(const Word* a, const Word* x, Word* y, std::size_t k) {
  for (std::size_t j = 0; j < k; ++j) {
    // The multiples of x_j by all polynomials of degree below 4.
    Word low[16] = {}, high[16] = {};
    for (unsigned i = 1; i < 16; ++i) {
      const unsigned shift = static_cast<unsigned>(std::countr_zero(i)), rest = i & (i - 1);
      low[i] = low[rest] ^ (x[j] << shift);
      high[i] = high[rest] ^ (shift == 0 ? 0 : x[j] >> (64 - shift));
    }
    Word carry = 0;  // the high half of the product before
    for (std::size_t s = 0; s <= k; ++s) {
      const Word factor = a[k - 1 + s - j];
      Word lo = 0, hi = 0;
      for (int nibble = 60; nibble >= 0; nibble -= 4) {
        const unsigned i = (factor >> nibble) & 15;
        hi = (hi << 4) ^ (lo >> 60) ^ high[i];
        lo = (lo << 4) ^ low[i];
      }
      if (s != 0) y[s - 1] ^= lo ^ carry;
      carry = hi;
    }
  }
}

#if defined(__x86_64__)
// k even.
HERALD_PCLMUL void leaf_pclmul(const Word* a, const Word* x, Word* y, std::size_t k) {
  Word carry = 0;
  for (std::size_t d = k - 1; d < 2 * k; ++d) {
    __m128i sum = _mm_setzero_si128();
    for (std::size_t j = 0; j < k; j += 2) {
      const __m128i pair = _mm_loadu_si128(reinterpret_cast<const __m128i*>(a + d - j - 1));
      const __m128i factor = _mm_loadu_si128(reinterpret_cast<const __m128i*>(x + j));
      sum = _mm_xor_si128(sum, _mm_clmulepi64_si128(pair, factor, 0x01));  // a_(d-j) x_j
      sum = _mm_xor_si128(sum, _mm_clmulepi64_si128(pair, factor, 0x10));  // a_(d-j-1) x_(j+1)
    }
    const Word low = static_cast<Word>(_mm_cvtsi128_si64(sum));
    if (d >= k) y[d - k] ^= low ^ carry;
    carry = static_cast<Word>(_mm_extract_epi64(sum, 1));
  }
}

// k a multiple of 8: four pairs at once, against the pairs of x in reverse.
HERALD_VPCLMUL void leaf_vpclmul(const Word* a, const Word* x, Word* y, std::size_t k) {
  Word carry = 0;
  __m512i factors[7];
  for (std::size_t j = 0; j < k; j += 8) {
    const __m512i pairs = _mm512_loadu_si512(x + j);
    factors[j / 8] = _mm512_maskz_shuffle_i64x2(0xFF, pairs, pairs, 0x1B);
  }
  for (std::size_t d = k - 1; d < 2 * k; ++d) {
    __m512i sum = _mm512_setzero_si512(), sum2 = _mm512_setzero_si512();
    for (std::size_t j = 0; j < k; j += 8) {
      const __m512i pairs = _mm512_loadu_si512(a + d - j - 7);
      sum = _mm512_xor_si512(sum, _mm512_clmulepi64_epi128(pairs, factors[j / 8], 0x01));
      sum2 = _mm512_xor_si512(sum2, _mm512_clmulepi64_epi128(pairs, factors[j / 8], 0x10));
    }
    sum = _mm512_xor_si512(sum, sum2);
    const __m256i half =
        _mm256_xor_si256(_mm512_maskz_extracti64x4_epi64(0xFF, sum, 0), _mm512_maskz_extracti64x4_epi64(0xFF, sum, 1));
    const __m128i total = _mm_xor_si128(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1));
    if (d >= k) y[d - k] ^= static_cast<Word>(_mm_cvtsi128_si64(total)) ^ carry;
    carry = static_cast<Word>(_mm_extract_epi64(total, 1));
  }
}
#endif

struct Base {
  Leaf leaf;
  std::size_t most;  // words of a base case, at most
};

Base base_of(Kernel kernel) {
#if defined(__x86_64__)
  if (kernel == Kernel::avx512) return {leaf_vpclmul, 56};
  if (kernel == Kernel::bmi2) return {leaf_pclmul, 16};
#endif
  (void)kernel;
  return {leaf_portable, 8};
}

// With x = (x0, x1), y = (y0, y1) and the overlapping windows A0, A1, A2 of a:
// y0 = A1 x0 + A0 x1 = A1 (x0 + x1) + (A0 + A1) x1, y1 = A2 x0 + A1 x1 = A1 (x0 + x1) + (A1 + A2) x0.
void middle_product(const Word* a, const Word* x, Word* y, std::size_t k, Word* scratch, const Base& base) {
  if (k <= base.most || k % 4 != 0) return base.leaf(a, x, y, k);
  const std::size_t h = k / 2;
  Word* const sum = scratch;             // 2h words
  Word* const both = scratch + 2 * h;    // h words
  Word* const shared = scratch + 3 * h;  // h words
  Word* const rest = scratch + 4 * h;
  for (std::size_t i = 0; i < h; ++i) both[i] = x[i] ^ x[i + h];
  for (std::size_t i = 0; i < h; ++i) shared[i] = 0;
  middle_product(a + h, both, shared, h, rest, base);
  for (std::size_t i = 0; i < h; ++i) {
    y[i] ^= shared[i];
    y[i + h] ^= shared[i];
  }
  for (std::size_t i = 0; i < 2 * h; ++i) sum[i] = a[i] ^ a[i + h];
  middle_product(sum, x + h, y, h, rest, base);
  for (std::size_t i = 0; i < 2 * h; ++i) sum[i] = a[i + h] ^ a[i + 2 * h];
  middle_product(sum, x, y + h, h, rest, base);
}

// Modulo z^128 + z^7 + z^2 + z + 1: z^128 is 0x87.
Gf128 reduce(const std::array<Word, 4>& p) {
  const auto fold = [](Word high) { return gf2_product_slow(high, 0x87); };
  const auto top = fold(p[3]);
  const auto next = fold(p[2] ^ top[1]);
  return {p[0] ^ next[0], p[1] ^ top[0] ^ next[1]};
}

Gf128 product_portable(Gf128 a, Gf128 b) {
  std::array<Word, 4> p{};
  for (unsigned i = 0; i < 2; ++i) {
    for (unsigned j = 0; j < 2; ++j) {
      const auto part = gf2_product_slow(a[i], b[j]);
      p[i + j] ^= part[0];
      p[i + j + 1] ^= part[1];
    }
  }
  return reduce(p);
}

Gf128 block(std::span<const Word> words, std::size_t i) {
  return {words[2 * i], 2 * i + 1 < words.size() ? words[2 * i + 1] : 0};
}

#if defined(__x86_64__)
// An unreduced sum of products: low, middle (to be added at word 1) and high.
struct Wide {
  __m128i low, middle, high;
};

HERALD_PCLMUL inline __m128i load(const Gf128& a) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(a.data()));
}

HERALD_PCLMUL inline void add_product(Wide& sum, __m128i a, __m128i b) {
  sum.low = _mm_xor_si128(sum.low, _mm_clmulepi64_si128(a, b, 0x00));
  sum.high = _mm_xor_si128(sum.high, _mm_clmulepi64_si128(a, b, 0x11));
  sum.middle =
      _mm_xor_si128(sum.middle, _mm_xor_si128(_mm_clmulepi64_si128(a, b, 0x01), _mm_clmulepi64_si128(a, b, 0x10)));
}

HERALD_PCLMUL inline __m128i reduce(const Wide& sum) {
  const __m128i low = _mm_xor_si128(sum.low, _mm_slli_si128(sum.middle, 8));
  const __m128i high = _mm_xor_si128(sum.high, _mm_srli_si128(sum.middle, 8));
  const __m128i poly = _mm_set_epi64x(0, 0x87);
  const __m128i top = _mm_clmulepi64_si128(high, poly, 0x01);  // of word 3, at word 1
  const __m128i next =
      _mm_clmulepi64_si128(_mm_xor_si128(high, _mm_srli_si128(top, 8)), poly, 0x00);  // of word 2, at word 0
  return _mm_xor_si128(_mm_xor_si128(low, _mm_slli_si128(top, 8)), next);
}

HERALD_PCLMUL Gf128 product_pclmul(Gf128 a, Gf128 b) {
  Wide sum{_mm_setzero_si128(), _mm_setzero_si128(), _mm_setzero_si128()};
  add_product(sum, load(a), load(b));
  Gf128 result;
  _mm_storeu_si128(reinterpret_cast<__m128i*>(result.data()), reduce(sum));
  return result;
}

// Four blocks a reduction: h' = (h + m_0) r^4 + m_1 r^3 + m_2 r^2 + m_3 r.
HERALD_PCLMUL Gf128 polynomial_pclmul(std::span<const Word> words, Gf128 r) {
  const Gf128 r2 = product_pclmul(r, r), r3 = product_pclmul(r2, r), r4 = product_pclmul(r2, r2);
  const __m128i power[4] = {load(r4), load(r3), load(r2), load(r)};
  __m128i h = _mm_setzero_si128();
  std::size_t at = 0;
  for (; at + 8 <= words.size(); at += 8) {
    const __m128i* blocks = reinterpret_cast<const __m128i*>(words.data() + at);
    Wide sum{_mm_setzero_si128(), _mm_setzero_si128(), _mm_setzero_si128()};
    add_product(sum, _mm_xor_si128(h, _mm_loadu_si128(blocks)), power[0]);
    for (int i = 1; i < 4; ++i) add_product(sum, _mm_loadu_si128(blocks + i), power[i]);
    h = reduce(sum);
  }
  Gf128 result;
  _mm_storeu_si128(reinterpret_cast<__m128i*>(result.data()), h);
  for (std::size_t i = at / 2; 2 * i < words.size(); ++i) {
    const Gf128 m = block(words, i);
    result = product_pclmul({result[0] ^ m[0], result[1] ^ m[1]}, r);
  }
  return result;
}
#endif

}  // namespace

std::array<std::uint64_t, 2> gf2_product_slow(std::uint64_t a, std::uint64_t b) {
  std::array<std::uint64_t, 2> product{};
  for (unsigned i = 0; i < 64; ++i) {
    if (((b >> i) & 1) == 0) continue;
    product[0] ^= a << i;
    if (i != 0) product[1] ^= a >> (64 - i);
  }
  return product;
}

void gf2_middle_product(std::span<const std::uint64_t> a, std::span<const std::uint64_t> x, std::span<std::uint64_t> y,
                        std::span<std::uint64_t> scratch, Kernel kernel) {
  const std::size_t k = x.size();
  HERALD_CHECK(k != 0 && gf2_next_size(k) == k && a.size() == 2 * k && y.size() == k &&
               scratch.size() >= gf2_scratch_words(k));
  middle_product(a.data(), x.data(), y.data(), k, scratch.data(), base_of(kernel));
}

std::size_t gf2_next_size(std::size_t k) {
  if (k <= 56) return (k + 7) / 8 * 8;
  // Eighths of a power of two: 4, 5, 6 or 7 of them.
  const std::size_t eighth = std::bit_floor(k - 1) / 4;
  return (k + eighth - 1) / eighth * eighth;
}

double gf2_cost(std::size_t k) {
  if (k <= 56) return static_cast<double>(k * (k + 1));
  return 3 * gf2_cost(k / 2);
}

Gf128 gf128_product(Gf128 a, Gf128 b, Kernel kernel) {
#if defined(__x86_64__)
  if (kernel != Kernel::portable) return product_pclmul(a, b);
#endif
  (void)kernel;
  return product_portable(a, b);
}

Gf128 gf128_polynomial(std::span<const std::uint64_t> words, Gf128 r, Kernel kernel) {
#if defined(__x86_64__)
  if (kernel != Kernel::portable) return polynomial_pclmul(words, r);
#endif
  (void)kernel;
  Gf128 h{};
  for (std::size_t i = 0; 2 * i < words.size(); ++i) {
    const Gf128 m = block(words, i);
    h = product_portable({h[0] ^ m[0], h[1] ^ m[1]}, r);
  }
  return h;
}

}  // namespace herald
