#include "herald/base/random.h"

#include <botan/auto_rng.h>
#include <botan/hash.h>

#include <algorithm>

#include "herald/base/kernel.h"
#include "herald/base/philox.h"

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

void SimulationRandom::refill() {
  // Without vectors a block more costs as much as the first.
  const std::size_t made = best_kernel() == Kernel::portable ? 2 : kAhead;
  m_used = kAhead - made;
  fill_with_philox(m_seed, m_stream, m_counter, std::span(m_ahead).subspan(m_used));
  m_counter += made / 2;
}

void SimulationRandom::fill(std::span<std::uint64_t> words) {
  if (words.size() >= kAhead) {
    const std::size_t left = kAhead - m_used, direct = (words.size() - left) / kAhead * kAhead;
    std::copy_n(m_ahead.begin() + m_used, left, words.begin());
    m_used = kAhead;
    fill_with_philox(m_seed, m_stream, m_counter, words.subspan(left, direct));
    m_counter += direct / 2;
    words = words.subspan(left + direct);
  }
  for (std::uint64_t& word : words) word = next_word();
}

void SimulationRandom::fill_bernoulli(std::span<std::uint64_t> words, double probability) {
  HERALD_CHECK(probability >= 0 && probability <= 1);
  if (probability == 1) {
    std::ranges::fill(words, ~std::uint64_t{0});
    return;
  }
  const auto threshold = static_cast<std::uint64_t>(probability * 0x1p64);
  // Many uniform numbers at once, digit by digit from the first, until each is known to lie below or not.
  constexpr std::size_t kGroup = 8;
  for (std::size_t begin = 0; begin < words.size(); begin += kGroup) {
    const auto group = words.subspan(begin, std::min(kGroup, words.size() - begin));
    std::array<std::uint64_t, kGroup> below{}, open{}, digit{};
    std::fill_n(open.begin(), group.size(), ~std::uint64_t{0});
    std::uint64_t any = ~std::uint64_t{0};
    for (std::uint64_t digits = threshold; digits != 0 && any != 0; digits <<= 1) {
      fill(std::span(digit).first(group.size()));
      const std::uint64_t one = digits >> 63 != 0 ? ~std::uint64_t{0} : 0;
      any = 0;
      for (std::size_t i = 0; i < kGroup; ++i) {
        below[i] |= open[i] & ~digit[i] & one;
        open[i] &= ~(digit[i] ^ one);
        any |= open[i];
      }
    }
    std::copy_n(below.begin(), group.size(), group.begin());
  }
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
