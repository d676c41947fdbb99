#include <fmt/format.h>

#include "herald/protocol/commitment/outcome.h"
#include "herald/protocol/commitment/puf.h"

namespace herald {
namespace {

constexpr Step kSteps[]{
    {"maker", "makes a device whose responses nobody knows, and gives it to Alice"},
    {"alice",
     "commits: pads a codeword of her bit with the device's response to a random challenge, and hands both over"},
    {"alice", "opens: announces the bit and the challenge"},
    {"bob", "asks the device, takes the pad off, and compares with the codeword of that bit"},
};

constexpr Strategy kAlice[]{
    {"honest", "as the steps say"},
    {"cheat-change", "commits honestly, and opens the other bit with the best of other challenges that she asked"},
    {"cheat-pair", "asks first, and commits to what two of the responses come nearest to opening both ways"},
};
constexpr Strategy kBob[]{
    {"honest", "as the steps say"},
    {"cheat-look", "asks the device random challenges before the opening"},
};
constexpr Strategy kMaker[]{{"honest", "whom both trust"}};
constexpr Role kRoles[]{{"alice", kAlice}, {"bob", kBob}, {"maker", kMaker}};

constexpr ProtocolParameter kParameters[]{
    {"response", "bit", "length of a response", 16, 2, 64, true},
    {"challenge", "bit", "length of a challenge", 40, 1, 63, true},
    {"challenges", "", "how many a cheat asks the device while it holds it", 50, 2, 10'000, true},
    {"noise", "", "probability that a bit of a response comes out wrong, each time", 0, 0, 0.5},
    {"tolerated", "bit", "wrong bits that Bob lets pass", 0, 0, 31, true},
};

constexpr std::string_view kNoDeviceTravels = "a device changes hands, and there is none from bytes";

Result<std::unique_ptr<Game>> set_up(const Casting& casting) {
  constexpr Program<PufCommitment> kAlices[]{commit_puf::alice, commit_puf::alice_changes, commit_puf::alice_pairs};
  constexpr Program<PufCommitment> kBobs[]{commit_puf::bob, commit_puf::bob_looks};
  PufCommitment p;
  p.bits = static_cast<unsigned>(casting.whole("response"));
  p.challenge_bits = static_cast<unsigned>(casting.whole("challenge"));
  p.challenges = static_cast<unsigned>(casting.whole("challenges"));
  p.noise = casting.real("noise");
  p.tolerated = static_cast<unsigned>(casting.whole("tolerated"));
  if (2 * p.tolerated >= p.bits)
    return fail(ErrorCode::invalid_argument,
                fmt::format("tolerated = {} of {} bits: possible is less than half", p.tolerated, p.bits));
  static constexpr std::array<std::string_view, 3> kNames{"alice", "bob", "maker"};
  const std::array<Program<PufCommitment>, 3> programs{kAlices[casting.strategy("alice")],
                                                       kBobs[casting.strategy("bob")], commit_puf::maker};
  return std::make_unique<LocalGame>(
      std::make_unique<SeatedGame<PufCommitment, 3>>(std::make_unique<Meeting>(kNames), programs, p,
                                                     [](const std::array<Verdict, 3>& verdicts, const PufCommitment&) {
                                                       return commitment::events(verdicts[0], verdicts[1]);
                                                     }),
      kNoDeviceTravels);
}

}  // namespace

const Protocol& commit_puf_protocol() {
  static constexpr Protocol kProtocol{
      .name = "commit-puf",
      .family = "commitment",
      .title = "Commitment by a physical unclonable function",
      .paper = "Nikolopoulos, Opt. Express 27, 29367 (2019)",
      .summary =
          "A device that both trust, whose responses nobody can foretell, pads the bit: Bob holds it but not the "
          "challenge, Alice knows the challenge but no longer holds it. She changes the bit only if the responses that "
          "she saw happen to allow it: with a code of distance lambda, 2^-lambda for each, and for each pair of them "
          "if "
          "she asks before she commits. The device is simulated as an object that only its maker makes, and that can "
          "be given away, not copied.",
      .steps = kSteps,
      .roles = kRoles,
      .parameters = kParameters,
      .events = commitment::kEvents,
      .source = "commitment",
      .one_process = kNoDeviceTravels,
      .set_up = set_up,
  };
  return kProtocol;
}

}  // namespace herald
