#include "herald/protocol/key_locking/key_locking.h"

namespace herald {
namespace {

constexpr Step kSteps[]{
    {"alice", "has a key that two criteria judge, and Eve qubits that leaked of it"},
    {"alice", "uses the key as a pad for a message that Eve knows but for its last bit"},
    {"eve", "guesses that bit"},
};
constexpr Strategy kAlice[]{{"honest", "as the steps say"}};
constexpr Strategy kEve[]{
    {"honest", "does not look at what leaked"},
    {"cheat-early", "measures it before the key is used"},
    {"cheat-wait", "keeps it until the known part of the message shows her how to measure"},
};
constexpr Role kRoles[]{{"alice", kAlice}, {"eve", kEve}};

constexpr ProtocolParameter kParameters[]{
    {"qubits", "", "how many leaked; the key has twice as many bits and one", 10, 1, 1'000, true},
    {"criterion", "",
     "0: accessible information, below 2^-qubits bit for the whole key; 1: trace distance, which is nearly 1/2 for it "
     "and 0 without its last bit",
     0, 0, 1, true},
};

enum : unsigned { kGuessed };
constexpr Event kEvents[]{{"eve-right", "Eve has the last bit of the message"}};

Events score(const std::array<Verdict, 2>& verdicts, const KeyLocking&) {
  return event_if(verdicts[0].accepted && verdicts[1].accepted && verdicts[0].value == verdicts[1].value, kGuessed);
}

Result<std::unique_ptr<Game>> set_up(const Casting& casting) {
  constexpr Program<KeyLocking> kEves[]{key_locking::eve, key_locking::eve_measures_early, key_locking::eve_waits};
  static constexpr std::array<std::string_view, 2> kNames{"alice", "eve"};
  KeyLocking locking;
  locking.qubits = casting.whole("qubits");
  locking.criterion = static_cast<SecrecyCriterion>(casting.whole("criterion"));
  return std::make_unique<SeatedGame<KeyLocking, 2>>(
      std::make_unique<Meeting>(kNames),
      std::array<Program<KeyLocking>, 2>{key_locking::alice, kEves[casting.strategy("eve")]}, locking, score);
}

}  // namespace

const Protocol& key_locking_protocol() {
  static constexpr Protocol kProtocol{
      .name = "key-locking",
      .family = "composability",
      .title = "A key that is secret until it is used",
      .paper =
          "König, Renner, Bariska, Maurer, PRL 98, 140502 (2007); DiVincenzo, Horodecki, Leung, Smolin, Terhal, PRL "
          "92, 067902 (2004)",
      .summary =
          "A warning about composition. Whatever Eve measures tells her next to nothing of a key, by the criterion of "
          "accessible information; yet she need not measure before the key is used, and what its use shows of the "
          "first bits unlocks the last. The criterion of trace distance, which composes, refuses that bit, and the "
          "attack is gone.",
      .steps = kSteps,
      .roles = kRoles,
      .parameters = kParameters,
      .events = kEvents,
      .source = "key_locking",
      .set_up = set_up,
  };
  return kProtocol;
}

}  // namespace herald
