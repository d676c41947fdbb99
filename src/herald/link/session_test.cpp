// Two honest ends in memory: bytes in pieces of any size and order; whatever they disagree about; budgets that end.

#include "herald/link/session.h"

#include <gtest/gtest.h>

#include "herald/link/two_ends_test.h"
#include "herald/protocol/bb84/parties.h"
#include "herald/protocol/bb84/simulated_light.h"
#include "herald/protocol/eve.h"

namespace herald::link {
namespace {

using Ended = Meeting::Ended;

std::uint64_t keys_in(TestEnd& end) {
  std::uint64_t keys = 0;
  must(end.store().list([&](const store::KeyInfo&) { ++keys; }));
  return keys;
}

std::uint64_t spent(TestEnd& end) { return must(PadBook::open(end.pads())).spent(); }

TEST(Session, BlocksInAPipelineGiveEqualKeysUnderEqualIdsWhateverTheFragments) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    SCOPED_TRACE(seed);
    Pair pair;
    pair.alice.config.blocks_in_flight = 1 + seed % 5;
    pair.restart();
    meet_honestly(pair, seed, 6);
    expect_same_keys(pair);
    // 2048 bits a block: 1024 replenish the pads, the rest is four keys.
    EXPECT_EQ(keys_in(pair.alice), 4 * must(pair.alice.store().link("lab")).next_block);
    EXPECT_EQ(spent(pair.alice), spent(pair.bob));
    EXPECT_EQ(spent(pair.alice), pair.witness.bits());
    EXPECT_EQ(must(pair.alice.store().error_rate("lab")), must(pair.bob.store().error_rate("lab")));
    EXPECT_TRUE(must(pair.alice.store().error_rate("lab")).has_value());
    expect_same_pads(pair);
  }
}

TEST(Session, ManyMeetingsGoOnWhereTheLastOneStopped) {
  Pair pair;
  std::uint64_t next = 0;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    if (seed % 3 == 0) pair.restart();
    meet_honestly(pair, seed, seed % 3);
    expect_same_keys(pair);
    const std::uint64_t now = must(pair.alice.store().link("lab")).next_block;
    EXPECT_GE(now, next);
    EXPECT_EQ(now, must(pair.bob.store().link("lab")).next_block);
    next = now;
  }
  expect_same_pads(pair);
}

TEST(Session, WhatIsTooShortForAKeyBecomesPad) {
  SessionConfig config = Pair::test_session();
  config.replenish_bits = 900;
  config.key_bits = 1000;
  Pair pair(1 << 16, config);
  const std::uint64_t before = must(pair.alice.store().pad_bits_left("lab"));
  meet_honestly(pair, 3, 1);
  const std::uint64_t blocks = must(pair.alice.store().link("lab")).next_block;
  EXPECT_EQ(keys_in(pair.alice), blocks);
  // Of 2048 bits 900 are for the pad, 1000 are a key, 148 are left: two whole ranges. A block takes one and the opening
  // as many.
  EXPECT_EQ(must(pair.alice.store().pad_bits_left("lab")), before + blocks * (1024 - 512) - 512);
  expect_same_pads(pair);
}

TEST(Session, EitherEndStopsItCleanly) {
  for (std::uint64_t seed = 0; seed < 24; ++seed) {
    SCOPED_TRACE(seed);
    Pair pair;
    Meeting meeting(pair, seed);
    const bool by_alice = seed % 2 == 0, both = seed % 3 == 0;
    std::uint64_t steps = 10 * (seed / 4);  // in the opening, and in the midst of blocks
    meeting.each_step = [&] {
      if (steps-- != 0) return;
      meeting.side(by_alice).stop("asked to stop");
      if (both) meeting.side(!by_alice).stop("asked as well");
    };
    EXPECT_EQ(meeting.run(), Ended::over);
    EXPECT_EQ(error_of(meeting.alice()), "");
    EXPECT_EQ(error_of(meeting.bob()), "");
    EXPECT_NE(meeting.side(!by_alice).stopping().value_or("").find("asked"), std::string::npos);
    expect_same_keys(pair);
    expect_same_pads(pair);
  }
}

struct Disagreement {
  Pair pair;
  std::string alice, bob;  // their errors
  ErrorCode code = ErrorCode::aborted;

  void meet() {
    pair.restart();
    Meeting meeting(pair, 1);
    EXPECT_EQ(meeting.run(), Ended::over);
    alice = error_of(meeting.alice());
    bob = error_of(meeting.bob());
    code = meeting.alice().result().error().code;
    EXPECT_EQ(code, meeting.bob().result().error().code);
    EXPECT_FALSE(meeting.alice().open() || meeting.bob().open());
    EXPECT_EQ(spent(pair.alice), 0u) << "no pad is spent on a stranger";
    EXPECT_EQ(spent(pair.bob), 0u);
  }
};

