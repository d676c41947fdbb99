#include <numbers>

#include "herald/protocol/commitment/cheat_sensitive.h"
#include "herald/protocol/commitment/outcome.h"

namespace herald {
namespace {

constexpr Step kSteps[]{
    {"alice", "commits: a photon in one of the two states of her bit"},
    {"alice", "may ask for it back and look whether it is as she sent it: the commitment is then void"},
    {"alice", "else opens: announces the bit and the state"},
    {"bob", "measures whether the photon is in that state"},
};

constexpr Strategy kAlice[]{
    {"honest", "as the steps say"},
    {"cheat-lie", "commits honestly, is told what to open, and names the nearer state of that bit"},
    {"cheat-between", "sends a photon halfway between the states of both bits: her best"},
};
constexpr Strategy kBob[]{
    {"honest", "as the steps say"},
    {"cheat-look", "reads the photon, and gives back what is left of it"},
};
constexpr Role kRoles[]{{"alice", kAlice}, {"bob", kBob}};

constexpr ProtocolParameter kParameters[]{
    {"angle", "rad", "of the two states of bit 0, to either side; those of bit 1 are at right angles to them",
     std::numbers::pi / 8, 0, std::numbers::pi / 4},
    {"asks", "", "probability that Alice asks for the photon back", 0.5, 0, 1},
    {"strength", "", "of a cheating Bob's measurement: from nothing read, 0, to all that can be, 1", 1, 0, 1},
};

enum : unsigned { kOpening, kPasses, kAliceLies, kLiePasses, kAsksBack, kBobCaught, kBobHasRead, kReadRight };
constexpr Event kEvents[]{
    {"opening", "Alice opens"},
    {"opened", "Bob accepts the bit that she is told to open after she committed", "opening"},
    {"alice-changes", "Alice opens a bit that she had not committed to"},
    {"change-passes", "Bob accepts it: she is not caught", "alice-changes"},
    {"asks-back", "Alice asks for the photon back"},
    {"bob-caught", "it is not as she sent it", "asks-back"},
    {"bob-looks", "Bob has read the photon, and it is opened"},
    {"guess-right", "what he reads is the bit", "bob-looks"},
};

Events score(const std::array<Verdict, 2>& verdicts, const CheatSensitive&) {
  const auto& [alice, bob] = verdicts;
  const bool asked = !alice.accepted || (alice.value & commit_cheat_sensitive::kAsked) != 0;
  const bool passes = !asked && bob.accepted;
  const bool changed = !asked && (alice.value & commitment::kChanged) != 0;
  const bool looked = passes && (bob.value & commitment::kGuessed) != 0;
  const bool right = ((bob.value & commitment::kGuessedOne) != 0) == ((bob.value & 1) != 0);
  return event_if(!asked, kOpening) | event_if(passes, kPasses) | event_if(changed, kAliceLies) |
         event_if(changed && passes, kLiePasses) | event_if(asked, kAsksBack) | event_if(!alice.accepted, kBobCaught) |
         event_if(looked, kBobHasRead) | event_if(looked && right, kReadRight);
}

Result<std::unique_ptr<Game>> set_up(const Casting& casting) {
  constexpr Program<CheatSensitive> kAlices[]{commit_cheat_sensitive::alice, commit_cheat_sensitive::alice_lies,
                                              commit_cheat_sensitive::alice_sends_between};
  constexpr Program<CheatSensitive> kBobs[]{commit_cheat_sensitive::bob, commit_cheat_sensitive::bob_looks};
  return alice_and_bob<CheatSensitive>(
      kAlices[casting.strategy("alice")], kBobs[casting.strategy("bob")],
      CheatSensitive{casting.real("angle"), casting.real("asks"), casting.real("strength")}, score);
}

}  // namespace

const Protocol& commit_cheat_sensitive_protocol() {
  static constexpr Protocol kProtocol{
      .name = "commit-cheat-sensitive",
      .family = "commitment",
      .title = "Commitment that shows who cheats",
      .paper = "Hardy, Kent, PRL 92, 157901 (2004); states of Aharonov, Ta-Shma, Vazirani, Yao, STOC 2000, 705",
      .summary =
          "Both can cheat, and both risk to be caught: a Bob who reads the photon disturbs what Alice may ask back, "
          "and "
          "an Alice who changes the bit names a state that the photon is not in. A simple form of the idea: which "
          "check "
          "is made is Alice's choice.",
      .steps = kSteps,
      .roles = kRoles,
      .parameters = kParameters,
      .events = kEvents,
      .source = "commitment",
      .set_up = set_up,
  };
  return kProtocol;
}

}  // namespace herald
