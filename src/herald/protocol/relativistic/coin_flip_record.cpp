#include "herald/protocol/relativistic/coin_flip_relativistic.h"
#include "herald/protocol/relativistic/places.h"

namespace herald {
namespace {

constexpr Step kSteps[]{
    {"alice, bob",
     "at one time, Alice's agent at the first place and Bob's at the second give a random bit to the "
     "other party's agent there"},
    {"alice, bob", "accept a bit only when it arrives before light could have told of the other"},
    {"alice, bob", "the agents of each party tell each other: the coin is the sum"},
};

constexpr Strategy kAlice[]{
    {"honest", "as the steps say"},
    {"cheat-wait", "throws only when she has heard of Bob's bit, and then what makes the coin 0"},
};
constexpr Strategy kBob[]{
    {"honest", "as the steps say"},
    {"cheat-wait", "throws only when he has heard of Alice's bit, and then what makes the coin 1"},
};
constexpr Role kRoles[]{{"alice", kAlice}, {"bob", kBob}};

constexpr ProtocolParameter kParameters[]{
    {"distance", "km", "between the two places", 100, 0.001, 1e9},
    {"window", "s", "how far from the agreed time a bit may arrive", 3e-4, 1e-9, 1e4},
};

enum : unsigned { kAliceWins, kBobWins, kAliceRejects, kBobRejects };
constexpr Event kEvents[]{
    {"alice-wins", "all accept, and the coin is 0"},
    {"bob-wins", "all accept, and the coin is 1"},
    {"alice-rejects", "an agent of Alice gives up: Bob's bit came too early or too late"},
    {"bob-rejects", "an agent of Bob gives up: Alice's bit came too early or too late"},
};

Events score(const std::array<Verdict, 4>& verdicts, const RelativisticCoin&) {
  const auto& [alice_1, bob_1, alice_2, bob_2] = verdicts;
  const bool alice = alice_1.accepted && alice_2.accepted, bob = bob_1.accepted && bob_2.accepted;
  // Either may have been dishonest: both coins count.
  const bool zero = alice_2.value == 0 && bob_1.value == 0, one = alice_2.value == 1 && bob_1.value == 1;
  return event_if(alice && bob && zero, kAliceWins) | event_if(alice && bob && one, kBobWins) |
         event_if(!alice, kAliceRejects) | event_if(!bob, kBobRejects);
}

Result<std::unique_ptr<Game>> set_up(const Casting& casting) {
  namespace coins = coin_flip_relativistic;
  constexpr Program<RelativisticCoin> kAlices[]{coins::alice_1, coins::alice_1_waits};
  constexpr Program<RelativisticCoin> kBobs[]{coins::bob_2, coins::bob_2_waits};
  const Place first{}, second = at_kilometre(casting.real("distance"));
  HERALD_TRY(auto meeting, Meeting::at({{"alice-1", first}, {"bob-1", first}, {"alice-2", second}, {"bob-2", second}}));
  RelativisticCoin coin;
  coin.window = casting.real("window");
  // Late enough for a bit to come too early.
  coin.start = 2 * coin.window;
  const std::array<Program<RelativisticCoin>, 4> programs{kAlices[casting.strategy("alice")], coins::bob_1,
                                                          coins::alice_2, kBobs[casting.strategy("bob")]};
  return std::make_unique<SeatedGame<RelativisticCoin, 4>>(std::move(meeting), programs, coin, score);
}

}  // namespace

const Protocol& coin_flip_relativistic_protocol() {
  static constexpr Protocol kProtocol{
      .name = "coin-flip-relativistic",
      .family = "relativistic",
      .title = "Coin flipping by agents at two places",
      .paper = "Kent, PRL 83, 5382 (1999)",
      .summary =
          "Nothing is faster than light: bits that are thrown at two places at one time do not depend on each other, "
          "and the coin is perfect. Who waits for the other's bit comes too late, unless the places are nearer to "
          "each other than the window of time allows for: then nobody can tell.",
      .steps = kSteps,
      .roles = kRoles,
      .parameters = kParameters,
      .events = kEvents,
      .source = "relativistic/coin_flip_parties.cpp",
      .one_process = "its agents stand at places, and when what reaches whom is a matter of the one clock of a process",
      .set_up = set_up,
  };
  return kProtocol;
}

}  // namespace herald
