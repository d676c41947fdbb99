#include "herald/protocol/storage/noisy_storage.h"

namespace herald {
namespace {

constexpr Step kSteps[]{
    {"alice", "sends a random string of photons, each in a random one of two bases"},
    {"bob", "measures all of them in the basis of his choice, and says at once where one came"},
    {"alice", "counts the missing, and waits: what Bob kept suffers"},
    {"alice", "announces the bases, two hash functions, and the syndromes of the bits of either basis"},
    {"bob", "corrects the bits of his basis and hashes them: the string of his choice"},
};
constexpr Strategy kAlice[]{
    {"honest", "as the steps say"},
    {"cheat-spoil", "spoils one syndrome, and takes Bob's silence for a sign that he needed the other"},
};
constexpr Strategy kBob[]{
    {"honest", "as the steps say"},
    {"cheat-store", "keeps every photon in his noisy memory until the bases are told"},
    {"cheat-breidbart", "measures every photon at once, halfway between the bases"},
    {"cheat-individual", "whichever is better with his memory: the best that he can do with each photon by itself"},
    {"cheat-holes", "the same, over a lossless line, and says that as many photons as Alice lets pass did not come"},
};
constexpr Role kRoles[]{{"alice", kAlice}, {"bob", kBob}};

constexpr ProtocolParameter kParameters[]{
    {"photons", "", "length of the string", 50, 1, 1'000'000, true},
    {"length", "", "bits of either string that is transferred", 8, 1, 10'000, true},
    {"transmittance", "", "probability that a photon reaches Bob", 1, 0, 1},
    {"depolarising", "", "probability that a photon's state is replaced by an even mixture on its way", 0, 0, 1},
    {"holes", "", "greatest share of missing photons that Alice lets pass", 0, 0, 1},
    {"errors", "", "share of errors in Bob's bits that the syndromes correct", 0, 0, 0.25},
    {"waiting", "s", "how long Alice waits before she announces the bases", 1e-3, 1e-9, 1e6},
    {"storage", "", "r: probability that a cheating Bob's memory keeps a photon's state for so long", 0.95, 0, 1},
};

enum : unsigned { kStringsAgree, kBobKnowsBoth, kBitGuessed, kChoiceGuessed, kAliceRejects };
constexpr Event kEvents[]{
    {"strings-agree", "Bob's string is Alice's of his choice"},
    {"bob-knows-both", "a dishonest Bob has both of Alice's strings"},
    {"bit-guessed", "a dishonest Bob has the bit of the first photon that arrived right, before any correction"},
    {"choice-guessed", "a dishonest Alice guesses Bob's choice"},
    {"alice-rejects", "Alice gives up: too many photons are missing"},
};

Events score(const std::array<Verdict, 2>& verdicts, const NoisyStorage& transfer) {
  const auto& [alice, bob] = verdicts;
  if (!alice.accepted) return event_if(true, kAliceRejects);
  if (!bob.accepted || alice.output.size() != 2 * transfer.length) return 0;
  const std::uint64_t first = noisy_transfer::kFirst | 1;
  if (bob.output.size() != transfer.length)
    return event_if(bob.output == alice.output, kBobKnowsBoth) |
           event_if((bob.value & noisy_transfer::kFirst) != 0 && (bob.value & first) == (alice.value & first),
                    kBitGuessed);
  const bool guesses = (alice.value & noisy_transfer::kGuesses) != 0;
  const bool guess = (alice.value & noisy_transfer::kGuessedOne) != 0;
  return event_if(bob.output == slice(alice.output, (bob.value & 1) * transfer.length, transfer.length),
                  kStringsAgree) |
         event_if(guesses && guess == (bob.value == 1), kChoiceGuessed);
}

Result<std::unique_ptr<Game>> set_up(const Casting& casting) {
  constexpr Program<NoisyStorage> kAlices[]{noisy_transfer::alice, noisy_transfer::alice_spoils_a_syndrome};
  constexpr Program<NoisyStorage> kBobs[]{noisy_transfer::bob, noisy_transfer::bob_stores,
                                          noisy_transfer::bob_measures_in_breidbart, noisy_transfer::bob_does_best,
                                          noisy_transfer::bob_hides_in_holes};
  const Program<NoisyStorage> bob = kBobs[casting.strategy("bob")];
  NoisyStorage transfer;
  transfer.photons = casting.whole("photons");
  transfer.length = casting.whole("length");
  transfer.waiting = casting.real("waiting");
  transfer.storage = casting.real("storage");
  transfer.holes = casting.real("holes");
  transfer.errors = casting.real("errors");
  PathNoise path;
  if (bob != noisy_transfer::bob_hides_in_holes) path.transmittance = casting.real("transmittance");
  path.depolarising = casting.real("depolarising");
  return alice_and_bob<NoisyStorage>(kAlices[casting.strategy("alice")], bob, transfer, score, path);
}

}  // namespace

const Protocol& noisy_transfer_protocol() {
  static constexpr Protocol kProtocol{
      .name = "ot-noisy-storage",
      .family = "limited storage",
      .title = "Oblivious transfer against a noisy quantum memory",
      .paper =
          "Wehner, Schaffner, Terhal, PRL 100, 220502 (2008); Koenig, Wehner, Wullschleger, IEEE TIT 58, 1962 (2012); "
          "Schaffner, PRA 82, 032308 (2010)",
      .summary =
          "Bob gets one of two random strings of his choice; Alice does not learn which, and he nothing of the other, "
          "if all that he keeps while she waits suffers enough. Losses are announced, errors corrected by syndromes: "
          "what honest parties are granted so, a cheat uses too. The finite bound has a word from some 100000 photons "
          "on against memories as bad as r = 0.2 (`--set photons=100000 --set storage=0.2 --set length=4`; `herald "
          "bound "
          "noisy-transfer-both`).",
      .steps = kSteps,
      .roles = kRoles,
      .parameters = kParameters,
      .events = kEvents,
      .source = "storage/noisy_transfer.cpp",
      .set_up = set_up,
  };
  return kProtocol;
}

}  // namespace herald
