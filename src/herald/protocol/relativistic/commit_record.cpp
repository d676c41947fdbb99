#include "herald/protocol/commitment/outcome.h"
#include "herald/protocol/relativistic/commit_relativistic.h"
#include "herald/protocol/relativistic/places.h"

namespace herald {
namespace {

constexpr Step kSteps[]{
    {"bob", "sends photons in random states of the two bases, at an agreed time, to the middle of two places"},
    {"alice",
     "commits by measuring all of them in the basis of her bit, and tells the outcomes to her agents at the "
     "two places"},
    {"alice", "says at once which photons came"},
    {"alice", "opens: each agent gives bit and outcomes to Bob's agent there, as soon as light has brought them"},
    {"bob", "has his agents refuse what comes later, or before light could have brought it"},
    {"bob",
     "compares: the same at both places, and right, but for tolerated errors, wherever his basis is that of the bit"},
};

constexpr Strategy kAlice[]{
    {"honest", "as the steps say"},
    {"cheat-breidbart", "measures halfway between the bases; her agents open a bit that she does not know"},
    {"cheat-measure", "measures in a basis; her agents open a bit that has nothing to do with it"},
    {"cheat-delay", "keeps the photons until later, and decides then"},
    {"cheat-differ", "as the steps say, but one of her agents opens the other bit"},
};
constexpr Strategy kBob[]{
    {"honest", "as the steps say"},
    {"cheat-look",
     "sends halves of pairs, and looks for her bit in the others and in what she says before the opening"},
};
constexpr Role kRoles[]{{"alice", kAlice}, {"bob", kBob}};

constexpr ProtocolParameter kParameters[]{
    {"photons", "", "length of the string", 100, 1, 1'000'000, true},
    {"distance", "km", "between the two places; 9354: Geneva and Singapore", 9354, 0.001, 1e9},
    {"slack", "s", "how much later than light an opening may come", 1e-6, 0, 1e4},
    {"delay", "s", "how long the Alice of cheat-delay keeps the photons", 1e-3, 0, 1e4},
    {"transmittance", "", "probability that a photon reaches an honest Alice; a dishonest one has a better line", 1, 0,
     1},
    {"depolarising", "", "probability that a photon's state is replaced by an even mixture on its way", 0, 0, 1},
    {"holes", "", "greatest share of missing photons that Bob lets pass", 0, 0, 1},
    {"errors", "", "greatest share of errors that Bob lets pass where his basis is that of the bit", 0, 0, 0.5},
};

enum : unsigned { kOpens, kRejects, kBobLooks, kGuessRight };
constexpr Event kEvents[]{
    {"opens", "Bob accepts the bit that Alice's agents want to open"},
    {"bob-rejects", "Bob, or an agent of his, gives up: too early, too late, too few photons, or not what they said"},
    {"bob-looks", "all accept, and Bob tried to read the bit before it was opened"},
    {"guess-right", "what he read is the bit", "bob-looks"},
};

Events score(const std::array<Verdict, 6>& verdicts, const RelativisticCommitment&) {
  const auto& [alice, bob, alice_1, bob_1, alice_2, bob_2] = verdicts;
  const bool accepted = bob.accepted && bob_1.accepted && bob_2.accepted;
  const bool looked = accepted && (bob.value & commitment::kGuessed) != 0;
  const bool guess = (bob.value & commitment::kGuessedOne) != 0;
  return event_if(accepted && (bob.value & 1) == alice_1.value, kOpens) | event_if(!accepted, kRejects) |
         event_if(looked, kBobLooks) | event_if(looked && guess == ((bob.value & 1) != 0), kGuessRight);
}

using AliceAgents = std::array<Program<RelativisticCommitment>, 3>;

Result<std::unique_ptr<Game>> set_up(const Casting& casting) {
  namespace commit = commit_relativistic;
  constexpr AliceAgents kAlices[]{
      {commit::alice, commit::alice_agent, commit::alice_agent},
      {commit::alice_breidbart, commit::alice_1_agrees, commit::alice_2_agrees},
      {commit::alice_measures, commit::alice_1_agrees, commit::alice_2_agrees},
      {commit::alice_delays, commit::alice_agent, commit::alice_agent},
      {commit::alice, commit::alice_agent, commit::alice_2_differs},
  };
  const double half = casting.real("distance") / 2;
  const Place middle{}, first = at_kilometre(-half), second = at_kilometre(half);
  HERALD_TRY(auto meeting, Meeting::at({{"alice", middle},
                                        {"bob", middle},
                                        {"alice-1", first},
                                        {"bob-1", first},
                                        {"alice-2", second},
                                        {"bob-2", second}}));
  RelativisticCommitment commitment;
  commitment.photons = casting.whole("photons");
  commitment.light = light_seconds(half);
  // When agents have agreed on what they need.
  commitment.start = 3 * commitment.light;
  commitment.slack = casting.real("slack");
  commitment.delay = casting.real("delay");
  commitment.holes = casting.real("holes");
  commitment.errors = casting.real("errors");
  PathNoise path;
  if (casting.strategy("alice") == 0) path.transmittance = casting.real("transmittance");
  path.depolarising = casting.real("depolarising");
  meeting->set_noise(path);
  const auto& [alice, alice_1, alice_2] = kAlices[casting.strategy("alice")];
  const Program<RelativisticCommitment> bob = casting.strategy("bob") == 0 ? commit::bob : commit::bob_looks;
  const std::array<Program<RelativisticCommitment>, 6> programs{
      alice, bob, alice_1, commit::bob_agent, alice_2, commit::bob_agent};
  return std::make_unique<SeatedGame<RelativisticCommitment, 6>>(std::move(meeting), programs, commitment, score);
}

}  // namespace

const Protocol& commit_relativistic_protocol() {
  static constexpr Protocol kProtocol{
      .name = "commit-relativistic",
      .family = "relativistic",
      .title = "Commitment by measuring, opened at two places",
      .paper =
          "Kent, PRL 109, 130501 (2012); Lunghi et al., PRL 111, 180504 (2013); Kaniewski, Tomamichel, Haenggi, "
          "Wehner, IEEE TIT 59, 4687 (2013)",
      .summary =
          "Alice commits by choosing a measurement, which the photons do not forget, and opens at two places where "
          "neither agent of hers can know what the other was told since. It lasts as long as light takes: 15.6 ms "
          "between Geneva and Singapore. Who decides later comes too late, unless Bob is patient. Photons that are "
          "lost are said to be "
          "before anything is opened; Bob's security is that of the photons that he insists on.",
      .steps = kSteps,
      .roles = kRoles,
      .parameters = kParameters,
      .events = kEvents,
      .source = "relativistic/commit_honest.cpp",
      .one_process = "its agents stand at places, and when what reaches whom is a matter of the one clock of a process",
      .set_up = set_up,
  };
  return kProtocol;
}

}  // namespace herald
