#include "herald/protocol/commitment/bb84.h"
#include "herald/protocol/commitment/outcome.h"

namespace herald {
namespace {

constexpr Step kSteps[]{
    {"alice", "commits: a random string of photons, all in the basis that is her bit"},
    {"bob", "measures each photon in a random basis and keeps two tables"},
    {"alice", "opens: announces the bit and the string"},
    {"bob", "compares: the string must be what the table of her basis says"},
};

constexpr Strategy kAlice[]{
    {"honest", "as the steps say"},
    {"cheat-lie", "commits honestly, is told what to open, and guesses the other table where that is the other bit"},
    {"cheat-mixture", "each photon in a random basis of its own"},
    {"cheat-breidbart", "each photon halfway between the bases"},
    {"cheat-epr", "keeps halves of entangled pairs, and measures them when she is told what to open"},
};
constexpr Strategy kBob[]{
    {"honest", "as the steps say"},
    {"cheat-look", "reads the photons before the opening: they do not tell him the basis"},
};
constexpr Role kRoles[]{{"alice", kAlice}, {"bob", kBob}};

constexpr ProtocolParameter kParameters[]{
    {"photons", "", "length of the string", 16, 1, 1'000'000, true},
    {"transmittance", "", "probability that a photon reaches Bob", 1, 0, 1},
    {"depolarising", "", "probability that a photon's state is replaced by an even mixture on its way", 0, 0, 1},
    {"holes", "", "greatest share of missing photons that Bob lets pass", 0, 0, 1},
    {"errors", "", "greatest share of errors in the table of her basis that Bob lets pass", 0, 0, 0.5},
    {"storage", "", "efficiency of a cheating Alice's memory", 1, 0, 1},
    {"measurement", "", "efficiency of a cheating Alice's late measurement", 1, 0, 1},
};

Result<std::unique_ptr<Game>> set_up(const Casting& casting) {
  constexpr Program<Bb84Commitment> kAlices[]{commit_bb84::alice, commit_bb84::alice_lies,
                                              commit_bb84::alice_sends_a_mixture, commit_bb84::alice_sends_breidbart,
                                              commit_bb84::alice_keeps_epr_halves};
  constexpr Program<Bb84Commitment> kBobs[]{commit_bb84::bob, commit_bb84::bob_looks};
  Bb84Commitment p;
  p.photons = casting.whole("photons");
  p.storage = casting.real("storage");
  p.measurement = casting.real("measurement");
  p.holes = casting.real("holes");
  p.errors = casting.real("errors");
  PathNoise path;
  path.transmittance = casting.real("transmittance");
  path.depolarising = casting.real("depolarising");
  return alice_and_bob<Bb84Commitment>(
      kAlices[casting.strategy("alice")], kBobs[casting.strategy("bob")], p,
      [](const std::array<Verdict, 2>& verdicts, const Bb84Commitment&) {
        return commitment::events(verdicts[0], verdicts[1]);
      },
      path);
}

}  // namespace

const Protocol& commit_bb84_protocol() {
  static constexpr Protocol kProtocol{
      .name = "commit-bb84",
      .family = "commitment",
      .title = "Commitment by the basis of photons",
      .paper = "Bennett, Brassard, Proc. IEEE Int. Conf. on Computers, Systems and Signal Processing (1984) 175",
      .summary =
          "Alice fixes a bit that Bob cannot read until she opens it. He learns nothing: strings in both bases look "
          "the "
          "same. For that very reason nothing binds an Alice with a quantum memory: with halves of pairs she opens "
          "whichever bit she likes. Without a memory a lie passes with probability (3/4)^n.",
      .steps = kSteps,
      .roles = kRoles,
      .parameters = kParameters,
      .events = commitment::kEvents,
      .source = "commitment",
      .set_up = set_up,
  };
  return kProtocol;
}

}  // namespace herald
