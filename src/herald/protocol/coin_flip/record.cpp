#include "herald/protocol/coin_flip/coin_flip.h"

namespace herald {
namespace {

constexpr Step kSteps[]{
    {"alice", "picks a basis at random and sends a random string of photons in it"},
    {"bob", "measures each photon in a random basis and keeps two tables, one a basis, with holes where none came"},
    {"bob", "guesses her basis; he wins if the guess is right"},
    {"alice", "says who won, and announces her basis and her string"},
    {"bob", "compares: perfect correlation with the table of her basis, none with the other"},
};

constexpr Strategy kAlice[]{
    {"honest", "as the steps say"},
    {"cheat-lie", "sends honestly, opens the basis that Bob did not guess, and must guess the opposite table"},
    {"cheat-mixture", "each photon in a random basis of its own"},
    {"cheat-breidbart", "each photon halfway between the bases"},
    {"cheat-epr", "keeps halves of entangled pairs and measures them when she knows which basis wins"},
    {"cheat-heralded",
     "cheat-epr with a memory that says which halves it lost: their twins she never sends, and Bob takes them for "
     "lost"},
    {"cheat-holes", "lies, over a lossless line, with as many pulses empty as Bob takes for lost"},
};
constexpr Strategy kBob[]{
    {"honest", "as the steps say"},
    {"cheat-measure-first", "reads the photons before he guesses: it does not help him"},
};
constexpr Role kRoles[]{{"alice", kAlice}, {"bob", kBob}};

constexpr ProtocolParameter kParameters[]{
    {"photons", "", "length of the string", 100, 1, 1'000'000, true},
    {"transmittance", "", "probability that a photon reaches Bob", 1, 0, 1},
    {"depolarising", "", "probability that a photon's state is replaced by an even mixture on its way", 0, 0, 1},
    {"holes", "", "greatest share of missing photons that Bob lets pass", 0, 0, 1},
    {"errors", "", "greatest share of errors in the table of her basis that Bob lets pass", 0, 0, 0.5},
    {"storage", "", "efficiency of a cheating Alice's memory", 1, 0, 1},
    {"measurement", "", "efficiency of a cheating Alice's late measurement", 1, 0, 1},
};

enum : unsigned { kAliceWins, kBobWins, kBobRejects, kAliceLies, kLiePasses };
constexpr Event kEvents[]{
    {"alice-wins", "Bob accepts, and the coin is Alice's"},
    {"bob-wins", "Bob accepts, and the coin is Bob's"},
    {"bob-rejects", "Bob gives up: too many photons missing, or a string that is not what they said"},
    {"alice-lies", "Alice opens another basis than she sent in"},
    {"lie-passes", "Bob accepts it", "alice-lies"},
};

Events score(const std::array<Verdict, 2>& verdicts, const CoinFlip&) {
  const auto& [alice, bob] = verdicts;
  const bool lied = alice.accepted && (alice.value & coin_flip::kLied) != 0;
  const bool bobs = bob.value == static_cast<std::uint64_t>(CoinSide::bob);
  return event_if(bob.accepted && !bobs, kAliceWins) | event_if(bob.accepted && bobs, kBobWins) |
         event_if(!bob.accepted, kBobRejects) | event_if(lied, kAliceLies) | event_if(lied && bob.accepted, kLiePasses);
}

Result<std::unique_ptr<Game>> set_up(const Casting& casting) {
  constexpr Program<CoinFlip> kAlices[]{coin_flip::alice,
                                        coin_flip::alice_lies,
                                        coin_flip::alice_sends_a_mixture,
                                        coin_flip::alice_sends_breidbart,
                                        coin_flip::alice_keeps_epr_halves,
                                        coin_flip::alice_stores_heralded,
                                        coin_flip::alice_hides_in_holes};
  constexpr Program<CoinFlip> kBobs[]{coin_flip::bob, coin_flip::bob_measures_first};
  const Program<CoinFlip> alice = kAlices[casting.strategy("alice")];
  CoinFlip flip;
  flip.photons = casting.whole("photons");
  flip.storage = casting.real("storage");
  flip.measurement = casting.real("measurement");
  flip.holes = casting.real("holes");
  flip.errors = casting.real("errors");
  PathNoise path;
  // Some have a better line than they admit.
  if (alice != coin_flip::alice_hides_in_holes && alice != coin_flip::alice_stores_heralded)
    path.transmittance = casting.real("transmittance");
  path.depolarising = casting.real("depolarising");
  return alice_and_bob<CoinFlip>(alice, kBobs[casting.strategy("bob")], flip, score, path);
}

}  // namespace

const Protocol& coin_flip_protocol() {
  static constexpr Protocol kProtocol{
      .name = "coin-flip",
      .family = "coin flipping",
      .title = "Coin flipping by conjugate coding",
      .paper = "Bennett, Brassard, Proc. IEEE Int. Conf. on Computers, Systems and Signal Processing (1984) 175",
      .summary =
          "Two who do not trust each other toss a coin. Bob cannot do better than guess. Alice cannot lie about "
          "her basis but by guessing a random table, unless she keeps what she sent entangled with what she "
          "holds: then she decides the coin.",
      .steps = kSteps,
      .roles = kRoles,
      .parameters = kParameters,
      .events = kEvents,
      .source = "coin_flip",
      .set_up = set_up,
  };
  return kProtocol;
}

}  // namespace herald
