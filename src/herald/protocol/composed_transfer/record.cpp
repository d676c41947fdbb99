#include "herald/protocol/composed_transfer/composed_transfer.h"

namespace herald {
namespace {

constexpr Step kSteps[]{
    {"bob", "leaves photons with Alice whose states he knows: a part of whatever else the two do"},
    {"alice", "keeps them"},
    {"alice", "sends a random string of photons, each in a random one of two bases"},
    {"bob", "measures all of them in the basis of his choice; what he did not measure, a small memory must let go"},
    {"alice", "announces the bases and two hash functions; her strings are the hashed bits of either basis"},
    {"bob", "hashes the bits of the photons in his basis: the string of his choice"},
    {"alice", "gives back what she kept"},
    {"bob", "sees that it is as he left it"},
};

constexpr Strategy kAlice[]{
    {"honest", "as the steps say"},
    {"cheat-look", "measures what Bob left with her"},
};
constexpr Strategy kBob[]{
    {"honest", "as the steps say"},
    {"cheat-store", "keeps what his memory takes, measures the other photons in one basis, and guesses what he lacks"},
    {"cheat-teleport",
     "leaves halves of pairs, teleports her photons into them, and measures when she gives them back; where the bound "
     "holds at the beginning too he has no more of the other halves than his memory takes"},
};
constexpr Role kRoles[]{{"alice", kAlice}, {"bob", kBob}};

constexpr ProtocolParameter kParameters[]{
    {"photons", "", "how many Alice sends, and how many Bob leaves with her", 60, 1, 10'000, true},
    {"length", "bit", "of either string", 8, 1, 10'000, true},
    {"memory", "", "qubits that a cheating Bob keeps where the bound holds", 0, 0, 10'000, true},
    {"bound", "",
     "when Bob's memory is bounded; 0: before the bases are announced, as stand-alone security asks; 1: when the "
     "transfer begins, too, as composition does",
     0, 0, 1, true},
};

enum : unsigned { kDepositBack, kStringsAgree, kBobKnowsBoth };
constexpr Event kEvents[]{
    {"deposit-back", "an honest Bob finds what he left as it was"},
    {"strings-agree", "and his string is Alice's of his choice", "deposit-back"},
    {"bob-knows-both", "a dishonest Bob has both of Alice's strings"},
};

Events score(const std::array<Verdict, 2>& verdicts, const ComposedTransfer& transfer) {
  const auto& [alice, bob] = verdicts;
  if (!alice.accepted || !bob.accepted || alice.output.size() != 2 * transfer.length) return 0;
  const bool honest = bob.output.size() == transfer.length;
  const bool agree = honest && bob.output == slice(alice.output, (bob.value & 1) * transfer.length, transfer.length);
  return event_if(honest, kDepositBack) | event_if(agree, kStringsAgree) |
         event_if(!honest && bob.output == alice.output, kBobKnowsBoth);
}

Result<std::unique_ptr<Game>> set_up(const Casting& casting) {
  constexpr Program<ComposedTransfer> kAlices[]{composed_transfer::alice, composed_transfer::alice_looks};
  constexpr Program<ComposedTransfer> kBobs[]{composed_transfer::bob, composed_transfer::bob_stores,
                                              composed_transfer::bob_teleports};
  ComposedTransfer transfer;
  transfer.photons = casting.whole("photons");
  transfer.length = casting.whole("length");
  transfer.memory = casting.whole("memory");
  transfer.bound = static_cast<MemoryBound>(casting.whole("bound"));
  return alice_and_bob<ComposedTransfer>(kAlices[casting.strategy("alice")], kBobs[casting.strategy("bob")], transfer,
                                         score);
}

}  // namespace

const Protocol& composed_transfer_protocol() {
  static constexpr Protocol kProtocol{
      .name = "composed-transfer",
      .family = "composability",
      .title = "A transfer that is secure until it is part of something",
      .paper =
          "Wehner, Wullschleger, ICALP 2008 (arXiv:0709.0492); the transfer: Damgaard, Fehr, Renner, Salvail, "
          "Schaffner, CRYPTO 2007 (LNCS 4622, 360)",
      .summary =
          "A warning about composition. Against a Bob who can keep few qubits while the bases are announced the "
          "transfer is proven secure, by itself. Let the same two do something else around it in which Alice keeps "
          "qubits for Bob: with a memory of none he teleports her photons into what she keeps, and has both strings "
          "with certainty. With the bound at the beginning of the transfer too, which is what the proof of composition "
          "asks, the attack is gone. That stand-alone security does not compose here is the paper's, and the "
          "refinement "
          "too (quoted from memory); this attack is our example.",
      .steps = kSteps,
      .roles = kRoles,
      .parameters = kParameters,
      .events = kEvents,
      .source = "composed_transfer",
      .set_up = set_up,
  };
  return kProtocol;
}

}  // namespace herald
