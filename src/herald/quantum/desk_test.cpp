#include "herald/quantum/desk.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "herald/base/statistics.h"
#include "herald/quantum/desk_messages.h"
#include "herald/quantum/path_noise.h"
#include "herald/quantum/remote.h"

namespace herald {
namespace {

constexpr double kFalseAlarm = 1e-9;

// A client of a desk in this process.
AskDesk at(Desk& desk, Desk::Client client) {
  return [&desk, client](Bytes request) -> Result<Bytes> { return desk.answer(client, request); };
}

QubitString hand_over(Desk& desk, QubitString&& string, Desk::Client from, Desk::Client to) {
  Bytes ticket;
  {
    const UseDesk use(at(desk, from));
    ticket = offer(std::move(string));
  }
  const UseDesk use(at(desk, to));
  return claim(ticket);
}

void expect_even(std::uint64_t ones, std::uint64_t among) {
  const std::uint64_t counts[]{ones, among - ones};
  const double even[]{0.5, 0.5};
  EXPECT_GT(chi_square_test(counts, even), kFalseAlarm);
}

TEST(Desk, ConjugateCodingTravels) {
  Desk desk(1);
  SimulationRandom random(2);
  const BitString bits = random_bits(random, 2000), bases = random_bits(random, 2000);
  QubitString string;
  {
    const UseDesk use(at(desk, 1));
    string = prepare(bits, bases);
  }
  QubitString theirs = hand_over(desk, std::move(string), 1, 2);
  EXPECT_EQ(theirs.size(), 2000u);
  const UseDesk use(at(desk, 2));
  QubitString front = theirs.take_front(1000);
  const Detections seen = measure(std::move(front), slice(bases, 0, 1000), random);
  EXPECT_EQ(seen.bits, slice(bits, 0, 1000));
  const Detections blind = measure(std::move(theirs), Basis::x, random);
  std::uint64_t wrong = 0, among = 0;
  for (std::size_t i = 0; i < 1000; ++i) {
    among += bases[1000 + i] ? 0 : 1;
    wrong += !bases[1000 + i] && blind.bits[i] != bits[1000 + i] ? 1 : 0;
  }
  expect_even(wrong, among);
  EXPECT_EQ(desk.held(), 0u);
}

TEST(Desk, HalvesOfPairsAreCorrelatedBetweenProcesses) {
  for (const Basis basis : {Basis::z, Basis::x}) {
    Desk desk(3);
    SimulationRandom random(4);
    QubitString mine, yours;
    {
      const UseDesk use(at(desk, 1));
      std::tie(mine, yours) = epr_pairs(500);
    }
    QubitString theirs = hand_over(desk, std::move(yours), 1, 2);
    Detections ours, others;
    {
      const UseDesk use(at(desk, 1));
      ours = measure(std::move(mine), basis, random);
    }
    {
      const UseDesk use(at(desk, 2));
      others = measure(std::move(theirs), basis, random);
    }
    EXPECT_EQ(ours.bits, others.bits);
    expect_even(ours.bits.view().count_ones(), 500);
  }
}

TEST(Desk, WhatParadesOverManyQubitsIsExact) {
  Desk desk(5);
  SimulationRandom random(6);
  const UseDesk use(at(desk, 1));
  for (int run = 0; run < 50; ++run) {
    // |000> + |111>: all alike in Z; the parity of X is even.
    std::vector<Qubit> ghz(3);
    apply(gate::kHadamard, ghz[0]);
    apply_controlled(gate::kX, ghz[0], ghz[1]);
    apply_controlled(gate::kX, ghz[1], ghz[2]);
    const Basis basis = run % 2 == 0 ? Basis::z : Basis::x;
    auto qubits = take_apart(QubitString(std::move(ghz)));
    std::array<bool, 3> seen{};
    for (std::size_t k = 0; k < 3; ++k) seen[k] = measure(std::move(*qubits[k]), basis, random);
    if (basis == Basis::z)
      EXPECT_TRUE(seen[0] == seen[1] && seen[1] == seen[2]);
    else
      EXPECT_FALSE(seen[0] ^ seen[1] ^ seen[2]);
  }
  EXPECT_EQ(desk.held(), 0u);
}

TEST(Desk, NoiseChannelsAndMeasurementsAreThoseOfQubitsHere) {
  Desk desk(7);
  SimulationRandom random(8);
  const UseDesk use(at(desk, 1));
  QubitString string = prepare(BitString(40'000), Basis::z);
  apply(amplitude_damping(0.25), string, random);  // |0> stays
  lose(string, 0.5, random);
  const Gate breidbart = gate::rotation(std::numbers::pi / 8);
  const Detections seen = measure(std::move(string), breidbart, random);
  expect_even(seen.detected.view().count_ones(), 40'000);
  const double p = std::pow(std::sin(std::numbers::pi / 8), 2);
  const std::uint64_t ones = seen.bits.view().count_ones(), among = seen.detected.view().count_ones();
  const std::uint64_t counts[]{ones, among - ones};
  const double expected[]{p, 1 - p};
  EXPECT_GT(chi_square_test(counts, expected), kFalseAlarm);

  ComplexMatrix zero(2, 2), one(2, 2);
  zero(0, 0) = 1;
  one(1, 1) = 1;
  for (int k = 0; k < 20; ++k) {
    auto [a, b] = epr_pair();
    const ComplexMatrix povm[]{zero, one};
    const std::size_t outcome = measure(std::move(a), povm, random);
    EXPECT_EQ(measure(std::move(b), Basis::z, random), outcome == 1);
  }
}

TEST(Desk, KeepsWhatIsPresent) {
  Desk desk(9);
  SimulationRandom random(10);
  const UseDesk use(at(desk, 1));
  const BitString bits = random_bits(random, 100), present = random_bits(random, 100);
  auto [mine, yours] = epr_pairs(100);
  keep(mine, present);
  EXPECT_EQ(measure(std::move(mine), Basis::z, random).detected, present);
  QubitString string = prepare(bits, Basis::x);
  keep(string, present);
  EXPECT_EQ(measure(std::move(string), Basis::x, random).detected, present);
}

TEST(Desk, AnotherClientsQubitsAreOutOfReachAndATicketIsGoodOnce) {
  Desk desk(11);
  QubitString string;
  Bytes ticket;
  {
    const UseDesk use(at(desk, 1));
    auto [one, other] = epr_pairs(5);
    ticket = offer(std::move(one));
    string = std::move(other);
  }
  const UseDesk use(at(desk, 2));
  SimulationRandom random(1);
  EXPECT_THROW(measure(std::move(string), Basis::z, random), DeskFault);
  QubitString claimed = claim(ticket);
  EXPECT_THROW(claim(ticket), DeskFault);
  desk.leave(2);
  EXPECT_THROW(measure(std::move(claimed), Basis::z, random), DeskFault);
}

TEST(Desk, AnyBytesGetAReply) {
  Desk desk(12);
  SimulationRandom random(13);
  for (int round = 0; round < 20'000; ++round) {
    Bytes request(random.next_below(60));
    for (std::uint8_t& byte : request)
      byte = static_cast<std::uint8_t>(random.next_word() % (round % 3 == 0 ? 256 : 4));
    if (!request.empty()) request[0] = static_cast<std::uint8_t>(random.next_below(24));
    const Bytes reply = desk.answer(1, request);
    ASSERT_FALSE(reply.empty());
    ASSERT_LE(reply[0], 1);
  }
}

TEST(Desk, WhatIsNoPhysicsIsRefused) {
  Desk desk(14);
  const UseDesk use(at(desk, 1));
  Qubit one, other;
  apply_controlled(gate::kX, one, other);
  EXPECT_THROW(apply(Gate{{1, 0, 0, 2}}, one), DeskFault);
  ComplexMatrix twice = ComplexMatrix::identity(4);
  twice *= 2;
  Qubit* const both[]{&one, &other};
  EXPECT_THROW(apply(twice, both), DeskFault);
  SimulationRandom random(1);
  EXPECT_THROW(apply(KrausChannel{ComplexMatrix(2, 2)}, one, random), DeskFault);
}

TEST(Desk, HoldsNoMoreThanItSays) {
  Desk desk(15);
  const UseDesk use(at(desk, 1));
  std::vector<Qubit> qubits(detail::kDeskMostTogether + 1);
  for (std::size_t k = 1; k < detail::kDeskMostTogether; ++k) apply_controlled(gate::kX, qubits[0], qubits[k]);
  EXPECT_THROW(apply_controlled(gate::kX, qubits[0], qubits.back()), DeskFault);
  auto [mine, yours] = epr_pairs(detail::kDeskMostSingly + 1);
  SimulationRandom random(1);
  EXPECT_THROW(take_apart(std::move(mine)), DeskFault);
  EXPECT_THROW(measure(std::move(yours), gate::rotation(0.1), random), DeskFault);
  std::vector<Bytes> tickets;
  for (std::size_t k = 0; k <= detail::kDeskMostTickets; ++k) tickets.push_back(offer(prepare(BitString(1), Basis::z)));
  EXPECT_THROW(claim(tickets.front()), DeskFault);
  EXPECT_EQ(claim(tickets.back()).size(), 1u);
  EXPECT_THROW(claim(Bytes(1000)), DeskFault);
}

TEST(Desk, WhatIsTakenTogetherAndApartIsCounted) {
  Desk desk(16);
  const UseDesk use(at(desk, 1));
  SimulationRandom random(1);
  for (int round = 0; round < 3000; ++round) {
    QubitString string = std::get<0>(epr_pairs(40));
    QubitString front = string.take_front(10);
    string.append(std::move(front));
    auto qubits = take_apart(std::move(string));
    string = put_together(std::move(qubits));
    EXPECT_EQ(measure(std::move(string), Basis::z, random).bits.size(), 40u);
  }
  EXPECT_EQ(desk.held(), 0u);
}

TEST(Desk, ADeskThatIsGoneEndsWhoAsks) {
  const UseDesk use([](Bytes) -> Result<Bytes> { return fail(ErrorCode::unavailable, "gone"); });
  try {
    epr_pair();
    FAIL();
  } catch (const DeskFault& fault) {
    EXPECT_EQ(fault.error.message, "gone");
  }
}

// What light suffers is the desk's business, and both must know it.
TEST(Desk, ThePathIsWhatBothTakeItToBe) {
  Desk desk(9);
  constexpr std::size_t kPhotons = 20'000;
  const PathNoise lossy{0.25, 0, 0}, noisy{1, 0.5, 0};
  for (const PathNoise& path : {lossy, noisy}) {
    Bytes ticket;
    {
      const UseDesk use(at(desk, 1));
      agree_on_path(path);
      ticket = offer(prepare(BitString(kPhotons), Basis::z));
    }
    const UseDesk use(at(desk, 2));
    agree_on_path(PathNoise());
    try {
      claim(ticket);
      ADD_FAILURE() << "claimed over another path";
    } catch (const DeskFault& fault) {
      EXPECT_NE(fault.error.message.find("do not agree"), std::string::npos) << fault.error.message;
    }
    agree_on_path(path);
    SimulationRandom random(3);
    const Detections seen = measure(claim(ticket), Basis::z, random);
    const double came = static_cast<double>(seen.detected.view().count_ones()),
                 wrong = static_cast<double>(seen.bits.view().count_ones());
    EXPECT_NEAR(came, path.transmittance * kPhotons, 7 * std::sqrt(kPhotons / 4.0));  // 7 sigma: 3e-12
    EXPECT_NEAR(wrong, path.depolarising / 2 * kPhotons, 7 * std::sqrt(kPhotons / 4.0));
  }
  Writer writer;
  writer.fixed<std::uint8_t>(static_cast<std::uint8_t>(detail::DeskRequest::path));
  for (const double part : {1.0, 0.0, 1.5}) writer.real(part);
  EXPECT_EQ(desk.answer(1, writer.bytes()).front(), 0);
}

// Who drops what is entangled with a qubit that stays keeps no room for it, and the qubit is as mixed as it was.
TEST(Desk, WhatIsDroppedTakesNoRoom) {
  Desk desk(4);
  SimulationRandom random(5);
  std::uint64_t ones = 0;
  constexpr std::uint64_t kHubs = 300;
  for (std::uint64_t k = 0; k < kHubs; ++k) {
    const UseDesk use(at(desk, 1));
    Qubit hub({Basis::x, false});
    for (std::size_t met = 0; met < 2 * detail::kDeskMostTogether; ++met) {
      Qubit other;
      apply_controlled(gate::kX, hub, other);
    }
    ones += measure(std::move(hub), Basis::x, random) ? 1 : 0;  // |+>, dephased by what was dropped
  }
  expect_even(ones, kHubs);
  EXPECT_EQ(desk.held(), 0u);
  // The same when a client is gone.
  const UseDesk use(at(desk, 1));
  Qubit hub({Basis::x, false});
  for (Desk::Client client = 2; client < 2 + 2 * detail::kDeskMostTogether; ++client) {
    Qubit other;
    apply_controlled(gate::kX, hub, other);
    std::vector<Qubit> one;
    one.push_back(std::move(other));
    QubitString theirs = hand_over(desk, QubitString(std::move(one)), 1, client);
    {
      const UseDesk there(at(desk, client));
      auto apart = take_apart(std::move(theirs));
      EXPECT_EQ(desk.held(), 2u);
      desk.leave(client);
      EXPECT_EQ(desk.held(), 1u);
    }
  }
}

}  // namespace
}  // namespace herald
