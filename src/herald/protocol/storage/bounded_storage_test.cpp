// Parties who deviate on exactly one check of the transfer and the commitment.

#include "herald/protocol/storage/bounded_storage.h"

#include <gtest/gtest.h>

#include "herald/protocol/fields.h"

namespace herald {
namespace {

const BoundedStorage kSmall{20, 3, 0};

std::array<Verdict, 2> hold(Program<BoundedStorage> alice, Program<BoundedStorage> bob, std::uint64_t run = 0) {
  static constexpr std::array<std::string_view, 2> kNames{"alice", "bob"};
  Meeting meeting(kNames);
  meeting.begin(1, run);
  std::array<Party<Verdict>, 2> parties{alice(meeting.seat(0), kSmall), bob(meeting.seat(1), kSmall)};
  std::array<Verdict, 2> verdicts;
  meeting.hold(parties, verdicts);
  return verdicts;
}

// An announcement that is wrong in one way.
template <int kWrong>
Party<Verdict> announces_wrongly(Seat& seat, const BoundedStorage& transfer) {
  BitString bases = random_bits(seat.random, transfer.photons);
  seat.peer().send(prepare(random_bits(seat.random, transfer.photons), bases));
  BasesAndHashes told = storage::announce(std::move(bases), transfer.length, seat.random);
  if (kWrong == 0) told.bases.push_back(true);
  if (kWrong == 1) told.seeds[0].push_back(true);
  if (kWrong == 2) told.seeds[1] = {};
  seat.peer().send(told);
  co_return Verdict::accept();
}

TEST(BoundedStorage, AnnouncementsOfAnotherSizeAreRefusedByAnyBob) {
  for (const auto bob : {bounded_transfer::bob, bounded_transfer::bob_stores})
    for (const auto alice : {announces_wrongly<0>, announces_wrongly<1>, announces_wrongly<2>}) {
      const auto verdicts = hold(alice, bob);
      EXPECT_FALSE(verdicts[1].accepted);
      EXPECT_EQ(verdicts[1].phase, BasesAndHashes::kName);
      EXPECT_FALSE(verdicts[1].reason.empty());
    }
}

// Whatever Bob saw, one outcome in the basis of the bit is wrong.
Party<Verdict> opens_with_one_flip(Seat& seat, const BoundedStorage& commitment) {
  auto photons = co_await seat.peer().receive_light(commitment.photons);
  Detections seen = measure(std::move(photons), Basis::z, seat.random);
  seen.bits.flip(7);
  seat.peer().send(CommitmentOpening(false, std::move(seen.bits)));
  co_return Verdict::accept();
}
Party<Verdict> opens_too_few(Seat& seat, const BoundedStorage& commitment) {
  auto photons = co_await seat.peer().receive_light(commitment.photons);
  seat.peer().send(CommitmentOpening(false, BitString(commitment.photons - 1)));
  co_return Verdict::accept();
}

TEST(BoundedStorage, OneWrongOutcomeIsSeenWhereTheBasesAgree) {
  std::size_t refused = 0;
  for (std::uint64_t run = 0; run < 200; ++run)
    refused += hold(opens_with_one_flip, bounded_commitment::bob, run)[1].accepted ? 0u : 1u;
  // Binomial(200, 1/2): outside with probability below 1e-9.
  EXPECT_GT(refused, 55u);
  EXPECT_LT(refused, 145u);
}

TEST(BoundedStorage, AnOpeningOfAnotherSizeIsRefused) {
  for (const auto bob : {bounded_commitment::bob, bounded_commitment::bob_guesses_bit}) {
    const auto verdicts = hold(opens_too_few, bob);
    EXPECT_FALSE(verdicts[1].accepted);
    EXPECT_EQ(verdicts[1].reason, "19 outcomes of 20 photons");
  }
}

TEST(BoundedStorage, MessagesSurviveTheirBytes) {
  SimulationRandom random(3);
  const BasesAndHashes told = storage::announce(random_bits(random, 70), 5, random);
  const auto back = decode_frame<BasesAndHashes>(encode_frame(told));
  ASSERT_TRUE(back);
  EXPECT_TRUE(back->bases == told.bases && back->seeds == told.seeds);
  const auto opening = decode_frame<CommitmentOpening>(encode_frame(CommitmentOpening(true, random_bits(random, 9))));
  ASSERT_TRUE(opening);
  EXPECT_TRUE(opening->bit && opening->outcomes.size() == 9);
}

// Two strings that differ in one photon of the basis collide with probability 2^-length.
TEST(BoundedStorage, TheHashIsTwoUniversal) {
  SimulationRandom random(4);
  std::size_t collisions = 0;
  constexpr std::size_t kRuns = 8000;
  for (std::size_t run = 0; run < kRuns; ++run) {
    const BasesAndHashes told = storage::announce(BitString(40), 3, random);
    BitString bits = random_bits(random, 40);
    const BitString before = storage::hashed(bits, told, 0, 3);
    bits.flip(run % 40);
    collisions += storage::hashed(bits, told, 0, 3) == before ? 1u : 0u;
    EXPECT_EQ(storage::hashed(bits, told, 1, 3), BitString(3));
  }
  // Binomial(8000, 1/8): mean 1000, deviation 29.6; 6.2 of them are exceeded with probability below 1e-9.
  EXPECT_NEAR(static_cast<double>(collisions), 1000, 184);
}

}  // namespace
}  // namespace herald
