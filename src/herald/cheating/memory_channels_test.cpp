#include "herald/cheating/memory_channels.h"

#include <gtest/gtest.h>

#include <cmath>

#include "herald/base/entropy.h"
#include "herald/base/tail_bounds.h"
#include "herald/cheating/conjugate_coding.h"

namespace herald {
namespace {

using enum MemoryKind;

constexpr MemoryKind kKinds[]{depolarising, erasure, dephasing, amplitude_damping};

TEST(MemoryChannels, CapacitiesRiseFromNothingToOneBit) {
  for (const MemoryKind kind : kKinds) {
    EXPECT_NEAR(*memory_capacity({kind, 1}), 1, 1e-12);
    EXPECT_NEAR(*memory_capacity({kind, 0}), kind == dephasing ? 1 : 0, 1e-9);
    double before = 0;
    for (double r = 0; r <= 1; r += 0.05) {
      const double capacity = *memory_capacity({kind, r});
      EXPECT_GE(capacity, before - 1e-12);
      before = capacity;
    }
  }
  EXPECT_DOUBLE_EQ(*memory_capacity({depolarising, 0.7}), *depolarising_capacity(0.7));
  // h(p) + h(p/2) - h(p/2), the largest of which is 1.
  EXPECT_NEAR(*memory_capacity({amplitude_damping, 0.5}), 1, 1e-12);
  EXPECT_FALSE(memory_capacity({erasure, 1.1}));
}

TEST(MemoryChannels, ThresholdsAreWhereCapacityTimesShareIsOneHalf) {
  for (const MemoryKind kind : {depolarising, erasure, amplitude_damping})
    for (const double share : {0.75, 1.0, 3.0}) {
      const double r = *memory_threshold(kind, share);
      EXPECT_NEAR(*memory_capacity({kind, r}) * share, 0.5, 1e-9);
      EXPECT_TRUE(*memory_secure({kind, r - 1e-6}, share));
      EXPECT_FALSE(*memory_secure({kind, r + 1e-6}, share));
    }
  EXPECT_NEAR(*memory_threshold(depolarising, 1.5), *noisy_storage_threshold(1.5), 1e-12);
  EXPECT_NEAR(*memory_threshold(erasure, 2), 0.25, 1e-12);
  EXPECT_DOUBLE_EQ(*memory_threshold(dephasing, 0.5), 1);
  EXPECT_FALSE(memory_threshold(dephasing, 0.51));
  EXPECT_FALSE(memory_threshold(erasure, -1));
}

TEST(MemoryChannels, ExponentsArePositiveAboveCapacityAlone) {
  for (const MemoryKind kind : kKinds)
    for (const double r : {0.1, 0.45, 0.9}) {
      const double capacity = *memory_capacity({kind, r});
      EXPECT_NEAR(*strong_converse_exponent({kind, r}, capacity * 0.99), 0, 1e-9);
      EXPECT_GT(*strong_converse_exponent({kind, r}, capacity + 0.1), 1e-4);
      double before = 0;
      for (double rate = 0; rate < 2; rate += 0.25) {
        const double exponent = *strong_converse_exponent({kind, r}, rate);
        EXPECT_GE(exponent, before - 1e-9);
        EXPECT_GE(exponent, rate - 1 - 1e-9);
        EXPECT_LE(exponent, rate + 1e-9);  // a blind guess
        before = exponent;
      }
    }
  EXPECT_DOUBLE_EQ(*strong_converse_exponent({depolarising, 0.3}, 0.4), *strong_converse_exponent(0.3, 0.4));
}

// A message of n R bits through n erasures: the sum over the qubits that are left, beside the exponent.
TEST(MemoryChannels, ErasuresLoseWhatTheSumSays) {
  constexpr double kUses = 400;
  for (const double r : {0.2, 0.5})
    for (const double rate : {r + 0.05, r + 0.3, 1.0}) {
      double through = 0;
      for (double k = 0; k <= kUses; ++k)
        through += std::exp(binomial_log_pmf(kUses, r, k)) * std::exp2(std::min(0.0, k - kUses * rate));
      const double exponent = *strong_converse_exponent({erasure, r}, rate);
      EXPECT_LE(through, std::exp2(-kUses * exponent) * (1 + 1e-9));
      EXPECT_GE(through, std::exp2(-kUses * (exponent + 0.02)));  // and it is the right exponent
    }
}

TEST(MemoryChannels, WeakStringErasureIsTheSameForDepolarisingMemories) {
  for (const double r : {0.0, 0.3, 0.7})
    for (const double share : {0.0, 0.5, 1.0}) {
      const auto general = weak_string_erasure({depolarising, r}, share, 1e6, 0.02);
      const auto special = weak_string_erasure({r, share}, 1e6, 0.02);
      EXPECT_DOUBLE_EQ(general->rate, special->rate);
      EXPECT_DOUBLE_EQ(general->epsilon, special->epsilon);
    }
  EXPECT_FALSE(weak_string_erasure({depolarising, 0.5}, -1, 1e6, 0.02));
}

TEST(MemoryChannels, InteractiveHashingReachesOneHalf) {
  // Between 1/4 and 1/2 of a bit per photon the transfer without it has no bound at any length.
  const double r = 0.7;
  ASSERT_GT(*depolarising_capacity(r), 0.25);
  ASSERT_LT(*depolarising_capacity(r), 0.5);
  EXPECT_DOUBLE_EQ(*noisy_transfer_both_bound({r, 1}, 1e14, 1), 1);
  EXPECT_GT(weak_string_erasure({depolarising, r}, 1, 1e14, 1e-3)->rate, 1e-3);
  // With a memory that is worse its constants leave something of strings as long as a disk.
  const double bound = *hashing_transfer_both_bound({erasure, 0.01}, 1, {1e8, 1e5}, 20);
  EXPECT_LT(bound, 1.01 / (1 << 20));
  EXPECT_DOUBLE_EQ(*hashing_transfer_both_bound({erasure, 0.01}, 1, {100, 66}, 1), 1);
  EXPECT_DOUBLE_EQ(*hashing_transfer_both_bound({erasure, 0.6}, 1, {1e8, 1e5}, 20), 1);
  EXPECT_FALSE(hashing_transfer_both_bound({erasure, 0.5}, 1, {3, 8}, 1));
}

TEST(MemoryChannels, StoringIsBetterThanReadingFromAThresholdOn) {
  for (const MemoryKind kind : kKinds) {
    EXPECT_DOUBLE_EQ(*individual_guess({kind, 1}), 1);
    EXPECT_NEAR(*individual_guess({kind, 0}), breidbart_guess(), 1e-15);
  }
  EXPECT_NEAR(*stored_guess({depolarising, std::sqrt(0.5)}), breidbart_guess(), 1e-15);
  EXPECT_NEAR(*stored_guess({amplitude_damping, 0.5}), breidbart_guess(), 1e-15);
  // A memory that dephases wholly is Breidbart's measurement.
  EXPECT_NEAR(*stored_guess({dephasing, 0}), breidbart_guess(), 1e-15);
  EXPECT_GT(*stored_guess({dephasing, 0.01}), breidbart_guess());
}

// By counting all pairs of sets: 8 rows of 1 bit, sets of two.
TEST(MemoryChannels, BothSetsAreGuessedAsCountingSays) {
  const HashedRows string{8, 1};
  const double g = 0.9, collide = 0.25;
  double both = 0;
  for (int a = 0; a < 8; ++a)
    for (int b = a + 1; b < 8; ++b) {
      const int common = (a < 2 ? 1 : 0) + (b < 2 ? 1 : 0);
      const double all = std::pow(g, 4 - common), one = g * g;
      both += (all + 2 * (one - all) * collide + (1 - 2 * one + all) * collide * collide) / 28;
    }
  EXPECT_NEAR(*both_sets_guessed(string, 2, g), both, 1e-12);
  EXPECT_NEAR(*both_sets_guessed(string, 2, 1), 1, 1e-12);
  EXPECT_NEAR(*both_sets_with_erasures(string, 2, 1), 1, 1e-12);
  EXPECT_FALSE(both_sets_with_erasures(string, 2, 0.5));
  // Of 16 rows of 64 bits nearly all are known, the rest in one row: a set has it with 1/4.
  const double few = *both_sets_with_erasures({16, 64}, 60, 0.995);
  EXPECT_GT(few, 0.74);
  EXPECT_LT(few, 0.80);
  EXPECT_FALSE(both_sets_guessed({16, 4}, 1, 2));
}

}  // namespace
}  // namespace herald
