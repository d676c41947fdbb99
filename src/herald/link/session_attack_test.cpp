// Whoever stands between the ends, or calls one of them, in memory: flips bits, sends garbage, repeats what was said,
// forges what is under no tag. And ends that come back with files of yesterday.

#include <gtest/gtest.h>

#include <filesystem>

#include "herald/link/two_ends_test.h"

namespace herald::link {
namespace {

using Ended = Meeting::Ended;

constexpr std::size_t kMuchPad = 1 << 18;

void flip_bit(Bytes& bytes, std::size_t bit) {
  bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] ^ (1U << (bit % 8)));
}

// Two blocks, and a bit flipped on the way. Afterwards the ends meet without trouble.
void flip_somewhere(int times) {
  SimulationRandom random(31);
  auto pair = std::make_unique<Pair>(kMuchPad);
  int errors = 0, silent = 0, harmless = 0;
  const auto run = [&](Meeting& meeting) {
    std::uint64_t blocks = 0;
    pair->alice.state().events.distilled = [&](const BlockReport&, const Ledger&) {
      if (++blocks == 2) meeting.alice().stop("enough");
    };
    const Ended ended = meeting.run();
    if (ended == Ended::stuck) {
      ++silent;  // a length that became longer: over a real connection a timer ends it
      meeting.hang_up();
    } else if (!meeting.alice().result() || !meeting.bob().result()) {
      ++errors;
    } else {
      ++harmless;
    }
    pair->alice.state().events = pair->alice.events;
  };
  std::uint64_t lengths[2];
  {
    Meeting meeting(*pair, 1);
    run(meeting);
    lengths[0] = meeting.sent_by_alice();
    lengths[1] = meeting.sent_by_bob();
  }
  harmless = 0;
  for (int i = 0; i < times; ++i) {
    SCOPED_TRACE(i);
    const bool from_alice = random.next_below(2) == 0;
    const std::uint64_t target = random.next_below(lengths[from_alice ? 0 : 1]);
    const std::uint64_t bit = random.next_below(8);
    if (i % 40 == 39) pair = std::make_unique<Pair>(kMuchPad);
    {
      Meeting meeting(*pair, random.next_word());
      (from_alice ? meeting.tamper_with_alice : meeting.tamper_with_bob) = [&](std::uint64_t offset, Bytes& bytes) {
        if (offset <= target && target < offset + bytes.size()) flip_bit(bytes, 8 * (target - offset) + bit);
      };
      run(meeting);
    }
    pair->restart();
    meet_honestly(*pair, random.next_word(), 0);
    expect_same_keys(*pair);
    if (testing::Test::HasFailure()) FAIL() << "byte " << target << " of " << (from_alice ? "Alice" : "Bob");
  }
  // Harmless: what tells people why, signs of life, what was said after the last block.
  EXPECT_GT(10 * errors, 8 * times) << silent << " silent, " << harmless << " harmless";
}

TEST(SessionAttack, ABitFlippedAnywhereNeverLeavesKeysThatDiffer) { flip_somewhere(60); }
TEST(Full_SessionAttack, ABitFlippedAnywhereNeverLeavesKeysThatDiffer) { flip_somewhere(4000); }

// What a stranger's bytes do to an end.
struct Called {
  Pair pair;
  Scheduler scheduler;
  ToyLight light{2048};
  LocalLab lab{scheduler, [this](Wire& wire) { return bb84::serve_receiver(wire, light); }};
  std::unique_ptr<Session> session;

  explicit Called(bool alice) { session = std::make_unique<Session>(pair.end(alice).state(), scheduler, lab); }
  // The error, or nothing.
  std::string hear(ByteView bytes) {
    session->pump();
    session->receive(bytes);
    session->pump();
    EXPECT_FALSE(session->open());
    EXPECT_EQ(must(PadBook::open(pair.alice.pads())).spent() + must(PadBook::open(pair.bob.pads())).spent(), 0u);
    return session->over() ? error_of(*session) : "";
  }
};

Bytes with_greeting(Bytes more) {
  Bytes bytes = net::greeting();
  bytes.insert(bytes.end(), more.begin(), more.end());
  return bytes;
}

