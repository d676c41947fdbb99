#include "herald/optics/candidates.h"

#include <cmath>

#include <gtest/gtest.h>

#include "herald/base/random.h"
#include "herald/base/statistics.h"

namespace herald {
namespace {

constexpr double kFalseAlarm = 1e-6;  // of each statistical test here; the seeds are fixed

TEST(Candidates, EveryKernelGivesTheSameBits) {
  for (const double probability : {1.0, 0.9, 0.3, 1e-3, 1e-6, 0x1p-30, 1e-12}) {
    const CandidateSource reference(probability, CandidateKernel::portable);
    for (const CandidateKernel kernel : available_candidate_kernels()) {
      const CandidateSource source(probability, kernel);
      for (std::uint64_t batch = 0; batch < 40; ++batch) {
        CandidateBatch expected, got;
        const CounterStream stream{0x123456789abcdef0 + batch, 0xfedcba9876543210 * batch};
        reference.fill(stream, (std::uint64_t{1} << 32) - 128 + 256 * batch, expected);
        source.fill(stream, (std::uint64_t{1} << 32) - 128 + 256 * batch, got);
        ASSERT_EQ(expected.gap, got.gap) << to_string(kernel) << " " << probability;
        ASSERT_EQ(expected.word, got.word) << to_string(kernel);
      }
    }
  }
}

TEST(Candidates, KernelIsTheGeneratorAndTheLogarithmOfTheTwin) {
  const CounterStream stream{7, 9};
  SimulationRandom random(7, 9);
  CandidateBatch batch;
  const double probability = 1e-3;
  CandidateSource(probability).fill(stream, 0, batch);
  for (std::size_t i = 0; i < CandidateBatch::kSize; ++i) {
    const std::uint64_t gap_word = random.next_word(), word = random.next_word();
    EXPECT_EQ(batch.word[i], word);
    const double u = 1 - (static_cast<double>(gap_word >> 12) + 0.5) * 0x1p-52;
    EXPECT_EQ(batch.gap[i], static_cast<std::uint64_t>(std::log(u) / std::log1p(-probability)));
    EXPECT_EQ(counter_words(stream, i), (std::array{gap_word, word}));
  }
}

TEST(Candidates, LogarithmIsWithinThreeUlp) {
  SimulationRandom random(1);
  for (int i = 0; i < 200000; ++i) {
    std::uint64_t word = random.next_word();
    if (i < 64) word = std::uint64_t{1} << i;
    if (i >= 64 && i < 128) word = ~(std::uint64_t{1} << (i - 64));
    if (i >= 128 && i < 256) word = i < 192 ? ~std::uint64_t{0} << (i - 128) : ~std::uint64_t{0} >> (i - 192);
    const long double v = (static_cast<long double>(word >> 12) + 0.5L) * 0x1p-52L;
    const auto exact = static_cast<double>(-std::log1p(-v));
    ASSERT_NEAR(exponential_of_52_bits(word) / exact, 1, 4 * 0x1p-53) << word;
    const bool small = word >> 63 == 0;
    const long double near = (static_cast<long double>(small ? word : ~word) + 0.5L) * 0x1p-64L;
    const auto finer = static_cast<double>(small ? -std::log1p(-near) : -std::log(near));
    ASSERT_NEAR(exponential_of(word) / finer, 1, 4 * 0x1p-53) << word;
  }
}

// Chi-square of gaps against the geometric distribution, in 64 cells of about equal probability.
double gap_p_value(double probability, std::size_t batches) {
  const double rate = -std::log1p(-probability);
  std::vector<std::uint64_t> edges;
  std::vector<double> expected;
  for (int i = 1; i < 64; ++i) {
    const auto edge = static_cast<std::uint64_t>(std::ceil(-std::log1p(-i / 64.0) / rate));
    if (edge > 0 && (edges.empty() || edge > edges.back())) edges.push_back(edge);
  }
  double before = 1;
  for (const std::uint64_t edge : edges) {
    const double beyond = std::exp(-rate * static_cast<double>(edge));
    expected.push_back(before - beyond);
    before = beyond;
  }
  expected.push_back(before);
  std::vector<std::uint64_t> counts(expected.size(), 0);
  const CandidateSource source(probability);
  CandidateBatch batch;
  std::uint64_t waited = 0;
  for (std::size_t i = 0; i < batches; ++i) {
    source.fill({42, 0}, CandidateBatch::kSize * i, batch);
    for (const std::uint64_t gap : batch.gap) {
      waited += gap;
      if (gap == kLongestGap) continue;
      ++counts[static_cast<std::size_t>(std::ranges::upper_bound(edges, waited) - edges.begin())];
      waited = 0;
    }
  }
  return chi_square_test(counts, expected);
}

TEST(Candidates, GapsAreGeometric) {
  for (const double probability : {0.95, 0.5, 0.03, 1e-3, 1e-6, 0x1p-30, 1e-10, 1e-13, 1e-16, 1e-18})
    EXPECT_GT(gap_p_value(probability, 2000), kFalseAlarm) << probability;
}

// Single gates are resolved even where the mean gap exceeds what a double holds: the lowest bits of the gaps are even.
TEST(Candidates, GapsOfRareCandidatesAreAnyInteger) {
  for (const double probability : {1e-6, 1e-9, 1e-12, 1e-14}) {
    std::vector<std::uint64_t> counts(8, 0);
    const CandidateSource source(probability);
    CandidateBatch batch;
    for (std::uint64_t i = 0; i < 400; ++i) {
      source.fill({43, 0}, CandidateBatch::kSize * i, batch);
      for (const std::uint64_t gap : batch.gap) {
        if (gap != kLongestGap) ++counts[gap % 8];
      }
    }
    EXPECT_GT(chi_square_test(counts, std::vector<double>(8, 1.0)), kFalseAlarm) << probability;
  }
}

}  // namespace
}  // namespace herald
