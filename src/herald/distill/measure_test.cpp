#include "herald/distill/measure.h"

#include <gtest/gtest.h>

namespace herald {
namespace {

TEST(Measure, GivesFiguresForEveryKernel) {
  for (const Kernel kernel : available_kernels()) {
    const auto sift = measure_sifting(2000, Probability(0.01), Seconds(1e-4), SimulationRandom(1), kernel);
    EXPECT_TRUE(sift.encode_clicks_per_second > 0 && sift.decode_clicks_per_second > 0 &&
                sift.sift_clicks_per_second > 0);
    EXPECT_GT(sift.size_over_entropy, 0.9);
    const auto cascade = measure_cascade(5000, ErrorRate(0.03), Seconds(1e-4), SimulationRandom(2), kernel);
    EXPECT_TRUE(cascade.alice_bits_per_second > 0 && cascade.bob_bits_per_second > 0 && cascade.rounds > 0);
    EXPECT_TRUE(cascade.efficiency > 1 && cascade.cap_efficiency > cascade.efficiency && cascade.failures == 0);
    const auto amplification = measure_amplification(5000, 0.5, Seconds(1e-4), SimulationRandom(3), kernel);
    EXPECT_TRUE(amplification.amplified_bits_per_second > 0 && amplification.verified_bits_per_second > 0);
  }
}

}  // namespace
}  // namespace herald