TEST(SessionAttack, StrangersGetAClearErrorAndNoPad) {
  for (const bool alice : {true, false}) {
    SCOPED_TRACE(alice);
    const std::string_view http = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
    EXPECT_NE(Called(alice).hear(Bytes(http.begin(), http.end())).find("is this the right port?"), std::string::npos);
    EXPECT_EQ(Called(alice).hear({}), "") << "who says nothing is waited for";
    EXPECT_EQ(Called(alice).hear(Bytes{'H', 'E', 'R'}), "");
    Bytes other = net::greeting();
    other.back() = 7;
    EXPECT_NE(Called(alice).hear(other).find("version"), std::string::npos);
    const Bytes lengths[] = {
        {0, 0, 0, 0x80, 1, 2, 3}, {255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 128}, {3, 0, 0, 0, 1, 1, 1}};
    for (const Bytes& length : lengths)
      EXPECT_NE(Called(alice).hear(with_greeting(length)).find("a frame of"), std::string::npos);
    // A frame for a block before anybody has met.
    Bytes early = net::greeting();
    net::append_frame(1, encode_frame(BlockStart()), early);
    EXPECT_NE(Called(alice).hear(early).find("stream 1"), std::string::npos);
    // Something else than a hello.
    Bytes wrong = net::greeting();
    net::append_frame(0, encode_frame(TagMessage()), wrong);
    EXPECT_NE(Called(alice).hear(wrong).find("expected the message \"hello\""), std::string::npos);
    // A text of 2^63 bytes.
    Bytes huge = net::greeting();
    const Bytes claim{Hello::kType, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1};
    net::append_frame(0, claim, huge);
    EXPECT_NE(Called(alice).hear(huge), "");
  }
}

TEST(SessionAttack, GarbageAfterAGoodGreetingEndsIt) {
  SimulationRandom random(5);
  for (int trial = 0; trial < 40; ++trial) {
    Called called(trial % 2 == 0);
    Bytes bytes = net::greeting();
    for (int i = 0; i < 4; ++i) {
      Bytes payload(1 + random.next_below(100));
      for (auto& byte : payload) byte = static_cast<std::uint8_t>(random.next_word());
      payload[0] = static_cast<std::uint8_t>(1 + random.next_below(8));
      net::append_frame(random.next_below(3), payload, bytes);
    }
    EXPECT_NE(called.hear(bytes), "");
  }
}

TEST(SessionAttack, AnEndDoesNotTalkToItsOwnEcho) {
  for (const bool alice : {true, false}) {
    Called called(alice);
    called.session->pump();
    EXPECT_NE(called.hear(called.session->take_output()).find("both ends are set up as"), std::string::npos);
  }
}

// All that Alice said yesterday is said again: her nonce is old, and nothing of it is believed.
TEST(SessionAttack, YesterdaysWordsOpenNothing) {
  Pair pair;
  Bytes said[2];
  {
    Meeting meeting(pair, 3);
    meeting.tamper_with_alice = [&](std::uint64_t, Bytes& bytes) {
      said[0].insert(said[0].end(), bytes.begin(), bytes.end());
    };
    meeting.tamper_with_bob = [&](std::uint64_t, Bytes& bytes) {
      said[1].insert(said[1].end(), bytes.begin(), bytes.end());
    };
    std::uint64_t blocks = 0;
    pair.alice.state().events.distilled = [&](const BlockReport&, const Ledger&) {
      if (++blocks == 2) meeting.alice().stop("enough");
    };
    EXPECT_EQ(meeting.run(), Ended::over);
  }
  for (const bool to_bob : {true, false}) {
    TestEnd& end = pair.end(!to_bob);
    const std::uint64_t before = must(PadBook::open(end.pads())).spent();
    Scheduler scheduler;
    ToyLight light(2048);
    LocalLab lab(scheduler, [&](Wire& wire) { return bb84::serve_receiver(wire, light); });
    Session session(end.state(), scheduler, lab);
    session.pump();
    for (const std::uint8_t byte : said[to_bob ? 0 : 1]) {
      session.receive(Bytes{byte});
      session.pump();
    }
    ASSERT_TRUE(session.over() && !session.result());
    EXPECT_EQ(session.result().error().code, ErrorCode::authentication);
    EXPECT_EQ(must(PadBook::open(end.pads())).spent(), before);
  }
  pair.restart();
  meet_honestly(pair, 4, 1);
  expect_same_keys(pair);
}

