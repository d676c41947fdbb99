#include <fmt/format.h>

#include "herald/protocol/commitment/outcome.h"
#include "herald/protocol/relativistic/commit_rounds.h"
#include "herald/protocol/relativistic/places.h"

namespace herald {
namespace {

constexpr Step kSteps[]{
    {"bob", "in round k, at one place and the other in turn, sends a random string b_k"},
    {"alice",
     "answers at once: a_k + a_(k-1) b_k with secrets that her agents share, in the first round a_0 + d b_0 "
     "with her bit d"},
    {"alice", "opens d and the last secret, where the last round was not"},
    {"bob", "has his agents refuse what comes before it is asked for, or later than agreed"},
    {"bob", "finds each secret from her bit and her answers, and compares the last"},
};

constexpr Strategy kAlice[]{
    {"honest", "as the steps say"},
    {"cheat-hope", "commits to 0; who opens wants either bit then, and hopes that a challenge was 0"},
    {"cheat-wait", "commits to 0; who opens waits, to open 1, until she knows all challenges"},
    {"cheat-subplane", "commits to 0; decides then, and has her agents guess each other's part of the second round"},
};
constexpr Strategy kBob[]{
    {"honest", "as the steps say"},
    {"cheat-look", "challenges with 1 every time, and looks for the bit in the first answer"},
};
constexpr Role kRoles[]{{"alice", kAlice}, {"bob", kBob}};

constexpr ProtocolParameter kParameters[]{
    {"bits", "", "length of the strings", 8, 1, kMostFieldBits, true},
    {"rounds", "", "before the opening", 5, 1, 1'000'000, true},
    {"distance", "km", "between the two places", 7, 0.001, 1e9},
    {"round-time", "s", "from one round to the next", 17.28e-6, 1e-9, 1e4},
    {"answer-time", "s", "how soon Alice must answer", 1e-6, 0, 1e4},
};

enum : unsigned { kOpens, kRejects, kBobLooks, kGuessRight };
constexpr Event kEvents[]{
    {"opens", "Bob accepts the bit that Alice wants to open"},
    {"bob-rejects", "an agent of Bob gives up: too early, too late, or another secret"},
    {"bob-looks", "both accept, and Bob tried to read the bit before it was opened"},
    {"guess-right", "what he read is the bit", "bob-looks"},
};

Events score(const std::array<Verdict, 4>& verdicts, const SustainedCommitment& sustained) {
  const auto& [alice_1, bob_1, alice_2, bob_2] = verdicts;
  const std::uint64_t wanted = (sustained.rounds % 2 == 0 ? alice_1 : alice_2).value;
  const bool accepted = bob_1.accepted && bob_2.accepted;
  const std::uint64_t opened = bob_1.value & 1;
  const bool looked = accepted && (bob_1.value & commitment::kGuessed) != 0;
  const bool guess = (bob_1.value & commitment::kGuessedOne) != 0;
  return event_if(accepted && opened == wanted && bob_2.value == wanted, kOpens) | event_if(!accepted, kRejects) |
         event_if(looked, kBobLooks) | event_if(looked && guess == (opened == 1), kGuessRight);
}

Result<std::unique_ptr<Game>> set_up(const Casting& casting) {
  namespace commit = commit_rounds;
  constexpr std::array<Program<SustainedCommitment>, 2> kAlices[]{{commit::alice_1, commit::alice_2},
                                                                  {commit::alice_1_hopes, commit::alice_2_hopes},
                                                                  {commit::alice_1_waits, commit::alice_2_waits},
                                                                  {commit::alice_1_guesses, commit::alice_2_guesses}};
  const double light = light_seconds(casting.real("distance"));
  SustainedCommitment commitment;
  commitment.bits = static_cast<unsigned>(casting.whole("bits"));
  commitment.rounds = casting.whole("rounds");
  commitment.start = 2 * light;
  commitment.round_time = casting.real("round-time");
  commitment.answer = casting.real("answer-time");
  if (!(commitment.round_time + commitment.answer + kClockError < light && commitment.answer < commitment.round_time))
    return fail(ErrorCode::invalid_argument,
                fmt::format("rounds of {:g} s with answers in {:g} s: possible is an answer time below a round's, and "
                            "both together below {:g} s, in which light goes from place to place",
                            commitment.round_time, commitment.answer, light));
  if (casting.strategy_name("alice") == "cheat-subplane") {
    if (commitment.bits % 2 != 0 || commitment.bits > commit::kMostSubplaneBits || commitment.rounds < 2)
      return fail(ErrorCode::invalid_argument,
                  fmt::format("cheat-subplane with {} bits in {} rounds: possible is an even number of bits up to {}, "
                              "and two rounds or more",
                              commitment.bits, commitment.rounds, commit::kMostSubplaneBits));
    commitment.guesses = commit::subplane_guesses(commitment.bits);
  }
  const Place first{}, second = at_kilometre(casting.real("distance"));
  HERALD_TRY(auto meeting, Meeting::at({{"alice-1", first}, {"bob-1", first}, {"alice-2", second}, {"bob-2", second}}));
  const auto& [alice_1, alice_2] = kAlices[casting.strategy("alice")];
  const bool looks = casting.strategy("bob") != 0;
  const std::array<Program<SustainedCommitment>, 4> programs{alice_1, looks ? commit::bob_1_looks : commit::bob_1,
                                                             alice_2, looks ? commit::bob_2_looks : commit::bob_2};
  return std::make_unique<SeatedGame<SustainedCommitment, 4>>(std::move(meeting), programs, commitment, score);
}

}  // namespace

const Protocol& commit_relativistic_rounds_protocol() {
  static constexpr Protocol kProtocol{
      .name = "commit-relativistic-rounds",
      .family = "relativistic",
      .title = "A commitment sustained round by round",
      .paper =
          "Lunghi et al., PRL 115, 030502 (2015); Chakraborty, Chailloux, Leverrier, PRL 115, 250501 (2015); "
          "Verbanis et al., PRL 117, 140506 (2016)",
      .summary =
          "Each answer commits to the secret of the one before, and comes before light could tell of it: a bit stays "
          "committed for as many rounds as anybody likes, 24 hours over 7 km in 2016. Opening another bit succeeds "
          "with a probability that grows no faster than the number of rounds.",
      .steps = kSteps,
      .roles = kRoles,
      .parameters = kParameters,
      .events = kEvents,
      .source = "relativistic/commit_rounds_honest.cpp",
      .one_process = "its agents stand at places, and when what reaches whom is a matter of the one clock of a process",
      .set_up = set_up,
  };
  return kProtocol;
}

}  // namespace herald
