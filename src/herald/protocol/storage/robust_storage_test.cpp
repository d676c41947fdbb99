// Parties who deviate on exactly one check of the transfer over lossy lines.

#include "herald/protocol/storage/robust_storage.h"

#include <gtest/gtest.h>

#include "herald/protocol/fields.h"

namespace herald {
namespace {

RobustStorage bright_pulses() {
  RobustStorage transfer;
  transfer.single_photons = false;
  transfer.pulses = 400;
  transfer.counted = 60;
  transfer.mean_photon_number = 1;
  transfer.orders = photon_orders(1, 400);
  transfer.errors = 0.02;
  transfer.receiver = {0.9, 0, 0.01};
  return transfer;
}

std::array<Verdict, 2> hold(Program<RobustStorage> alice, Program<RobustStorage> bob, const RobustStorage& transfer,
                            std::uint64_t run = 0) {
  constexpr std::array<std::string_view, 2> kNames{"alice", "bob"};
  Meeting meeting(kNames);
  meeting.begin(1, run);
  std::array<Party<Verdict>, 2> parties{alice(meeting.seat(0), transfer), bob(meeting.seat(1), transfer)};
  std::array<Verdict, 2> verdicts;
  meeting.hold(parties, verdicts);
  return verdicts;
}

// Says that only so many came, of so many.
template <std::size_t came, std::size_t of>
Party<Verdict> bob_reports(Seat& seat, const RobustStorage& transfer) {
  auto light = co_await robust_transfer::receive_pulses(seat.peer(), transfer);
  BitString arrived(of);
  for (std::size_t i = 0; i < came; ++i) arrived.set(i, true);
  seat.peer().send(Arrivals(arrived));
  const auto told = co_await seat.peer().receive<BasesAndHashes>();
  co_return Verdict::accept(told.bases.size());
}

TEST(RobustStorage, AliceGivesUpWhenTooFewPulsesCome) {
  const RobustStorage transfer = bright_pulses();
  EXPECT_TRUE((hold(robust_transfer::alice, bob_reports<60, 400>, transfer)[0].accepted));
  const Verdict few = hold(robust_transfer::alice, bob_reports<59, 400>, transfer)[0];
  EXPECT_FALSE(few.accepted);
  EXPECT_EQ(few.phase, "arrivals");
  EXPECT_EQ(few.reason, "59 pulses came, and it takes 60");
  EXPECT_EQ((hold(robust_transfer::alice, bob_reports<60, 399>, transfer)[0].reason), "399 arrivals of 400 pulses");
  EXPECT_EQ((hold(robust_transfer::alice_spoils_a_syndrome, bob_reports<59, 400>, transfer)[0].reason),
            "59 pulses came, and it takes 60");
}

TEST(RobustStorage, WhoSaysThatOnlyWhatHeKnowsCameIsCaught) {
  RobustStorage transfer = bright_pulses();
  transfer.memory = 3;
  transfer.mean_photon_number = 0.1;  // two pulses of 400 have several photons
  EXPECT_NE(hold(robust_transfer::alice, robust_transfer::bob_picks, transfer)[0].reason.find("and it takes 60"),
            std::string::npos);
  // Without the check he would have both strings.
  transfer.counted = 1;
  const auto verdicts = hold(robust_transfer::alice, robust_transfer::bob_picks, transfer);
  EXPECT_TRUE(verdicts[0].accepted);
  EXPECT_EQ(verdicts[0].output, verdicts[1].output);
}

TEST(RobustStorage, BobGivesUpInTheDark) {
  RobustStorage transfer = bright_pulses();
  transfer.mean_photon_number = 0;
  const auto verdicts = hold(robust_transfer::alice, robust_transfer::bob, transfer);
  for (const Verdict& verdict : verdicts) EXPECT_EQ(verdict.reason, "0 pulses came, and it takes 60");
}

// As honest Bob, but drops pulses that fired both detectors.
Party<Verdict> bob_drops_doubles(Seat& seat, const RobustStorage& transfer) {
  const bool choice = random_bit(seat.random);
  auto light = co_await robust_transfer::receive_pulses(seat.peer(), transfer);
  std::array<BitString, 2> fired{BitString(transfer.pulses), BitString(transfer.pulses)};
  for (QubitString& photons : light) {
    const Detections seen = measure(std::move(photons), choice ? Basis::x : Basis::z, seat.random);
    for (std::size_t i = 0; i < transfer.pulses; ++i)
      if (seen.detected[i]) fired[seen.bits[i] ? 1 : 0].set(i, true);
  }
  BitString arrived = fired[0];
  arrived ^= fired[1];
  seat.peer().send(Arrivals(arrived));
  const auto told = co_await seat.peer().receive<BasesAndHashes>();
  co_return Verdict::accept(choice && told.bases.size() == transfer.pulses ? 1 : 0);
}

TEST(RobustStorage, PulsesThatFireBothDetectorsAreKeptOrTheyTellTheBasis) {
  const RobustStorage transfer = bright_pulses();
  std::size_t right = 0;
  for (std::uint64_t run = 0; run < 200; ++run) {
    const auto dropped = hold(robust_transfer::alice_sends_bright, bob_drops_doubles, transfer, run);
    EXPECT_EQ((dropped[0].value & robust_transfer::kGuessedOne) != 0, dropped[1].value == 1);
    const auto honest = hold(robust_transfer::alice_sends_bright, robust_transfer::bob, transfer, run);
    right += ((honest[0].value & robust_transfer::kGuessedOne) != 0) == ((honest[1].value & 1) == 1) ? 1u : 0u;
  }
  EXPECT_NEAR(static_cast<double>(right), 100, 44);  // 6.2 deviations of 7.1
}

enum class Fault { bases, seeds, syndromes };

template <Fault kFault>
Party<Verdict> alice_with_fault(Seat& seat, const RobustStorage& transfer) {
  Peer& bob = seat.peer();
  const BitString bits = random_bits(seat.random, transfer.pulses);
  const BitString bases = random_bits(seat.random, transfer.pulses);
  robust_transfer::send_pulses(bob, bits, bases, transfer, seat.random);
  const auto arrivals = co_await bob.receive<Arrivals>();
  const BitString counted = robust_transfer::first_of(arrivals.arrived, transfer.counted);
  BasesAndHashes told = storage::announce(bases, transfer.length, seat.random);
  Syndromes syndromes =
      noisy_transfer::syndromes_of(noisy_transfer::common(bits, counted), told, counted, transfer.errors, 1);
  if (kFault == Fault::bases) told.bases.push_back(true);
  if (kFault == Fault::seeds) told.seeds[1] = BitString(3);
  if (kFault == Fault::syndromes) syndromes.of[0].push_back(true);
  bob.send(std::move(told));
  bob.send(std::move(syndromes));
  co_return Verdict::accept();
}

TEST(RobustStorage, WhatAliceMustNotSayIsRefusedByAnyBob) {
  const RobustStorage transfer = bright_pulses();
  for (const auto bob : {robust_transfer::bob, robust_transfer::bob_hides_in_losses}) {
    EXPECT_EQ(hold(alice_with_fault<Fault::bases>, bob, transfer)[1].reason, "401 bases for 400 photons");
    EXPECT_NE(hold(alice_with_fault<Fault::seeds>, bob, transfer)[1].reason.find("a hash function of 3 bits"),
              std::string::npos);
    EXPECT_NE(hold(alice_with_fault<Fault::syndromes>, bob, transfer)[1].reason.find("a syndrome of"),
              std::string::npos);
  }
}

TEST(RobustStorage, TheFirstThatCameCount) {
  const BitString arrived = [] {
    BitString bits(200);
    for (const std::size_t i : {3u, 70u, 71u, 199u}) bits.set(i, true);
    return bits;
  }();
  EXPECT_EQ(robust_transfer::first_of(arrived, 9), arrived);
  const BitString two = robust_transfer::first_of(arrived, 2);
  EXPECT_TRUE(two[3] && two[70]);
  EXPECT_EQ(two.view().count_ones(), 2u);
}

}  // namespace
}  // namespace herald
