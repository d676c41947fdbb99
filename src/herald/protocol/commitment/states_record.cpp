#include <numbers>

#include "herald/protocol/commitment/outcome.h"
#include "herald/protocol/commitment/states.h"

namespace herald {
namespace {

constexpr Step kSteps[]{
    {"alice", "commits: prepares the state of her bit on A and B, and sends B"},
    {"alice", "opens: announces the bit and sends A"},
    {"bob", "measures whether A and B are in the state of that bit"},
};

constexpr Strategy kAlice[]{
    {"honest", "as the steps say"},
    {"cheat-lie", "commits honestly, is told what to open, and names that bit"},
    {"cheat-rotate", "commits to 0, and where 1 is wanted rotates A so that it opens 1 (Mayers; Lo, Chau)"},
    {"cheat-superpose", "commits to the superposition that opens either bit equally well, and rotates A: her best"},
};
constexpr Strategy kBob[]{
    {"honest", "as the steps say"},
    {"cheat-look", "measures B before the opening, at his best (Helstrom)"},
};
constexpr Role kRoles[]{{"alice", kAlice}, {"bob", kBob}};

constexpr ProtocolParameter kAngles[]{
    {"angle", "rad", "between the states that Bob holds for 0 and 1", 0.6, 0, std::numbers::pi / 2},
    {"mixing", "", "share of the orthogonal state that Alice mixes in, keeping the purification", 0.2, 0, 0.5},
};
constexpr ProtocolParameter kQutrit[]{
    {"t", "", "trace distance of what Bob holds for 0 and 1: 0 hides perfectly, 1 binds as well as it can", 0.5, 0, 1},
};

Result<std::unique_ptr<Game>> play(const Casting& casting, const CommittedStates& states) {
  constexpr Program<StatesCommitment> kAlices[]{commit_states::alice, commit_states::alice_lies,
                                                commit_states::alice_rotates, commit_states::alice_superposes};
  constexpr Program<StatesCommitment> kBobs[]{commit_states::bob, commit_states::bob_looks};
  HERALD_TRY(StatesCommitment p, StatesCommitment::of(states));
  return alice_and_bob<StatesCommitment>(kAlices[casting.strategy("alice")], kBobs[casting.strategy("bob")],
                                         std::move(p),
                                         [](const std::array<Verdict, 2>& verdicts, const StatesCommitment&) {
                                           return commitment::events(verdicts[0], verdicts[1]);
                                         });
}

}  // namespace

const Protocol& commit_states_protocol() {
  static constexpr Protocol kProtocol{
      .name = "commit-states",
      .family = "commitment",
      .title = "Commitment by states, and why none holds",
      .paper = "Mayers, PRL 78, 3414 (1997); Lo, Chau, PRL 78, 3410 (1997)",
      .summary =
          "Any commitment is, in the end, two joint states of Alice and Bob. The less they differ to him, the better "
          "she turns one into the other on her side alone. Here with qubits at an angle; the attack takes any states.",
      .steps = kSteps,
      .roles = kRoles,
      .parameters = kAngles,
      .events = commitment::kEvents,
      .source = "commitment",
      .set_up =
          [](const Casting& casting) {
            return play(casting, angle_commitment(casting.real("angle"), casting.real("mixing")));
          },
  };
  return kProtocol;
}

const Protocol& commit_optimal_protocol() {
  static constexpr Protocol kProtocol{
      .name = "commit-optimal",
      .family = "commitment",
      .title = "Commitment by qutrits, near the best trade-off",
      .paper = "Chailloux, Kerenidis, FOCS 2011, 354, arXiv 1102.1678",
      .summary =
          "What Bob can read against what Alice can change: sqrt t |bb> + sqrt(1 - t)|22> leaves (1 + t)/2 and 1 - "
          "t/2, "
          "both 3/4 at t = 1/2. No commitment is below both 0.739296; reaching that takes a nearly perfect weak coin "
          "flip before these states, which this protocol leaves out.",
      .steps = kSteps,
      .roles = kRoles,
      .parameters = kQutrit,
      .events = commitment::kEvents,
      .source = "commitment",
      .set_up = [](const Casting& casting) { return play(casting, qutrit_commitment(casting.real("t"))); },
  };
  return kProtocol;
}

}  // namespace herald
