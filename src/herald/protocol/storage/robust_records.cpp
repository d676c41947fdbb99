#include <fmt/format.h>

#include <algorithm>

#include "herald/protocol/storage/robust_storage.h"

namespace herald {
namespace {

constexpr Strategy kHonest{"honest", "as the steps say"};
constexpr Strategy kSpoil{"cheat-spoil",
                          "spoils one syndrome, and takes Bob's silence for a sign that he needed the other"};
constexpr Strategy kPick{"cheat-pick",
                         "over a lossless line, says that all that he can neither read nor keep did not come"};

constexpr ProtocolParameter kLength{"length", "", "bits of either string that is transferred", 8, 1, 10'000, true};
constexpr ProtocolParameter kErrors{"errors", "", "share of errors in Bob's bits that the syndromes correct",
                                    0,        0,  0.25};

enum : unsigned { kStringsAgree, kBobKnowsBoth, kChoiceGuessed, kAliceRejects, kBobSees, kBobErrs };
constexpr Event kEvents[]{
    {"strings-agree", "Bob's string is Alice's of his choice"},
    {"bob-knows-both", "a dishonest Bob has both of Alice's strings"},
    {"choice-guessed", "a dishonest Alice guesses Bob's choice"},
    {"alice-rejects", "Alice gives up: too few pulses came"},
    {"bob-sees", "honest parties come to the end, and a pulse that counts was sent in Bob's basis"},
    {"bob-errs", "the first such pulse's bit came out wrong, before any correction", "bob-sees"},
};

Events score_honest_bob(const Verdict& alice, const Verdict& bob, const RobustStorage& transfer) {
  const std::uint64_t choice = bob.value & 1;
  const bool agree = bob.output == slice(alice.output, choice * transfer.length, transfer.length);
  if ((alice.value & robust_transfer::kGuesses) != 0)
    return event_if(agree, kStringsAgree) |
           event_if(((alice.value & robust_transfer::kGuessedOne) != 0) == (choice == 1), kChoiceGuessed);
  const std::uint64_t sent = alice.value >> (robust_transfer::kAliceFirsts + 2 * choice) & 3;
  const std::uint64_t seen = bob.value >> robust_transfer::kBobFirst & 3;
  return event_if(agree, kStringsAgree) | event_if(sent >= 2, kBobSees) | event_if(sent >= 2 && sent != seen, kBobErrs);
}

Events score(const std::array<Verdict, 2>& verdicts, const RobustStorage& transfer) {
  const auto& [alice, bob] = verdicts;
  if (!alice.accepted) return event_if(true, kAliceRejects);
  if (!bob.accepted || alice.output.size() != 2 * transfer.length) return 0;
  if (bob.output.size() != transfer.length) return event_if(bob.output == alice.output, kBobKnowsBoth);
  return score_honest_bob(alice, bob, transfer);
}

// A cheat has a line of his own.
std::unique_ptr<Game> game(const Casting& casting, Program<RobustStorage> alice, const RobustStorage& transfer,
                           PathNoise path) {
  constexpr Program<RobustStorage> kBobs[]{robust_transfer::bob, robust_transfer::bob_hides_in_losses,
                                           robust_transfer::bob_picks};
  const std::size_t bob = casting.strategy("bob");
  if (bob != 0) path = {};
  return alice_and_bob<RobustStorage>(alice, kBobs[bob], transfer, score, path);
}

namespace single {

constexpr Step kSteps[]{
    {"alice", "sends a random string of photons, each in a random one of two bases"},
    {"bob", "measures all of them in the basis of his choice, and says at once where one came"},
    {"alice", "gives up when too many are missing; the first that are not count"},
    {"alice", "waits, and announces the bases, two hash functions, and the syndromes of the bits of either basis"},
    {"bob", "corrects the bits of his basis and hashes them: the string of his choice"},
};
constexpr Strategy kAlice[]{kHonest, kSpoil};
constexpr Strategy kBob[]{
    kHonest,
    {"cheat-holes",
     "over a lossless line, keeps what his memory takes, measures others halfway between the bases, and "
     "says that as many photons as Alice lets pass did not come"},
    kPick,
};
constexpr Role kRoles[]{{"alice", kAlice}, {"bob", kBob}};
constexpr ProtocolParameter kParameters[]{
    {"photons", "", "length of the string", 100, 1, 1'000'000, true},
    kLength,
    {"memory", "", "qubits that a cheat can keep until the bases are told", 60, 0, 1'000'000, true},
    {"transmittance", "", "probability that a photon reaches Bob", 0.8, 0, 1},
    {"depolarising", "", "probability that a photon's state is replaced by an even mixture on its way", 0, 0, 1},
    {"holes", "", "greatest share of missing photons that Alice lets pass", 0.3, 0, 1},
    kErrors,
};

Result<std::unique_ptr<Game>> set_up(const Casting& casting) {
  constexpr Program<RobustStorage> kAlices[]{robust_transfer::alice, robust_transfer::alice_spoils_a_syndrome};
  RobustStorage transfer;
  transfer.pulses = casting.whole("photons");
  transfer.counted =
      transfer.pulses - static_cast<std::size_t>(casting.real("holes") * static_cast<double>(transfer.pulses));
  transfer.length = casting.whole("length");
  transfer.errors = casting.real("errors");
  transfer.memory = casting.whole("memory");
  PathNoise path;
  path.transmittance = casting.real("transmittance");
  path.depolarising = casting.real("depolarising");
  return game(casting, kAlices[casting.strategy("alice")], transfer, path);
}

}  // namespace single

namespace coherent {

constexpr Step kSteps[]{
    {"alice", "sends weak coherent pulses of random phase, each a random bit in a random one of two bases"},
    {"bob", "lets all of them fall on threshold detectors in the basis of his choice, and says at once which came"},
    {"alice", "gives up when too few came; the first that did count"},
    {"alice", "waits, and announces the bases, two hash functions, and the syndromes of the bits of either basis"},
    {"bob", "corrects the bits of his basis and hashes them: the string of his choice"},
};
constexpr Strategy kAlice[]{
    kHonest,
    kSpoil,
    {"cheat-bright", "fills all pulses in one basis, so that in the other both detectors fire, and counts what came"},
};
constexpr Strategy kBob[]{
    kHonest,
    {"cheat-split",
     "over a lossless line, reads pulses of several photons in both bases, keeps single photons as far as his memory "
     "goes, measures others halfway between the bases, and says that the rest did not come"},
    kPick,
};
constexpr Role kRoles[]{{"alice", kAlice}, {"bob", kBob}};
constexpr ProtocolParameter kParameters[]{
    {"pulses", "", "how many Alice sends", 1000, 1, 10'000'000, true},
    {"clicks", "", "how many of those that came count; fewer, and Alice gives up", 40, 1, 10'000'000, true},
    kLength,
    {"mean-photon-number", "", "of a pulse, as it leaves Alice", 0.2, 0, 2},
    {"transmittance", "", "of the fibre", 0.6, 0, 1},
    {"efficiency", "", "of either of an honest Bob's detectors", 0.5, 0, 1},
    {"dark-count", "", "probability of a dark click per pulse and detector of an honest Bob", 1e-5, 0, 1},
    {"misalignment", "", "probability that a photon goes to the wrong one of his detectors", 0.01, 0, 0.5},
    kErrors,
    {"waiting", "s", "how long Alice waits before she announces the bases", 1e-3, 1e-9, 1e6},
    {"memory", "", "qubits that a cheat can keep until the bases are told", 10, 0, 10'000'000, true},
    {"storage", "", "r: probability that his memory keeps a qubit's state for so long", 1, 0, 1},
};

Result<std::unique_ptr<Game>> set_up(const Casting& casting) {
  constexpr Program<RobustStorage> kAlices[]{robust_transfer::alice, robust_transfer::alice_spoils_a_syndrome,
                                             robust_transfer::alice_sends_bright};
  RobustStorage transfer;
  transfer.single_photons = false;
  transfer.pulses = casting.whole("pulses");
  transfer.counted = casting.whole("clicks");
  if (transfer.counted > transfer.pulses)
    return fail(ErrorCode::invalid_argument, fmt::format("clicks: no more than the {} pulses; possible is 1 to {}",
                                                         transfer.pulses, transfer.pulses));
  transfer.length = casting.whole("length");
  transfer.mean_photon_number = casting.real("mean-photon-number");
  transfer.orders = std::max<std::size_t>(2, photon_orders(transfer.mean_photon_number, transfer.pulses));
  transfer.receiver = {casting.real("efficiency"), casting.real("dark-count"), casting.real("misalignment")};
  transfer.errors = casting.real("errors");
  transfer.waiting = casting.real("waiting");
  transfer.memory = casting.whole("memory");
  transfer.storage = casting.real("storage");
  PathNoise path;
  path.transmittance = casting.real("transmittance");
  return game(casting, kAlices[casting.strategy("alice")], transfer, path);
}

}  // namespace coherent

constexpr std::string_view kPaper =
    "Wehner, Curty, Schaffner, Lo, PRA 81, 052336 (2010); Schaffner, PRA 82, 032308 (2010); Damgaard, Fehr, Renner, "
    "Salvail, Schaffner, CRYPTO 2007 (LNCS 4622, 360)";

}  // namespace

const Protocol& robust_transfer_protocol() {
  static constexpr Protocol kProtocol{
      .name = "ot-bounded-storage-robust",
      .family = "limited storage",
      .title = "Oblivious transfer against a small quantum memory, over a line with loss and errors",
      .paper = kPaper,
      .summary =
          "As ot-bounded-storage, for honest parties who lose photons and get some wrong: losses are said before the "
          "bases are told, errors are corrected by syndromes. A cheat over a line of his own hides in the losses what "
          "he could not keep, and reads the syndromes too; the bound counts both.",
      .steps = single::kSteps,
      .roles = single::kRoles,
      .parameters = single::kParameters,
      .events = kEvents,
      .source = "storage/robust_transfer.cpp",
      .set_up = single::set_up,
  };
  return kProtocol;
}

const Protocol& coherent_transfer_protocol() {
  static constexpr Protocol kProtocol{
      .name = "ot-storage-coherent",
      .family = "limited storage",
      .title = "Oblivious transfer against a limited quantum memory, with an attenuated laser",
      .paper = kPaper,
      .summary =
          "Bob gets one of two random strings of his choice over a fibre and threshold detectors, if a cheat's memory "
          "takes few qubits (`--set memory=100`) or disturbs them (`--set storage=0.5`). A pulse of several photons "
          "tells a cheat its bit in either basis, so Alice insists on more clicks than there are such pulses: a Bob "
          "who says that only those came is refused.",
      .steps = coherent::kSteps,
      .roles = coherent::kRoles,
      .parameters = coherent::kParameters,
      .events = kEvents,
      .source = "storage/robust_transfer.cpp",
      .set_up = coherent::set_up,
  };
  return kProtocol;
}

}  // namespace herald
