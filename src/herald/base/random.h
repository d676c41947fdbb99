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
    if (m_used == kAhead) refill();
    return m_ahead[m_used++];
  }
  // What next_word() would give, word by word.
  void fill(std::span<std::uint64_t> words);
  // Each bit 1 with `probability`, independently; exact to 2^-64.
  void fill_bernoulli(std::span<std::uint64_t> words, double probability);
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
  static constexpr std::size_t kAhead = 16;  // words that are made at once

  std::uint64_t m_counter = 0;  // the next block
  std::array<std::uint64_t, kAhead> m_ahead{};
  std::size_t m_used = kAhead;
};

BitString random_bits(RandomBits auto& random, std::size_t size) {
  BitString bits(size);
  random.fill(bits.words());
  if (size != 0) bits.trim();
  return bits;
}

}  // namespace herald
