// The public string, and parties who deviate on exactly one check.

#include "herald/protocol/storage/classical_storage.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "herald/base/statistics.h"
#include "herald/protocol/fields.h"

namespace herald {
namespace {

const ClassicalStorage kSmall{2000, 300, 5, 3, 1000};
constexpr Program<ClassicalStorage> kAlice = with_string<classical_transfer::alice, StringMemory::honest>;
constexpr Program<ClassicalStorage> kBob = with_string<classical_transfer::bob, StringMemory::honest>;

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

class PassingStringTest : public testing::Test {
 protected:
  // Ends with the fault's message; "kept" when there was none.
  static std::string fault_of(const std::function<void()>& keep) {
    try {
      keep();
    } catch (const PartyFault& fault) {
      EXPECT_EQ(fault.phase, "public string");
      return fault.error.message;
    }
    return "kept";
  }
  static constexpr std::array<std::string_view, 1> kNobody{"nobody"};
  Meeting m_meeting{kNobody};
};

TEST_F(PassingStringTest, IsTheSameForAllAndEven) {
  constexpr std::uint64_t kBits = 1'000'000'000'000;
  const auto keep_some = [&](std::uint64_t seed) {
    Positions positions;
    for (std::uint64_t i = 0; i < 20'000; ++i) positions.push_back(i * 49'999'999);
    return PassingString(PublicString(seed), kBits, 20'000, m_meeting.seat(0)).keep(std::move(positions)).bits;
  };
  const BitString string = keep_some(7);
  EXPECT_EQ(string, keep_some(7));
  BitString differ = keep_some(8);
  differ ^= string;
  // Binomial(20000, 1/2): 6.2 deviations of 70.7 are exceeded with probability below 1e-9.
  EXPECT_NEAR(static_cast<double>(string.view().count_ones()), 10'000, 440);
  EXPECT_NEAR(static_cast<double>(differ.view().count_ones()), 10'000, 440);
}

TEST_F(PassingStringTest, NobodyKeepsMoreThanHisMemoryTakes) {
  PassingString string(PublicString(7), 1000, 10, m_meeting.seat(0));
  EXPECT_EQ(fault_of([&] { string.keep(Positions{1, 5, 999}); }), "kept");
  EXPECT_EQ(string.room(), 7u);
  EXPECT_EQ(fault_of([&] { string.keep(Positions{2, 1000}); }), "position 1000 in a string of 1000 bits");
  EXPECT_EQ(fault_of([&] { string.keep(Positions(8, 3)); }), "a memory with room for 7 bits does not take 8");
  EXPECT_EQ(fault_of([&] { string.keep_beginning(8); }), "a memory with room for 7 bits does not take 8");
  EXPECT_EQ(fault_of([&] { EXPECT_TRUE(string.keep_beginning(7).knows(6)); }), "kept");
  EXPECT_EQ(fault_of([&] { string.keep(Positions{4}); }), "a memory with room for 0 bits does not take 1");
  // All of a string that is shorter than the memory.
  PassingString shorter(PublicString(7), 5, 10, m_meeting.seat(0));
  EXPECT_EQ(fault_of([&] { EXPECT_FALSE(shorter.keep_beginning(10).knows(5)); }), "kept");
  EXPECT_EQ(shorter.room(), 5u);
}

TEST_F(PassingStringTest, WhatHasPassedIsGone) {
  PassingString string(PublicString(7), 1000, 10, m_meeting.seat(0));
  m_meeting.scheduler().advance(PassingString::kPassing * 0.99);
  EXPECT_EQ(fault_of([&] { string.keep(Positions{1}); }), "kept");
  m_meeting.scheduler().advance(PassingString::kPassing);
  EXPECT_EQ(fault_of([&] { string.keep(Positions{2}); }), "the string has passed");
  EXPECT_EQ(fault_of([&] { string.keep_beginning(1); }), "the string has passed");
}

TEST(Positions, PositionsAreDrawnAlike) {
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

TEST(Positions, CommonPlacesAreThoseOfBoth) {
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
  bob.send(PublicString(5));  // a stranger in her seat stands for the source too
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
  for (const auto bob : {kBob, with_string<classical_transfer::bob_stores, StringMemory::cheat>}) {
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
Party<Verdict> bob_names_others(Seat& seat, const ClassicalStorage& parameters, PassingString& string) {
  Peer& alice = seat.peer(0);
  const KeptBits first = string.keep(Positions{0});
  const auto hers = co_await alice.receive<KeptPositions>();
  Positions others;
  for (std::uint64_t i = 0; others.size() < parameters.overlap; ++i)
    if (!std::ranges::binary_search(hers.positions, i)) others.push_back(i);
  for (std::size_t i = 0; i < seat.peers(); ++i) seat.peer(i).send(KeptPositions(others));
  co_return Verdict::accept(first.bits[0] ? 1 : 0);
}

// Keeps a bit more than his memory takes.
Party<Verdict> bob_keeps_more(Seat& seat, const ClassicalStorage& parameters, PassingString& string) {
  string.keep_beginning(parameters.memory);
  string.keep(random_positions(1, parameters.string, seat.random));
  co_return Verdict::accept();
}

// Keeps nothing until he knows which positions Alice kept.
Party<Verdict> bob_keeps_late(Seat& seat, const ClassicalStorage& parameters, PassingString& string) {
  const auto hers = co_await seat.peer(0).receive<KeptPositions>();
  EXPECT_LE(hers.positions.size(), parameters.memory);
  const KeptBits kept = string.keep(hers.positions);
  co_return Verdict::accept(kept.bits[0] ? 1 : 0);
}

TEST(ClassicalStorage, APartyWhoAsksForMoreThanItsMemoryTakesIsRefused) {
  const Verdict more = hold<2>({kAlice, with_string<bob_keeps_more, StringMemory::cheat>})[1];
  EXPECT_FALSE(more.accepted);
  EXPECT_EQ(more.phase, "public string");
  EXPECT_EQ(more.reason, "a memory with room for 0 bits does not take 1");
  // An honest party has room for what it needs, and not for a cheat's share.
  EXPECT_EQ((hold<2>({kAlice, with_string<bob_keeps_more, StringMemory::honest>})[1].reason),
            "a memory with room for 300 bits does not take 1000");
  EXPECT_EQ((hold<2>({kAlice, with_string<classical_transfer::bob, StringMemory::none>})[1].reason),
            "a memory with room for 0 bits does not take 300");
}

TEST(ClassicalStorage, WhoWaitsForThePositionsHasMissedTheString) {
  const Verdict late = hold<2>({kAlice, with_string<bob_keeps_late, StringMemory::cheat>})[1];
  EXPECT_FALSE(late.accepted);
  EXPECT_EQ(late.reason, "the string has passed");
}

TEST(ClassicalStorage, AKeyIsMadeOnlyOfBitsThatAliceKept) {
  using enum StringMemory;
  const Program<ClassicalStorage> alice = with_string<classical_key::alice, honest>;
  const Program<ClassicalStorage> eve = with_string<classical_key::eve, none>;
  EXPECT_TRUE((hold<3>({alice, with_string<classical_key::bob, honest>, eve})[0].accepted));
  EXPECT_EQ((hold<3>({alice, with_string<bob_names_others, honest>, eve})[0].reason),
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