TEST(Session, ParametersThatDifferAreNamedAtBothEnds) {
  Disagreement ends;
  ends.pair.bob_protocol.note = "otherwise";
  ends.meet();
  EXPECT_EQ(ends.code, ErrorCode::disagreement);
  EXPECT_NE(ends.alice.find("here \"note = plain\", there \"note = otherwise\""), std::string::npos) << ends.alice;
  EXPECT_NE(ends.bob.find("here \"note = otherwise\", there \"note = plain\""), std::string::npos) << ends.bob;
}

TEST(Session, KeysCutDifferentlyAreNamed) {
  Disagreement ends;
  ends.pair.alice.config.key_bits = 512;
  ends.meet();
  EXPECT_EQ(ends.code, ErrorCode::disagreement);
  EXPECT_NE(ends.alice.find("here \"key_bits = 512\", there \"key_bits = 256\""), std::string::npos) << ends.alice;
}

TEST(Session, TwoEndsOfTheSameRoleAreRefused) {
  Pair one, two;
  // Alice of one pair meets Alice of another.
  Scheduler scheduler;
  ToyLight light(one.alice_protocol.bits);
  LocalLab lab(scheduler, [&](Wire& wire) { return bb84::serve_transmitter(wire, light); });
  Session here(one.alice.state(), scheduler, lab), there(two.alice.state(), scheduler, lab);
  for (Session* session : {&here, &there}) session->pump();
  const Bytes words = here.take_output();
  here.receive(there.take_output());
  there.receive(words);
  for (Session* session : {&here, &there}) {
    session->pump();
    ASSERT_TRUE(session->over());
    EXPECT_EQ(session->result().error().code, ErrorCode::disagreement);
    EXPECT_NE(error_of(*session).find("both ends are set up as alice"), std::string::npos);
  }
}

TEST(Session, LinksOfDifferentNamesAreRefused) {
  Disagreement ends;
  Pair other(1 << 16, [] {
    SessionConfig config = Pair::test_session();
    config.link = "cellar";
    return config;
  }());
  Scheduler scheduler;
  ToyLight light(other.alice_protocol.bits);
  LocalLab lab(scheduler, [&](Wire& wire) { return bb84::serve_transmitter(wire, light); });
  Session alice(ends.pair.alice.state(), scheduler, lab), bob(other.bob.state(), scheduler, lab);
  for (Session* session : {&alice, &bob}) session->pump();
  alice.receive(bob.take_output());
  alice.pump();
  EXPECT_NE(error_of(alice).find("this end is of link \"lab\", the other of \"cellar\""), std::string::npos)
      << error_of(alice);
}

TEST(Session, AnotherPreSharedKeyIsRefusedBeforeAnyPadIsSpent) {
  Disagreement ends;
  ends.pair.bob.gate_key.flip(17);
  ends.meet();
  EXPECT_EQ(ends.code, ErrorCode::authentication);
  for (const std::string& error : {ends.alice, ends.bob})
    EXPECT_NE(error.find("copy the same key file"), std::string::npos) << error;
}

TEST(Session, APadThatRunsOutSaysSoAndNamesTheWayOut) {
  SessionConfig config = Pair::test_session();
  config.replenish_bits = 0;
  config.key_bits = 2048;  // nothing is left for the pads
  Pair pair(256 + 2 * 8 * 512, config);
  Meeting meeting(pair, 4);
  EXPECT_EQ(meeting.run(), Ended::over);
  ASSERT_TRUE(meeting.alice().over() && !meeting.alice().result());
  EXPECT_EQ(meeting.alice().result().error().code, ErrorCode::exhausted);
  EXPECT_NE(error_of(meeting.alice()).find("new pre-shared key"), std::string::npos) << error_of(meeting.alice());
  EXPECT_EQ(spent(pair.alice), 8u * 512);
  // What was under way is resolved once there are pads again.
  for (TestEnd* end : {&pair.alice, &pair.bob}) must(end->store().import_pre_shared_key("lab", test_psk(2048, 2)));
  pair.restart();
  meet_honestly(pair, 5, 0);
  expect_same_keys(pair);
  EXPECT_GT(keys_in(pair.alice), 0u);
}

