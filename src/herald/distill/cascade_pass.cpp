#include "herald/distill/cascade_pass.h"

#include <numeric>

#include "herald/base/random.h"

namespace herald {
namespace {

// a^-1 mod m for coprime a < m; extended Euclid.
std::uint64_t inverse_modulo(std::uint64_t a, std::uint64_t m) {
  std::int64_t r0 = static_cast<std::int64_t>(m), r1 = static_cast<std::int64_t>(a), t0 = 0, t1 = 1;
  while (r1 != 0) {
    const std::int64_t quotient = r0 / r1;
    t0 = std::exchange(t1, t0 - quotient * t1);
    r0 = std::exchange(r1, r0 - quotient * r1);
  }
  return static_cast<std::uint64_t>(t0 < 0 ? t0 + static_cast<std::int64_t>(m) : t0) % m;
}

// The finaliser of SplitMix64 (Steele, Lea, Flood 2014): a public hash of a counter.
std::uint64_t mix(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
  return x ^ (x >> 31);
}

constexpr std::size_t kStrip = 16;   // words of output kept in registers
constexpr std::size_t kTile = 1024;  // words between two reductions modulo W

// out[i] = Σ_l (source[base[l] + i] & bit l) for i < size; size is a multiple of kStrip.
inline __attribute__((always_inline)) void join_lanes_body(const std::uint64_t* source,
                                                           const std::array<std::uint64_t, 64>& base,
                                                           std::uint64_t* out, std::size_t size) {
  for (std::size_t i = 0; i < size; i += kStrip) {
    std::uint64_t strip[kStrip] = {};
    for (unsigned lane = 0; lane < 64; ++lane) {
      const std::uint64_t* from = source + base[lane] + i;
      const std::uint64_t mask = std::uint64_t{1} << lane;
      for (std::size_t j = 0; j < kStrip; ++j) strip[j] |= from[j] & mask;
    }
    for (std::size_t j = 0; j < kStrip; ++j) out[i + j] = strip[j];
  }
}

void join_lanes_portable(const std::uint64_t* source, const std::array<std::uint64_t, 64>& base, std::uint64_t* out,
                         std::size_t size) {
  join_lanes_body(source, base, out, size);
}
#if defined(__x86_64__)
__attribute__((target("avx2"))) void join_lanes_avx2(const std::uint64_t* source,
                                                     const std::array<std::uint64_t, 64>& base, std::uint64_t* out,
                                                     std::size_t size) {
  join_lanes_body(source, base, out, size);
}
__attribute__((target("avx512f"))) void join_lanes_avx512(const std::uint64_t* source,
                                                          const std::array<std::uint64_t, 64>& base, std::uint64_t* out,
                                                          std::size_t size) {
  join_lanes_body(source, base, out, size);
}
#endif

auto join_lanes(Kernel kernel) {
#if defined(__x86_64__)
  if (kernel == Kernel::avx512) return join_lanes_avx512;
  if (kernel == Kernel::bmi2) return join_lanes_avx2;
#endif
  (void)kernel;
  return join_lanes_portable;
}

}  // namespace

CascadePass::CascadePass(CascadePassKind kind, std::uint64_t key_bits, unsigned log_block, std::uint64_t seed,
                         unsigned number)
    : m_kind(kind), m_log_block(log_block), m_key_bits(key_bits), m_words(words_for(key_bits)) {
  HERALD_CHECK(key_bits >= 1 && log_block < 63 && (kind != CascadePassKind::permuted || log_block >= 6));
  m_positions = kind == CascadePassKind::permuted ? 64 * m_words : key_bits;
  SimulationRandom random(seed, number);  // public numbers: both ends draw the same ones
  m_subset_seed = random.next_word();
  m_rotation_multiplier = random.next_word() | 1;
  for (std::uint64_t& offset : m_offset) offset = random.next_below(m_words);
  if (m_words > 1) {
    do m_multiplier = 1 + random.next_below(m_words - 1);
    while (std::gcd(m_multiplier, m_words) != 1);
    m_inverse = inverse_modulo(m_multiplier, m_words);
  }
}

void CascadePass::fill(BitView key, Kernel kernel) {
  HERALD_CHECK(key.size() == m_key_bits);
  m_boundaries = BitString(m_positions);
  for (std::uint64_t block = 0; block < blocks(); ++block) m_boundaries.set(block_begin(block), true);
  if (m_kind == CascadePassKind::permuted) return fill_permuted(key, kernel);
  m_bits = SecretBits::duplicate_secret(key);
  if (m_kind == CascadePassKind::subset)
    for (std::size_t i = 0; i < m_words; ++i) m_bits.words()[i] &= subset_word(i);
}

void CascadePass::fill_permuted(BitView key, Kernel kernel) {
  // source[u] is the rotated key word number a u mod W, and goes on from the start beyond W.
  const std::size_t tile = std::min<std::size_t>(kTile, (m_words + kStrip - 1) / kStrip * kStrip);
  SecretBits source(64 * (m_words + tile)), out(64 * ((m_words + kStrip - 1) / kStrip * kStrip));
  for (std::uint64_t u = 0, word = 0; u < m_words; ++u) {
    source.words()[u] = std::rotl(key.words()[word], static_cast<int>(rotation(word)));
    word += m_multiplier;
    if (word >= m_words) word -= m_words;
  }
  for (std::size_t u = 0; u < tile; ++u)
    source.words()[m_words + u] =
        source.words()[u % m_words];  // NOLINT(clang-analyzer-core.DivideZero): tile is 0 then
  const auto kernel_function = join_lanes(kernel);
  for (std::size_t begin = 0; begin < out.words().size(); begin += tile) {
    std::array<std::uint64_t, 64> base;
    for (unsigned lane = 0; lane < 64; ++lane) base[lane] = (begin + m_offset[lane]) % m_words;
    kernel_function(source.words().data(), base, out.words().data() + begin,
                    std::min(tile, out.words().size() - begin));
  }
  m_bits = secret_slice(out, 0, m_positions);
}

std::uint64_t CascadePass::subset_word(std::uint64_t word) const {
  return mix(m_subset_seed + (word + 1) * 0x9E3779B97F4A7C15);
}

std::optional<std::uint64_t> CascadePass::position_of(std::uint64_t key_bit) const {
  const std::uint64_t word = key_bit / 64, bit = key_bit % 64;
  switch (m_kind) {
    case CascadePassKind::natural: return key_bit;
    case CascadePassKind::subset:
      if (((subset_word(word) >> bit) & 1) == 0) return std::nullopt;
      return key_bit;
    case CascadePassKind::permuted: break;
  }
  const std::uint64_t lane = (bit + rotation(word)) % 64;
  const std::uint64_t u = word * m_inverse % m_words;
  return 64 * (u >= m_offset[lane] ? u - m_offset[lane] : u + m_words - m_offset[lane]) + lane;
}

std::optional<std::uint64_t> CascadePass::key_bit_at(std::uint64_t position) const {
  const std::uint64_t word = position / 64, bit = position % 64;
  std::uint64_t key_bit = position;
  if (m_kind == CascadePassKind::subset && ((subset_word(word) >> bit) & 1) == 0) return std::nullopt;
  if (m_kind == CascadePassKind::permuted) {
    const std::uint64_t key_word = (word + m_offset[bit]) % m_words * m_multiplier % m_words;
    key_bit = 64 * key_word + (bit + 64 - rotation(key_word)) % 64;
  }
  if (key_bit >= m_key_bits) return std::nullopt;
  return key_bit;
}

std::uint64_t CascadePass::interval_begin(std::uint64_t position) const {
  std::size_t word = position / 64;
  std::uint64_t bits = m_boundaries.words()[word] & (~std::uint64_t{0} >> (63 - position % 64));
  while (bits == 0) bits = m_boundaries.words()[--word];  // position 0 is a boundary
  return 64 * word + 63 - static_cast<unsigned>(std::countl_zero(bits));
}

std::uint64_t CascadePass::interval_end(std::uint64_t position) const {
  if (++position >= m_positions) return m_positions;
  std::size_t word = position / 64;
  std::uint64_t bits = m_boundaries.words()[word] & (~std::uint64_t{0} << (position % 64));
  while (bits == 0) {
    if (++word == m_boundaries.words().size()) return m_positions;
    bits = m_boundaries.words()[word];
  }
  return 64 * word + static_cast<unsigned>(std::countr_zero(bits));
}

}  // namespace herald
