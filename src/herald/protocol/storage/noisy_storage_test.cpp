// Parties who deviate on exactly one check of the transfer, and what a step is good for.

#include "herald/protocol/storage/noisy_storage.h"

#include <gtest/gtest.h>

#include "herald/protocol/fields.h"
#include "herald/protocol/storage/parity_checks.h"

namespace herald {
namespace {

std::array<Verdict, 2> hold(const NoisyStorage& transfer, Program<NoisyStorage> alice, Program<NoisyStorage> bob,
                            std::uint64_t run = 0) {
  static constexpr std::array<std::string_view, 2> kNames{"alice", "bob"};
  Meeting meeting(kNames);
  meeting.begin(1, run);
  std::array<Party<Verdict>, 2> parties{alice(meeting.seat(0), transfer), bob(meeting.seat(1), transfer)};
  std::array<Verdict, 2> verdicts;
  meeting.hold(parties, verdicts);
  return verdicts;
}

NoisyStorage small(double errors = 0) {
  NoisyStorage transfer;
  transfer.photons = 40;
  transfer.holes = 0.1;
  transfer.errors = errors;
  return transfer;
}

// Says that `kMissing` photons did not come.
template <std::size_t kMissing>
Party<Verdict> misses(Seat& seat, const NoisyStorage& transfer) {
  auto photons = co_await seat.peer().receive_light(transfer.photons);
  BitString arrived = measure(std::move(photons), Basis::z, seat.random).detected;
  for (std::size_t i = 0; i < kMissing; ++i) arrived.set(i, false);
  seat.peer().send(Arrivals(std::move(arrived)));
  co_return Verdict::accept();
}
Party<Verdict> says_more_arrived(Seat& seat, const NoisyStorage& transfer) {
  auto photons = co_await seat.peer().receive_light(transfer.photons);
  seat.peer().send(Arrivals(BitString(transfer.photons + 1)));
  co_return Verdict::accept();
}

TEST(NoisyStorage, AliceCountsTheMissing) {
  for (const auto alice : {noisy_transfer::alice, noisy_transfer::alice_spoils_a_syndrome}) {
    EXPECT_TRUE(hold(small(), alice, misses<4>)[0].accepted);
    const auto too_many = hold(small(), alice, misses<5>);
    EXPECT_FALSE(too_many[0].accepted);
    EXPECT_EQ(too_many[0].reason, "5 of 40 photons are missing");
    EXPECT_EQ(hold(small(), alice, says_more_arrived)[0].reason, "41 arrivals of 40 photons");
  }
}

enum class Fault { none, impatient, bases, syndrome };

// Alice but for one fault.
template <Fault kFault>
Party<Verdict> alice_with_fault(Seat& seat, const NoisyStorage& transfer) {
  Peer& bob = seat.peer();
  const BitString bits = random_bits(seat.random, transfer.photons);
  BitString bases = random_bits(seat.random, transfer.photons);
  bob.send(prepare(bits, bases));
  const auto arrivals = co_await bob.receive<Arrivals>();
  const BitString arrived_bits = noisy_transfer::common(bits, arrivals.arrived);
  if (kFault != Fault::impatient) co_await seat.until(seat.now() + transfer.waiting);
  BasesAndHashes told = storage::announce(std::move(bases), transfer.length, seat.random);
  Syndromes syndromes =
      noisy_transfer::syndromes_of(arrived_bits, told, arrivals.arrived, transfer.errors, seat.random.next_word());
  BitString both = storage::both_hashed(arrived_bits, told, transfer.length);
  if (kFault == Fault::bases) told.bases.push_back(false);
  if (kFault == Fault::syndrome) syndromes.of[1].push_back(false);
  bob.send(std::move(told));
  bob.send(std::move(syndromes));
  co_return Verdict::accept(0, std::move(both));
}

TEST(NoisyStorage, AnnouncementsOfAnotherSizeAreRefusedByAnyBob) {
  for (const auto bob : {noisy_transfer::bob, noisy_transfer::bob_stores, noisy_transfer::bob_measures_in_breidbart}) {
    EXPECT_TRUE(hold(small(), alice_with_fault<Fault::none>, bob)[1].accepted);
    EXPECT_EQ(hold(small(), alice_with_fault<Fault::bases>, bob)[1].phase, BasesAndHashes::kName);
    EXPECT_EQ(hold(small(), alice_with_fault<Fault::syndrome>, bob)[1].phase, Syndromes::kName);
  }
}

// Whoever does not wait leaves even a memory that forgets everything in time its photons.
TEST(NoisyStorage, WithoutTheWaitAnyMemoryIsGoodEnough) {
  NoisyStorage transfer = small();
  transfer.storage = 0;
  transfer.length = 32;
  for (std::uint64_t run = 0; run < 20; ++run) {
    const auto impatient = hold(transfer, alice_with_fault<Fault::impatient>, noisy_transfer::bob_stores, run);
    EXPECT_EQ(impatient[0].output, impatient[1].output);
    const auto patient = hold(transfer, alice_with_fault<Fault::none>, noisy_transfer::bob_stores, run);
    EXPECT_NE(patient[0].output, patient[1].output);
  }
}

// Bob, but he gives up when he cannot correct his bits.
Party<Verdict> bob_complains(Seat& seat, const NoisyStorage& transfer) {
  Peer& alice = seat.peer();
  const bool choice = random_bit(seat.random);
  auto photons = co_await alice.receive_light(transfer.photons);
  const Detections seen = measure(std::move(photons), choice ? Basis::x : Basis::z, seat.random);
  alice.send(Arrivals(seen.detected));
  const auto told = co_await alice.receive<BasesAndHashes>();
  const auto syndromes = co_await alice.receive<Syndromes>();
  const Syndromes own = noisy_transfer::syndromes_of(seen.bits, told, seen.detected, transfer.errors, syndromes.seed);
  const unsigned which = choice ? 1 : 0;
  if (own.of[which] != syndromes.of[which]) co_return Verdict::reject(Syndromes::kName, "it does not fit");
  co_return Verdict::accept(choice ? 1 : 0);
}

TEST(NoisyStorage, ABobWhoComplainsTellsHisChoice) {
  int accepted = 0;
  for (std::uint64_t run = 0; run < 40; ++run) {
    const auto [alice, bob] = hold(small(0.05), noisy_transfer::alice_spoils_a_syndrome, bob_complains, run);
    if (!bob.accepted) continue;
    ++accepted;
    EXPECT_EQ((alice.value & noisy_transfer::kGuessedOne) != 0, bob.value == 1);
    EXPECT_TRUE(hold(small(0.05), noisy_transfer::alice_spoils_a_syndrome, noisy_transfer::bob, run)[1].accepted);
  }
  EXPECT_GT(accepted, 0);
}

TEST(NoisyStorage, MessagesSurviveTheirBytes) {
  SimulationRandom random(3);
  const Syndromes sent(7, {random_bits(random, 9), random_bits(random, 65)});
  const auto back = decode_frame<Syndromes>(encode_frame(sent));
  ASSERT_TRUE(back);
  EXPECT_TRUE(back->seed == 7 && back->of == sent.of);
}

}  // namespace
}  // namespace herald
