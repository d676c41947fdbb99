#include "herald/protocol/commitment/multiparty.h"
#include "herald/protocol/commitment/outcome.h"

namespace herald {
namespace {

constexpr Step kSteps[]{
    {"alice",
     "commits: in each place a photon for each of three recipients, of random phases (quarter turns) that add up to "
     "her "
     "bit in half turns"},
    {"alice", "opens, to all: announces the bit and the phases"},
    {"bob, others", "each looks whether the phases add up to the bit, and whether his photons interfere as they say"},
    {"bob, others", "tell each other what they heard and saw, and accept if all of it agrees"},
};

constexpr Strategy kAlice[]{
    {"honest", "as the steps say"},
    {"cheat-lie", "commits honestly; for the other bit she turns the phases of two recipients by a quarter each"},
    {"cheat-between", "sends two recipients photons halfway between what she may announce"},
    {"cheat-coalition", "commits honestly; for the other bit she turns the phases of a recipient who is with her"},
};
constexpr Strategy kBob[]{
    {"honest", "as the steps say"},
    {"cheat-look", "reads his photons before the opening"},
    {"cheat-pool", "measures the photons of all recipients together, if the others give him theirs"},
};
constexpr Strategy kOthers[]{
    {"honest", "as the steps say"},
    {"cheat-coalition", "say that all is well, whatever it is"},
    {"cheat-pool", "give their photons to Bob"},
};
constexpr Role kRoles[]{{"alice", kAlice}, {"bob", kBob}, {"others", kOthers}};

constexpr ProtocolParameter kParameters[]{
    {"photons", "", "places: photons a recipient", 4, 1, 10'000, true},
};

constexpr std::size_t kSeats = 1 + kRecipients;
using Played = SeatedGame<MultipartyCommitment, kSeats>;

Result<std::unique_ptr<Game>> set_up(const Casting& casting) {
  using namespace commit_multiparty;
  constexpr Program<MultipartyCommitment> kAlices[]{alice, alice_lies, alice_sends_between, alice_colludes};
  constexpr Program<MultipartyCommitment> kBobs[]{recipient_checks<0>, bob_looks, bob_pools};
  constexpr Program<MultipartyCommitment> kFirst[]{recipient_checks<1>, recipient_colludes, recipient_pools};
  constexpr Program<MultipartyCommitment> kSecond[]{recipient_checks<2>, recipient_colludes, recipient_pools};
  static constexpr std::array<std::string_view, kSeats> kNames{"alice", "bob", "other-1", "other-2"};
  const std::size_t others = casting.strategy("others");
  const Played::Programs programs{kAlices[casting.strategy("alice")], kBobs[casting.strategy("bob")], kFirst[others],
                                  kSecond[others]};
  return std::make_unique<Played>(std::make_unique<Meeting>(kNames), programs,
                                  MultipartyCommitment{casting.whole("photons")},
                                  [](const std::array<Verdict, kSeats>& verdicts, const MultipartyCommitment&) {
                                    return commitment::events(verdicts[0], verdicts[1]);
                                  });
}

}  // namespace

const Protocol& commit_multiparty_protocol() {
  static constexpr Protocol kProtocol{
      .name = "commit-multiparty",
      .family = "commitment",
      .title = "Commitment to several recipients by phases",
      .paper = "Wang, Wang, Zhan, Unconditionally secure multi-party quantum commitment scheme (2018): reconstructed",
      .summary =
          "Nobody but all recipients together holds anything that depends on the bit: against each of them, and any "
          "two, "
          "hiding is perfect. For that very reason all others together can open to an honest recipient what they like: "
          "his photons do not bind them. The steps are a reconstruction from the paper's summary (phases, "
          "interference, "
          "more than one recipient), with single photons in place of coherent light.",
      .steps = kSteps,
      .roles = kRoles,
      .parameters = kParameters,
      .events = commitment::kEvents,
      .source = "commitment",
      .one_process = "more than two take part",
      .set_up = set_up,
  };
  return kProtocol;
}

}  // namespace herald
