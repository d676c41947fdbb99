#include "herald/protocol/bbm92/parties.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "herald/base/statistics.h"
#include "herald/detections/disclosure.h"
#include "herald/detections/recording_test.h"
#include "herald/detections/synthetic_pairs_test.h"
#include "herald/protocol/bbm92/lab.h"
#include "herald/protocol/bbm92/messages.h"
#include "herald/protocol/bbm92/observation.h"
#include "herald/protocol/distillation_messages.h"

namespace herald::bbm92 {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;

struct Tags {
  TimeTags alice, bob;
};

Tags synthetic(std::uint64_t duration, double visibility, std::uint64_t seed) {
  SimulationRandom random(seed);
  const SyntheticPairs source{.duration = duration,
                              .pair_rate = 2e-4,
                              .visibility = visibility,
                              .delays = {{0, 81, 101, 157}, {0, 60, 20, 90}, {}}};
  SyntheticRecording recording = synthetic_recording(source, random);
  return {std::move(recording.alice), std::move(recording.bob)};
}

const Tags& good_pairs() {
  static const Tags tags = synthetic(200'000'000, 0.96, 5);
  return tags;
}

// Alice and Bob in memory, each with its own tags; every frame between them is kept.
struct Meeting {
  Scheduler scheduler;
  Wire alice_to_bob{scheduler, "Bob"}, bob_to_alice{scheduler, "Alice"};
  Wire alice_lab{scheduler, "the laboratory"}, alice_source{scheduler, "Alice"};
  Wire bob_lab{scheduler, "the laboratory"}, bob_source{scheduler, "Bob"};
  std::vector<Bytes> from_alice, from_bob;
  std::function<void(Bytes&)> tamper_with_alice = [](Bytes&) {}, tamper_with_bob = [](Bytes&) {};
  SecretRandom random;

  std::pair<Result<BlockOutcome>, Result<BlockOutcome>> run(const Tags& tags, const Parameters& parameters,
                                                            std::uint64_t number = 0) {
    const Recording alices{Origin::recorded, Side::alice, tags.alice}, bobs{Origin::recorded, Side::bob, tags.bob};
    join(alice_lab, alice_source);
    join(bob_lab, bob_source);
    alice_to_bob.connect([this](Bytes frame) {
      from_alice.push_back(frame);
      tamper_with_alice(frame);
      bob_to_alice.deliver(std::move(frame));
    });
    bob_to_alice.connect([this](Bytes frame) {
      from_bob.push_back(frame);
      tamper_with_bob(frame);
      alice_to_bob.deliver(std::move(frame));
    });
    auto alice_server = serve_tags(alice_source, alices), bob_server = serve_tags(bob_source, bobs);
    auto a = alice(alice_to_bob, alice_lab, parameters, {number, parameters.first_error_rate}, random);
    auto b = bob(bob_to_alice, bob_lab, parameters, {number, parameters.first_error_rate}, random);
    for (Party<void>* server : {&alice_server, &bob_server}) server->start(scheduler);
    for (Party<BlockOutcome>* party : {&a, &b}) party->start(scheduler);
    scheduler.run();
    // Whoever is left waiting hears that the other is gone.
    if (!a.done()) alice_to_bob.close(Error{ErrorCode::aborted, "Bob is gone"});
    if (!b.done()) bob_to_alice.close(Error{ErrorCode::aborted, "Alice is gone"});
    scheduler.run();
    return {a.take(), b.take()};
  }

  // A key at both ends, the same one.
  Distilled share_a_key(const Tags& tags, const Parameters& parameters) {
    auto [a, b] = run(tags, parameters);
    for (const auto* end : {&a, &b}) {
      if (!*end) throw std::runtime_error((*end).error().message);
      if (const auto* aborted = std::get_if<Aborted>(&**end)) throw std::runtime_error(aborted->reason);
    }
    Distilled& alice = std::get<Distilled>(*a);
    const Distilled& bob = std::get<Distilled>(*b);
    EXPECT_TRUE(alice.key == bob.key);
    EXPECT_EQ(alice.ledger, bob.ledger);
    EXPECT_EQ(alice.key.provenance().violated, bob.key.provenance().violated);
    EXPECT_EQ(alice.report.key_errors, bob.report.key_errors);
    EXPECT_EQ(alice.key.size(), alice.report.secret_bits);
    return std::move(alice);
  }

