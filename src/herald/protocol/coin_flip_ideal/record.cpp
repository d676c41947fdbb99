#include "herald/protocol/coin_flip_ideal/coin_flip_ideal.h"

namespace herald {
namespace {

constexpr Step kSteps[]{
    {"alice", "picks a bit at random, prepares the joint state of it, and sends Bob's part"},
    {"bob", "answers with a random bit"},
    {"alice", "opens her bit, and sends the rest of the state"},
    {"bob", "tests that the whole is the state of that bit; the coin is the sum of both bits"},
};

constexpr Strategy kAlice[]{
    {"honest", "as the steps say"},
    {"cheat-rotate", "commits to 0 honestly, and turns it into 1 by a rotation of what she kept, where she needs 1"},
    {"cheat-superposition", "commits to a superposition, and rotates where she needs 1: the optimum"},
};
constexpr Strategy kBob[]{
    {"honest", "as the steps say"},
    {"cheat-guess", "measures which bit his part looks like before he answers: the optimum"},
};
constexpr Role kRoles[]{{"alice", kAlice}, {"bob", kBob}};

constexpr ProtocolParameter kParameters[]{
    strong_coin::kWanted,
    {"commitment", "", "the states: 0 a basis of photons, 1 Ambainis' qutrits, 2 two weights y and 1-y", 0, 0, 2, true},
    {"photons", "", "length of the string, for commitment 0", 2, 1, 3, true},
    {"y", "", "the larger squared amplitude of the states, for commitment 2", 0.9, 0.5, 1},
};

Events score(const std::array<Verdict, 2>& verdicts, const IdealCoin& coin) {
  return strong_coin::score(verdicts, coin.wanted);
}

Result<std::unique_ptr<Game>> set_up(const Casting& casting) {
  constexpr Program<IdealCoin> kAlices[]{coin_flip_ideal::alice, coin_flip_ideal::alice_rotates,
                                         coin_flip_ideal::alice_superposes};
  constexpr Program<IdealCoin> kBobs[]{coin_flip_ideal::bob, coin_flip_ideal::bob_guesses};
  IdealCoin coin;
  HERALD_TRY(coin.commitment, StatesCommitment::of(ideal_coin_states(casting)));
  coin.wanted = casting.whole("wanted") == 1;
  return alice_and_bob<IdealCoin>(kAlices[casting.strategy("alice")], kBobs[casting.strategy("bob")], coin, score);
}

}  // namespace

const Protocol& coin_flip_ideal_protocol() {
  static constexpr Protocol kProtocol{
      .name = "coin-flip-ideal",
      .family = "coin flipping",
      .title = "An ideal coin flip, and who decides it",
      .paper = "Lo, Chau, Physica D 120, 177 (1998), quant-ph/9711065; Kitaev 2002, in Gutoski, Watrous, STOC 2007",
      .summary =
          "Alice commits to a bit, Bob says one, she opens: an ideal coin, if only the commitment were ideal. Where it "
          "hides her bit perfectly she opens what she likes and decides the coin; where it does not, Bob reads some of "
          "it. For any protocol Kitaev has P_A P_B >= 1/2, so one of the two reaches 1/sqrt 2. The attack that runs "
          "here "
          "is that on flips from one commitment.",
      .steps = kSteps,
      .roles = kRoles,
      .parameters = kParameters,
      .events = strong_coin::kEvents,
      .source = "coin_flip_ideal",
      .set_up = set_up,
  };
  return kProtocol;
}

}  // namespace herald
