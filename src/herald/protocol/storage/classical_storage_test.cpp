// The public string, and parties who deviate on exactly one check.

#include "herald/protocol/storage/classical_storage.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "herald/base/statistics.h"
#include "herald/protocol/fields.h"

namespace herald {
namespace {

const ClassicalStorage kSmall{2000, 300, 5, 3, 1000};

template <std::size_t kSeats>
std::array<Verdict, kSeats> hold(const std::array<Program<ClassicalStorage>, kSeats>& programs) {
  constexpr std::array<std::string_view, 3> kNames{"alice", "bob", "eve"};
  Meeting meeting(std::span<const std::string_view>(kNames).first(kSeats));
  meeting.begin(1, 0);
  std::vector<Party<Verdict>> parties;
  for (std::size_t i = 0; i < kSeats; ++i) parties.push_back(programs[i](meeting.seat(i), kSmall));
  std::array<Verdict, kSeats> verdicts;
  meeting.hold(parties, verdicts);
  return verdicts;
}

TEST(PublicString, IsTheSameForAllAndEven) {
  const PublicString string(7), same(7), other(8);
  std::size_t ones = 0, differ = 0;
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    const std::uint64_t position = i * 49'999'999;
    EXPECT_EQ(string[position], same[position]);
    ones += string[position] ? 1u : 0u;
    differ += string[position] != other[position] ? 1u : 0u;
  }
  // Binomial(20000, 1/2): 6.2 deviations of 70.7 are exceeded with probability below 1e-9.
  EXPECT_NEAR(static_cast<double>(ones), 10'000, 440);
  EXPECT_NEAR(static_cast<double>(differ), 10'000, 440);
}

TEST(PublicString, PositionsAreDrawnAlike) {
  SimulationRandom random(1);
  std::vector<std::uint64_t> counts(10);
  for (int run = 0; run < 4000; ++run) {
    const Positions positions = random_positions(5, 10, random);
    EXPECT_EQ(positions.size(), 5u);
    EXPECT_EQ(std::ranges::adjacent_find(positions, std::greater_equal()), positions.end());
    for (const std::uint64_t position : positions) ++counts[position];
  }
  EXPECT_GT(chi_square_test(counts, std::vector<double>(10, 1)), 1e-9);
}

TEST(PublicString, CommonPlacesAreThoseOfBoth) {
  const Positions a{1, 4, 6, 9}, b{0, 4, 9, 12};
  EXPECT_EQ(common_places(a, b), (std::vector<std::size_t>{1, 3}));
  EXPECT_EQ(common_places(b, a), (std::vector<std::size_t>{1, 2}));
  EXPECT_TRUE(common_places({}, a).empty());
}

enum class Fault { too_few, falling, beyond, repeats_question, seeds };

// Says what she should not.
template <Fault kFault>
Party<Verdict> alice_with_fault(Seat& seat, const ClassicalStorage& transfer) {
  Peer& bob = seat.peer(0);
  bob.send(PublicString(5));
  Positions positions = random_positions(transfer.kept, transfer.string, seat.random);
  if (kFault == Fault::too_few) positions.pop_back();
  if (kFault == Fault::falling) std::swap(positions[3], positions[4]);
  if (kFault == Fault::beyond) positions.back() = transfer.string;
  bob.send(KeptPositions(std::move(positions)));
  const unsigned bits = PlaceSets::of(transfer.overlap, transfer.kept)->string_bits();
  for (unsigned i = 0; i + 1 < bits; ++i) {
    const Wide vector = Wide{1} << (kFault == Fault::repeats_question && i == 9 ? 3 : i);
    bob.send(HashQuestion(vector));
    const auto answer = co_await bob.receive<HashAnswer>();
    if (answer.product && i > bits) co_return Verdict::accept();
  }
  HashSeeds told = draw_hash_seeds(transfer, seat.random);
  if (kFault == Fault::seeds) told.seeds[1].push_back(true);
  bob.send(std::move(told));
  co_return Verdict::accept();
}

TEST(ClassicalStorage, WhatAliceMustNotSayIsRefusedByAnyBob) {
  for (const auto bob : {classical_transfer::bob, classical_transfer::bob_stores}) {
    const auto reason = [&](Program<ClassicalStorage> alice) {
      const Verdict verdict = hold<2>({alice, bob})[1];
      EXPECT_FALSE(verdict.accepted);
      return verdict.reason;
    };
    EXPECT_EQ(reason(alice_with_fault<Fault::too_few>), "299 positions instead of 300");
    EXPECT_EQ(reason(alice_with_fault<Fault::falling>), "positions that do not rise");
    EXPECT_EQ(reason(alice_with_fault<Fault::beyond>), "position 2000 in a string of 2000 bits");
    EXPECT_EQ(reason(alice_with_fault<Fault::repeats_question>), "a question that is no new one");
    EXPECT_EQ(reason(alice_with_fault<Fault::seeds>), "a hash function of 8 bits where 7 are needed");
  }
}

// Names positions that Alice did not keep.
Party<Verdict> bob_names_others(Seat& seat, const ClassicalStorage& parameters) {
  Peer& alice = seat.peer(0);
  const auto string = co_await alice.receive<PublicString>();
  const auto hers = co_await alice.receive<KeptPositions>();
  Positions others;
  for (std::uint64_t i = 0; others.size() < parameters.overlap; ++i)
    if (!std::ranges::binary_search(hers.positions, i)) others.push_back(i);
  for (std::size_t i = 0; i < seat.peers(); ++i) seat.peer(i).send(KeptPositions(others));
  co_return Verdict::accept(string[0] ? 1 : 0);
}

TEST(ClassicalStorage, AKeyIsMadeOnlyOfBitsThatAliceKept) {
  EXPECT_TRUE(hold<3>({classical_key::alice, classical_key::bob, classical_key::eve})[0].accepted);
  EXPECT_EQ(hold<3>({classical_key::alice, bob_names_others, classical_key::eve})[0].reason,
            "positions that she did not keep");
}

TEST(ClassicalStorage, MessagesSurviveTheirBytes) {
  const auto positions = decode_frame<KeptPositions>(encode_frame(KeptPositions({3, 300, 1'000'000'000'000})));
  ASSERT_TRUE(positions);
  EXPECT_EQ(positions->positions, (Positions{3, 300, 1'000'000'000'000}));
  const Wide vector = Wide{7} << 90 | 5;
  const auto question = decode_frame<HashQuestion>(encode_frame(HashQuestion(vector)));
  ASSERT_TRUE(question);
  EXPECT_TRUE(question->wide() == vector);
  Writer writer;
  writer.fixed<std::uint8_t>(KeptPositions::kType);
  writer.varint(1'000'000);
  EXPECT_FALSE(decode_frame<KeptPositions>(writer.bytes()));
}

}  // namespace
}  // namespace herald