  // No key at either end, for the same reason.
  Aborted abort_both(const Tags& tags, const Parameters& parameters) {
    const auto [a, b] = run(tags, parameters);
    for (const auto* end : {&a, &b}) {
      if (!*end) throw std::runtime_error((*end).error().message);
      if (std::holds_alternative<Distilled>(**end)) throw std::runtime_error("a key was made");
    }
    EXPECT_EQ(std::get<Aborted>(*a).phase, std::get<Aborted>(*b).phase);
    EXPECT_EQ(std::get<Aborted>(*a).reason, std::get<Aborted>(*b).reason);
    return std::get<Aborted>(*a);
  }
};

template <Message M>
M only(const std::vector<Bytes>& frames) {
  for (const Bytes& frame : frames)
    if (auto message = decode_frame<M>(frame)) return std::move(*message);
  throw std::runtime_error(std::string(M::kName) + " was never sent");
}

TEST(Bbm92, HonestEndsShareAKeyAndFindNothingViolated) {
  const Distilled block = Meeting().share_a_key(good_pairs(), {});
  EXPECT_GT(block.key.size(), 2000u);
  EXPECT_EQ(block.key.provenance().origin, Origin::recorded);
  EXPECT_EQ(block.key.provenance().theorem, "bbm92-finite");
  EXPECT_THAT(block.key.provenance().violated, ::testing::IsEmpty());
  EXPECT_LE(block.report.disclosed, block.report.disclosed_cap);
  EXPECT_LT(static_cast<double>(block.report.secret_bits), block.report.asymptotic_bits);
}

TEST(Bbm92, TheOtherBasisMakesAKeyToo) {
  Parameters parameters;
  parameters.key_basis_is_x = true;
  const Distilled block = Meeting().share_a_key(good_pairs(), parameters);
  EXPECT_LT(block.report.key_bits, block.report.test_bits);
}

TEST(Bbm92, TheRecordingLeavesAKeyMarkedWithWhatItViolates) {
  HERALD_RECORDING(tags);
  const Tags split{tags_of(tags, Side::alice), tags_of(tags, Side::bob)};
  // The cap from the stretch alone has to allow for its few pairs; one agreed from what the source is known for does
  // not.
  const Distilled cautious = Meeting().share_a_key(split, {});
  EXPECT_GE(cautious.key.size(), 256u);
  Parameters known;
  known.first_error_rate = ErrorRate(0.06);
  known.disclosure_efficiency = 1.15;
  const Distilled block = Meeting().share_a_key(split, known);
  EXPECT_GT(block.key.size(), cautious.key.size());
  EXPECT_GE(block.key.size(), 1500u);
  EXPECT_THAT(block.key.provenance().violated,
              IsSupersetOf({"conjugate-bases", "equal-efficiencies", "unbiased-bits", "memoryless-detectors"}));
}

// What both ends wrote into their ledgers is what went over the wire.
TEST(Bbm92, TheLedgerIsWhatTheWireCarried) {
  Meeting meeting;
  const Distilled block = meeting.share_a_key(good_pairs(), {});
  Ledger tapped;
  for (const LedgerParty party : {LedgerParty::alice, LedgerParty::bob}) {
    const auto add = [&](LedgerItem item, std::uint64_t bits) { tapped.add(item, party, bits); };
    for (const Bytes& frame : party == LedgerParty::alice ? meeting.from_alice : meeting.from_bob) {
      if (const auto stretch = decode_frame<DisclosedStretch>(frame))
        add(LedgerItem::click_positions, 8 * stretch->stretch.size());
      if (const auto times = decode_frame<CoarseTimes>(frame))
        add(LedgerItem::click_positions, 8 * times->events.size());
      if (const auto pairs = decode_frame<Pairs>(frame))
        add(LedgerItem::bases, 8 * pairs->indices.size() + pairs->same_basis.size());
      if (const auto opening = decode_frame<Opening>(frame)) {
        add(LedgerItem::test_bits, opening->bits.size());
        add(LedgerItem::click_positions, 8 * (frame.size() - 1) - opening->bits.size());
      }
      if (decode_frame<Findings>(frame))
        add(LedgerItem::assumption_checks, party == LedgerParty::alice ? kAliceOwnChecks : kBobOwnChecks);
      if (const auto start = decode_frame<ReconciliationStart>(frame))
        add(LedgerItem::reconciliation_seed, 64 * start->frames.size());
      if (const auto queries = decode_frame<ParityQueries>(frame))
        for (const auto& of : queries->frames) add(LedgerItem::reconciliation_queries, 8 * of.queries.size());
      if (const auto parities = decode_frame<Parities>(frame))
        for (const BitString& bits : parities->frames) add(LedgerItem::reconciliation_parities, bits.size());
      if (const auto tags = decode_frame<VerificationTags>(frame)) {
        add(LedgerItem::verification_seed, 256 * tags->frames.size());
        for (const auto& tag : tags->frames) add(LedgerItem::verification_tag, tag.tag.size());
      }
      if (const auto seed = decode_frame<AmplificationSeed>(frame))
        add(LedgerItem::amplification_seed, seed->seed.size());
    }
  }
  EXPECT_EQ(tapped, block.ledger);
  EXPECT_EQ(tapped.bits(LedgerItem::reconciliation_parities), block.report.disclosed);
}

// Eve has every frame. Of a key bit she knows Bob's bin, its neighbours, and that there was a partner.
TEST(Bbm92, TheTranscriptTellsEveNothingOfTheKey) {
  constexpr double kFalseAlarm = 1e-6;
  Meeting meeting;
  const Parameters parameters;
  meeting.share_a_key(good_pairs(), parameters);
  const auto stretch_a = decode_stretch(only<DisclosedStretch>(meeting.from_alice).stretch, Side::alice);
  const auto stretch_b = decode_stretch(only<DisclosedStretch>(meeting.from_bob).stretch, Side::bob);
  const auto preparation = prepare(*stretch_a, *stretch_b, parameters);
  ASSERT_TRUE(preparation);
  const CoincidencePlan& plan = preparation->planned.plan;
  const auto coarse = decode_coarse_events(only<CoarseTimes>(meeting.from_bob).events, plan.bin_width());
  const auto pairs = kinds_of(only<Pairs>(meeting.from_alice), *coarse, parameters);
  ASSERT_TRUE(pairs);

  // What she is after; none of it is on the wire. (Double clicks draw their bits anew here: they are few.)
  SimulationRandom random(1);
  const Events bob = own_events(good_pairs().bob, Side::bob, plan, random);
  ASSERT_EQ(bob.size(), coarse->size());
  std::vector<bool> key;
  std::vector<std::uint64_t> events;
  for (std::size_t k = 0; k < pairs->size(); ++k) {
    if (!pairs->key[k] || pairs->bob[k] == 0 || pairs->bob[k] + 1 == bob.size()) continue;
    events.push_back(pairs->bob[k]);
    key.push_back(bob.bit[pairs->bob[k]]);
  }
  ASSERT_GT(key.size(), 10'000u);
  const auto tell_apart = [&](const std::function<std::uint64_t(std::uint64_t)>& feature) {
    std::vector<std::uint64_t> values, sorted;
    for (const std::uint64_t event : events) values.push_back(feature(event));
    sorted = values;
    std::ranges::sort(sorted);
    constexpr std::size_t kCells = 24;
    std::vector<std::uint64_t> zero(kCells), one(kCells), edges;
    for (std::size_t c = 1; c < kCells; ++c) edges.push_back(sorted[c * sorted.size() / kCells]);
    for (std::size_t i = 0; i < values.size(); ++i)
      ++(key[i] ? one : zero)[static_cast<std::size_t>(std::ranges::upper_bound(edges, values[i]) - edges.begin())];
    return two_sample_chi_square_test(zero, one);
  };
  for (const std::uint64_t modulus : {2U, 3U, 7U, 16U, 101U, 1024U})
    EXPECT_GT(tell_apart([&](std::uint64_t i) { return coarse->bin[i] % modulus; }), kFalseAlarm) << modulus;
  EXPECT_GT(tell_apart([&](std::uint64_t i) { return coarse->bin[i] - coarse->bin[i - 1]; }), kFalseAlarm);
  EXPECT_GT(tell_apart([&](std::uint64_t i) { return coarse->bin[i + 1] - coarse->bin[i]; }), kFalseAlarm);
  // The control: with the bit in it, a feature tells.
  EXPECT_LT(tell_apart([&](std::uint64_t i) { return 2 * (coarse->bin[i] % 12) + bob.bit[i]; }), kFalseAlarm);

  // Fine times and bits are opened of pairs that make no key, and of no others.
  const std::size_t open = pairs->size() - pairs->key.view().count_ones();
  for (const auto* frames : {&meeting.from_alice, &meeting.from_bob})
    EXPECT_EQ(only<Opening>(*frames).offset.size(), open);
}

TEST(Bbm92, AnInterceptedSourceEndsTheBlock) {
  // Eve measures in Z and sends on what she saw: the other basis is pure chance.
  Tags tags = good_pairs();
  SimulationRandom random(7);
  for (std::uint8_t& channel : tags.bob.channel)
    if (channel >= 6) channel = static_cast<std::uint8_t>(6 + (random.next_word() & 1));
  // The delays of the two detectors are mixed up with the bits; a wide window takes both.
  Parameters parameters;
  parameters.half_window = 100;
  const Aborted aborted = Meeting().abort_both(tags, parameters);
  EXPECT_EQ(aborted.phase, Phase::estimation);
  const auto [low, high] =
      binomial_interval(aborted.report.test_errors, aborted.report.test_bits, FailureProbability(1e-6));
  EXPECT_TRUE(low.value <= 0.5 && 0.5 <= high.value) << aborted.report.test_error_rate().value;
}

TEST(Bbm92, UncorrelatedDetectionsEndTheBlock) {
  Tags tags = good_pairs();
  tags.bob = synthetic(200'000'000, 0.96, 6).bob;
  const Aborted aborted = Meeting().abort_both(tags, {});
  EXPECT_EQ(aborted.phase, Phase::sifting);
}

TEST(Bbm92, TooFewDetectionsSayHowManyWouldDo) {
  Parameters parameters;
  parameters.stretch = 0.2;
  const Aborted aborted = Meeting().abort_both(synthetic(20'000'000, 0.96, 8), parameters);
  EXPECT_EQ(aborted.phase, Phase::amplification);
  EXPECT_THAT(aborted.reason, HasSubstr("times as many detections of this quality would leave a key"));
}

TEST(Bbm92, BasesThatAreNotConjugatePayForTheErrorPattern) {
  const Distilled exact = Meeting().share_a_key(good_pairs(), {});
  Parameters parameters;
  parameters.preparation_quality = 0.98;
  parameters.first_error_rate = ErrorRate(0.03);
  const Distilled block = Meeting().share_a_key(good_pairs(), parameters);
  const auto lost = static_cast<double>(exact.key.size() - block.key.size());
  EXPECT_GT(lost, 0.02 * static_cast<double>(block.report.key_bits));
  parameters.preparation_quality = 0.3;
  EXPECT_THAT(Meeting().abort_both(good_pairs(), parameters).reason,
              HasSubstr("no number of detections of this quality leaves a key"));
}

TEST(Bbm92, MoreErrorsThanTheCapAllowsEndTheBlock) {
  Parameters parameters;
  parameters.first_error_rate = ErrorRate(0.02);
  parameters.disclosure_efficiency = 1;  // Shannon's bound: nothing corrects within it
  EXPECT_EQ(Meeting().abort_both(good_pairs(), parameters).phase, Phase::verification);
}

// Each party looks at its own detections, and both mark the key.
TEST(Bbm92, WhatOneEndAloneSeesViolatedBothEndsName) {
  Tags tags = good_pairs();
  // A detector of Bob's repeats itself, after the disclosed stretch.
  TimeTags repeating;
  for (std::size_t i = 0; i < tags.bob.size(); ++i) {
    repeating.push_back(tags.bob.channel[i], tags.bob.time[i]);
    const bool room = i + 1 < tags.bob.size() && tags.bob.time[i + 1] > tags.bob.time[i] + 400;
    if (room && tags.bob.channel[i] == 4 && tags.bob.time[i] > 20'000'000)
      repeating.push_back(4, tags.bob.time[i] + 310);
  }
  tags.bob = std::move(repeating);
  const Distilled block = Meeting().share_a_key(tags, {});
  EXPECT_THAT(block.key.provenance().violated, ::testing::ElementsAre("memoryless-detectors"));
}

TEST(Bbm92, MismatchedDetectorsAreNamed) {
  Tags tags = good_pairs();
  // Alice's detector 3 sees four fifths of what it should.
  SimulationRandom random(9);
  TimeTags dimmed;
  for (std::size_t i = 0; i < tags.alice.size(); ++i)
    if (tags.alice.channel[i] != 3 || random.next_bernoulli(0.8))
      dimmed.push_back(tags.alice.channel[i], tags.alice.time[i]);
  tags.alice = std::move(dimmed);
  const Distilled block = Meeting().share_a_key(tags, {});
  EXPECT_THAT(block.key.provenance().violated, IsSupersetOf({"equal-efficiencies", "qubit-receiver"}));
}

TEST(Bbm92, ARecordingMakesOneBlock) {
  Meeting meeting;
  const auto [a, b] = meeting.run(good_pairs(), {}, 1);
  for (const auto* end : {&a, &b}) {
    ASSERT_FALSE(*end);
    EXPECT_EQ((*end).error().code, ErrorCode::aborted);
    EXPECT_THAT((*end).error().message, HasSubstr("the recording has no more"));
  }
}

TEST(Bbm92, BobDisclosesNoMoreThanWasAgreed) {
  Meeting meeting;
  meeting.tamper_with_alice = [](Bytes& frame) {
    if (!decode_frame<DisclosedStretch>(frame)) return;
    const Stretch all = stretch_of(good_pairs().alice, Side::alice, 0, good_pairs().alice.time.back());
    frame = encode_frame(DisclosedStretch(encode(all)));
  };
  const auto [a, b] = meeting.run(good_pairs(), {});
  ASSERT_FALSE(b);
  EXPECT_THAT(b.error().message, HasSubstr("far more than protocol.stretch"));
  EXPECT_TRUE(meeting.from_bob.empty());
}

TEST(Bbm92, EndsThatPlanOtherwiseGiveUp) {
  Meeting meeting;
  meeting.tamper_with_bob = [](Bytes& frame) {
    if (auto times = decode_frame<CoarseTimes>(frame)) {
      times->plan.back() ^= 1;
      frame = encode_frame(*times);
    }
  };
  const auto [a, b] = meeting.run(good_pairs(), {});
  ASSERT_FALSE(a);
  EXPECT_THAT(a.error().message, HasSubstr("plans the coincidences otherwise"));
}

// Any one bit of any frame flipped: an error, an abort, or (undetected here: tags are the link's) a key; never a crash.
TEST(Bbm92, AFlippedBitNeverDoesMoreThanEndTheBlock) {
  const Tags tags = synthetic(20'000'000, 0.98, 10);
  Parameters parameters;
  parameters.stretch = 0.2;
  parameters.epsilon.secrecy = FailureProbability(1e-3);
  SimulationRandom random(3);
  for (int trial = 0; trial < 100; ++trial) {
    Meeting meeting;
    std::uint64_t countdown = random.next_below(trial % 2 == 0 ? 8 : 40);
    const auto flip = [&](Bytes& frame) {
      if (countdown-- != 0) return;
      const std::uint64_t bit = random.next_below(8 * frame.size());
      frame[bit / 8] = static_cast<std::uint8_t>(frame[bit / 8] ^ (1U << (bit % 8)));
    };
    (trial % 4 < 2 ? meeting.tamper_with_alice : meeting.tamper_with_bob) = flip;
    const auto [a, b] = meeting.run(tags, parameters);
    EXPECT_TRUE(a.has_value() || !a.error().message.empty());
    EXPECT_TRUE(b.has_value() || !b.error().message.empty());
  }
}

TEST(Bbm92Messages, AreReadBackAsTheyWere) {
  Opening opening;
  for (const std::int64_t ticks :
       {std::int64_t{0}, std::int64_t{-1}, std::int64_t{5}, -(std::int64_t{1} << 40), (std::int64_t{1} << 40) - 1}) {
    opening.bits.push_back(ticks > 0);
    opening.offset.push_back(ticks);
  }
  const auto read = decode_frame<Opening>(encode_frame(opening));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->bits, opening.bits);
  EXPECT_EQ(read->offset, opening.offset);
  opening.offset.back() = std::int64_t{1} << 40;
  EXPECT_FALSE(decode_frame<Opening>(encode_frame(opening)));
  EXPECT_FALSE(decode_frame<Findings>(encode_frame(Findings(32))));
  Bytes frame = encode_frame(KeyErrors(7));
  frame.push_back(0);
  EXPECT_FALSE(decode_frame<KeyErrors>(frame));
}

}  // namespace
}  // namespace herald::bbm92
