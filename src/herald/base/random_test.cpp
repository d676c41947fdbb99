#include "herald/base/random.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <set>
#include <type_traits>
#include <vector>

#include "herald/base/philox.h"
#include "herald/base/statistics.h"

namespace herald {
namespace {

// A false alarm of any one statistical test here happens for at most one seed in 1e6; the seeds are fixed.
constexpr double kFalseAlarm = 1e-6;

static_assert(RandomBits<SecretRandom> && RandomBits<SimulationRandom>);
static_assert(!std::is_convertible_v<SimulationRandom, SecretRandom> &&
              !std::is_convertible_v<SecretRandom, SimulationRandom>);
static_assert(!std::is_constructible_v<SecretRandom, std::uint64_t>);

// kat_vectors of the Random123 distribution (D. E. Shaw Research), lines "philox4x32 10".
TEST(Random, PhiloxKnownAnswers) {
  using Counter = std::array<std::uint32_t, 4>;
  using Key = std::array<std::uint32_t, 2>;
  EXPECT_EQ(philox4x32_10(Counter{0, 0, 0, 0}, Key{0, 0}), (Counter{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox4x32_10(Counter{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, Key{0xffffffff, 0xffffffff}),
            (Counter{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox4x32_10(Counter{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, Key{0xa4093822, 0x299f31d0}),
            (Counter{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Random, AStreamIsTheBlockFunctionOverACounter) {
  const std::uint64_t seed = 0x299f31d0a4093822, stream = 0x0370734413198a2e;
  SimulationRandom random(seed, stream);
  for (std::uint32_t counter = 0; counter < 100; ++counter) {
    const auto block = philox4x32_10({counter, 0, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0});
    EXPECT_EQ(random.next_word(), block[0] | std::uint64_t{block[1]} << 32);
    EXPECT_EQ(random.next_word(), block[2] | std::uint64_t{block[3]} << 32);
  }
}

TEST(Random, EveryKernelGivesTheBlocksOfThePortableOne) {
  EXPECT_TRUE(rc::check([] {
    const auto seed = *rc::gen::arbitrary<std::uint64_t>(), stream = *rc::gen::arbitrary<std::uint64_t>();
    // Counters on both sides of 2^32 and of 2^64 too.
    const std::uint64_t first =
        *rc::gen::element<std::uint64_t>(0, 0xfffffff0, 0xfffffffffffffff0) + *rc::gen::inRange<std::uint64_t>(0, 32);
    const auto blocks = *rc::gen::inRange<std::size_t>(0, 80);
    std::vector<std::uint64_t> twin(2 * blocks), words(2 * blocks + 1);
    fill_with_philox(seed, stream, first, twin, Kernel::portable);
    for (const Kernel kernel : available_kernels()) {
      words.assign(words.size(), 0x5555);
      fill_with_philox(seed, stream, first, std::span(words).first(2 * blocks), kernel);
      RC_ASSERT(std::ranges::equal(std::span(words).first(2 * blocks), twin));
      RC_ASSERT(words.back() == 0x5555u);
    }
  }));
}

TEST(Random, FillingIsDrawingWordByWord) {
  EXPECT_TRUE(rc::check([] {
    SimulationRandom random(*rc::gen::arbitrary<std::uint64_t>(), 3), twin = random;
    std::vector<std::uint64_t> words;
    for (const auto size : *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, 70))) {
      words.assign(size, 0);
      random.fill(words);
      for (const std::uint64_t word : words) RC_ASSERT(word == twin.next_word());
    }
  }));
}

TEST(Random, TheSameSeedAndStreamGiveTheSameAndOthersDoNot) {
  SimulationRandom a(5, 1), b(5, 1), other_seed(6, 1), other_stream(5, 2);
  std::vector<std::uint64_t> words(100), same(100);
  a.fill(words);
  b.fill(same);
  EXPECT_EQ(words, same);
  for (const std::uint64_t word : words) {
    EXPECT_NE(word, other_seed.next_word());
    EXPECT_NE(word, other_stream.next_word());
  }
  std::set<std::uint64_t> firsts;
  for (const char* name : {"", "alice", "bob", "fibre"}) {
    for (std::uint64_t index = 0; index < 50; ++index) {
      firsts.insert(a.substream(name, index).next_word());
      firsts.insert(a.substream(name, index).substream(name, index).next_word());
    }
  }
  EXPECT_EQ(firsts.size(), 400u);
  EXPECT_EQ(a.substream("alice").next_word(), b.substream("alice").next_word());  // whatever was drawn before
  EXPECT_EQ(a.seed(), 5u);
}

TEST(Random, BoundedIntegersAreUniform) {
  SimulationRandom random(8);
  for (const std::uint64_t bound : {1u, 2u, 3u, 7u, 10u, 64u, 100u}) {
    std::vector<std::uint64_t> counts(bound);
    for (int i = 0; i < 100000; ++i) {
      const std::uint64_t value = random.next_below(bound);
      ASSERT_LT(value, bound);
      ++counts[value];
    }
    EXPECT_GT(chi_square_test(counts, std::vector<double>(bound, 1.0)), kFalseAlarm) << bound;
  }
  // Where a plain modulo would be off by a third: bound = 3/4 of 2^64.
  const std::uint64_t bound = std::uint64_t{3} << 62;
  std::array<std::uint64_t, 3> thirds{};
  for (int i = 0; i < 100000; ++i) ++thirds[random.next_below(bound) >> 62];
  EXPECT_GT(chi_square_test(thirds, std::vector<double>(3, 1.0)), kFalseAlarm);
}

TEST(Random, DoublesLieStrictlyBetweenZeroAndOneAndAreUniform) {
  SimulationRandom random(9);
  std::vector<std::uint64_t> counts(100);
  for (int i = 0; i < 200000; ++i) {
    const double u = random.next_double();
    ASSERT_TRUE(u > 0 && u < 1);
    ++counts[static_cast<std::size_t>(u * 100)];
  }
  EXPECT_GT(chi_square_test(counts, std::vector<double>(100, 1.0)), kFalseAlarm);
}

TEST(Random, BernoulliHasItsProbability) {
  SimulationRandom random(10);
  for (const double p : {0.0, 1e-3, 0.25, 0.5, 0.999, 1.0}) {
    std::uint64_t hits = 0;
    for (int i = 0; i < 100000; ++i) hits += random.next_bernoulli(p) ? 1 : 0;
    const auto [low, high] = binomial_interval(hits, 100000, FailureProbability(kFalseAlarm));
    EXPECT_LE(low.value, p);
    EXPECT_GE(high.value, p);
  }
}

// Each bit says whether a number, whose binary digits are its place's in the words that were drawn, lies below p.
TEST(Random, BernoulliBitsCompareNumbersDigitByDigit) {
  EXPECT_TRUE(rc::check([] {
    SimulationRandom random(*rc::gen::arbitrary<std::uint64_t>()), digits = random;
    const double p = *rc::gen::element(0x1p-60, 1e-3, 0.1, 0.25, 0.5, 0.9, 0.999, 1 - 0x1p-53);
    std::vector<std::uint64_t> words(*rc::gen::inRange<std::size_t>(0, 20));
    random.fill_bernoulli(words, p);
    for (std::size_t begin = 0; begin < words.size(); begin += 8) {  // eight words together
      const std::size_t end = std::min(begin + 8, words.size());
      std::vector<double> number(64 * (end - begin));
      double step = 1;  // of the last digit: what is still open of a number
      const auto decided = [&](double u) { return u >= p || u + step <= p; };
      while (!std::ranges::all_of(number, decided)) {
        step /= 2;
        for (std::size_t i = 0; i < number.size(); i += 64) {
          const std::uint64_t digit = digits.next_word();
          for (std::size_t k = 0; k < 64; ++k) number[i + k] += (digit >> k & 1) != 0 ? step : 0;
        }
      }
      for (std::size_t i = 0; i < number.size(); ++i)
        RC_ASSERT(((words[begin + i / 64] >> (i % 64) & 1) != 0) == (number[i] < p));
    }
    RC_ASSERT(random.next_word() == digits.next_word());
  }));
}

TEST(Random, BernoulliBitsHaveTheirProbability) {
  SimulationRandom random(13);
  std::vector<std::uint64_t> words(4000);
  for (const double p : {0.0, 1e-4, 0.25, 0.3, 0.5, 0.999, 1.0}) {
    random.fill_bernoulli(words, p);
    const std::uint64_t hits = BitView(words.data(), 64 * words.size()).count_ones();
    const auto [low, high] = binomial_interval(hits, 64 * words.size(), FailureProbability(kFalseAlarm));
    EXPECT_LE(low.value, p);
    EXPECT_GE(high.value, p);
  }
}

TEST(Random, RandomBitsHaveTheirLengthAndZeroPadding) {
  SimulationRandom random(12);
  for (std::size_t size = 0; size < 200; ++size) {
    const BitString bits = random_bits(random, size);
    EXPECT_EQ(bits.size(), size);
    EXPECT_EQ(size % 64 == 0 ? 0 : bits.words().back() >> (size % 64), 0u);
  }
  std::uint64_t ones = random_bits(random, 1000000).view().count_ones();
  const auto [low, high] = binomial_interval(ones, 1000000, FailureProbability(kFalseAlarm));
  EXPECT_TRUE(low.value <= 0.5 && high.value >= 0.5);
}

TEST(Random, SecretRandomnessDiffersEachTimeAndIsBalanced) {
  SecretRandom a, b;
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 1000; ++i) {
    seen.insert(a.next_word());
    seen.insert(b.next_word());
  }
  EXPECT_EQ(seen.size(), 2000u);
  std::vector<std::uint8_t> bytes(100000);
  a.fill_bytes(bytes);
  std::vector<std::uint64_t> counts(256);
  for (const std::uint8_t byte : bytes) ++counts[byte];
  EXPECT_GT(chi_square_test(counts, std::vector<double>(256, 1.0)), kFalseAlarm);
  SecretRandom moved = std::move(a);
  EXPECT_NE(moved.next_word(), moved.next_word());
}

TEST(RandomDeathTest, NothingLiesBelowZero) {
  SimulationRandom random(1);
  EXPECT_DEATH(random.next_below(0), "bug");
  std::uint64_t word = 0;
  EXPECT_DEATH(random.fill_bernoulli({&word, 1}, 1.5), "bug");
  EXPECT_DEATH(fill_with_philox(1, 2, 3, {&word, 1}), "bug");
}

}  // namespace
}  // namespace herald
