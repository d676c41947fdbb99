#include "herald/protocol/coin_flip_berlin/coin_flip_berlin.h"

namespace herald {
namespace {

constexpr Step kSteps[]{
    {"alice", "picks a bit and one of two bases at random and sends the bit's state in it"},
    {"bob", "measures at once in a random one of the bases; where nothing arrives he says so, and she begins again"},
    {"bob", "answers with a random bit"},
    {"alice", "opens her bit and her basis"},
    {"bob", "compares with what he saw, if her basis is his; the coin is the sum of both bits"},
};

constexpr Strategy kAlice[]{
    {"honest", "as the steps say"},
    {"cheat-lie", "sends bit 0 in the first basis, and opens bit 1 in the second where she needs it"},
    {"cheat-between", "sends the state between these two: the optimum"},
};
constexpr Strategy kBob[]{
    {"honest", "as the steps say"},
    {"cheat-read", "reads the photon in the basis |0>, |1> before he answers: the optimum"},
    {"cheat-conclusive", "calls the photon lost unless he finds |0>: no outcome tells him more than another"},
};
constexpr Role kRoles[]{{"alice", kAlice}, {"bob", kBob}};

constexpr ProtocolParameter kParameters[]{
    strong_coin::kWanted,
    {"y", "", "the larger squared amplitude of the states", 0.9, 0.5, 1},
    {"transmittance", "", "probability that the photon reaches an honest Bob from an honest Alice", 0.5, 0, 1},
    {"depolarising", "", "probability that the photon's state is replaced by an even mixture on its way", 0, 0, 1},
    strong_coin::kAttempts,
};

Events score(const std::array<Verdict, 2>& verdicts, const BerlinCoin& coin) {
  return strong_coin::score(verdicts, coin.wanted);
}

Result<std::unique_ptr<Game>> set_up(const Casting& casting) {
  constexpr Program<BerlinCoin> kAlices[]{coin_flip_berlin::alice, coin_flip_berlin::alice_lies,
                                          coin_flip_berlin::alice_sends_between};
  constexpr Program<BerlinCoin> kBobs[]{coin_flip_berlin::bob, coin_flip_berlin::bob_reads,
                                        coin_flip_berlin::bob_waits};
  BerlinCoin coin;
  coin.y = casting.real("y");
  coin.attempts = casting.whole("attempts");
  coin.wanted = casting.whole("wanted") == 1;
  PathNoise path;
  path.transmittance = casting.real("transmittance");
  path.depolarising = casting.real("depolarising");
  return alice_and_bob<BerlinCoin>(kAlices[casting.strategy("alice")], kBobs[casting.strategy("bob")], coin, score,
                                   strong_coin::path(casting, path));
}

}  // namespace

const Protocol& coin_flip_berlin_protocol() {
  static constexpr Protocol kProtocol{
      .name = "coin-flip-berlin",
      .family = "coin flipping",
      .title = "Coin flipping that tolerates loss",
      .paper = "Berlin, Brassard, Bussieres, Godbout, PRA 80, 062321 (2009), arXiv 0904.3945",
      .summary =
          "Bob measures each photon as it comes and asks for another when none came, as often as it takes: nothing "
          "that he sees tells Alice's bit better than anything else. At y = 0.9 either party gets the side that it "
          "wants with 0.9, at any loss. An honest pair's errors end the flip.",
      .steps = kSteps,
      .roles = kRoles,
      .parameters = kParameters,
      .events = strong_coin::kEvents,
      .source = "coin_flip_berlin",
      .set_up = set_up,
  };
  return kProtocol;
}

}  // namespace herald