// Puts other frames in the place of those that `change` wants changed; sees whole frames whatever the pieces.
Meeting::Tamper rewrite(std::function<void(net::Frame& frame, Bytes& before)> change) {
  struct State {
    net::FrameDecoder decoder;
    bool greeted = false;
  };
  return [state = std::make_shared<State>(), change = std::move(change)](std::uint64_t, Bytes& bytes) {
    must(state->decoder.feed(bytes));
    bytes = std::exchange(state->greeted, true) ? Bytes() : net::greeting();
    while (auto frame = state->decoder.next()) {
      change(*frame, bytes);
      net::append_frame(frame->stream, frame->payload, bytes);
    }
  };
}

// An attacker to whom HMAC-SHA-256 is no obstacle: the one-time tags alone stand between her and the keys.
class GateKeyThief {
 public:
  explicit GateKeyThief(const Pair& pair) : m_key(secret_slice(pair.alice.gate_key, 0, pair.alice.gate_key.size())) {}

  // Rewrites what Alice sends by `change`, which seals what it forged.
  void listen(Meeting& meeting, std::function<void(net::Frame& frame)> change) {
    meeting.tamper_with_alice = rewrite([this, change = std::move(change)](net::Frame& frame, Bytes&) {
      note(0, frame);
      change(frame);
    });
    meeting.tamper_with_bob = rewrite([this](net::Frame& frame, Bytes&) { note(1, frame); });
  }
  template <typename Claim>
  Bytes seal(Claim claim) const {
    Bytes hellos = m_hellos[0];
    hellos.insert(hellos.end(), m_hellos[1].begin(), m_hellos[1].end());
    claim.mac = claim_mac(m_key, hellos, claim);
    return encode_frame(claim);
  }

 private:
  void note(int side, const net::Frame& frame) {
    if (decode_frame<Hello>(frame.payload)) m_hellos[side] = frame.payload;
  }
  SecretBits m_key;
  Bytes m_hellos[2];
};

// Bob holds a block whose fate he does not know, and somebody answers in Alice's place that it was (or was not)
// committed.
TEST(SessionAttack, AForgedResolutionDecidesNothing) {
  for (const auto& [committed, thief] : {std::pair(true, true), {true, false}, {false, true}, {false, false}}) {
    SCOPED_TRACE(testing::Message() << committed << thief);
    Pair pair;
    // Alice commits and her tag is lost, or she never hears Bob's.
    pair.bob.events.reached = [&](std::string_view point) {
      if (point == (committed ? "bob: before commit" : "bob: prepared")) throw Crash{};
    };
    pair.alice.config.blocks_in_flight = 1;
    pair.restart();
    EXPECT_EQ(Meeting(pair, 1).run(), Ended::crashed);
    pair.bob.events.reached = [](std::string_view) {};
    pair.restart();
    {
      Meeting meeting(pair, 2);
      bool forged = false;
      GateKeyThief eve(pair);
      eve.listen(meeting, [&](net::Frame& frame) {
        if (auto resolution = decode_frame<Resolution>(frame.payload)) {
          EXPECT_EQ(resolution->committed.size(), committed ? 1u : 0u);
          resolution->committed = committed ? std::vector<std::uint64_t>() : must(pair.bob.store().prepared("lab"));
          frame.payload = thief ? eve.seal(*resolution) : encode_frame(*resolution);
          forged = true;
        }
      });
      EXPECT_EQ(meeting.run(), Ended::over);
      EXPECT_TRUE(forged);
      const std::string expected = thief ? "Alice's tag on the opening does not verify" : "changed on its way";
      EXPECT_NE(error_of(meeting.bob()).find(expected), std::string::npos) << error_of(meeting.bob());
    }
    EXPECT_EQ(must(pair.bob.store().prepared("lab")).size(), 1u) << "still open";
    pair.restart();
    meet_honestly(pair, 3, 0);
    expect_same_keys(pair);
  }
}

