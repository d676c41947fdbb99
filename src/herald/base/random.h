#pragma once
// Two kinds of randomness without a common base: what protects keys, and what drives simulations. Nothing turns one
// into the other. Code that serves both is written against the concept RandomBits.

#include <array>
#include <concepts>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "herald/base/bits.h"

namespace herald {

template <typename R>
concept RandomBits = requires(R& r, std::span<std::uint64_t> words) {
  { r.next_word() } -> std::same_as<std::uint64_t>;
  { r.fill(words) };
};

// Secret randomness: an HMAC_DRBG (SP 800-90A) seeded and reseeded from the operating system.
class SecretRandom {
 public:
  SecretRandom();
  ~SecretRandom();
  SecretRandom(SecretRandom&&) noexcept;
  SecretRandom& operator=(SecretRandom&&) noexcept;

  std::uint64_t next_word();
  void fill(std::span<std::uint64_t> words);
  void fill_bytes(std::span<std::uint8_t> bytes);

 private:
  struct State;
  std::unique_ptr<State> m_state;
};

// Simulation randomness: Philox4x32-10 (Salmon et al., SC 2011), counter-based. (seed, stream) names an independent
// sequence; the same pair gives the same sequence on every machine. Never for keys.
class SimulationRandom {
 public:
  explicit SimulationRandom(std::uint64_t seed, std::uint64_t stream = 0) : m_seed(seed), m_stream(stream) {}
  // A stream of its own for a named part of a simulation.
  SimulationRandom substream(std::string_view name, std::uint64_t index = 0) const;

  std::uint64_t next_word() {
    if (m_used == 2) refill();
    return m_block[m_used++];
  }
  void fill(std::span<std::uint64_t> words) {
    for (std::uint64_t& word : words) word = next_word();
  }
  // Uniform in (0, 1): 53 bits, never 0 or 1.
  double next_double() { return (static_cast<double>(next_word() >> 11) + 0.5) * 0x1p-53; }
  bool next_bernoulli(double probability) { return next_double() < probability; }
  // Uniform in [0, bound), exactly (Lemire's rejection).
  std::uint64_t next_below(std::uint64_t bound);

  std::uint64_t seed() const { return m_seed; }

  // UniformRandomBitGenerator, for std::shuffle and the standard distributions in tests.
  using result_type = std::uint64_t;
  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return ~result_type{0}; }
  result_type operator()() { return next_word(); }

 private:
  void refill();

  std::uint64_t m_seed;
  std::uint64_t m_stream;
  std::uint64_t m_counter = 0;
  std::array<std::uint64_t, 2> m_block{};
  unsigned m_used = 2;
};

// The block function: 128 random bits from a 128-bit counter and a 64-bit key.
std::array<std::uint32_t, 4> philox4x32_10(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key);

BitString random_bits(RandomBits auto& random, std::size_t size) {
  BitString bits(size);
  random.fill(bits.words());
  if (size != 0) bits.trim();
  return bits;
}

}  // namespace herald
