#include "herald/distill/verification.h"

#include <gtest/gtest.h>

#include "herald/base/random.h"

namespace herald {
namespace {

TEST(Verification, EveryKernelGivesTheSameTag) {
  SimulationRandom random(51);
  for (const std::size_t n : {1u, 63u, 64u, 65u, 128u, 129u, 1000u, 4096u, 100001u}) {
    const BitString key = random_bits(random, n);
    const auto seed = VerificationSeed::draw(random);
    const BitString tag = verification_tag(key, seed, 128, Kernel::portable);
    for (const Kernel kernel : available_kernels()) EXPECT_EQ(verification_tag(key, seed, 128, kernel), tag) << n;
    EXPECT_EQ(verification_tag(key, seed, 50), slice(tag, 0, 50));
  }
}

TEST(Verification, EveryFlippedBitChangesTheTag) {
  SimulationRandom random(52);
  BitString key = random_bits(random, 3000);
  const auto seed = VerificationSeed::draw(random);
  const BitString tag = verification_tag(key, seed, 64);
  for (std::size_t i = 0; i < key.size(); ++i) {
    key.flip(i);
    ASSERT_NE(verification_tag(key, seed, 64), tag) << i;
    key.flip(i);
  }
}

TEST(Verification, ShortTagsCollideAsOftenAsTheBoundSays) {
  // 2^16 seeds, t = 6: Binomial(65536, 2^-6), mean 1024, deviation 31.7; six of them: a false alarm below 2e-9.
  SimulationRandom random(53);
  const BitString a = random_bits(random, 500), b = random_bits(random, 500);
  int collisions = 0;
  for (int i = 0; i < 1 << 16; ++i) {
    const auto seed = VerificationSeed::draw(random);
    collisions += verification_tag(a, seed, 6) == verification_tag(b, seed, 6);
  }
  EXPECT_NEAR(collisions, 1024, 6 * 31.7);
}

TEST(Verification, FiftyBitsDoForTheUsualFailureProbability) {
  EXPECT_EQ(verification_bits(std::size_t{1} << 27, FailureProbability(1e-15)), 50u);
  EXPECT_EQ(verification_bits(1, FailureProbability(0.49)), 2u);
  EXPECT_LE(verification_failure(std::size_t{1} << 27, 50).value, 1e-15);
  EXPECT_GT(verification_failure(std::size_t{1} << 27, 49).value, 1e-15);
  EXPECT_EQ(verification_bits(1000, FailureProbability(0)).error().code, ErrorCode::invalid_argument);
}

TEST(Verification, SeedsComeBackFromTheWire) {
  SimulationRandom random(54);
  const auto seed = VerificationSeed::draw(random);
  Writer writer;
  seed.encode(writer);
  EXPECT_EQ(writer.bytes().size() * 8, kVerificationSeedBits);
  Reader reader(writer.bytes());
  EXPECT_EQ(VerificationSeed::decode(reader), seed);
  EXPECT_TRUE(reader.finish("seed"));
}

}  // namespace
}  // namespace herald
