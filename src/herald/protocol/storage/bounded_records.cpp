#include <algorithm>
#include <numbers>

#include "herald/protocol/storage/bounded_storage.h"

namespace herald {
namespace {

constexpr ProtocolParameter kPhotons{"photons", "", "length of the string", 100, 1, 1'000'000, true};
constexpr ProtocolParameter kMemory{"memory",  "",  "qubits that a cheat can keep until the bases are told", 90, 0,
                                    1'000'000, true};
constexpr ProtocolParameter kLength{"length", "", "bits of either string that is transferred", 8, 1, 10'000, true};

constexpr double kBreidbart = std::numbers::pi / 8;

BoundedStorage parameters_of(const Casting& casting) {
  BoundedStorage parameters;
  parameters.photons = casting.whole("photons");
  parameters.memory = std::min(casting.whole("memory"), parameters.photons);
  return parameters;
}

namespace transfer {

constexpr Step kSteps[]{
    {"alice", "sends a random string of photons, each in a random one of two bases"},
    {"bob", "measures all of them in the basis of his choice; what he did not measure, a small memory must let go"},
    {"alice", "announces the bases and two hash functions; her strings are the hashed bits of either basis"},
    {"bob", "hashes the bits of the photons in his basis: the string of his choice"},
};
constexpr Strategy kAlice[]{
    {"honest", "as the steps say"},
    {"cheat-guess", "sends all photons in one basis, and guesses Bob's choice: he sends nothing"},
};
constexpr Strategy kBob[]{
    {"honest", "as the steps say"},
    {"cheat-store",
     "keeps what his memory takes, and measures the others by the polarizer that is best for both strings"},
    {"cheat-one-basis", "keeps what his memory takes, and measures the others in one basis: one string is certain"},
    {"cheat-breidbart", "keeps what his memory takes, and measures the others halfway between the bases"},
};
constexpr Role kRoles[]{{"alice", kAlice}, {"bob", kBob}};
constexpr ProtocolParameter kParameters[]{kPhotons, kLength, kMemory};

enum : unsigned { kStringsAgree, kBobKnowsBoth, kChoiceGuessed };
constexpr Event kEvents[]{
    {"strings-agree", "Bob's string is Alice's of his choice"},
    {"bob-knows-both", "a dishonest Bob has both of Alice's strings"},
    {"choice-guessed", "a dishonest Alice guesses Bob's choice"},
};

Events score(const std::array<Verdict, 2>& verdicts, const BoundedStorage& transfer) {
  const auto& [alice, bob] = verdicts;
  if (!alice.accepted || !bob.accepted || alice.output.size() != 2 * transfer.length) return 0;
  const bool honest = bob.output.size() == transfer.length;
  const bool agree = honest && bob.output == slice(alice.output, (bob.value & 1) * transfer.length, transfer.length);
  const bool guesses = (alice.value & bounded_transfer::kGuesses) != 0;
  return event_if(agree, kStringsAgree) | event_if(!honest && bob.output == alice.output, kBobKnowsBoth) |
         event_if(guesses && honest && (alice.value & 1) == bob.value, kChoiceGuessed);
}

Result<std::unique_ptr<Game>> set_up(const Casting& casting) {
  constexpr Program<BoundedStorage> kAlices[]{bounded_transfer::alice, bounded_transfer::alice_guesses_choice};
  BoundedStorage parameters = parameters_of(casting);
  parameters.length = casting.whole("length");
  const std::string_view bob = casting.strategy_name("bob");
  parameters.angle = bob == "cheat-store"       ? bounded_transfer::best_angle(parameters)
                     : bob == "cheat-breidbart" ? kBreidbart
                                                : 0;
  return alice_and_bob<BoundedStorage>(kAlices[casting.strategy("alice")],
                                       bob == "honest" ? bounded_transfer::bob : bounded_transfer::bob_stores,
                                       parameters, score);
}

}  // namespace transfer

namespace commitment {

constexpr Step kSteps[]{
    {"bob", "sends a random string of photons, each in a random one of two bases"},
    {"alice", "commits to a bit by measuring all of them in its basis; she sends nothing"},
    {"alice", "opens: the bit and what she saw"},
    {"bob", "compares where the photons were sent in the basis of the bit"},
};
constexpr Strategy kAlice[]{
    {"honest", "as the steps say"},
    {"cheat-store",
     "keeps what her memory takes, measures the others by the polarizer that is best, and opens any bit"},
    {"cheat-breidbart",
     "keeps what her memory takes, measures the others halfway between the bases, and opens any bit"},
    {"cheat-change", "keeps what her memory takes, commits to a bit with the others, and opens the other one"},
};
constexpr Strategy kBob[]{
    {"honest", "as the steps say"},
    {"cheat-guess", "sends all photons in one basis, and guesses the bit before it is opened: Alice sends nothing"},
};
constexpr Role kRoles[]{{"alice", kAlice}, {"bob", kBob}};
constexpr ProtocolParameter kParameters[]{kPhotons, kMemory};

enum : unsigned { kOpens, kOpensAfterwards, kBitGuessed };
constexpr Event kEvents[]{
    {"opens", "Bob accepts the bit that is opened"},
    {"opens-afterwards", "Bob accepts a bit to which Alice was not committed"},
    {"bit-guessed", "a dishonest Bob guesses the bit before it is opened"},
};

Events score(const std::array<Verdict, 2>& verdicts, const BoundedStorage&) {
  const auto& [alice, bob] = verdicts;
  if (!alice.accepted || !bob.accepted) return 0;
  const bool guesses = (bob.value & bounded_commitment::kGuesses) != 0;
  const bool guess = (bob.value & bounded_commitment::kGuessedOne) != 0;
  return event_if(true, kOpens) | event_if((alice.value & bounded_commitment::kAfterwards) != 0, kOpensAfterwards) |
         event_if(guesses && guess == ((bob.value & 1) != 0), kBitGuessed);
}

Result<std::unique_ptr<Game>> set_up(const Casting& casting) {
  constexpr Program<BoundedStorage> kAlices[]{bounded_commitment::alice, bounded_commitment::alice_stores,
                                              bounded_commitment::alice_stores,
                                              bounded_commitment::alice_changes_her_mind};
  constexpr Program<BoundedStorage> kBobs[]{bounded_commitment::bob, bounded_commitment::bob_guesses_bit};
  BoundedStorage parameters = parameters_of(casting);
  parameters.angle =
      casting.strategy_name("alice") == "cheat-store" ? bounded_commitment::best_angle(parameters) : kBreidbart;
  return alice_and_bob<BoundedStorage>(kAlices[casting.strategy("alice")], kBobs[casting.strategy("bob")], parameters,
                                       score);
}

}  // namespace commitment

}  // namespace

const Protocol& bounded_transfer_protocol() {
  static constexpr Protocol kProtocol{
      .name = "ot-bounded-storage",
      .family = "limited storage",
      .title = "Oblivious transfer against a small quantum memory",
      .paper =
          "Damgaard, Fehr, Renner, Salvail, Schaffner, CRYPTO 2007 (LNCS 4622, 360); Damgaard, Fehr, Salvail, "
          "Schaffner, SIAM J. Comput. 37, 1865 (2008)",
      .summary =
          "Bob gets one of two random strings of his choice; Alice does not learn which, and he nothing of the other, "
          "if he can keep fewer than about a quarter of the photons as qubits. Alice cannot cheat at all. The finite "
          "bound has no word on the few photons that are standard here, and one from some 50000 on (`--set "
          "photons=50000 --set length=4 --set memory=1000`; `herald bound transfer-both`). The best "
          "known attack needs nearly all photons: what lies between is drawn by `herald run ot-bounded-storage --bob "
          "cheat-store --set photons=200000 --sweep memory=0:200000:5000 --event bob-knows-both --trials 1000 "
          "--plot gap.svg`.",
      .steps = transfer::kSteps,
      .roles = transfer::kRoles,
      .parameters = transfer::kParameters,
      .events = transfer::kEvents,
      .source = "storage/bounded_transfer.cpp",
      .set_up = transfer::set_up,
  };
  return kProtocol;
}

const Protocol& bounded_commitment_protocol() {
  static constexpr Protocol kProtocol{
      .name = "commit-bounded-storage",
      .family = "limited storage",
      .title = "Commitment against a small quantum memory",
      .paper =
          "Damgaard, Fehr, Salvail, Schaffner, FOCS 2005 and SIAM J. Comput. 37, 1865 (2008); binding as in Damgaard, "
          "Fehr, Renner, Salvail, Schaffner, CRYPTO 2007",
      .summary =
          "Alice commits to a bit by measuring the photons that Bob sends. Bob learns nothing before she opens it. She "
          "can open another one only if she kept what she ought to have measured. The finite bound has a word from "
          "some "
          "50000 photons on (`--set photons=50000 --set memory=1000`; `herald bound bounded-commitment`).",
      .steps = commitment::kSteps,
      .roles = commitment::kRoles,
      .parameters = commitment::kParameters,
      .events = commitment::kEvents,
      .source = "storage/bounded_commitment.cpp",
      .set_up = commitment::set_up,
  };
  return kProtocol;
}

}  // namespace herald
