#include "herald/protocol/computation/sharing.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <map>

namespace herald {
namespace {

TEST(XorSharing, AllSharesTogetherGiveTheSecret) {
  EXPECT_TRUE(rc::check([] {
    SimulationRandom random(*rc::gen::arbitrary<std::uint64_t>());
    const BitString secret = random_bits(random, *rc::gen::inRange<std::size_t>(0, 300));
    const auto parties = *rc::gen::inRange<std::size_t>(1, 8);
    const auto shares = share(secret, parties, random);
    RC_ASSERT(shares.size() == parties);
    RC_ASSERT(reconstruct(shares) == secret);
  }));
}

// Random words that a test prescribes.
struct Prescribed {
  std::vector<std::uint64_t> words;
  std::size_t at = 0;
  std::uint64_t next_word() { return words[at++]; }
  void fill(std::span<std::uint64_t> out) {
    for (std::uint64_t& word : out) word = next_word();
  }
};

// Over all random bits there are, exhaustively: each value of any k - 1 shares comes once, whatever the secret.
TEST(XorSharing, AllSharesButOneSayNothing) {
  for (std::size_t parties = 2; parties <= 4; ++parties) {
    for (std::uint64_t secret = 0; secret < 4; ++secret) {
      const BitView view(&secret, 2);
      for (std::size_t absent = 0; absent < parties; ++absent) {
        std::map<std::uint64_t, int> seen;
        const std::uint64_t all = std::uint64_t{1} << (2 * (parties - 1));
        for (std::uint64_t draw = 0; draw < all; ++draw) {
          Prescribed random;
          for (std::size_t i = 0; i + 1 < parties; ++i) random.words.push_back(draw >> (2 * i) & 3);
          const auto shares = share(view, parties, random);
          std::uint64_t others = 0;
          for (std::size_t party = 0; party < parties; ++party)
            if (party != absent) others = others << 2 | shares[party].words()[0];
          ++seen[others];
        }
        EXPECT_EQ(seen.size(), all) << parties << " parties without " << absent << ", secret " << secret;
      }
    }
  }
}

}  // namespace
}  // namespace herald