// Alice has committed a block and Bob not yet: its pad must not authenticate the meeting that tells him. After that it
// may be all there is.
TEST(Session, ThePadOfABlockIsUsedOnceBothEndsHaveItAndNotBefore) {
  for (const bool enough : {false, true}) {
    SCOPED_TRACE(enough);
    Pair pair(256 + 2 * (enough ? 4 : 2) * 512);  // an opening and a block, perhaps another block and another opening
    pair.bob.events.reached = [](std::string_view point) {
      if (point == "bob: before commit") throw Crash{};
    };
    pair.alice.config.blocks_in_flight = 1;
    pair.restart();
    EXPECT_EQ(Meeting(pair, 6).run(), Ended::crashed);
    pair.bob.events.reached = [](std::string_view) {};
    pair.restart();
    EXPECT_EQ(must(pair.bob.store().prepared("lab")).size(), 1u);
    if (!enough) {
      Meeting meeting(pair, 7);
      EXPECT_EQ(meeting.run(), Ended::over);
      EXPECT_NE(error_of(meeting.alice()).find("new pre-shared key"), std::string::npos) << error_of(meeting.alice());
      for (TestEnd* end : {&pair.alice, &pair.bob}) must(end->store().import_pre_shared_key("lab", test_psk(1024, 2)));
      pair.restart();
    }
    meet_honestly(pair, 8, 3);
    expect_same_keys(pair);
    expect_same_pads(pair);
  }
}

TEST(Session, TheLifetimeBudgetOfEpsilonEndsTheLink) {
  Pair pair;
  pair.alice.config.lifetime = FailureProbability(3e-8 + 1e-12);  // ten blocks of 3e-9
  pair.restart();
  for (int again = 0; again < 2; ++again) {
    Meeting meeting(pair, 8);
    EXPECT_EQ(meeting.run(), Ended::over);
    EXPECT_EQ(error_of(meeting.alice()), "");
    EXPECT_EQ(error_of(meeting.bob()), "");
    for (const bool is_alice : {true, false})
      EXPECT_NE(meeting.side(is_alice).stopping().value_or("").find("lifetime budget"), std::string::npos);
  }
  EXPECT_EQ(must(pair.alice.store().link("lab")).next_block, 10u);
  expect_same_keys(pair);
}

TEST(Session, NoBlockClaimsMoreThanItsTagsAreWorth) {
  Pair pair;
  pair.alice_protocol.failure = pair.bob_protocol.failure = FailureProbability(1e-32);
  std::vector<std::string> reasons;
  for (TestEnd* end : {&pair.alice, &pair.bob})
    end->events.aborted = [&](const Aborted& block) { reasons.push_back(block.reason); };
  pair.restart();
  Meeting meeting(pair, 6);
  EXPECT_EQ(meeting.run(), Ended::over);
  EXPECT_EQ(keys_in(pair.alice) + keys_in(pair.bob), 0u);
  ASSERT_FALSE(reasons.empty());
  for (const std::string& reason : reasons)
    EXPECT_NE(reason.find("epsilon.authentication"), std::string::npos) << reason;
}

// Bob's limits hold too, where Alice has none.
TEST(Session, BobStopsAtHisOwnLimits) {
  for (const bool by_keys : {true, false}) {
    Pair pair;
    (by_keys ? pair.bob.config.until_keys : pair.bob.config.max_blocks) = by_keys ? 9 : 3;
    pair.restart();
    Meeting meeting(pair, 4);
    EXPECT_EQ(meeting.run(), Ended::over);
    EXPECT_EQ(error_of(meeting.alice()) + error_of(meeting.bob()), "");
    EXPECT_EQ(meeting.alice().stopping().value_or("").substr(0, 16), "the peer stops: ");
    EXPECT_GE(keys_in(pair.bob), by_keys ? 9u : 12u);
    EXPECT_LE(keys_in(pair.bob), 6u * 4u) << "those under way, and no more";
    expect_same_keys(pair);
  }
}

// A link that has enough pads sets no more bits aside, and what was used is gone from the store.
TEST(Session, PadsAreSetAsideOnlyUntilThereAreEnough) {
  Pair pair;
  for (TestEnd* end : {&pair.alice, &pair.bob}) end->config.pad_reserve_bits = 2048;
  pair.restart();
  const auto left = [&] { return must(pair.alice.store().pad_bits_left("lab")); };
  std::uint64_t seed = 1;
  while (left() > 4096) meet_honestly(pair, ++seed, 8);
  for (int i = 0; i < 6; ++i) {
    meet_honestly(pair, ++seed, 8);
    EXPECT_GE(left(), 512u);
    EXPECT_LE(left(), 2048u + 5 * 1024u);
  }
  for (TestEnd* end : {&pair.alice, &pair.bob}) {
    EXPECT_LE(must(end->pads().load()).segments.size(), 80u);
    EXPECT_GT(must(end->store().link("lab")).forgotten_before, 0u);
  }
  expect_same_pads(pair);
}

