// What either side refuses of a probe: that it comes whole is all that they can see.

#include "herald/protocol/one_sided/one_sided.h"

#include <gtest/gtest.h>

namespace herald {
namespace {

// Of the party in the other seat.
Verdict verdict_beside(std::size_t seat, Stranger stranger, std::string_view role, std::string_view strategy) {
  Casting casting = Casting::standard(one_sided_computation_protocol());
  EXPECT_TRUE(casting.cast(role, strategy));
  auto game = casting.protocol->set_up(casting);
  (*game)->seat_stranger(seat, stranger);
  (*game)->play(1, 0);
  return (*game)->verdicts()[1 - seat];
}

void send_probe(Seat& seat, std::size_t qubits, bool loses) {
  QubitString probe = prepare(BitString(qubits), Basis::z), string = probe.take_front(loses ? 1 : 0);
  lose(string, 0, seat.random);
  string.append(std::move(probe));
  seat.peer().send(std::move(string));
}

template <std::size_t qubits, bool loses>
Party<Verdict> bob_probes(Seat& seat) {
  send_probe(seat, qubits, loses);
  co_return Verdict::accept();
}

template <std::size_t qubits, bool loses>
Party<Verdict> alice_returns(Seat& seat) {
  const auto probe = co_await seat.peer().receive_light(2);
  send_probe(seat, qubits, loses);
  co_return Verdict::accept(probe.size());
}

TEST(OneSided, AProbeThatDoesNotComeWholeIsRefused) {
  EXPECT_TRUE(verdict_beside(1, bob_probes<2, false>, "alice", "honest").accepted);
  const Verdict lost = verdict_beside(1, bob_probes<2, true>, "alice", "honest");
  EXPECT_EQ(lost.phase, "light");
  EXPECT_EQ(lost.reason, "a photon is missing");
  for (const std::string_view alice : {"honest", "cheat-look"})
    EXPECT_EQ(verdict_beside(1, bob_probes<3, false>, "alice", alice).reason, "bob sent 3 qubits instead of 2");
}

TEST(OneSided, AProbeThatDoesNotComeBackWholeIsRefused) {
  for (const std::string_view bob : {"honest", "cheat-lo"}) {
    EXPECT_TRUE(verdict_beside(0, alice_returns<2, false>, "bob", bob).accepted);
    const Verdict lost = verdict_beside(0, alice_returns<2, true>, "bob", bob);
    EXPECT_EQ(lost.phase, "light");
    EXPECT_EQ(lost.reason, "a photon is missing");
    EXPECT_EQ(verdict_beside(0, alice_returns<1, false>, "bob", bob).reason, "alice sent 1 qubits instead of 2");
  }
}

}  // namespace
}  // namespace herald
