#include "herald/protocol/bb84/parties.h"

#include <gtest/gtest.h>

#include "herald/base/statistics.h"
#include "herald/protocol/bb84/lab.h"
#include "herald/protocol/bb84/messages.h"
#include "herald/protocol/bb84/simulated_light.h"
#include "herald/protocol/distillation_messages.h"
#include "herald/protocol/eve.h"

namespace herald::bb84 {
namespace {

struct LinkSetup {
  LinkModel model = LinkModel::standard(Kilometre(10));
  Parameters parameters;
  std::shared_ptr<const ChannelAction> eve;
  std::uint64_t seed = 11;

  LinkSetup() {
    parameters.pulses_per_block = 40'000'000;
    for (const auto& intensity : model.source.intensities)
      parameters.intensities.push_back({intensity.mean, intensity.probability});
  }
};

// Alice and Bob in memory, each with its laboratory; every frame between them is kept.
struct Meeting {
  Scheduler scheduler;
  Wire alice_to_bob{scheduler, "Bob"}, bob_to_alice{scheduler, "Alice"};
  Wire alice_lab{scheduler, "the laboratory"}, alice_source{scheduler, "Alice"};
  Wire bob_lab{scheduler, "the laboratory"}, bob_source{scheduler, "Bob"};
  std::vector<Bytes> from_alice, from_bob;
  std::function<void(Bytes&)> tamper = [](Bytes&) {};  // with what Alice sends
  SecretRandom random;

