#include "herald/distill/click_positions.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "herald/base/random.h"

namespace herald {
namespace {

// N h(n/N) in bits.
double entropy_bits(double count, double pulses) {
  const double p = count / pulses;
  return p == 0 || p == 1 ? 0 : -pulses * (p * std::log2(p) + (1 - p) * std::log2(1 - p));
}

std::vector<std::uint64_t> random_clicks(SimulationRandom& random, double p, std::size_t count) {
  std::vector<std::uint64_t> clicks(count);
  std::uint64_t next = 0;
  for (std::uint64_t& click : clicks) {
    click = next + static_cast<std::uint64_t>(std::log(random.next_double()) / std::log1p(-p));
    next = click + 1;
  }
  return clicks;
}

TEST(ClickPositions, EverySubsetOfUpToTwelvePulsesComesBack) {
  for (std::uint64_t pulses = 0; pulses <= 12; ++pulses) {
    for (std::uint64_t subset = 0; subset < std::uint64_t{1} << pulses; ++subset) {
      std::vector<std::uint64_t> positions;
      for (std::uint64_t i = 0; i < pulses; ++i)
        if ((subset >> i) & 1) positions.push_back(i);
      const auto back = decode_positions(encode_positions(positions, pulses), pulses, 12);
      ASSERT_TRUE(back) << back.error().message;
      ASSERT_EQ(*back, positions);
    }
  }
}

TEST(ClickPositions, ComeBackForAnyBlock) {
  EXPECT_TRUE(rc::check("round trip", [] {
    const int bits = *rc::gen::inRange(0, 57);
    const std::uint64_t pulses = std::uint64_t{1} << bits;
    auto positions = *rc::gen::container<std::vector<std::uint64_t>>(rc::gen::inRange<std::uint64_t>(0, pulses));
    std::ranges::sort(positions);
    positions.erase(std::unique(positions.begin(), positions.end()), positions.end());
    RC_ASSERT(decode_positions(encode_positions(positions, pulses), pulses, positions.size()).value() == positions);
  }));
}

TEST(ClickPositions, OfAnEmptyBlockTakeTwoBytesHoweverLongItWas) {
  for (const std::uint64_t pulses : {std::uint64_t{0}, std::uint64_t{1}, kMostPulses}) {
    EXPECT_EQ(encode_positions({}, pulses).size(), 2u);
    EXPECT_TRUE(decode_positions(encode_positions({}, pulses), pulses, 0)->empty());
  }
}

TEST(ClickPositions, StayWithinThreePercentOfTheEntropy) {
  // Expected: at most 1.031 for p up to 1/3 (worst at 0.214), 1.042 up to 0.4 (worst at 0.382). A gap's length deviates
  // by less than 1.2 of its 3 bits or more, so that the mean of 2e5 gaps is off by 0.54 % with probability below 1e-8
  // (six sigma).
  SimulationRandom random(11);
  for (double p = 1e-7; p < 0.4; p *= 1.33) {
    const auto clicks = random_clicks(random, p, 50000);
    const std::uint64_t pulses = clicks.back() + 1;
    const double bits = 8.0 * static_cast<double>(encode_positions(clicks, pulses).size());
    const double ratio = bits / entropy_bits(5e4, static_cast<double>(pulses));
    EXPECT_LT(ratio, (p <= 1.0 / 3 ? 1.031 : 1.042) * 1.0108) << "p = " << p;
  }
}

TEST(ClickPositions, NeverTakeMoreThanABitmap) {
  SimulationRandom random(12);
  for (double p : {0.5, 0.8, 0.99}) {
    const auto clicks = random_clicks(random, p, 10000);
    EXPECT_LE(encode_positions(clicks, clicks.back() + 1).size(), clicks.back() / 8 + 5);
  }
}

TEST(ClickPositions, RefuseWhatIsNotTheirs) {
  const auto refused = [](const Bytes& bytes, std::uint64_t pulses, std::size_t limit) {
    const auto result = decode_positions(bytes, pulses, limit);
    return !result && result.error().code == ErrorCode::malformed;
  };
  const std::vector<std::uint64_t> positions = {3, 10, 1000, 1001, 5000};
  const Bytes good = encode_positions(positions, 5001);
  EXPECT_TRUE(decode_positions(good, 5001, 5));
  EXPECT_TRUE(refused(good, 5001, 4)) << "above the limit";
  EXPECT_TRUE(refused(good, 5000, 5)) << "beyond the last pulse";
  EXPECT_TRUE(refused(good, 2, 5)) << "more clicks than pulses";
  for (std::size_t size = 0; size < good.size(); ++size)
    EXPECT_TRUE(refused(Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size)), 5001, 5)) << size;
  Bytes longer = good;
  longer.push_back(0);
  EXPECT_TRUE(refused(longer, 5001, 5));
  longer.back() = 1;
  EXPECT_TRUE(refused(longer, 5001, 5));
  EXPECT_TRUE(refused({0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x40, 0, 1}, kMostPulses, ~std::size_t{0}))
      << "2^62 clicks in one byte";
  EXPECT_TRUE(refused({1, 57, 0, 0, 0, 0, 0, 0, 0, 0, 1}, kMostPulses, 1)) << "k too large";
  EXPECT_TRUE(refused({1, 56, 0, 0, 0, 0, 0, 0, 0, 2}, kMostPulses, 1)) << "a quotient that overflows";
}

TEST(ClickPositions, AnyBytesGiveAnErrorOrASoundList) {
  EXPECT_TRUE(rc::check("any bytes", [](const Bytes& bytes, std::uint32_t pulses) {
    const auto result = decode_positions(bytes, pulses, 1000);
    if (!result) return;
    RC_ASSERT(result->size() <= 1000u);
    for (std::size_t i = 0; i < result->size(); ++i)
      RC_ASSERT((*result)[i] < pulses && (i == 0 || (*result)[i - 1] < (*result)[i]));
  }));
}

TEST(ClickPositions, EveryBitFlipGivesAnErrorOrASoundList) {
  SimulationRandom random(13);
  const auto clicks = random_clicks(random, 0.01, 300);
  Bytes bytes = encode_positions(clicks, 40000);
  for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] ^ (1 << (bit % 8)));
    const auto result = decode_positions(bytes, 40000, 400);
    if (result) {
      EXPECT_TRUE(std::ranges::is_sorted(*result, std::less_equal<>()) || result->size() < 2);
      EXPECT_NE(*result, clicks) << "one list, one encoding at this k";
    }
    bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] ^ (1 << (bit % 8)));
  }
}

}  // namespace
}  // namespace herald
