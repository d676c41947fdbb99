#include "herald/protocol/conjugate_coding/money.h"

namespace herald {
namespace {

constexpr ProtocolParameter kPhotons{"photons", "", "in a bill", 4, 1, 1'000, true};

enum : unsigned { kPaid, kTwoPaid, kRefused };
constexpr Event kEvents[]{
    {"paid", "the bank pays for every bill that is brought"},
    {"two-paid", "the bank pays for two bills of one number"},
    {"refused", "the bank does not pay"},
};

Events score(const std::array<Verdict, 2>& verdicts, const Money&) {
  const Verdict& bank = verdicts[0];
  return event_if(bank.accepted, kPaid) | event_if(bank.accepted && bank.value == 2, kTwoPaid) |
         event_if(!bank.accepted, kRefused);
}

std::unique_ptr<Game> bank_and_holder(Program<Money> bank, Program<Money> holder, const Money& money) {
  static constexpr std::array<std::string_view, 2> kNames{"bank", "holder"};
  return std::make_unique<SeatedGame<Money, 2>>(std::make_unique<Meeting>(kNames), std::array{bank, holder}, money,
                                                score);
}

constexpr Step kSteps[]{
    {"bank", "makes a bill: a number, and photons in random states of the two bases, which it writes down"},
    {"bank",
     "tests what is brought to it, by measuring each photon in its basis; it keeps the bill, and hands over a "
     "new one for a good one"},
    {"holder", "brings the bill to be paid for it"},
    {"bank", "measures each photon in its basis and pays when all are as it made them"},
};

constexpr Strategy kBank[]{
    {"honest", "as the steps say"},
    {"returns-valid", "gives good bills back after a test"},
    {"returns-all", "gives every bill back after a test"},
};
constexpr Strategy kHolder[]{
    {"honest", "as the steps say"},
    {"cheat-clone", "makes two bills of one by the optimal map"},
    {"cheat-measure", "measures each photon in a random basis and makes two like the outcome"},
    {"cheat-tests", "has the bill tested with other photons in the place of one after the other, until he knows all"},
    {"cheat-probes", "has the bill tested after weak probes of one photon after the other, until he knows all"},
};
constexpr Role kRoles[]{{"bank", kBank}, {"holder", kHolder}};

constexpr ProtocolParameter kParameters[]{
    kPhotons,
    {"tests", "", "how often cheat-tests tries one state in one place", 10, 1, 1'000, true},
    {"probes", "", "pairs of steps in which the probe of cheat-probes turns", 8, 1, 1'000, true},
};

Result<std::unique_ptr<Game>> set_up(const Casting& casting) {
  constexpr Program<Money> kBanks[]{money::bank, money::bank_returns_valid, money::bank_returns_all};
  constexpr Program<Money> kHolders[]{money::holder, money::holder_clones, money::holder_measures, money::holder_tests,
                                      money::holder_probes};
  Money money;
  money.photons = casting.whole("photons");
  money.tests = casting.whole("tests");
  money.probes = 2 * casting.whole("probes");
  return bank_and_holder(kBanks[casting.strategy("bank")], kHolders[casting.strategy("holder")], money);
}

constexpr Step kClassicalSteps[]{
    {"bank", "makes a bill: a number, and photons in random states of the two bases, which it writes down"},
    {"holder", "shows the bill at a counter, by its number"},
    {"bank", "asks, at each counter, for measurements in random bases"},
    {"holder", "measures so and tells the outcomes"},
    {"bank", "pays when they are right wherever the basis is the photon's"},
};
constexpr Strategy kAskingBank[]{{"honest", "as the steps say"}};
constexpr Strategy kAnsweringHolder[]{
    {"honest", "as the steps say"},
    {"cheat-halfway", "at two counters: measures halfway between the bases wherever they ask for different ones"},
    {"cheat-repeat", "at two counters: measures as the first one asks and tells both the same"},
};
constexpr Role kClassicalRoles[]{{"bank", kAskingBank}, {"holder", kAnsweringHolder}};

Result<std::unique_ptr<Game>> set_up_classical(const Casting& casting) {
  constexpr Program<Money> kHolders[]{money::answering_holder, money::answering_holder_halfway,
                                      money::answering_holder_repeats};
  Money money;
  money.photons = casting.whole("photons");
  return bank_and_holder(money::asking_bank, kHolders[casting.strategy("holder")], money);
}

}  // namespace

const Protocol& money_protocol() {
  static constexpr Protocol kProtocol{
      .name = "money",
      .family = "conjugate coding",
      .title = "Wiesner's money",
      .paper =
          "Wiesner, SIGACT News 15, 78 (1983); Molina, Vidick, Watrous, TQC 2012; Lutomirski, arXiv 1010.0256; "
          "Brodutch, Nagaj, Sattath, Unruh, arXiv 1404.1507",
      .summary =
          "Bills that nobody but the bank can copy: two out of one pass with probability (3/4)^n at best. A bank that "
          "gives tested bills back tells a patient counterfeiter every photon: he replaces them one by one, or, where "
          "only good bills come back, probes them so weakly that they stay good. The defence is a new bill for each "
          "that was tested.",
      .steps = kSteps,
      .roles = kRoles,
      .parameters = kParameters,
      .events = kEvents,
      .source = "conjugate_coding/money_honest.cpp",
      .set_up = set_up,
  };
  return kProtocol;
}

const Protocol& money_classical_protocol() {
  static constexpr Protocol kProtocol{
      .name = "money-classical",
      .family = "conjugate coding",
      .title = "Wiesner's money, shown by telling outcomes",
      .paper = "Molina, Vidick, Watrous, TQC 2012 (LNCS 7582, 45)",
      .summary =
          "The bank asks for outcomes in place of photons, so that a bill can be shown from afar. Two counters that "
          "ask at the same time are both answered with probability (3/4 + sqrt 2/8)^n at best.",
      .steps = kClassicalSteps,
      .roles = kClassicalRoles,
      .parameters = std::span(&kPhotons, 1),
      .events = kEvents,
      .source = "conjugate_coding/money_classical.cpp",
      .set_up = set_up_classical,
  };
  return kProtocol;
}

}  // namespace herald