  std::pair<Result<BlockOutcome>, Result<BlockOutcome>> run(const LinkSetup& setup) {
    auto light = SimulatedLight::create(setup.model, setup.parameters.pulses_per_block, setup.seed, setup.eve);
    EXPECT_TRUE(light.has_value());
    join(alice_lab, alice_source);
    join(bob_lab, bob_source);
    alice_to_bob.connect([this](Bytes frame) {
      from_alice.push_back(frame);
      tamper(frame);
      bob_to_alice.deliver(std::move(frame));
    });
    bob_to_alice.connect([this](Bytes frame) {
      from_bob.push_back(frame);
      alice_to_bob.deliver(std::move(frame));
    });
    auto transmitter = serve_transmitter(alice_source, **light);
    auto receiver = serve_receiver(bob_source, **light);
    auto a = alice(alice_to_bob, alice_lab, setup.parameters, {0, setup.parameters.first_error_rate}, random);
    auto b = bob(bob_to_alice, bob_lab, setup.parameters, {0, setup.parameters.first_error_rate}, random);
    for (Party<void>* server : {&transmitter, &receiver}) server->start(scheduler);
    for (Party<BlockOutcome>* party : {&a, &b}) party->start(scheduler);
    scheduler.run();
    // Whoever is left waiting hears that the other is gone.
    if (!a.done()) alice_to_bob.close(Error{ErrorCode::aborted, "Bob is gone"});
    if (!b.done()) bob_to_alice.close(Error{ErrorCode::aborted, "Alice is gone"});
    scheduler.run();
    return {a.take(), b.take()};
  }
};

TEST(Bb84, HonestEndsShareAKeyWhoseFiguresTheyAgreeOn) {
  const LinkSetup setup;
  Meeting meeting;
  const auto [a, b] = meeting.run(setup);
  ASSERT_TRUE(a.has_value()) << a.error().message;
  ASSERT_TRUE(b.has_value()) << b.error().message;
  ASSERT_TRUE(std::holds_alternative<Distilled>(*a)) << std::get<Aborted>(*a).reason;
  ASSERT_TRUE(std::holds_alternative<Distilled>(*b)) << std::get<Aborted>(*b).reason;
  const Distilled& alice = std::get<Distilled>(*a);
  const Distilled& bob = std::get<Distilled>(*b);
  EXPECT_TRUE(alice.key == bob.key);
  EXPECT_GT(alice.key.size(), 10'000u);
  EXPECT_EQ(alice.key.size(), alice.report.secret_bits);
  EXPECT_EQ(alice.key.provenance().origin, Origin::simulated);
  EXPECT_EQ(alice.key.provenance().theorem, "bb84-finite");
  EXPECT_EQ(alice.ledger, bob.ledger);
  EXPECT_EQ(alice.report.key_errors, bob.report.key_errors);
  EXPECT_LE(alice.report.disclosed, alice.report.disclosed_cap);
  EXPECT_LT(static_cast<double>(alice.report.secret_bits), alice.report.asymptotic_bits);
}

// What both ends wrote into their ledgers is what went over the wire.
TEST(Bb84, TheLedgerIsWhatTheWireCarried) {
  const LinkSetup setup;
  Meeting meeting;
  const auto [a, b] = meeting.run(setup);
  ASSERT_TRUE(a && std::holds_alternative<Distilled>(*a));
  Ledger tapped;
  const auto add = [&tapped](LedgerItem item, LedgerParty party, std::uint64_t bits) { tapped.add(item, party, bits); };
  for (const Bytes& frame : meeting.from_bob) {
    if (const auto detections = decode_frame<Detections>(frame)) {
      add(LedgerItem::click_positions, LedgerParty::bob, 8 * detections->positions.size());
      add(LedgerItem::bases, LedgerParty::bob, detections->basis.size());
    } else if (const auto test = decode_frame<TestBits>(frame)) {
      add(LedgerItem::test_bits, LedgerParty::bob, test->bits.size());
    } else if (const auto queries = decode_frame<ParityQueries>(frame)) {
      for (const auto& of : queries->frames)
        add(LedgerItem::reconciliation_queries, LedgerParty::bob, 8 * of.queries.size());
    }
  }
  for (const Bytes& frame : meeting.from_alice) {
    if (const auto announcement = decode_frame<Announcement>(frame)) {
      add(LedgerItem::bases, LedgerParty::alice, announcement->basis.size() + 2 * announcement->intensity.size());
      add(LedgerItem::test_bits, LedgerParty::alice, announcement->test_bits.size());
    } else if (const auto start = decode_frame<ReconciliationStart>(frame)) {
      add(LedgerItem::reconciliation_seed, LedgerParty::alice, 64 * start->frames.size());
    } else if (const auto parities = decode_frame<Parities>(frame)) {
      for (const BitString& bits : parities->frames)
        add(LedgerItem::reconciliation_parities, LedgerParty::alice, bits.size());
    } else if (const auto tags = decode_frame<VerificationTags>(frame)) {
      for (const auto& tag : tags->frames) {
        add(LedgerItem::verification_seed, LedgerParty::alice, 256);
        add(LedgerItem::verification_tag, LedgerParty::alice, tag.tag.size());
      }
    } else if (const auto seed = decode_frame<AmplificationSeed>(frame)) {
      add(LedgerItem::amplification_seed, LedgerParty::alice, seed->seed.size());
    }
  }
  const Distilled& distilled = std::get<Distilled>(*a);
  EXPECT_EQ(tapped, distilled.ledger);
  EXPECT_EQ(tapped.bits(LedgerItem::reconciliation_parities), distilled.report.disclosed);
  EXPECT_EQ(tapped.bits(LedgerItem::amplification_seed), distilled.report.key_bits - 1);
}

TEST(Bb84, InterceptAndResendOnEverythingShowsAQuarterOfErrorsAndEndsIt) {
  LinkSetup setup;
  setup.model.receiver.misalignment = Probability(0);
  setup.eve = std::make_shared<InterceptResend>(InterceptResend::create(setup.model, Probability(1)).value());
  Meeting meeting;
  const auto [a, b] = meeting.run(setup);
  ASSERT_TRUE(a && b);
  const Aborted& aborted = std::get<Aborted>(*a);
  EXPECT_EQ(aborted.phase, Phase::estimation);
  EXPECT_EQ(std::get<Aborted>(*b).phase, Phase::estimation);
  // Resent single photons err in a quarter of the cases; dark counts add at most 1e-3 at this distance.
  const auto n = static_cast<double>(aborted.report.test_bits);
  const double deviation = std::sqrt(0.25 * 0.75 / n);  // false alarm 2 Q(6) < 1e-8
  EXPECT_NEAR(aborted.report.test_error_rate().value, 0.25, 6 * deviation + 1e-3);
}

TEST(Bb84, DecoysSeePhotonNumberSplittingAndWithoutThemItPasses) {
  LinkSetup setup;
  setup.model = LinkModel::standard(Kilometre(60));
  setup.parameters.pulses_per_block = 500'000'000;
  Meeting quiet, attacked;
  const auto [honest, honest_bob] = quiet.run(setup);
  ASSERT_TRUE(honest && std::holds_alternative<Distilled>(*honest));
  setup.eve = std::make_shared<PhotonNumberSplitting>(PhotonNumberSplitting::create(setup.model).value());
  const auto [a, b] = attacked.run(setup);
  ASSERT_TRUE(a && b);
  // With decoys there is no key, though not one error more was made.
  const Aborted& aborted = std::get<Aborted>(*a);
  EXPECT_EQ(aborted.phase, Phase::amplification);
  const BlockReport& before = std::get<Distilled>(*honest).report;
  EXPECT_LE(aborted.report.test_error_rate().value,
            before.test_error_rate().value + 6 * std::sqrt(0.01 / static_cast<double>(before.test_bits)));
  EXPECT_LT(static_cast<double>(aborted.report.asymptotic_bits), 0.01 * before.asymptotic_bits + 1);
}

TEST(Bb84, FramesThatFailStayInTheBlockAndCountAsLeaked) {
  LinkSetup setup;
  setup.parameters.frame_bits = 16384;
  Meeting meeting;
  // Alice's first parity of the first round is wrong: that frame cannot verify.
  bool done = false;
  meeting.tamper = [&](Bytes& frame) {
    if (auto parities = decode_frame<Parities>(frame); parities && !done) {
      done = true;
      for (std::size_t i = 0; i < parities->frames[0].size(); ++i)
        if (i % 2 == 0) parities->frames[0].flip(i);
      frame = encode_frame(*parities);
    }
  };
  const auto [a, b] = meeting.run(setup);
  ASSERT_TRUE(a && b) << (a ? b.error().message : a.error().message);
  ASSERT_TRUE(std::holds_alternative<Distilled>(*a)) << std::get<Aborted>(*a).reason;
  const Distilled& distilled = std::get<Distilled>(*a);
  EXPECT_TRUE(distilled.key == std::get<Distilled>(*b).key);
  EXPECT_EQ(distilled.report.failed_frames, 1u);
  EXPECT_GT(distilled.ledger.bits(LedgerItem::opened_frames), 10'000u);
  EXPECT_GT(distilled.report.disclosed_cap, distilled.ledger.bits(LedgerItem::opened_frames));
}

TEST(Bb84, FarMoreErrorsThanExpectedEndTheBlockWithoutAKey) {
  LinkSetup setup;
  setup.model.receiver.misalignment = Probability(0.06);
  setup.parameters.first_error_rate = ErrorRate(0.001);
  Meeting meeting;
  const auto [a, b] = meeting.run(setup);
  ASSERT_TRUE(a && b);
  EXPECT_EQ(std::get<Aborted>(*a).phase, Phase::verification);
  EXPECT_EQ(std::get<Aborted>(*b).phase, Phase::verification);
}

// Any one bit of any frame flipped: an error, an abort, or (undetected here: tags are the link's) a key; never a crash.
TEST(Bb84, AFlippedBitNeverDoesMoreThanEndTheBlock) {
  LinkSetup setup;
  setup.parameters.pulses_per_block = 2'000'000;
  SimulationRandom random(3);
  for (int trial = 0; trial < 60; ++trial) {
    Meeting meeting;
    std::uint64_t countdown = random.next_below(40);
    meeting.tamper = [&](Bytes& frame) {
      if (countdown-- == 0) {
        const std::uint64_t bit = random.next_below(8 * frame.size());
        frame[bit / 8] = static_cast<std::uint8_t>(frame[bit / 8] ^ (1U << (bit % 8)));
      }
    };
    const auto [a, b] = meeting.run(setup);
    EXPECT_TRUE(a.has_value() || !a.error().message.empty());
    EXPECT_TRUE(b.has_value() || !b.error().message.empty());
  }
}

}  // namespace
}  // namespace herald::bb84
