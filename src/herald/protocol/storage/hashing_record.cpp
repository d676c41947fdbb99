#include <fmt/format.h>

#include "herald/protocol/storage/hashing_transfer.h"

namespace herald {
namespace {

constexpr Step kSteps[]{
    {"alice", "sends a random string of photons, each in a random one of two bases"},
    {"bob", "measures each in a random basis, and says at once where one came"},
    {"alice", "counts as many as the table takes, waits, and announces the bases"},
    {"bob",
     "writes bits into a table in an order of his, so that a random set of a quarter of the rows is known to him"},
    {"alice, bob", "by interactive hashing Alice gets two sets of rows: Bob's, and one that nobody picked"},
    {"bob", "orders the sets so that the one he knows has the number of his choice"},
    {"alice", "announces two hash functions and two syndromes; her strings are the hashed bits of either set"},
    {"bob", "corrects the bits that he knows and hashes them: the string of his choice"},
};
constexpr Strategy kAlice[]{
    {"honest", "as the steps say"},
    {"cheat-guess", "guesses which of the two sets is Bob's"},
};
constexpr Strategy kBob[]{
    {"honest", "as the steps say"},
    {"cheat-breidbart", "over a lossless line, measures every photon at once, halfway between the bases"},
    {"cheat-store", "keeps every photon in a memory that depolarises it"},
    {"cheat-store-erasing",
     "keeps every photon in a memory that loses it and says so; known bits fill rows of their own"},
    {"cheat-store-dephasing", "keeps every photon in a memory that dephases it, along the axis between the bases"},
    {"cheat-store-damping", "keeps every photon in a memory whose |1> decays, with both bases on its equator"},
};
constexpr Role kRoles[]{{"alice", kAlice}, {"bob", kBob}};
constexpr ProtocolParameter kParameters[]{
    {"photons", "", "length of the string", 128, 1, 1'000'000, true},
    {"rows", "", "of the table, a multiple of 4", 16, 4, 112, true},
    {"columns", "", "of the table", 8, 1, 100'000, true},
    {"length", "", "bits of either string that is transferred", 4, 1, 10'000, true},
    {"transmittance", "", "probability that a photon reaches Bob", 1, 0, 1},
    {"depolarising", "", "probability that a photon's state is replaced by an even mixture on its way", 0, 0, 1},
    {"errors", "", "share of errors in Bob's bits that the syndromes correct", 0, 0, 0.25},
    {"waiting", "s", "how long Alice waits before she announces the bases", 1e-3, 1e-9, 1e6},
    {"storage", "", "r: what a cheat's memory leaves of a qubit in that time, by its kind", 0.9, 0, 1},
};

enum : unsigned { kStringsAgree, kBobKnowsBoth, kChoiceGuessed, kAliceRejects };
constexpr Event kEvents[]{
    {"strings-agree", "Bob's string is Alice's of his choice"},
    {"bob-knows-both", "a dishonest Bob has both of Alice's strings"},
    {"choice-guessed", "a dishonest Alice guesses Bob's choice"},
    {"alice-rejects", "Alice gives up: too few photons came"},
};

Events score(const std::array<Verdict, 2>& verdicts, const HashingTransfer& transfer) {
  const auto& [alice, bob] = verdicts;
  if (!alice.accepted) return event_if(true, kAliceRejects);
  if (!bob.accepted || alice.output.size() != 2 * transfer.length) return 0;
  const bool honest = bob.output.size() == transfer.length;
  const bool agree = honest && bob.output == slice(alice.output, (bob.value & 1) * transfer.length, transfer.length);
  const bool guesses = (alice.value & hashing_transfer::kGuesses) != 0;
  return event_if(agree, kStringsAgree) | event_if(!honest && bob.output == alice.output, kBobKnowsBoth) |
         event_if(guesses && honest && (alice.value & 1) == bob.value, kChoiceGuessed);
}

Result<std::unique_ptr<Game>> set_up(const Casting& casting) {
  using namespace hashing_transfer;
  constexpr Program<HashingTransfer> kAlices[]{alice, alice_guesses_choice};
  constexpr Program<HashingTransfer> kBobs[]{bob,
                                             bob_measures_in_breidbart,
                                             bob_stores<StoredBy::depolarising>,
                                             bob_stores<StoredBy::erasing>,
                                             bob_stores<StoredBy::dephasing>,
                                             bob_stores<StoredBy::damping>};
  HashingTransfer transfer;
  transfer.photons = casting.whole("photons");
  transfer.rows = casting.whole("rows");
  transfer.columns = casting.whole("columns");
  if (transfer.rows % 4 != 0)
    return fail(ErrorCode::invalid_argument, "rows: a set is a quarter of them; possible are multiples of 4 to 112");
  if (transfer.bits() > transfer.photons)
    return fail(ErrorCode::invalid_argument,
                fmt::format("photons: a table of {} rows and {} columns takes {}; possible is {} to 1000000",
                            transfer.rows, transfer.columns, transfer.bits(), transfer.bits()));
  transfer.length = casting.whole("length");
  transfer.errors = casting.real("errors");
  transfer.waiting = casting.real("waiting");
  transfer.storage = casting.real("storage");
  PathNoise path;  // a cheat has a line of his own
  if (casting.strategy("bob") == 0) {
    path.transmittance = casting.real("transmittance");
    path.depolarising = casting.real("depolarising");
  }
  return alice_and_bob<HashingTransfer>(kAlices[casting.strategy("alice")], kBobs[casting.strategy("bob")], transfer,
                                        score, path);
}

}  // namespace

const Protocol& hashing_transfer_protocol() {
  static constexpr Protocol kProtocol{
      .name = "ot-noisy-storage-hashing",
      .family = "limited storage",
      .title = "Oblivious transfer against a noisy quantum memory, by interactive hashing",
      .paper = "Koenig, Wehner, Wullschleger, IEEE TIT 58, 1962 (2012)",
      .summary =
          "Bob gets one of two random strings of his choice; Alice does not learn which, and he nothing of the other, "
          "if his memory passes less than half a bit a photon: the full range of the model, where ot-noisy-storage "
          "ends at a quarter. Memories of four kinds; the proof's constants want strings far longer than any run.",
      .steps = kSteps,
      .roles = kRoles,
      .parameters = kParameters,
      .events = kEvents,
      .source = "storage/hashing_transfer.cpp",
      .set_up = set_up,
  };
  return kProtocol;
}

}  // namespace herald
