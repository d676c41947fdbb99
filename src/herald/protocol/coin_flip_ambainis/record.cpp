#include <cmath>

#include "herald/protocol/coin_flip_ambainis/coin_flip_ambainis.h"

namespace herald {
namespace {

constexpr Step kSteps[]{
    {"alice", "picks a bit a and a sign at random and sends the qutrit (|0> + |a+1>)/sqrt 2 or (|0> - |a+1>)/sqrt 2"},
    {"bob", "answers with a random bit; or says that nothing arrived, and she begins again"},
    {"alice", "opens her bit and her sign"},
    {"bob", "measures whether the qutrit that he kept is in that state; the coin is the sum of both bits"},
};

constexpr Strategy kAlice[]{
    {"honest", "as the steps say"},
    {"cheat-lie", "sends bit 0, and opens bit 1 where she needs it"},
    {"cheat-between", "sends the state nearest to both bits, and opens the one that she needs: the optimum"},
};
constexpr Strategy kBob[]{
    {"honest", "as the steps say"},
    {"cheat-read", "reads the qutrit before he answers: the optimum where nothing may be lost"},
    {"cheat-conclusive", "calls the qutrit lost until he has read its bit with certainty"},
};
constexpr Role kRoles[]{{"alice", kAlice}, {"bob", kBob}};

constexpr ProtocolParameter kParameters[]{
    strong_coin::kWanted,
    {"transmittance", "", "probability that the qutrit reaches an honest Bob from an honest Alice", 1, 0, 1},
    {"depolarising", "", "probability that a qubit's state is replaced by an even mixture on its way", 0, 0, 1},
    strong_coin::kAttempts,
};

Events score(const std::array<Verdict, 2>& verdicts, const AmbainisCoin& coin) {
  return strong_coin::score(verdicts, coin.wanted);
}

Result<std::unique_ptr<Game>> set_up(const Casting& casting) {
  constexpr Program<AmbainisCoin> kAlices[]{coin_flip_ambainis::alice, coin_flip_ambainis::alice_lies,
                                            coin_flip_ambainis::alice_sends_between};
  constexpr Program<AmbainisCoin> kBobs[]{coin_flip_ambainis::bob, coin_flip_ambainis::bob_reads,
                                          coin_flip_ambainis::bob_waits_for_certainty};
  AmbainisCoin coin;
  coin.attempts = casting.whole("attempts");
  coin.wanted = casting.whole("wanted") == 1;
  PathNoise path;
  path.transmittance = std::sqrt(casting.real("transmittance"));  // both qubits must come through
  path.depolarising = casting.real("depolarising");
  return alice_and_bob<AmbainisCoin>(kAlices[casting.strategy("alice")], kBobs[casting.strategy("bob")], coin, score,
                                     strong_coin::path(casting, path));
}

}  // namespace

const Protocol& coin_flip_ambainis_protocol() {
  static constexpr Protocol kProtocol{
      .name = "coin-flip-ambainis",
      .family = "coin flipping",
      .title = "Ambainis' coin flip",
      .paper = "Ambainis, J. Comput. Syst. Sci. 68, 398 (2004), quant-ph/0204022; STOC 2001",
      .summary =
          "Neither party gets the side that it wants with more than 3/4, with any quantum computer. But where light "
          "is lost and may be sent again, Bob waits for a reading that is certain, and decides the coin.",
      .steps = kSteps,
      .roles = kRoles,
      .parameters = kParameters,
      .events = strong_coin::kEvents,
      .source = "coin_flip_ambainis",
      .set_up = set_up,
  };
  return kProtocol;
}

}  // namespace herald
