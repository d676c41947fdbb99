// Each check of a commitment's receiver, and a party that cheats on exactly that one.

#include <gtest/gtest.h>

#include "herald/protocol/commitment/bb84.h"
#include "herald/protocol/commitment/bcjl.h"
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

}  // namespace
}  // namespace herald
