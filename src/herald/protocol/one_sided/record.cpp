#include "herald/protocol/one_sided/one_sided.h"

namespace herald {
namespace {

constexpr Step kSteps[]{
    {"bob", "sends half of a probe: |jj> + |22> for choice j, or with four levels the even one, whatever he chooses"},
    {"alice", "gives the levels signs by her bits and returns it"},
    {"bob", "finds the bit that he chose as the sign between two levels"},
};
constexpr Strategy kAlice[]{
    {"honest", "as the steps say"},
    {"cheat-look", "looks which level she holds: of three, it may be the one of his choice"},
};
constexpr Strategy kBob[]{
    {"honest", "as the steps say"},
    {"cheat-lo", "probes all levels alike, finds one bit without disturbing the state, rotates it and finds the other"},
};
constexpr Role kRoles[]{{"alice", kAlice}, {"bob", kBob}};

constexpr ProtocolParameter kParameters[]{
    {"levels", "", "3: Alice's half depends on the choice; 4: it does not, and Lo's theorem applies", 4, 3, 4, true},
};

enum : unsigned { kDone, kBobRight, kAliceGuesses, kAliceKnows, kBobHasBoth };
constexpr Event kEvents[]{
    {"done", "both accept"},
    {"bob-right", "Bob has the bit of his choice", "done"},
    {"alice-guesses", "both accept, and Alice takes something for Bob's choice"},
    {"alice-knows-choice", "it is his choice", "alice-guesses"},
    {"bob-has-both", "both accept, and Bob has both bits"},
};

Events score(const std::array<Verdict, 2>& verdicts, const OneSided&) {
  const auto& [alice, bob] = verdicts;
  const bool done = alice.accepted && bob.accepted;
  bool right = false, both = false;
  if (done && alice.output.size() == 2 && !bob.output.empty()) {
    both = bob.output == alice.output;
    right = bob.output[bob.output.size() == 2 ? bob.value : 0] == alice.output[bob.value];
  }
  const bool guesses = done && alice.value != one_sided::kNoGuess;
  return event_if(done, kDone) | event_if(right, kBobRight) | event_if(guesses, kAliceGuesses) |
         event_if(guesses && alice.value == bob.value, kAliceKnows) | event_if(both, kBobHasBoth);
}

Result<std::unique_ptr<Game>> set_up(const Casting& casting) {
  constexpr Program<OneSided> kAlices[]{one_sided::alice, one_sided::alice_looks};
  constexpr Program<OneSided> kBobs[]{one_sided::bob, one_sided::bob_rotates};
  OneSided computation;
  computation.levels = casting.whole("levels");
  return alice_and_bob<OneSided>(kAlices[casting.strategy("alice")], kBobs[casting.strategy("bob")], computation,
                                 score);
}

}  // namespace

const Protocol& one_sided_computation_protocol() {
  static constexpr Protocol kProtocol{
      .name = "one-sided-computation",
      .family = "computation",
      .title = "One-sided computation, and Lo's attack on it",
      .paper =
          "Lo, PRA 56, 1154 (1997); three levels: Chailloux, Kerenidis, Sikora, Quantum Inf. Comput. 13, 158 (2013)",
      .summary =
          "Without commitments Bob is to learn one of Alice's two bits, and Alice not which. Where her view does not "
          "depend on his choice at all, he turns his state for one choice into his state for the other and learns both "
          "(Lo's theorem). Where it does, each cheats in part: three times in four.",
      .steps = kSteps,
      .roles = kRoles,
      .parameters = kParameters,
      .events = kEvents,
      .source = "one_sided",
      .set_up = set_up,
  };
  return kProtocol;
}

}  // namespace herald
