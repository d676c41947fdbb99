#include "herald/protocol/coin_flip_weak/coin_flip_weak.h"

namespace herald {
namespace {

constexpr Step kSteps[]{
    {"alice", "prepares sqrt y |00> + sqrt(1-y) |11> and sends the second half"},
    {"bob", "measures whether E_B = |0><0|/(2y), then he wins, or 1 - E_B, then Alice wins; and says who won"},
    {"bob", "if he won, sends his half back, and Alice tests that the pair is what E_B leaves"},
    {"alice", "if she won, sends her half, and Bob tests that the pair is what 1 - E_B leaves"},
};

constexpr Strategy kAlice[]{
    {"honest", "as the steps say"},
    {"cheat-pair", "sends the pair that passes Bob's test best: the optimum"},
};
constexpr Strategy kBob[]{
    {"honest", "as the steps say"},
    {"cheat-claim", "says that he won, and sends back what he got: the optimum"},
    {"cheat-measure", "measures, says that he won whatever he found, and sends back what is left"},
};
constexpr Role kRoles[]{{"alice", kAlice}, {"bob", kBob}};

constexpr ProtocolParameter kParameters[]{
    {"y", "", "the larger squared amplitude of the states", std::numbers::sqrt2 / 2, 0.5, 1},
};

enum : unsigned { kAliceWins, kBobWins, kCaught };
constexpr Event kEvents[]{
    {"alice-wins", "both accept that Alice wins"},
    {"bob-wins", "both accept that Bob wins"},
    {"caught", "the loser's test fails"},
};

Events score(const std::array<Verdict, 2>& verdicts, const WeakCoin&) {
  const auto& [alice, bob] = verdicts;
  const bool agreed = alice.accepted && bob.accepted && alice.value == bob.value;
  const bool bobs = bob.value == static_cast<std::uint64_t>(Winner::bob);
  return event_if(agreed && !bobs, kAliceWins) | event_if(agreed && bobs, kBobWins) | event_if(!agreed, kCaught);
}

Result<std::unique_ptr<Game>> set_up(const Casting& casting) {
  constexpr Program<WeakCoin> kAlices[]{coin_flip_weak::alice, coin_flip_weak::alice_sends_another_pair};
  constexpr Program<WeakCoin> kBobs[]{coin_flip_weak::bob, coin_flip_weak::bob_claims,
                                      coin_flip_weak::bob_claims_after_measuring};
  WeakCoin coin;
  coin.y = casting.real("y");
  return alice_and_bob<WeakCoin>(kAlices[casting.strategy("alice")], kBobs[casting.strategy("bob")], coin, score);
}

}  // namespace

const Protocol& coin_flip_weak_protocol() {
  static constexpr Protocol kProtocol{
      .name = "coin-flip-weak",
      .family = "coin flipping",
      .title = "Spekkens and Rudolph's weak coin flip",
      .paper = "Spekkens, Rudolph, PRL 89, 227901 (2002)",
      .summary =
          "Each party wants to win, and whoever loses tests the winner. A cheating Alice wins with 1/(2y), a cheating "
          "Bob with y: both 1/sqrt 2 at the standard y, which no strong coin flip can do better than. Weak flips of "
          "more rounds come as near to 1/2 as wanted (Mochon 2007).",
      .steps = kSteps,
      .roles = kRoles,
      .parameters = kParameters,
      .events = kEvents,
      .source = "coin_flip_weak",
      .set_up = set_up,
  };
  return kProtocol;
}

}  // namespace herald
