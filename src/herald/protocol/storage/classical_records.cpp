#include <fmt/format.h>

#include "herald/protocol/storage/classical_storage.h"

namespace herald {
namespace {

constexpr ProtocolParameter kString{"string", "bits", "length of the public string", 10'000, 2, 1e15, true};
constexpr ProtocolParameter kKept{"kept", "bits", "what an honest party keeps of it", 600, 1, 1e7, true};
constexpr ProtocolParameter kMemory{"memory", "bits", "what a cheat keeps of it", 5'000, 0, 1e15, true};

Result<ClassicalStorage> parameters_of(const Casting& casting) {
  ClassicalStorage parameters;
  parameters.string = casting.whole("string");
  parameters.kept = casting.whole("kept");
  parameters.overlap = casting.whole("overlap");
  parameters.length = casting.whole("length");
  parameters.memory = std::min<std::uint64_t>(casting.whole("memory"), parameters.string);
  if (parameters.kept > parameters.string / 2)
    return fail(ErrorCode::invalid_argument,
                fmt::format("kept: at most half of the string's {} bits; possible is 1 to {}", parameters.string,
                            parameters.string / 2));
  if (parameters.overlap > parameters.kept)
    return fail(ErrorCode::invalid_argument, fmt::format("overlap: no more than the {} kept bits; possible is 1 to {}",
                                                         parameters.kept, parameters.kept));
  return parameters;
}

namespace transfer {

constexpr Step kSteps[]{
    {"alice", "lets the public string pass by, keeps bits at random positions, and says later which"},
    {"bob", "keeps bits at random positions of his own, and picks a set of common ones"},
    {"alice, bob", "by interactive hashing Alice gets two sets of her positions: Bob's, and one that nobody picked"},
    {"bob", "orders the sets so that the one he knows has the number of his choice"},
    {"alice", "announces two hash functions; her strings are the hashed bits of either set"},
    {"bob", "hashes the bits that he knows: the string of his choice"},
};
constexpr Strategy kAlice[]{
    {"honest", "as the steps say"},
    {"cheat-guess", "guesses which of the two sets is Bob's"},
};
constexpr Strategy kBob[]{
    {"honest", "as the steps say"},
    {"cheat-store", "keeps all that his memory takes, and guesses what he lacks of the other set"},
};
constexpr Role kRoles[]{{"alice", kAlice}, {"bob", kBob}};
constexpr ProtocolParameter kParameters[]{kString,
                                          kKept,
                                          {"overlap", "", "common positions in a set", 8, 1, 100, true},
                                          {"length", "", "bits of either string that is transferred", 4, 1, 100, true},
                                          kMemory};

enum : unsigned { kStringsAgree, kBobKnowsBoth, kChoiceGuessed, kBobRejects };
constexpr Event kEvents[]{
    {"strings-agree", "Bob's string is Alice's of his choice"},
    {"bob-knows-both", "a dishonest Bob has both of Alice's strings"},
    {"choice-guessed", "a dishonest Alice guesses Bob's choice"},
    {"bob-rejects", "Bob gives up: they have too few positions in common"},
};

Events score(const std::array<Verdict, 2>& verdicts, const ClassicalStorage& transfer) {
  const auto& [alice, bob] = verdicts;
  if (!bob.accepted) return event_if(true, kBobRejects);
  if (!alice.accepted || alice.output.size() != 2 * transfer.length) return 0;
  const bool honest = bob.output.size() == transfer.length;
  const bool agree = honest && bob.output == slice(alice.output, (bob.value & 1) * transfer.length, transfer.length);
  const bool guesses = (alice.value & classical_transfer::kGuesses) != 0;
  return event_if(agree, kStringsAgree) | event_if(!honest && bob.output == alice.output, kBobKnowsBoth) |
         event_if(guesses && honest && (alice.value & 1) == bob.value, kChoiceGuessed);
}

Result<std::unique_ptr<Game>> set_up(const Casting& casting) {
  using enum StringMemory;
  constexpr Program<ClassicalStorage> kAlices[]{with_string<classical_transfer::alice, honest>,
                                                with_string<classical_transfer::alice_guesses_choice, honest>};
  constexpr Program<ClassicalStorage> kBobs[]{with_string<classical_transfer::bob, honest>,
                                              with_string<classical_transfer::bob_stores, cheat>};
  HERALD_TRY(const ClassicalStorage parameters, parameters_of(casting));
  if (!PlaceSets::of(parameters.overlap, parameters.kept))
    return fail(ErrorCode::invalid_argument,
                fmt::format("overlap: sets of {} out of {} positions are too few or too many to hash; possible is 2 to "
                            "2^100 sets",
                            parameters.overlap, parameters.kept));
  return alice_and_bob<ClassicalStorage>(kAlices[casting.strategy("alice")], kBobs[casting.strategy("bob")], parameters,
                                         score);
}

}  // namespace transfer

namespace key {

constexpr Step kSteps[]{
    {"alice, bob", "keep bits of the public string at random positions of their own while it passes by"},
    {"alice", "says, when it is gone, which positions she kept"},
    {"bob", "names some that both kept"},
    {"alice, bob", "hash the bits there to a key"},
};
constexpr Strategy kHonest[]{{"honest", "as the steps say"}};
constexpr Strategy kEve[]{
    {"honest", "hears everything, and keeps nothing of the string"},
    {"cheat-store", "keeps all of the string that her memory takes"},
};
constexpr Role kRoles[]{{"alice", kHonest}, {"bob", kHonest}, {"eve", kEve}};
constexpr ProtocolParameter kParameters[]{kString,
                                          kKept,
                                          {"overlap", "", "common positions that make the key", 12, 1, 10'000, true},
                                          {"length", "", "bits of the key", 4, 1, 10'000, true},
                                          kMemory};

enum : unsigned { kKeysAgree, kEveKnows, kBobRejects };
constexpr Event kEvents[]{
    {"keys-agree", "Alice and Bob have the same key"},
    {"eve-knows-key", "Eve has it too", "keys-agree"},
    {"bob-rejects", "Bob gives up: they have too few positions in common"},
};

Events score(const std::array<Verdict, 3>& verdicts, const ClassicalStorage&) {
  const auto& [alice, bob, eve] = verdicts;
  const bool agree = alice.accepted && bob.accepted && alice.output == bob.output;
  return event_if(agree, kKeysAgree) | event_if(agree && eve.accepted && eve.output == alice.output, kEveKnows) |
         event_if(!bob.accepted, kBobRejects);
}

Result<std::unique_ptr<Game>> set_up(const Casting& casting) {
  static constexpr std::array<std::string_view, 3> kNames{"alice", "bob", "eve"};
  HERALD_TRY(const ClassicalStorage parameters, parameters_of(casting));
  using enum StringMemory;
  constexpr Program<ClassicalStorage> kEves[]{with_string<classical_key::eve, none>,
                                              with_string<classical_key::eve, cheat>};
  return std::make_unique<SeatedGame<ClassicalStorage, 3>>(
      std::make_unique<Meeting>(kNames),
      std::array<Program<ClassicalStorage>, 3>{with_string<classical_key::alice, honest>,
                                               with_string<classical_key::bob, honest>, kEves[casting.strategy("eve")]},
      parameters, score);
}

}  // namespace key

}  // namespace

const Protocol& classical_transfer_protocol() {
  static constexpr Protocol kProtocol{
      .name = "ot-classical-storage",
      .family = "limited storage",
      .title = "Oblivious transfer against a large classical memory",
      .paper = "Cachin, Crepeau, Marcil, FOCS 1998",
      .summary =
          "Bob gets one of two random strings of his choice; Alice does not learn which, and he nothing of the other, "
          "if he could not keep most of a public string that passed by. Honest parties keep about the square root of "
          "it: `--set string=1e12 --set kept=4e6` against `--set memory=5e11`.",
      .steps = transfer::kSteps,
      .roles = transfer::kRoles,
      .parameters = transfer::kParameters,
      .events = transfer::kEvents,
      .source = "storage/classical_transfer.cpp",
      .set_up = transfer::set_up,
  };
  return kProtocol;
}

const Protocol& classical_key_protocol() {
  static constexpr Protocol kProtocol{
      .name = "key-classical-storage",
      .family = "limited storage",
      .title = "A key against a large classical memory",
      .paper = "Maurer, J. Cryptology 5, 53 (1992); Cachin, Maurer, CRYPTO 1997 (LNCS 1294, 292)",
      .summary =
          "Two who keep about the square root of a public string that passes by have a few bits in common. Who hears "
          "everything that they say later, but could not keep the string, lacks some of them.",
      .steps = key::kSteps,
      .roles = key::kRoles,
      .parameters = key::kParameters,
      .events = key::kEvents,
      .source = "storage/classical_key.cpp",
      .one_process = "three take part",
      .set_up = key::set_up,
  };
  return kProtocol;
}

}  // namespace herald
