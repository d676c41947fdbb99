#include "herald/protocol/oblivious_transfer/oblivious_transfer.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <type_traits>

#include "herald/protocol/fields.h"
#include "herald/protocol/oblivious_transfer/steps.h"

namespace herald {
namespace {

using namespace oblivious_transfer;

BitString any_bits(std::size_t size, std::uint64_t seed) {
  SimulationRandom random(seed);
  return random_bits(random, size);
}

template <Message M>
Result<M> again(const M& message) {
  return decode_frame<M>(encode_frame(message));
}

TEST(TransferMessages, ComeBackAsTheyWere) {
  const MeasuredTable table{any_bits(70, 1), any_bits(70, 2)};
  EXPECT_EQ(again(Opening(table, any_bits(9, 3)))->table, table);
  EXPECT_EQ(again(ReadableCommitments(table))->table, table);
  EXPECT_EQ(again(HashCommitments({{1}, {2}, {3}}))->digests.size(), 3u);
  EXPECT_EQ(again(PositionSets(table.bases, table.bits))->one, table.bits);
  EXPECT_EQ(again(MaskedStrings(table.bases, any_bits(3, 4), any_bits(5, 5)))->seeds, table.bases);
  EXPECT_EQ(again(TestedPositions(table.bases))->positions, table.bases);
  EXPECT_EQ(again(BasisTable(table.bases))->bases, table.bases);
  EXPECT_FALSE(again(BoxHandover()));  // a box is no bytes
}

TEST(TransferMessages, RefuseUnequalTablesAndDigestsThatAreNotThere) {
  EXPECT_FALSE(again(Opening({any_bits(8, 1), any_bits(9, 1)}, {})));
  EXPECT_FALSE(again(ReadableCommitments({any_bits(8, 1), any_bits(9, 1)})));
  Writer writer;
  writer.fixed<std::uint8_t>(HashCommitments::kType);
  writer.varint(std::uint64_t{1} << 60);
  EXPECT_FALSE(decode_frame<HashCommitments>(writer.bytes()));
}

// What the committer could fill again, or either side could copy, would be another box.
static_assert(!std::is_copy_constructible_v<TrustedBox> && !std::is_copy_assignable_v<TrustedBox>);
static_assert(!std::is_copy_constructible_v<TrustedBox::Key> && !std::is_copy_assignable_v<TrustedBox::Key>);
static_assert(!std::is_constructible_v<TrustedBox, MeasuredTable>);

TEST(TrustedBox, ShowsWhatItsKeyOpensAndNothingElse) {
  const MeasuredTable table{any_bits(10, 1), any_bits(10, 2)};
  SealedTable sealed(table);
  BitString some(10);
  some.set(4, true);
  EXPECT_FALSE(sealed.box.look(4).opened);
  sealed.key.open(some);
  for (std::size_t i = 0; i < 12; ++i) EXPECT_EQ(sealed.box.look(i).opened, i == 4);
  EXPECT_EQ(sealed.box.look(4).basis, table.bases[4]);
  EXPECT_EQ(sealed.box.look(4).bit, table.bits[4]);
  // More positions than there are, and a key whose box is elsewhere.
  TrustedBox moved = std::move(sealed.box);
  sealed.key.open(any_bits(200, 3));
  EXPECT_EQ(moved.size(), 10u);
  EXPECT_EQ(SealedTable({any_bits(10, 1), any_bits(9, 2)}).box.size(), 0u);
  EXPECT_EQ(TrustedBox().size(), 0u);
  EXPECT_FALSE(TrustedBox().look(0).opened);
  TrustedBox::Key().open(some);
}

TEST(TransferSteps, SubsetsHaveTheirSizeAndEveryPositionItsShare) {
  SimulationRandom random(3);
  std::array<int, 7> seen{};
  for (int i = 0; i < 7000; ++i)
    for (const std::uint32_t position : positions_of(random_subset(7, 3, random))) ++seen.at(position);
  // 3000 each, 41 standard deviation: 6.2 of them at 1e-9.
  for (const int count : seen) EXPECT_NEAR(count, 3000, 260);
  EXPECT_EQ(random_subset(5, 5, random).view().count_ones(), 5u);
  EXPECT_EQ(random_subset(5, 0, random).view().count_ones(), 0u);
}

RC_GTEST_PROP(TransferSteps, AMaskComesOffWithTheSetsBits, ()) {
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  const auto size = *rc::gen::inRange<std::size_t>(1, 100), length = *rc::gen::inRange<std::size_t>(1, size + 1);
  SimulationRandom random(seed);
  const StringPair strings{random_bits(random, length), random_bits(random, length)};
  const std::size_t n = 3 * size;
  const BitString zero = random_subset(n, size, random), sent = random_bits(random, n);
  BitString all(n);
  for (std::size_t i = 0; i < n; ++i) all.set(i, true);
  const PositionSets sets = sets_by_choice(zero, difference(all, zero), false);
  const MaskedStrings masked = mask(strings, sets, sent, 0, random);
  RC_ASSERT(unmask(masked, sets, sent, 0, false) == strings.zero);
  RC_ASSERT(unmask(masked, sets, sent, 0, true) == strings.one);
}

// Test parties: each cheats on one check, and the other side names it.
Verdict verdict_of(Program<ObliviousTransfer> alice, Program<ObliviousTransfer> bob, std::size_t who,
                   CommitmentKind kind = CommitmentKind::trusted_box, std::uint64_t seed = 1) {
  ObliviousTransfer transfer;
  transfer.commitments.kind = kind;
  const auto game =
      alice_and_bob<ObliviousTransfer>(alice, bob, transfer, [](const auto&, const auto&) { return Events{0}; });
  game->play(seed, 0);
  return game->verdicts()[who];
}

// A Bob who is honest but for his sets.
template <PositionSets (*kSets)(const PositionSets&, BitView)>
Party<Verdict> bob_with_other_sets(Seat& seat, const ObliviousTransfer& transfer) {
  Peer& alice = seat.peer();
  const std::size_t n = transfer.photons;
  auto photons = co_await alice.receive_light(n);
  MeasuredTable mine{random_bits(seat.random, n), {}};
  mine.bits = measure(std::move(photons), mine.bases, seat.random).bits;
  Committer committer(transfer.commitments);
  committer.commit(mine, alice, seat.random);
  const auto tested = co_await alice.receive<TestedPositions>();
  alice.send(committer.open(tested.positions));
  const auto announced = co_await alice.receive<BasisTable>();
  BitString all(n);
  for (std::size_t i = 0; i < n; ++i) all.set(i, !tested.positions[i]);
  const auto positions = positions_of(all);
  BitString zero(n), one(n);
  for (std::size_t i = 0; i < transfer.set; ++i) {
    zero.set(positions[2 * i], true);
    one.set(positions[2 * i + 1], true);
  }
  alice.send(kSets(PositionSets(zero, one), tested.positions));
  co_return Verdict::accept(0, BitString(transfer.length));
}

PositionSets as_they_are(const PositionSets& sets, BitView) { return sets; }
PositionSets common(const PositionSets& sets, BitView) {
  PositionSets both = sets;
  both.one = both.zero;
  return both;
}
PositionSets with_tested(const PositionSets& sets, BitView tested) {
  PositionSets all = sets;
  all.zero.set(positions_of(tested)[0], true);
  all.zero.set(positions_of(sets.zero)[0], false);
  return all;
}
PositionSets unequal(const PositionSets& sets, BitView) {
  PositionSets more = sets;
  more.one.set(positions_of(sets.one)[0], false);
  return more;
}
PositionSets small(const PositionSets& sets, BitView) {
  PositionSets less = sets;
  less.one.set(positions_of(sets.one)[0], false);
  less.zero.set(positions_of(sets.zero)[0], false);
  return less;
}
PositionSets longer(const PositionSets& sets, BitView) {
  PositionSets more = sets;
  more.one.push_back(false);
  return more;
}

TEST(Transfer, AliceSeesWhatIsWrongWithSets) {
  EXPECT_TRUE(verdict_of(alice, bob_with_other_sets<as_they_are>, 0).accepted);
  const auto reason = [](Program<ObliviousTransfer> cheat) {
    const Verdict verdict = verdict_of(alice, cheat, 0);
    EXPECT_FALSE(verdict.accepted);
    EXPECT_EQ(verdict.phase, PositionSets::kName);
    return verdict.reason;
  };
  EXPECT_EQ(reason(bob_with_other_sets<common>), "a photon is in both sets");
  EXPECT_EQ(reason(bob_with_other_sets<with_tested>), "a photon that was tested is in a set");
  EXPECT_EQ(reason(bob_with_other_sets<unequal>), "sets of 44 and 43 photons; both need as many, at least 44");
  EXPECT_EQ(reason(bob_with_other_sets<small>), "sets of 43 and 43 photons; both need as many, at least 44");
  EXPECT_EQ(reason(bob_with_other_sets<longer>), "sets among 160 and 161 photons of 160");
}

// An Alice whose every message after the light is well formed and of the wrong size.
template <std::size_t kWrong>
Party<Verdict> alice_of_other_sizes(Seat& seat, const ObliviousTransfer& transfer) {
  Peer& bob = seat.peer();
  const std::size_t n = transfer.photons;
  const BitString bases = random_bits(seat.random, n);
  bob.send(prepare(random_bits(seat.random, n), bases));
  const auto held = co_await receive_commitments(bob, seat.random, transfer.commitments, n);
  static_cast<void>(held);
  bob.send(TestedPositions(random_subset(n, transfer.tested + (kWrong == 0 ? 1 : 0), seat.random)));
  const auto opening = co_await bob.receive<Opening>();
  BitString announced = bases;
  if (kWrong == 1) announced.push_back(false);
  bob.send(BasisTable(std::move(announced)));
  const auto sets = co_await bob.receive<PositionSets>();
  const StringPair strings{random_bits(seat.random, transfer.length), random_bits(seat.random, transfer.length)};
  MaskedStrings masked = mask(strings, sets, bases, 0, seat.random);
  if (kWrong == 2) masked.seeds.push_back(true);
  if (kWrong == 3) masked.one.push_back(true);
  if (kWrong == 5) masked.syndromes[1].push_back(true);
  bob.send(std::move(masked));
  co_return Verdict::accept();
}

TEST(Transfer, BobSeesWrongSizes) {
  EXPECT_TRUE(verdict_of(alice_of_other_sizes<4>, bob, 1).accepted);
  EXPECT_EQ(verdict_of(alice_of_other_sizes<0>, bob, 1).phase, TestedPositions::kName);
  EXPECT_EQ(verdict_of(alice_of_other_sizes<1>, bob, 1).phase, BasisTable::kName);
  EXPECT_EQ(verdict_of(alice_of_other_sizes<2>, bob, 1).phase, MaskedStrings::kName);
  EXPECT_EQ(verdict_of(alice_of_other_sizes<3>, bob, 1).phase, MaskedStrings::kName);
}

TEST(Transfer, EveryCommitmentCarriesIt) {
  for (const CommitmentKind kind :
       {CommitmentKind::trusted_box, CommitmentKind::hash, CommitmentKind::quantum, CommitmentKind::readable})
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      const Verdict verdict = verdict_of(alice, bob, 1, kind, seed);
      EXPECT_TRUE(verdict.accepted) << verdict.reason;
    }
}

TEST(Transfer, OtherValuesThanCommittedToAreSeenWhereTheCommitmentBinds) {
  for (const CommitmentKind kind : {CommitmentKind::trusted_box, CommitmentKind::hash, CommitmentKind::readable}) {
    const Verdict verdict = verdict_of(alice, bob_reopens, 0, kind);
    EXPECT_FALSE(verdict.accepted);
    EXPECT_EQ(verdict.phase, Opening::kName);
    EXPECT_NE(verdict.reason.find("is not opened as it was committed to"), std::string::npos) << verdict.reason;
  }
  EXPECT_TRUE(verdict_of(alice, bob_reopens, 0, CommitmentKind::quantum).accepted);
}

// A Bob who sends another box behind the first, or one of another size, or none.
template <int kCheat>
Party<Verdict> bob_with_boxes(Seat& seat, const ObliviousTransfer& transfer) {
  Peer& alice = seat.peer();
  const std::size_t n = transfer.photons;
  auto photons = co_await alice.receive_light(n);
  MeasuredTable mine{random_bits(seat.random, n), {}};
  mine.bits = measure(std::move(photons), mine.bases, seat.random).bits;
  if (kCheat == 0) alice.send(BoxHandover());
  if (kCheat == 1) alice.send(BoxHandover(SealedTable({BitString(n - 1), BitString(n - 1)}).box));
  SealedTable first(mine);
  alice.send(BoxHandover(std::move(first.box)));
  // What he would rather have committed to.
  for (std::size_t i = 0; i < n; ++i) mine.bits.flip(i);
  SealedTable second(mine);
  const auto tested = co_await alice.receive<TestedPositions>();
  second.key.open(tested.positions);
  if (kCheat != 3) first.key.open(tested.positions);
  if (kCheat == 2) alice.send(BoxHandover(std::move(second.box)));
  const auto positions = positions_of(tested.positions);
  alice.send(Opening({at_positions(mine.bases, positions), at_positions(mine.bits, positions)}, {}));
  co_return Verdict::accept(0, BitString(transfer.length));
}

TEST(Transfer, ABoxHoldsWhatWasSealedFirst) {
  const auto judged = [](Program<ObliviousTransfer> cheat) { return verdict_of(alice, cheat, 0); };
  for (const Verdict& verdict : {judged(bob_with_boxes<0>), judged(bob_with_boxes<1>)}) {
    EXPECT_EQ(verdict.phase, BoxHandover::kName);
    EXPECT_EQ(verdict.reason, "no box that holds a table of that size");
  }
  // A second box is not what she waits for.
  EXPECT_FALSE(judged(bob_with_boxes<2>).accepted);
  // With the first box open or closed, the values of another are not what it shows.
  for (const Verdict& verdict : {judged(bob_with_boxes<3>), judged(bob_with_boxes<4>)}) {
    EXPECT_EQ(verdict.phase, Opening::kName);
    EXPECT_NE(verdict.reason.find("is not opened as it was committed to"), std::string::npos) << verdict.reason;
  }
}

// An Alice who looks into the box whenever she can; her verdict is how many positions she saw before the opening, and
// how many after it.
Party<Verdict> alice_looks_into_the_box(Seat& seat, const ObliviousTransfer& transfer) {
  Peer& bob = seat.peer();
  const std::size_t n = transfer.photons;
  bob.send(prepare(random_bits(seat.random, n), random_bits(seat.random, n)));
  const auto handover = co_await bob.receive<BoxHandover>();
  const auto seen = [&] {
    std::size_t opened = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const TrustedBox::Seen look = handover.box.look(i);
      EXPECT_TRUE(look.opened || (!look.basis && !look.bit));
      opened += look.opened ? 1 : 0;
    }
    return opened;
  };
  const std::size_t before = seen();
  bob.send(TestedPositions(random_subset(n, transfer.tested, seat.random)));
  const auto opening = co_await bob.receive<Opening>();
  static_cast<void>(opening);
  co_return Verdict::accept(1000 * before + seen());
}

