#include "herald/protocol/storage/parity_checks.h"

#include <algorithm>
#include <cmath>

#include "herald/base/entropy.h"
#include "herald/base/random.h"

namespace herald {
namespace {

constexpr std::size_t kChecksOfABit = 3;
constexpr int kRounds = 60;
constexpr int kAttempts = 20;  // to find a bit another check
constexpr double kSure = 30;   // of a log-likelihood ratio

double bounded(double ratio) { return std::clamp(ratio, -kSure, kSure); }

}  // namespace

std::size_t ParityChecks::needed(std::size_t bits, double errors) {
  if (bits == 0 || errors <= 0) return 0;
  // Such codes correct from about 1.2 times Shannon's limit on when long; the root is for the spread of short ones. Of
  // 200 strings of 300 to 3000 bits with 1, 3 or 8 errors in a hundred at most 5 stayed uncorrected.
  const auto n = static_cast<double>(bits);
  const double enough = 1.3 * binary_entropy(std::min(errors, 0.5)) * n + 4 * std::sqrt(n);
  return std::min(bits, static_cast<std::size_t>(std::ceil(enough)));
}

ParityChecks::ParityChecks(std::size_t bits, std::size_t checks, std::uint64_t seed)
    : m_bits(bits), m_begins(checks + 1) {
  const std::size_t degree = std::min(kChecksOfABit, checks);
  if (degree == 0) return;
  // The checks have equally many places, which the bits take in a random order.
  SimulationRandom random(seed);
  std::vector<std::uint32_t> places(bits * degree);
  for (std::size_t i = 0; i < places.size(); ++i) places[i] = static_cast<std::uint32_t>(i % checks);
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto own = places.begin() + static_cast<std::ptrdiff_t>(i - i % degree);
    const auto here = places.begin() + static_cast<std::ptrdiff_t>(i);
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
      std::swap(places[i], places[i + random.next_below(places.size() - i)]);
      if (std::find(own, here, *here) == here) break;  // in none of its checks twice
    }
  }
  for (const std::uint32_t check : places) ++m_begins[check + 1];
  for (std::size_t c = 0; c < checks; ++c) m_begins[c + 1] += m_begins[c];
  std::vector<std::size_t> next(m_begins.begin(), m_begins.end() - 1);
  m_columns.resize(places.size());
  for (std::size_t i = 0; i < places.size(); ++i) m_columns[next[places[i]]++] = static_cast<std::uint32_t>(i / degree);
}

BitString ParityChecks::syndrome(BitView string) const {
  HERALD_CHECK(string.size() == m_bits);
  BitString sums(checks());
  for (std::size_t c = 0; c < checks(); ++c) {
    bool sum = false;
    for (std::size_t e = m_begins[c]; e < m_begins[c + 1]; ++e) sum ^= string[m_columns[e]];
    sums.set(c, sum);
  }
  return sums;
}

BitString ParityChecks::correct(BitView received, BitView syndrome, double errors) const {
  HERALD_CHECK(received.size() == m_bits && syndrome.size() == checks());
  // The errors' own syndrome; ratios speak of the error at a bit, positive for none.
  BitString wanted = this->syndrome(received);
  wanted ^= syndrome;
  BitString found(m_bits);
  std::vector<double> total(m_bits), from_check(m_columns.size());
  const double prior = std::log((1 - errors) / errors);
  for (int round = 0; round < kRounds && this->syndrome(found) != wanted; ++round) {
    std::ranges::fill(total, prior);
    for (std::size_t e = 0; e < m_columns.size(); ++e) total[m_columns[e]] += from_check[e];
    std::vector<double> tangents(m_columns.size());
    for (std::size_t e = 0; e < m_columns.size(); ++e)
      tangents[e] = std::tanh(bounded(total[m_columns[e]] - from_check[e]) / 2);
    for (std::size_t c = 0; c < checks(); ++c) {
      // Products of all but one, from both ends.
      double before = wanted[c] ? -1 : 1;
      for (std::size_t e = m_begins[c]; e < m_begins[c + 1]; before *= tangents[e++]) from_check[e] = before;
      double after = 1;
      for (std::size_t e = m_begins[c + 1]; e-- > m_begins[c]; after *= tangents[e])
        from_check[e] = bounded(2 * std::atanh(std::clamp(from_check[e] * after, -1 + 1e-12, 1 - 1e-12)));
    }
    std::ranges::fill(total, prior);
    for (std::size_t e = 0; e < m_columns.size(); ++e) total[m_columns[e]] += from_check[e];
    for (std::size_t i = 0; i < m_bits; ++i) found.set(i, total[i] < 0);
  }
  found ^= received;
  return found;
}

}  // namespace herald