TEST(Session, BlocksWithoutAKeyEndItAfterAFew) {
  Pair pair;
  pair.alice_protocol.disturbed = pair.bob_protocol.disturbed = true;
  std::uint64_t aborted = 0;
  for (TestEnd* end : {&pair.alice, &pair.bob})
    end->events.aborted = [&](const Aborted& block) {
      ++aborted;
      EXPECT_EQ(block.phase, Phase::estimation);
    };
  pair.alice.config.blocks_in_flight = 1;
  pair.alice.config.give_up_after = 4;
  pair.bob.config.give_up_after = 9;
  pair.restart();
  Meeting meeting(pair, 9);
  EXPECT_EQ(meeting.run(), Ended::over);
  EXPECT_EQ(error_of(meeting.alice()), "");
  EXPECT_EQ(error_of(meeting.bob()), "");
  EXPECT_EQ(meeting.alice().stopping(), "4 blocks in a row gave no key");
  EXPECT_EQ(aborted, 8u);
  EXPECT_EQ(keys_in(pair.alice) + keys_in(pair.bob), 0u);
  for (std::uint64_t block = 0; block < 4; ++block) {
    EXPECT_EQ(must(pair.alice.store().decision("lab", block)), store::BlockState::dropped);
    EXPECT_EQ(must(pair.bob.store().decision("lab", block)), store::BlockState::dropped);
  }
  // Its epsilon is spent all the same.
  EXPECT_DOUBLE_EQ(must(pair.bob.store().link("lab")).epsilon_spent.value, 4 * 3e-9);
}

// Real blocks: simulated light, all of BB84, in fragments.
struct RealLink {
  LinkModel model = LinkModel::standard(Kilometre(10));
  bb84::Parameters parameters;
  std::shared_ptr<const ChannelAction> eve;

  struct Protocol final : BlockProtocol {
    bb84::Parameters parameters;
    std::string describe() const override { return parameters.describe(); }
    ErrorRate first_error_rate() const override { return parameters.first_error_rate; }
    ErrorRate abort_error_rate() const override { return parameters.abort_error_rate; }
    Epsilon epsilon() const override { return parameters.epsilon; }
    Party<BlockOutcome> alice(Wire& peer, Wire& lab, BlockContext block, SecretRandom& random) override {
      return bb84::alice(peer, lab, parameters, {block.number, block.expected_error_rate}, random);
    }
    Party<BlockOutcome> bob(Wire& peer, Wire& lab, BlockContext block, SecretRandom& random) override {
      return bb84::bob(peer, lab, parameters, {block.number, block.expected_error_rate}, random);
    }
  };

  RealLink() {
    model.receiver.detectors.fill({Probability(0.9), Probability(1e-7)});
    parameters.pulses_per_block = 3'000'000;
    for (const auto& intensity : model.source.intensities)
      parameters.intensities.push_back({intensity.mean, intensity.probability});
  }

  // Runs `blocks` blocks; each end's error and why it stopped.
  void meet(Pair& pair, std::uint64_t seed, std::uint64_t blocks, std::string& stopped) {
    Protocol protocol;
    protocol.parameters = parameters;
    for (TestEnd* end : {&pair.alice, &pair.bob}) end->protocol = &protocol;
    pair.alice.config.max_blocks = blocks;
    pair.restart();
    const auto light = must(bb84::SimulatedLight::create(model, parameters.pulses_per_block, seed, eve));
    Meeting meeting(pair, seed, light.get());
    EXPECT_EQ(meeting.run(), Ended::over);
    EXPECT_EQ(error_of(meeting.alice()), "");
    EXPECT_EQ(error_of(meeting.bob()), "");
    stopped = meeting.alice().stopping().value_or("");
    pair.alice.stop();
    pair.bob.stop();
    for (TestEnd* end : {&pair.alice, &pair.bob})
      end->protocol = end->is_alice() ? &pair.alice_protocol : &pair.bob_protocol;
    pair.restart();
  }
};

TEST(Session, BlocksOfBb84GoIntoBothStores) {
  RealLink link;
  Pair pair;
  std::string stopped;
  link.meet(pair, 11, 2, stopped);
  EXPECT_EQ(stopped.substr(2), "blocks are distilled");
  expect_same_keys(pair);
  EXPECT_GT(keys_in(pair.alice), 100u);
  expect_same_pads(pair);
}

TEST(Session, EveWhoMeasuresEveryPulseGetsTheLinkStoppedWithoutAKey) {
  RealLink link;
  link.parameters.pulses_per_block = 500'000;
  link.eve = std::make_shared<InterceptResend>(must(InterceptResend::create(link.model, Probability(1))));
  Pair pair;
  std::string stopped;
  link.meet(pair, 12, 20, stopped);
  EXPECT_NE(stopped.find("in a row gave no key"), std::string::npos) << stopped;
  EXPECT_EQ(keys_in(pair.alice) + keys_in(pair.bob), 0u);
  expect_same_pads(pair);
}

}  // namespace
}  // namespace herald::link