TEST(Transfer, ABoxShowsNothingBeforeItIsOpened) {
  EXPECT_EQ(verdict_of(alice_looks_into_the_box, bob, 0).value, ObliviousTransfer().tested);
}

TEST(Transfer, ImpossibleSizesAreRefused) {
  Casting casting = Casting::standard(ot_from_commitment_protocol());
  ASSERT_TRUE(casting.set("set", 65));
  const auto refusal = [&] { return casting.protocol->set_up(casting).error().message; };
  EXPECT_EQ(refusal(), "set = 65 with 32 of 160 photons tested: possible is 1 to 64, half of the others");
  ASSERT_TRUE(casting.set("set", 64));
  EXPECT_TRUE(casting.protocol->set_up(casting));
  ASSERT_TRUE(casting.set("length", 65));
  EXPECT_NE(refusal().find("possible is 1 to 64"), std::string::npos);
  ASSERT_TRUE(casting.set("length", 1) && casting.set("tested", 159));
  EXPECT_NE(refusal().find("possible is 0 to 158"), std::string::npos);
  ASSERT_TRUE(casting.set("tested", 1) && casting.set("photons", 100'000) && casting.set("strength", 51));
  EXPECT_NE(refusal().find("possible is 1 to 50"), std::string::npos);
}

// Half of the photons lost, 2 % of the bits wrong: of 200 runs whose test passes at most 10 may end with a wrong
// string.
TEST(Transfer, ErrorsAreCorrectedAndHolesPassedOver) {
  Casting casting = Casting::standard(ot_from_commitment_protocol());
  for (const auto& [name, value] : std::initializer_list<std::pair<std::string_view, double>>{{"photons", 4000},
                                                                                              {"tested", 300},
                                                                                              {"set", 700},
                                                                                              {"length", 64},
                                                                                              {"transmittance", 0.5},
                                                                                              {"holes", 0.55},
                                                                                              {"depolarising", 0.04},
                                                                                              {"errors", 0.05}})
    ASSERT_TRUE(casting.set(name, value)) << name;
  const auto game = casting.protocol->set_up(casting);
  ASSERT_TRUE(game) << game.error().message;
  int done = 0, right = 0;
  for (std::uint64_t run = 0; run < 200; ++run) {
    const Events events = (*game)->play(1, run);
    done += (events & 1) != 0 ? 1 : 0;
    right += (events & 4) != 0 ? 1 : 0;
  }
  EXPECT_GT(done, 180);
  EXPECT_GE(right, done - 10);
}

// Who says that photons came which did not, or too few, or of another string.
template <std::size_t kWrong>
Party<Verdict> bob_of_other_arrivals(Seat& seat, const ObliviousTransfer& transfer) {
  const std::size_t n = transfer.photons;
  auto photons = co_await seat.peer().receive_light(n);
  BitString arrived = kWrong == 0 ? BitString(n) : all_ones(n + 1);
  seat.peer().send(ArrivedPhotons(std::move(arrived)));
  co_return Verdict::accept();
}

TEST(Transfer, AliceSeesWhatIsWrongWithArrivals) {
  ObliviousTransfer transfer;
  transfer.holes = 0.1;
  const auto verdict = [&](Program<ObliviousTransfer> bob) {
    const auto game =
        alice_and_bob<ObliviousTransfer>(alice, bob, transfer, [](const auto&, const auto&) { return Events{0}; });
    game->play(1, 0);
    return game->verdicts()[0];
  };
  EXPECT_EQ(verdict(bob_of_other_arrivals<0>).reason, "160 of 160 photons are missing");
  EXPECT_EQ(verdict(bob_of_other_arrivals<1>).reason, "arrivals of 161 photons of 160");
  EXPECT_TRUE(verdict(bob).accepted);
}

TEST(Transfer, ASyndromeOfAnotherSizeIsSeen) {
  EXPECT_EQ(verdict_of(alice_of_other_sizes<5>, bob, 1).reason, "a syndrome of 1 bits where 0 are needed");
}

}  // namespace
}  // namespace herald