// Bob's standing, changed on its way: he lists blocks that he does not hold, numbers that never were.
TEST(SessionAttack, AForgedStandingIsFoundOutByTheTag) {
  SimulationRandom random(8);
  Pair pair(kMuchPad);
  meet_honestly(pair, 1, 3);
  for (int trial = 0; trial < 20; ++trial) {
    Meeting meeting(pair, random.next_word());
    meeting.tamper_with_bob = rewrite([&](net::Frame& frame, Bytes&) {
      if (auto standing = decode_frame<Standing>(frame.payload)) {
        if (trial % 2 == 0)
          standing->prepared.push_back(random.next_below(4));
        else
          standing->next_block += 1 + random.next_below(1000);
        if (trial % 5 == 4) standing->next_block = ~std::uint64_t{0};
        frame.payload = encode_frame(*standing);
      }
    });
    EXPECT_EQ(meeting.run(), Ended::over);
    EXPECT_FALSE(meeting.alice().open() || meeting.bob().open());
    pair.restart();
  }
  meet_honestly(pair, 2, 1);
  EXPECT_LT(must(pair.alice.store().link("lab")).next_block, 20u) << "a forged number was believed";
  expect_same_keys(pair);
}

// Notices are under no tag: a forged one ends the session, at worst, and nothing else.
TEST(SessionAttack, ForgedNoticesDoNoMoreThanEndTheSession) {
  SimulationRandom random(9);
  Pair pair(kMuchPad);
  for (int trial = 0; trial < 24; ++trial) {
    SCOPED_TRACE(trial);
    const bool to_bob = trial % 2 == 0;
    std::uint64_t frames = 4 + random.next_below(20);
    {
      Meeting meeting(pair, random.next_word());
      std::uint64_t blocks = 0;
      pair.alice.state().events.distilled = [&](const BlockReport&, const Ledger&) {
        if (++blocks == 3) meeting.alice().stop("enough");
      };
      (to_bob ? meeting.tamper_with_alice : meeting.tamper_with_bob) = rewrite([&](net::Frame&, Bytes& before) {
        if (frames-- != 0) return;
        const Notice forged(static_cast<Notice::Kind>(trial / 2 % 4), random.next_below(4), "\x1b[2Jforged");
        net::append_frame(0, encode_frame(forged), before);
      });
      EXPECT_EQ(meeting.run(), Ended::over);
      EXPECT_EQ(meeting.alice().stopping().value_or("").find('\x1b'), std::string::npos);
    }
    pair.restart();
    meet_honestly(pair, random.next_word(), 0);
    expect_same_keys(pair);
  }
}

// Frames swapped between two blocks, and a block start that names pads of others.
TEST(SessionAttack, BlocksDoNotTakeEachOthersWords) {
  for (int trial = 0; trial < 6; ++trial) {
    SCOPED_TRACE(trial);
    Pair pair(kMuchPad);
    {
      Meeting meeting(pair, 20 + static_cast<std::uint64_t>(trial));
      std::optional<PadRange> first;
      int seen = 0;
      std::uint64_t given_up = 0;
      pair.bob.state().events.aborted = [&](const Aborted&) {
        if (++given_up == 1) meeting.bob().stop("enough");
      };
      GateKeyThief eve(pair);
      eve.listen(meeting, [&](net::Frame& frame) {
        if (auto start = decode_frame<BlockStart>(frame.payload)) {
          if (!first)
            first = start->pad;
          else if (trial == 0)
            start->pad = *first;
          else if (trial == 1)
            start->block = 0;
          else if (trial == 2)
            start->pad.length = 0;
          else if (trial == 3)
            start->pad.offset = ~std::uint64_t{0} - 10;
          else if (trial == 4)
            start->expected_error_rate = -1;
          frame.payload = eve.seal(*start);
        } else if (trial == 5 && frame.stream == 2 && ++seen == 1) {
          frame.stream = 1;
        }
      });
      EXPECT_EQ(meeting.run(), Ended::over);
      EXPECT_TRUE(given_up != 0 || !error_of(meeting.bob()).empty()) << "a block is given up, or the session";
    }
    pair.restart();
    meet_honestly(pair, 30, 1);
    expect_same_keys(pair);
  }
}

