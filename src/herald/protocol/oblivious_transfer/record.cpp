#include <fmt/format.h>

#include "herald/protocol/oblivious_transfer/oblivious_transfer.h"
#include "herald/protocol/storage/parity_checks.h"

namespace herald {
namespace {

constexpr Step kSteps[]{
    {"alice", "sends photons of random bits in random bases"},
    {"bob",
     "measures each in a random basis, says which came where some may be missing, and commits, photon by photon, to "
     "basis and outcome"},
    {"alice", "picks photons at random; he opens those, and where the bases agree so must the bits"},
    {"bob", "opens what she asked for, as he committed to it"},
    {"alice", "announces all bases"},
    {"bob", "names two sets of other photons, in the order of his choice: one where his bases are hers, one where not"},
    {"alice",
     "sends each string under a hash of the bits that she sent at its set, with their syndrome where there are errors"},
    {"bob", "knows the bits of one set, corrects them, and takes the mask off that string"},
};

constexpr Strategy kAlice[]{
    {"honest", "as the steps say"},
    {"cheat-read", "looks for Bob's choice in his commitments: only those in clear tell her"},
    {"cheat-bases", "announces the other basis of all photons not tested: he fails, whatever he chose"},
    {"cheat-spoil", "masks her first string at random: he fails when he chose it; if she hears of it, she knows"},
};
constexpr Strategy kBob[]{
    {"honest", "as the steps say"},
    {"cheat-late",
     "stores all photons, commits at random (to nothing where the commitment lets him) and measures when "
     "he knows the bases"},
    {"cheat-reopen", "stores all photons, measures those that are tested, and opens what he finds"},
    {"cheat-some", "stores a share of the photons and spreads what he knows in the end over both sets"},
};
constexpr Role kRoles[]{{"alice", kAlice}, {"bob", kBob}};

constexpr ProtocolParameter kParameters[]{
    {"photons", "", "how many Alice sends", 160, 3, 100'000, true},
    {"tested", "", "how many of them are opened to her", 32, 0, 100'000, true},
    {"set", "", "least size of each of Bob's two sets: much above a quarter of the photons not tested", 44, 1, 50'000,
     true},
    {"length", "bit", "of each string", 16, 1, 50'000, true},
    {"commitment", "",
     "0: a trusted box, ideal; 1: by hash, computational; 2: BB84's, by photons, which does not bind; 3: in clear, "
     "which does not hide",
     0, 0, 3, true},
    {"strength", "", "photons a bit of BB84's commitments", 16, 1, 1'000, true},
    {"transmittance", "", "probability that a photon arrives", 1, 0, 1},
    {"holes", "", "greatest share of the photons that Alice lets be missing", 0, 0, 1},
    {"errors", "",
     "greatest share of errors among the tested photons that Alice lets pass; both strings' syndromes are made for it",
     0, 0, 0.25},
    {"depolarising", "", "probability that a photon's state is replaced by an even mixture on its way", 0, 0, 1},
    {"stored", "", "share of the photons that cheat-some keeps", 0.25, 0, 1},
};

enum : unsigned { kDone, kAliceRejects, kBobRight, kAliceGuesses, kAliceKnows, kBobFails, kFailureTells, kBobHasBoth };
constexpr Event kEvents[]{
    {"done", "both accept"},
    {"alice-rejects", "an opening is not as committed to, or wrong, or the sets are not what they must be"},
    {"bob-right", "Bob has the string of his choice", "done"},
    {"alice-guesses", "both accept, and Alice takes something for Bob's choice"},
    {"alice-knows-choice", "it is his choice", "alice-guesses"},
    {"bob-fails", "both accept, and Bob has another string than that of his choice"},
    {"failure-tells-choice", "he chose the first string", "bob-fails"},
    {"bob-has-both", "Alice accepts, and Bob has both strings"},
};

Events score(const std::array<Verdict, 2>& verdicts, const ObliviousTransfer& transfer) {
  const auto& [alice, bob] = verdicts;
  const bool done = alice.accepted && bob.accepted;
  bool right = false, both = false;
  if (done) {
    const std::size_t length = transfer.length;
    both = bob.output == alice.output;
    const std::size_t place = bob.output.size() == length ? 0 : (bob.value & 1) * length;
    right = slice(bob.output, place, length) == slice(alice.output, (bob.value & 1) * length, length);
  }
  const bool guesses = done && alice.value != oblivious_transfer::kNoGuess;
  return event_if(done, kDone) | event_if(!alice.accepted, kAliceRejects) | event_if(right, kBobRight) |
         event_if(guesses, kAliceGuesses) | event_if(guesses && alice.value == bob.value, kAliceKnows) |
         event_if(done && !right, kBobFails) | event_if(done && !right && bob.value == 0, kFailureTells) |
         event_if(both, kBobHasBoth);
}

Result<std::unique_ptr<Game>> set_up(const Casting& casting) {
  constexpr Program<ObliviousTransfer> kAlices[]{oblivious_transfer::alice, oblivious_transfer::alice_reads_commitments,
                                                 oblivious_transfer::alice_announces_wrong_bases,
                                                 oblivious_transfer::alice_spoils_a_string};
  constexpr Program<ObliviousTransfer> kBobs[]{oblivious_transfer::bob, oblivious_transfer::bob_measures_late,
                                               oblivious_transfer::bob_reopens, oblivious_transfer::bob_stores_some};
  ObliviousTransfer transfer;
  transfer.photons = casting.whole("photons");
  transfer.tested = casting.whole("tested");
  transfer.set = casting.whole("set");
  transfer.length = casting.whole("length");
  transfer.holes = casting.real("holes");
  transfer.errors = casting.real("errors");
  transfer.stored = casting.real("stored");
  transfer.commitments.kind = static_cast<oblivious_transfer::CommitmentKind>(casting.whole("commitment"));
  transfer.commitments.strength = casting.whole("strength");
  if (transfer.tested + 2 > transfer.photons)
    return fail(ErrorCode::invalid_argument,
                fmt::format("tested = {} of {} photons: possible is 0 to {}, so that a photon is left for each set",
                            transfer.tested, transfer.photons, transfer.photons - 2));
  if (transfer.tested + 2 * transfer.set > transfer.photons)
    return fail(ErrorCode::invalid_argument,
                fmt::format("set = {} with {} of {} photons tested: possible is 1 to {}, half of the others",
                            transfer.set, transfer.tested, transfer.photons, (transfer.photons - transfer.tested) / 2));
  const auto fewest =
      transfer.photons - static_cast<std::size_t>(transfer.holes * static_cast<double>(transfer.photons));
  if (transfer.tested + 2 * transfer.set > fewest)
    return fail(ErrorCode::invalid_argument,
                fmt::format("holes = {} of {} photons: possible is 0 to {:.6g}, what tested + 2 set leave",
                            transfer.holes, transfer.photons,
                            1 - static_cast<double>(transfer.tested + 2 * transfer.set) /
                                    static_cast<double>(transfer.photons)));
  if (transfer.length > transfer.set)
    return fail(
        ErrorCode::invalid_argument,
        fmt::format("length = {} of sets of {}: possible is 1 to {}, a hash being no longer than what is hashed",
                    transfer.length, transfer.set, transfer.set));
  if (const std::size_t checks = ParityChecks::needed(transfer.set, transfer.errors);
      transfer.length + checks > transfer.set)
    return fail(ErrorCode::invalid_argument,
                fmt::format("set = {} with errors = {:g}: possible is so many that length = {} and a syndrome, here of "
                            "{} bits, are no more together",
                            transfer.set, transfer.errors, transfer.length, checks));
  constexpr std::size_t kMostPhotons = 10'000'000;  // of all commitments together
  if (2 * transfer.photons * transfer.commitments.strength > kMostPhotons)
    return fail(ErrorCode::invalid_argument,
                fmt::format("strength = {} with {} photons: possible is 1 to {}, {} photons in all",
                            transfer.commitments.strength, transfer.photons, kMostPhotons / (2 * transfer.photons),
                            kMostPhotons));
  PathNoise path;
  path.transmittance = casting.real("transmittance");
  path.depolarising = casting.real("depolarising");
  auto game = alice_and_bob<ObliviousTransfer>(kAlices[casting.strategy("alice")], kBobs[casting.strategy("bob")],
                                               transfer, score, path);
  if (transfer.commitments.kind == oblivious_transfer::CommitmentKind::trusted_box)
    return std::make_unique<LocalGame>(std::move(game), oblivious_transfer::kNoBoxTravels);
  return game;
}

}  // namespace

const Protocol& ot_from_commitment_protocol() {
  static constexpr Protocol kProtocol{
      .name = "ot-from-commitment",
      .family = "oblivious transfer",
      .title = "Oblivious transfer from photons and commitments",
      .paper =
          "Bennett, Brassard, Crépeau, Skubiszewska, CRYPTO '91, LNCS 576 (1992) 351; Crépeau, Kilian, FOCS 1988, "
          "42",
      .summary =
          "Bob learns the one of Alice's two strings that he chose, and Alice does not learn which. That he measured "
          "the photons at once is what his commitments prove: with a commitment that does not bind he stores them "
          "and learns both strings, with one that does not hide she learns his choice. Over a lossy line he "
          "says first which photons came; over a noisy one a syndrome of each string's bits goes with it, which costs "
          "as many of them, and a test that lets errors pass lets him store twice that share of the photons.",
      .steps = kSteps,
      .roles = kRoles,
      .parameters = kParameters,
      .events = kEvents,
      .source = "oblivious_transfer",
      .set_up = set_up,
  };
  return kProtocol;
}

}  // namespace herald
