// Parties who deviate on exactly one check of the transfer by interactive hashing.

#include "herald/protocol/storage/hashing_transfer.h"

#include <gtest/gtest.h>

#include "herald/protocol/fields.h"

namespace herald {
namespace {

std::array<Verdict, 2> hold(Program<HashingTransfer> alice, Program<HashingTransfer> bob,
                            const HashingTransfer& transfer = {}, std::uint64_t run = 0) {
  constexpr std::array<std::string_view, 2> kNames{"alice", "bob"};
  Meeting meeting(kNames);
  meeting.begin(1, run);
  std::array<Party<Verdict>, 2> parties{alice(meeting.seat(0), transfer), bob(meeting.seat(1), transfer)};
  std::array<Verdict, 2> verdicts;
  meeting.hold(parties, verdicts);
  return verdicts;
}

enum class BobsFault { none, arrivals, few, short_order, beyond, twice };

// Bob up to the order of the table, but for one fault.
template <BobsFault kFault>
Party<Verdict> bob_with_fault(Seat& seat, const HashingTransfer& transfer) {
  Peer& alice = seat.peer();
  auto photons = co_await alice.receive_light(transfer.photons);
  BitString arrived = measure(std::move(photons), Basis::z, seat.random).detected;
  if (kFault == BobsFault::arrivals) arrived.push_back(true);
  if (kFault == BobsFault::few) arrived.set(5, false);
  alice.send(Arrivals(arrived));
  const auto told = co_await alice.receive<Bases>();
  TableOrder order;
  for (std::uint32_t i = 0; i < transfer.bits(); ++i) order.bits.push_back(i);
  if (kFault == BobsFault::short_order) order.bits.pop_back();
  if (kFault == BobsFault::beyond) order.bits[7] = static_cast<std::uint32_t>(transfer.bits());
  if (kFault == BobsFault::twice) order.bits[7] = 8;
  alice.send(std::move(order));
  const auto question = co_await alice.receive<HashQuestion>();
  co_return Verdict::accept(told.bases[0] && question.vector[0] != 0 ? 1 : 0);
}

TEST(HashingTransfer, WhatBobMustNotSayIsRefused) {
  const auto verdict = [](Program<HashingTransfer> bob) { return hold(hashing_transfer::alice, bob)[0]; };
  EXPECT_EQ(verdict(bob_with_fault<BobsFault::none>).phase, "interactive hashing");  // he leaves there
  EXPECT_EQ(verdict(bob_with_fault<BobsFault::arrivals>).reason, "129 arrivals of 128 pulses");
  EXPECT_EQ(verdict(bob_with_fault<BobsFault::few>).reason, "127 pulses came, and it takes 128");
  EXPECT_EQ(verdict(bob_with_fault<BobsFault::short_order>).reason, "127 places in a table of 128");
  EXPECT_EQ(verdict(bob_with_fault<BobsFault::beyond>).reason, "bit 128 of 128");
  EXPECT_EQ(verdict(bob_with_fault<BobsFault::twice>).reason, "bit 8 stands in two places");
}

enum class AlicesFault { none, impatient, bases, repeats_question, hashes, syndromes };

// Alice but for one fault.
template <AlicesFault kFault>
Party<Verdict> alice_with_fault(Seat& seat, const HashingTransfer& transfer) {
  Peer& bob = seat.peer();
  const PlaceSets places = *PlaceSets::of(transfer.set_size(), transfer.rows);
  const BitString bits = random_bits(seat.random, transfer.photons);
  BitString bases = random_bits(seat.random, transfer.photons);
  bob.send(prepare(bits, bases));
  const auto arrivals = co_await bob.receive<Arrivals>();
  const BitString counted = robust_transfer::first_of(arrivals.arrived, transfer.bits());
  if (kFault != AlicesFault::impatient) co_await seat.until(seat.now() + transfer.waiting);
  if (kFault == AlicesFault::bases) bases.push_back(true);
  bob.send(Bases(std::move(bases)));
  const auto order = co_await bob.receive<TableOrder>();
  const BitString table = hashing_transfer::in_table(hashing_transfer::counted_bits(bits, counted), order);
  if (kFault == AlicesFault::repeats_question) {
    const Wide vector = 5;
    bob.send(HashQuestion(vector));
    const auto once = co_await bob.receive<HashAnswer>();
    bob.send(HashQuestion(vector));
    const auto twice = co_await bob.receive<HashAnswer>();
    co_return Verdict::accept(once.product == twice.product ? 1 : 0);
  }
  const auto strings = co_await storage::ask(seat, places.string_bits());
  const auto exchange = co_await bob.receive<SetsExchanged>();
  std::array<BitString, 2> sets;
  for (const unsigned i : {0u, 1u})
    sets[i] = hashing_transfer::set_bits(table, places.set_of(strings[i ^ (exchange.exchanged ? 1u : 0u)]), transfer);
  SetsHashed told = hashing_transfer::hash_sets(sets, transfer, seat.random);
  BitString both = hashing_transfer::strings_of(sets, told, transfer);
  if (kFault == AlicesFault::hashes) told.hashes[0].push_back(true);
  if (kFault == AlicesFault::syndromes) told.syndromes[1].push_back(true);
  bob.send(std::move(told));
  co_return Verdict::accept(0, std::move(both));
}

TEST(HashingTransfer, WhatAliceMustNotSayIsRefusedByAnyBob) {
  using hashing_transfer::bob_stores;
  for (const auto bob : {hashing_transfer::bob, hashing_transfer::bob_measures_in_breidbart,
                         bob_stores<StoredBy::erasing>, bob_stores<StoredBy::damping>}) {
    EXPECT_TRUE(hold(alice_with_fault<AlicesFault::none>, bob)[1].accepted);
    EXPECT_EQ(hold(alice_with_fault<AlicesFault::bases>, bob)[1].reason, "129 bases for 128 photons");
    EXPECT_EQ(hold(alice_with_fault<AlicesFault::repeats_question>, bob)[1].reason, "a question that is no new one");
    EXPECT_EQ(hold(alice_with_fault<AlicesFault::hashes>, bob)[1].reason,
              "a hash function of 36 bits where 35 are needed");
    EXPECT_EQ(hold(alice_with_fault<AlicesFault::syndromes>, bob)[1].reason, "a syndrome of 1 bits where 0 are needed");
  }
}

// Whoever does not wait leaves even a memory that forgets everything in time its photons.
TEST(HashingTransfer, WithoutTheWaitAnyMemoryIsGoodEnough) {
  HashingTransfer transfer;
  transfer.storage = 0;
  transfer.length = 32;
  using hashing_transfer::bob_stores;
  for (const auto bob : {bob_stores<StoredBy::depolarising>, bob_stores<StoredBy::erasing>,
                         bob_stores<StoredBy::dephasing>, bob_stores<StoredBy::damping>})
    for (std::uint64_t run = 0; run < 5; ++run) {
      const auto impatient = hold(alice_with_fault<AlicesFault::impatient>, bob, transfer, run);
      EXPECT_EQ(impatient[0].output, impatient[1].output);
      const auto patient = hold(alice_with_fault<AlicesFault::none>, bob, transfer, run);
      EXPECT_NE(patient[0].output, patient[1].output);
    }
}

// The order tells nothing of the set: every bit stands in every row alike, known or not.
TEST(HashingTransfer, TheOrderOfTheTableHidesTheSet) {
  HashingTransfer transfer;
  transfer.rows = 8;
  transfer.columns = 1;
  transfer.photons = 8;
  std::size_t in_first_row = 0;
  constexpr std::size_t kRuns = 4000;
  const auto alice = [](Seat& seat, const HashingTransfer& parameters) -> Party<Verdict> {
    seat.peer().send(prepare(BitString(parameters.photons), Basis::z));
    const auto arrivals = co_await seat.peer().receive<Arrivals>();
    seat.peer().send(Bases(BitString(arrivals.arrived.size())));
    const auto order = co_await seat.peer().receive<TableOrder>();
    co_return Verdict::accept(order.bits[0]);
  };
  for (std::uint64_t run = 0; run < kRuns; ++run)
    in_first_row += hold(alice, hashing_transfer::bob, transfer, run)[0].value == 3 ? 1u : 0u;
  // Binomial(4000, 1/8): 6.2 deviations of 20.9.
  EXPECT_NEAR(static_cast<double>(in_first_row), kRuns / 8.0, 130);
}

TEST(HashingTransfer, MessagesSurviveTheirBytes) {
  const auto order = decode_frame<TableOrder>(encode_frame(TableOrder({3, 0, 70'000})));
  ASSERT_TRUE(order);
  EXPECT_EQ(order->bits, (std::vector<std::uint32_t>{3, 0, 70'000}));
  SimulationRandom random(1);
  SetsHashed told;
  for (const unsigned i : {0u, 1u}) {
    told.hashes[i] = random_bits(random, 35);
    told.syndromes[i] = random_bits(random, 70);
  }
  told.seed = 9;
  const auto back = decode_frame<SetsHashed>(encode_frame(told));
  ASSERT_TRUE(back);
  EXPECT_TRUE(back->hashes == told.hashes && back->syndromes == told.syndromes && back->seed == 9);
  Writer writer;
  writer.fixed<std::uint8_t>(TableOrder::kType);
  writer.varint(1'000'000);
  EXPECT_FALSE(decode_frame<TableOrder>(writer.bytes()));
  Writer large;
  large.fixed<std::uint8_t>(TableOrder::kType);
  large.varint(1);
  large.varint(std::uint64_t{1} << 33);
  EXPECT_FALSE(decode_frame<TableOrder>(large.bytes()));
}

}  // namespace
}  // namespace herald
