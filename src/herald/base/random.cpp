#include "herald/base/random.h"

#include <botan/auto_rng.h>
#include <botan/hash.h>

namespace herald {

struct SecretRandom::State {
  Botan::AutoSeeded_RNG rng;
};

SecretRandom::SecretRandom() : m_state(std::make_unique<State>()) {}
SecretRandom::~SecretRandom() = default;
SecretRandom::SecretRandom(SecretRandom&&) noexcept = default;
SecretRandom& SecretRandom::operator=(SecretRandom&&) noexcept = default;

std::uint64_t SecretRandom::next_word() {
  std::uint64_t word = 0;
  fill({&word, 1});
  return word;
}

void SecretRandom::fill(std::span<std::uint64_t> words) {
  fill_bytes({reinterpret_cast<std::uint8_t*>(words.data()), words.size_bytes()});
}

void SecretRandom::fill_bytes(std::span<std::uint8_t> bytes) { m_state->rng.randomize(bytes); }

std::array<std::uint32_t, 4> philox4x32_10(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t product0 = std::uint64_t{0xD2511F53} * counter[0];
    const std::uint64_t product1 = std::uint64_t{0xCD9E8D57} * counter[2];
    counter = {static_cast<std::uint32_t>(product1 >> 32) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(product1),
               static_cast<std::uint32_t>(product0 >> 32) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(product0)};
    key[0] += 0x9E3779B9;
    key[1] += 0xBB67AE85;
  }
  return counter;
}

void SimulationRandom::refill() {
  const auto block = philox4x32_10({static_cast<std::uint32_t>(m_counter), static_cast<std::uint32_t>(m_counter >> 32),
                                    static_cast<std::uint32_t>(m_stream), static_cast<std::uint32_t>(m_stream >> 32)},
                                   {static_cast<std::uint32_t>(m_seed), static_cast<std::uint32_t>(m_seed >> 32)});
  ++m_counter;
  m_block = {block[0] | std::uint64_t{block[1]} << 32, block[2] | std::uint64_t{block[3]} << 32};
  m_used = 0;
}

SimulationRandom SimulationRandom::substream(std::string_view name, std::uint64_t index) const {
  // A stream's number is a hash of its path, so that parts can be added without moving the others.
  auto hash = Botan::HashFunction::create_or_throw("SHA-256");
  hash->update_le(m_stream);
  hash->update_le(index);
  hash->update(name);
  const auto digest = hash->final();
  std::uint64_t stream = 0;
  for (int i = 0; i < 8; ++i) stream |= std::uint64_t{digest[i]} << (8 * i);
  return SimulationRandom(m_seed, stream);
}

std::uint64_t SimulationRandom::next_below(std::uint64_t bound) {
  HERALD_CHECK(bound != 0);
  auto product = static_cast<unsigned __int128>(next_word()) * bound;
  if (static_cast<std::uint64_t>(product) < bound) {
    const std::uint64_t threshold = -bound % bound;
    while (static_cast<std::uint64_t>(product) < threshold)
      product = static_cast<unsigned __int128>(next_word()) * bound;
  }
  return static_cast<std::uint64_t>(product >> 64);
}

}  // namespace herald