// Somebody changes the range that a block names: nothing is spent.
TEST(SessionAttack, NobodyWithoutThePreSharedKeyBurnsPads) {
  Pair pair(kMuchPad);
  Meeting meeting(pair, 1);
  std::uint64_t before = 0;
  meeting.tamper_with_alice = rewrite([&](net::Frame& frame, Bytes&) {
    auto start = decode_frame<BlockStart>(frame.payload);
    if (!start || before != 0) return;
    before = must(PadBook::open(pair.bob.pads())).spent();
    start->pad.offset += 8 * kBlockPadBits;
    frame.payload = encode_frame(*start);
  });
  EXPECT_EQ(meeting.run(), Ended::over);
  EXPECT_NE(error_of(meeting.bob()).find("nothing is spent"), std::string::npos) << error_of(meeting.bob());
  EXPECT_NE(before, 0u);
  EXPECT_EQ(must(PadBook::open(pair.bob.pads())).spent(), before);
}

// Somebody who has the gate's key makes Bob burn bits that Alice will name later. Those blocks give no key, and the
// link goes on.
TEST(SessionAttack, ARangeThatSomebodyBurntCostsABlockAndNoMore) {
  Pair pair(kMuchPad);
  bool done = false;
  {
    Meeting meeting(pair, 1);
    GateKeyThief eve(pair);
    eve.listen(meeting, [&](net::Frame& frame) {
      auto start = decode_frame<BlockStart>(frame.payload);
      if (!start || std::exchange(done, true)) return;
      start->pad.offset += 8 * kBlockPadBits;
      frame.payload = eve.seal(*start);
    });
    meeting.run();
    EXPECT_TRUE(done);
  }
  pair.restart();
  std::vector<std::string> reasons;
  pair.bob.state().events.aborted = [&](const Aborted& aborted) { reasons.push_back(aborted.reason); };
  pair.alice.config.blocks_in_flight = 1;
  meet_honestly(pair, 2, 10);
  EXPECT_EQ(reasons.size(), 1u);
  for (const std::string& reason : reasons) EXPECT_NE(reason.find("spent before"), std::string::npos) << reason;
  expect_same_keys(pair);
}

struct Yesterday {
  Pair pair{kMuchPad};

  // Runs blocks, keeps a copy of one end's files, runs more, and puts the copy back.
  void come(bool alice) {
    meet_honestly(pair, 1, 2);
    TestEnd& end = pair.end(alice);
    end.stop();
    const std::filesystem::path copy = pair.directory / "copy.db";
    std::filesystem::copy_file(end.database, copy);
    end.restart();
    meet_honestly(pair, 2, 3);
    end.stop();
    for (const char* part : {"-wal", "-shm", "-journal"}) std::filesystem::remove(end.database.string() + part);
    std::filesystem::copy_file(copy, end.database, std::filesystem::copy_options::overwrite_existing);
    end.restart();
  }
};

TEST(SessionAttack, AnAliceRestoredFromAnOldCopyIsRefusedBeforeAPadIsUsedTwice) {
  Yesterday yesterday;
  yesterday.come(true);
  Pair& pair = yesterday.pair;
  pair.witness = {};  // she names bits twice, and Bob must refuse to use them
  const std::uint64_t before = must(PadBook::open(pair.bob.pads())).spent();
  Meeting meeting(pair, 3);
  EXPECT_EQ(meeting.run(), Ended::over);
  EXPECT_EQ(meeting.bob().result().error().code, ErrorCode::insecure);
  EXPECT_NE(error_of(meeting.bob()).find("was a store restored from an old copy?"), std::string::npos);
  EXPECT_FALSE(meeting.alice().open());
  EXPECT_EQ(must(PadBook::open(pair.bob.pads())).spent(), before);
}

TEST(SessionAttack, ABobRestoredFromAnOldCopyUsesNoPadTwice) {
  Yesterday yesterday;
  yesterday.come(false);
  Pair& pair = yesterday.pair;
  // Alice, who draws the ranges, is ahead of him; block numbers go on from hers. What he lost stays lost.
  const std::uint64_t next = must(pair.alice.store().link("lab")).next_block;
  ASSERT_LT(must(pair.bob.store().link("lab")).next_block, next);
  meet_honestly(pair, 3, 1);
  std::set<std::uint64_t> blocks;
  must(pair.bob.store().list([&](const store::KeyInfo& key) { blocks.insert(key.block); }));
  EXPECT_GE(*blocks.rbegin(), next);
  for (const std::uint64_t block : blocks) {
    const auto at_alice = must(pair.alice.store().decision("lab", block));
    EXPECT_EQ(at_alice, store::BlockState::committed);
  }
}

}  // namespace
}  // namespace herald::link
