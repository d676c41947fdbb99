#include <algorithm>
#include <bit>
#include <cmath>

#include "herald/protocol/commitment/bcjl.h"
#include "herald/protocol/commitment/bcjl_words.h"

namespace herald {
namespace {

// Monomials of degree up to `order`, at all points.
std::vector<std::uint64_t> monomials(int order, unsigned variables) {
  std::vector<std::uint64_t> words;
  const unsigned points = 1U << variables;
  for (unsigned mask = 0; mask < points; ++mask) {
    if (std::popcount(mask) > order) continue;
    std::uint64_t word = 0;
    for (unsigned i = 0; i < points; ++i) word |= std::uint64_t{(i & mask) == mask} << i;
    words.push_back(word);
  }
  return words;
}

// The least weight in r + the dual code.
int depth(std::span<const std::uint64_t> checks, std::uint64_t r) {
  int least = std::popcount(r);
  for (std::uint64_t i = 1; i < std::uint64_t{1} << checks.size(); ++i) {
    r ^= checks[static_cast<std::size_t>(std::countr_zero(i))];
    least = std::min(least, std::popcount(r));
  }
  return least;
}

}  // namespace

std::vector<std::uint64_t> ReedMuller::generators() const { return monomials(static_cast<int>(order), variables); }
std::vector<std::uint64_t> ReedMuller::checks() const {
  return monomials(static_cast<int>(variables) - static_cast<int>(order) - 1, variables);
}

ParityClass::ParityClass(std::span<const std::uint64_t> generators, std::uint64_t r) {
  for (const std::uint64_t word : generators) {
    if (!is_odd(word & r)) {
      even.push_back(word);
    } else if (odd == 0) {
      odd = word;
    } else {
      even.push_back(word ^ odd);
    }
  }
  HERALD_CHECK(odd != 0);
}

std::uint64_t ParityClass::word(bool bit, std::uint64_t index) const {
  std::uint64_t sum = bit ? odd : 0;
  for (std::size_t i = 0; i < even.size(); ++i)
    if (((index >> i) & 1) != 0) sum ^= even[i];
  return sum;
}

std::uint64_t deepest_parity(const BcjlCommitment& p) {
  std::uint64_t best = 0;
  for (std::uint64_t r = 1, most = 0; r < std::uint64_t{1} << p.photons(); ++r)
    if (const auto weight = static_cast<std::uint64_t>(depth(p.checks, r)); weight > most) {
      most = weight;
      best = r;
    }
  return best;
}

CommittedStates bcjl_states(const BcjlCommitment& p, std::uint64_t parity) {
  const std::size_t n = p.photons();
  const ParityClass words(p.generators, parity);
  const std::size_t photons = std::size_t{1} << n, indices = std::size_t{1} << words.even.size();
  CommittedStates states{indices * photons, photons, {}};
  const double amplitude = 1 / std::sqrt(static_cast<double>(states.dimension_a));
  for (std::size_t bit = 0; bit < 2; ++bit) {
    Amplitudes& psi = states.psi[bit];
    psi.resize(states.dimension_a * photons);
    for (std::size_t index = 0; index < indices; ++index) {
      const std::uint64_t c = words.word(bit == 1, index);
      for (std::size_t bases = 0; bases < photons; ++bases)
        for (std::size_t y = 0; y < photons; ++y) {
          if (((y ^ c) & ~bases) != 0) continue;  // in z there is no other value
          const double sign = is_odd(y & c & bases) ? -1 : 1;
          psi[(index * photons + bases) * photons + y] =
              sign * amplitude * std::exp2(-static_cast<double>(std::popcount(bases)) / 2);
        }
    }
  }
  return states;
}

}  // namespace herald
