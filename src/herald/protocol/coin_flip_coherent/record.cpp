#include "herald/protocol/coin_flip_coherent/coin_flip_coherent.h"

namespace herald {
namespace {

constexpr Step kSteps[]{
    {"alice", "sends K weak coherent pulses of random phase, each a random bit in a random one of two bases"},
    {"bob", "measures each in a random one of the bases; without a click in all K both give up"},
    {"bob", "names the first pulse that clicked, and a random bit"},
    {"alice", "opens her bit and her basis of that pulse"},
    {"bob", "compares with what he saw, if her basis is his; the coin is the sum of both bits"},
};

constexpr Strategy kAlice[]{
    {"honest", "as the steps say"},
    {"cheat-between", "sends one photon a pulse, in the state between both bits, over a perfect line: the optimum"},
};
constexpr Strategy kBob[]{
    {"honest", "as the steps say"},
    {"cheat-read-first", "reads all photons of the first pulse that has any, over a perfect line"},
    {"cheat-read-all", "reads all photons of all pulses, over a perfect line, and names the one that tells him most"},
};
constexpr Role kRoles[]{{"alice", kAlice}, {"bob", kBob}};

constexpr ProtocolParameter kParameters[]{
    strong_coin::kWanted,
    {"y", "", "the larger squared amplitude of the states", 0.9, 0.5, 1},
    {"mean-photon-number", "", "of a pulse, as it leaves Alice", 0.02, 0, 1},
    {"pulses", "", "how many Alice sends for one coin", 1000, 1, 100'000, true},
    {"transmittance", "", "probability that a photon of an honest Alice is seen by an honest Bob", 0.5, 0, 1},
    {"dark-count", "", "probability of a dark click per pulse at an honest Bob", 0, 0, 1},
    {"depolarising", "", "probability that a photon's state is replaced by an even mixture on its way", 0, 0, 1},
};

Events score(const std::array<Verdict, 2>& verdicts, const CoherentCoin& coin) {
  return strong_coin::score(verdicts, coin.wanted);
}

Result<std::unique_ptr<Game>> set_up(const Casting& casting) {
  constexpr Program<CoherentCoin> kAlices[]{coin_flip_coherent::alice, coin_flip_coherent::alice_sends_between};
  constexpr Program<CoherentCoin> kBobs[]{coin_flip_coherent::bob, coin_flip_coherent::bob_reads_first,
                                          coin_flip_coherent::bob_reads_all};
  CoherentCoin coin;
  coin.y = casting.real("y");
  coin.mean_photon_number = casting.real("mean-photon-number");
  coin.pulses = casting.whole("pulses");
  coin.dark_count = casting.real("dark-count");
  coin.wanted = casting.whole("wanted") == 1;
  coin.orders = CoherentCoin::orders_for(coin.mean_photon_number, coin.pulses);
  PathNoise path;
  path.transmittance = casting.real("transmittance");
  path.depolarising = casting.real("depolarising");
  return alice_and_bob<CoherentCoin>(kAlices[casting.strategy("alice")], kBobs[casting.strategy("bob")], coin, score,
                                     strong_coin::path(casting, path));
}

}  // namespace

const Protocol& coin_flip_coherent_protocol() {
  static constexpr Protocol kProtocol{
      .name = "coin-flip-coherent",
      .family = "coin flipping",
      .title = "Coin flipping with an attenuated laser",
      .paper =
          "Pappa, Chailloux, Diamanti, Kerenidis, PRA 84, 052305 (2011); Pappa et al., Nat. Commun. 5, 3717 (2014)",
      .summary =
          "The loss-tolerant flip with weak pulses instead of single photons. Pulses of several photons tell Bob "
          "more, so K and the mean photon number are kept small, and honest parties sometimes see nothing: what counts "
          "is whether a classical flip that gives up as often could do as well. The bound on Bob is this project's "
          "own, and what he makes of three photons or two pairs is not settled.",
      .steps = kSteps,
      .roles = kRoles,
      .parameters = kParameters,
      .events = strong_coin::kEvents,
      .source = "coin_flip_coherent",
      .set_up = set_up,
  };
  return kProtocol;
}

}  // namespace herald
