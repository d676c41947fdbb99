// Every protocol of the registry beside its theory, whoever plays.

#include <gmock/gmock.h>

#include "herald/study/expectations_test.h"

namespace herald::study {
namespace {

constexpr std::uint64_t kRuns = 3'000;

// All combinations of strategies.
template <typename Visit>
void for_all_castings(const Protocol& protocol, Visit visit) {
  Casting casting = Casting::standard(protocol);
  for (;;) {
    visit(casting);
    std::size_t role = 0;
    while (role < casting.strategies.size() && ++casting.strategies[role] == protocol.roles[role].strategies.size())
      casting.strategies[role++] = 0;
    if (role == casting.strategies.size()) return;
  }
}

TEST(Expectations, AgreeWithEveryProtocolAtItsStandardParameters) {
  for (const Protocol* protocol : protocols())
    for_all_castings(*protocol, [](const Casting& casting) {
      // Who has nothing to cheat with under these parameters is told which would do.
      if (const auto game = casting.protocol->set_up(casting); !game)
        EXPECT_THAT(game.error().message, ::testing::HasSubstr("possible is"));
      else
        compare(casting, kRuns);
    });
}

TEST(Expectations, ExistForTheHonestRunOfEveryProtocol) {
  for (const Protocol* protocol : protocols())
    EXPECT_FALSE(expectations(Casting::standard(*protocol)).empty()) << protocol->name;
}

TEST(Expectations, OfCoinFlipsThatLosePhotons) {
  for (const std::string_view alice : {"honest", "cheat-lie", "cheat-mixture", "cheat-breidbart", "cheat-epr"})
    for (const double transmittance : {0.2, 0.7, 0.95}) {
      const Casting casting =
          casting_of("coin-flip", {{"alice", alice}},
                     {{"photons", 8}, {"transmittance", transmittance}, {"holes", 0.5}, {"storage", 0.8}});
      EXPECT_GE(expectations(casting).size(), 2u);
      compare(casting, 100'000);
    }
}

TEST(Expectations, OfCoinFlipsOfAFewPhotons) {
  for (const std::string_view alice : {"cheat-lie", "cheat-mixture", "cheat-breidbart", "cheat-epr", "cheat-holes"})
    for (const double photons : {1, 2, 5, 10}) {
      const Casting casting =
          casting_of("coin-flip", {{"alice", alice}},
                     {{"photons", photons}, {"storage", 0.9}, {"measurement", 0.8}, {"holes", 0.4}});
      EXPECT_GE(expectations(casting).size(), 2u);
      compare(casting, 100'000);
    }
}

}  // namespace
}  // namespace herald::study
