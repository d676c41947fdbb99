#include "herald/detections/disclosure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "herald/detections/recording_test.h"
#include "herald/detections/synthetic_pairs_test.h"

namespace herald {
namespace {

using ::testing::HasSubstr;

struct Party {
  TimeTags tags;
  Side side;
};

// The whole conversation as two parties would have it, each with its own tags; what one gives the other is bytes.
struct Conversation {
  std::array<SecretBits, 2> alice, bob;
  Bytes alice_stretch, bob_stretch, coarse, sifted;
};
Conversation converse(const TimeTags& a_tags, const TimeTags& b_tags, std::uint64_t end) {
  Conversation c;
  SimulationRandom a_random(1), b_random(2);
  const Stretch a_stretch = stretch_of(a_tags, Side::alice, 0, end), b_stretch = stretch_of(b_tags, Side::bob, 0, end);
  c.alice_stretch = encode(a_stretch), c.bob_stretch = encode(b_stretch);
  const auto at_alice = plan_from(a_stretch, *decode_stretch(c.bob_stretch, Side::bob), {});
  const auto at_bob = plan_from(*decode_stretch(c.alice_stretch, Side::alice), b_stretch, {});
  EXPECT_EQ(encode(at_alice->plan), encode(at_bob->plan));
  const Events bob = own_events(b_tags, Side::bob, at_bob->plan, b_random);
  c.coarse = encode(coarsen(bob, at_bob->plan.bin_width()));
  const Events alice = own_events(a_tags, Side::alice, at_alice->plan, a_random);
  const auto heard = decode_coarse_events(c.coarse, at_alice->plan.bin_width());
  const Matches sifted = sift(match(alice, *heard, at_alice->plan), alice, *heard);
  c.sifted = encode_sifted(sifted);
  c.alice = sifted_bits(alice, sifted.alice);
  c.bob = sifted_bits(bob, *decode_sifted(c.sifted, bob.size()));
  return c;
}

TEST(Disclosure, TwoPartiesSiftTheSamePairsFromBytes) {
  SimulationRandom random(41);
  const auto r =
      synthetic_recording({.duration = 50'000'000, .delays = {{0, 81, 101, 157}, {0, 81, 101, 157}, {}}}, random);
  const Conversation c = converse(r.alice, r.bob, 3'000'000);
  for (const unsigned basis : {0U, 1U}) {
    ASSERT_EQ(c.alice[basis].size(), c.bob[basis].size());
    EXPECT_GT(c.alice[basis].size(), 100u);
    EXPECT_LT(hamming_distance(c.alice[basis].view(), c.bob[basis].view()), c.alice[basis].size() / 8);
  }
}

TEST(DisclosureRecording, TwoPartiesSiftItWithTwoBytesAnEvent) {
  HERALD_RECORDING(tags);
  const Conversation c = converse(tags_of(tags, Side::alice), tags_of(tags, Side::bob), tags.time.back() / 20);
  ASSERT_EQ(c.alice[0].size(), c.bob[0].size());
  EXPECT_GT(c.alice[0].size(), 6500u);
  EXPECT_LT(c.coarse.size(), 2 * 138'000u + 40);
}

TEST(Disclosure, EveryFlippedBitIsAnErrorOrAnotherMessageInItsOneForm) {
  const Stretch stretch{Side::bob, 5, 1000, {{4, 7, 5}, {5, 300, 999}, 1e-12}};
  const CoarseEvents events{8, {0, 1, 200, 100000}, BitString(4)};
  const Matches sifted{{0, 1, 2}, {0, 3, 4}};
  EXPECT_EQ(*decode_stretch(encode(stretch), Side::bob), stretch);
  EXPECT_EQ(*decode_coarse_events(encode(events), 8), events);
  EXPECT_EQ(*decode_sifted(encode_sifted(sifted), 5), sifted.bob);
  const auto damaged = [](const Bytes& bytes, auto&& check) {
    for (std::size_t size = 0; size < bytes.size(); ++size)
      check(Bytes(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)), true);
    for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
      Bytes flipped = bytes;
      flipped[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
      check(flipped, false);
    }
  };
  damaged(encode(stretch), [](const Bytes& bytes, bool must_fail) {
    const auto read = decode_stretch(bytes, Side::bob);
    EXPECT_TRUE(!read || (!must_fail && encode(*read) == bytes));
  });
  damaged(encode(events), [](const Bytes& bytes, bool must_fail) {
    const auto read = decode_coarse_events(bytes, 8);
    EXPECT_TRUE(!read || (!must_fail && encode(*read) == bytes));
  });
  damaged(encode_sifted(sifted), [](const Bytes& bytes, bool must_fail) {
    const auto read = decode_sifted(bytes, 5);
    EXPECT_TRUE(!read || (!must_fail && encode_sifted({{}, *read}) == bytes));
  });
}

TEST(Disclosure, HostileMessagesAreNamed) {
  Writer huge;
  huge.varint(8), huge.varint(std::uint64_t{1} << 63);
  EXPECT_THAT(decode_coarse_events(huge.bytes(), 8).error().message, HasSubstr("more events than it holds"));
  EXPECT_EQ(decode_coarse_events(huge.bytes(), 9).error().code, ErrorCode::disagreement);
  Writer far;
  far.varint(8), far.varint(1), far.varint(~std::uint64_t{0});
  EXPECT_THAT(decode_coarse_events(far.bytes(), 8).error().message, HasSubstr("2^62"));
  Writer beyond;
  beyond.varint(1), beyond.varint(5);
  EXPECT_THAT(decode_sifted(beyond.bytes(), 5).error().message, HasSubstr("never sent"));
  const Stretch alices{Side::alice, 0, 10, {{0}, {3}, 0}};
  EXPECT_THAT(decode_stretch(encode(alices), Side::bob).error().message, HasSubstr("other party's"));
  EXPECT_FALSE(plan_from(alices, alices, {}));
}

}  // namespace
}  // namespace herald
