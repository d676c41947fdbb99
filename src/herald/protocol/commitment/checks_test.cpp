// Each check of a commitment's receiver, and a party that cheats on exactly that one.

#include <gtest/gtest.h>

#include "herald/protocol/commitment/bb84.h"
#include "herald/protocol/commitment/bcjl.h"
#include "herald/protocol/commitment/multiparty.h"
#include "herald/protocol/commitment/states.h"
#include "herald/protocol/registry.h"

namespace herald {
namespace {

// What Bob comes to against a stranger in Alice's seat, under the standard parameters but for these.
Verdict bob_against(std::string_view protocol, Stranger alice,
                    std::initializer_list<std::pair<std::string_view, double>> values = {}) {
  Casting casting = Casting::standard(**find_protocol(protocol));
  for (const auto& [name, value] : values) EXPECT_TRUE(casting.set(name, value)) << name;
  auto game = casting.protocol->set_up(casting);
  (*game)->seat_stranger(0, alice);
  (*game)->play(1, 0);
  return (*game)->verdicts()[1];
}

// BB84's commitment to 1 by so many zeros in X, of which the first are lost.
Party<Verdict> commits(Seat& seat, std::size_t lost, Bb84Opening opening) {
  QubitString photons = prepare(BitString(16), Basis::x), string = photons.take_front(lost);
  lose(string, 0, seat.random);
  string.append(std::move(photons));
  seat.peer().send(std::move(string));
  seat.peer().send(std::move(opening));
  co_return Verdict::accept();
}

TEST(CommitmentChecks, OfPhotonsInABasis) {
  const Stranger honest = [](Seat& seat) { return commits(seat, 0, Bb84Opening(true, BitString(16))); };
  EXPECT_EQ(bob_against("commit-bb84", honest).value, 1u);
  const Stranger loses = [](Seat& seat) { return commits(seat, 2, Bb84Opening(true, BitString(16))); };
  EXPECT_EQ(bob_against("commit-bb84", loses).reason, "2 of 16 photons are missing");
  EXPECT_TRUE(bob_against("commit-bb84", loses, {{"holes", 0.125}}).accepted);
  const Stranger shortens = [](Seat& seat) { return commits(seat, 0, Bb84Opening(true, BitString(15))); };
  EXPECT_EQ(bob_against("commit-bb84", shortens).reason, "a string of 15 bits for 16 photons");
  const Stranger flips = [](Seat& seat) {
    BitString ones(16);
    for (std::size_t i = 0; i < 16; ++i) ones.flip(i);
    return commits(seat, 0, Bb84Opening(true, ones));
  };
  EXPECT_NE(bob_against("commit-bb84", flips).reason.find("say something else than her string"), std::string::npos);
}

// The code of the standard parameters, whose photons `sent` (all in Z) and opening may differ.
Party<Verdict> commits(Seat& seat, std::uint64_t parity, std::size_t photons, std::uint64_t sent, BcjlOpening opening) {
  seat.peer().send(BcjlParity(parity));
  BitString bits(photons);
  if (photons > 0) bits.words()[0] = sent;
  seat.peer().send(prepare(bits, Basis::z));
  seat.peer().send(std::move(opening));
  co_return Verdict::accept();
}

// The standard code, RM(1, 2), is the words of even weight, four bits long.
TEST(CommitmentChecks, OfACodeword) {
  const auto against = [](Stranger alice) { return bob_against("commit-bcjl", alice); };
  const Verdict honest = against([](Seat& seat) { return commits(seat, 1, 4, 3, BcjlOpening(true, 3, 0)); });
  EXPECT_TRUE(honest.accepted) << honest.phase << ": " << honest.reason;
  EXPECT_EQ(honest.value, 1u);
  EXPECT_EQ(against([](Seat& seat) { return commits(seat, 1, 4, 1, BcjlOpening(true, 1, 0)); }).reason,
            "her string is no word of the code");
  EXPECT_EQ(against([](Seat& seat) { return commits(seat, 1, 4, 3, BcjlOpening(false, 3, 0)); }).reason,
            "the bit is not the parity of her codeword");
  EXPECT_EQ(against([](Seat& seat) { return commits(seat, 1, 4, 3, BcjlOpening(true, 3, 1 << 4)); }).reason,
            "strings longer than 4 photons");
  for (const std::uint64_t parity : {0, 15, 1 << 4}) {
    static std::uint64_t announced;
    announced = parity;
    EXPECT_EQ(against([](Seat& seat) { return commits(seat, announced, 4, 3, BcjlOpening(true, 3, 0)); }).reason,
              "a parity that every codeword has, or of more than there are photons");
  }
  // Another word than was sent, in the bases that were: noticed where Bob measured in them.
  EXPECT_NE(against([](Seat& seat) {
              return commits(seat, 1, 4, 12, BcjlOpening(true, 3, 0));
            }).reason.find("photons say something else"),
            std::string::npos);
  EXPECT_EQ(against([](Seat& seat) { return commits(seat, 1, 3, 3, BcjlOpening(true, 3, 0)); }).reason,
            "alice sent 3 qubits instead of 4");
}

TEST(CommitmentChecks, OfStatesThatDoNotComeWhole) {
  const Verdict verdict = bob_against("commit-states", [](Seat& seat) -> Party<Verdict> {
    QubitString half = prepare(BitString(1), Basis::z);
    lose(half, 0, seat.random);
    seat.peer().send(std::move(half));
    seat.peer().send(StatesOpening(false));
    seat.peer().send(prepare(BitString(1), Basis::z));
    co_return Verdict::accept();
  });
  EXPECT_EQ(verdict.phase, "light");
  EXPECT_EQ(verdict.reason, "a qubit is missing");
}

// Four places, all phases 0, which is the bit 0. What an Alice may do otherwise, to the recipient `who`.
struct Deviation {
  std::size_t who = 0;
  bool turns = false, loses = false;  // one of his photons
  std::size_t sends = 4;              // photons
  PhaseOpening to_him = PhaseOpening(false, BitString(24)), to_others = to_him;
};
Deviation deviation;  // a stranger is a plain function

Party<Verdict> alice_deviates(Seat& seat) {
  for (std::size_t j = 0; j < kRecipients; ++j) {
    const bool him = j == deviation.who;
    BitString minus(him ? deviation.sends : 4);
    if (him && deviation.turns) minus.set(1, true);
    QubitString photons = prepare(minus, Basis::x), string = photons.take_front(him && deviation.loses ? 1 : 0);
    lose(string, 0, seat.random);
    string.append(std::move(photons));
    seat.peer(j).send(std::move(string));
    seat.peer(j).send(him ? PhaseOpening(deviation.to_him) : PhaseOpening(deviation.to_others));
  }
  co_return Verdict::accept();
}

// What the three recipients come to, in their order.
std::array<Verdict, kRecipients> recipients_against(const Deviation& alice) {
  deviation = alice;
  auto game = commit_multiparty_protocol().set_up(Casting::standard(commit_multiparty_protocol()));
  (*game)->seat_stranger(0, alice_deviates);
  (*game)->play(1, 0);
  const auto verdicts = (*game)->verdicts();
  return {verdicts[1], verdicts[2], verdicts[3]};
}

TEST(CommitmentChecks, OfPhasesForSeveralRecipients) {
  for (const Verdict& verdict : recipients_against({})) EXPECT_TRUE(verdict.accepted) << verdict.reason;
  for (std::size_t who = 0; who < kRecipients; ++who) {
    const auto expect_reasons = [&](const Deviation& alice, std::string_view his, std::string_view of_others) {
      const auto verdicts = recipients_against(alice);
      for (std::size_t j = 0; j < kRecipients; ++j) EXPECT_EQ(verdicts[j].reason, j == who ? his : of_others) << who;
    };
    const std::string_view kOthersPhotons = "another recipient's photons say something else";
    const std::string_view kToldOtherwise = "another recipient was told something else";
    expect_reasons({.who = who, .turns = true}, "a photon's phase is not what she says", kOthersPhotons);
    expect_reasons({.who = who, .loses = true}, "a photon's phase is not what she says", kOthersPhotons);
    // Another bit, or fewer phases, to him alone: he sees it, and the others hear it.
    for (const PhaseOpening& wrong : {PhaseOpening(true, BitString(24)), PhaseOpening(false, BitString(22))})
      expect_reasons({.who = who, .to_him = wrong, .to_others = PhaseOpening(false, BitString(24))},
                     "the phases do not add up to the bit", kToldOtherwise);
    // Phases that add up and leave his own as they are: only the others can tell.
    BitString shifted(24);
    shifted.set(2 * ((who + 1) % kRecipients), true);
    shifted.set(2 * ((who + 2) % kRecipients), true);
    shifted.set(2 * ((who + 2) % kRecipients) + 1, true);
    expect_reasons(
        {.who = who, .to_him = PhaseOpening(false, shifted), .to_others = PhaseOpening(false, BitString(24))},
        kToldOtherwise, kToldOtherwise);
    // A photon too few: he gives up, and the others wait for him in vain.
    const auto verdicts = recipients_against({.who = who, .sends = 3});
    EXPECT_EQ(verdicts[who].reason, "alice sent 3 qubits instead of 4");
    for (const Verdict& verdict : verdicts) EXPECT_FALSE(verdict.accepted);
  }
}

// A recipient who says of himself, or of what he heard, what is not so stops the others.
TEST(CommitmentChecks, OfWhatAnotherRecipientReports) {
  static bool agrees;
  static PhaseOpening heard;
  const auto bob_beside = [](bool says, PhaseOpening told) {
    agrees = says;
    heard = std::move(told);
    auto game = commit_multiparty_protocol().set_up(Casting::standard(commit_multiparty_protocol()));
    deviation = {};
    (*game)->seat_stranger(0, alice_deviates);
    (*game)->seat_stranger(3, [](Seat& seat) -> Party<Verdict> {
      for (std::size_t i = 1; i < kRecipients; ++i) seat.peer(i).send(PhaseReport(heard, agrees));
      co_return Verdict::accept();
    });
    (*game)->play(1, 0);
    return (*game)->verdicts()[1];
  };
  EXPECT_TRUE(bob_beside(true, PhaseOpening(false, BitString(24))).accepted);
  EXPECT_EQ(bob_beside(false, PhaseOpening(false, BitString(24))).phase, PhaseReport::kName);
  EXPECT_EQ(bob_beside(true, PhaseOpening(true, BitString(24))).reason, "another recipient was told something else");
}

}  // namespace
}  // namespace herald
