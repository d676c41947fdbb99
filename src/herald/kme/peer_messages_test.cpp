#include "herald/kme/peer_messages.h"

#include <gtest/gtest.h>

namespace herald::kme {
namespace {

std::vector<PeerMessage> examples() {
  const JournalHead head{7, {1, 2, 3}};
  return {Hello{kPeerVersion, "kme-a", head, {}, Bytes(5, 6), 3},
          Agreed{head},
          Lots{true, 3, 9, {{4, 100, 0}, {9, 32, 32}}},
          Assign{5, head, "vpn-1", {"vpn-2", "vpn-3"}, 1000, {{Uuid{{9}}, {{4, 32, 32}, {5, 0, 16}}}}},
          Assign{5,
                 head,
                 "vpn-1",
                 {"vpn-2"},
                 1000,
                 {{Uuid{{9}}, {{4, 32, 64}}, OneTimeSealed{Bytes(32, 7), {1, 2}}}},
                 Encapsulation{Bytes(9, 8), {7}}},
          Fetched{6, head},
          Done{6, head, "no such application"},
          Relay{head, "kme-a", "kme-c", {"kme-b", "kme-c"}, 3, 1, 2, {}, {{4, 32, 64}}, {Bytes(32, 7), {1, 2}}},
          Arrived{3, {}},
          Proof{3, {4, 5}, {6, 7}},
          LinkState{"kme-a", 9, true, {{"kme-b", 1000}, {"kme-d", 0}}},
          DeviceLot{3, {}, {Uuid{{1}}, Uuid{{2}}}},
          DeviceRefusal{3, "the box is off"},
          StreamOffer{7, Uuid{{1}}, Uuid{{2}}, "vpn-1", "vpn-2", {32, 1, 2, 3, 4, 5, 6, "a/b", false}, 1000},
          StreamNews{8, Uuid{{1}}, true, 9}};
}

TEST(PeerMessages, AreReadAsTheyWereWritten) {
  for (const PeerMessage& message : examples()) {
    const auto read = decode_peer_message(encode(message));
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->index(), message.index());
    EXPECT_EQ(encode(*read), encode(message));
  }
}

TEST(PeerMessages, CutOrPaddedOrOfAnotherVersionTheyAreRefused) {
  for (const PeerMessage& message : examples()) {
    Bytes bytes = encode(message);
    for (std::size_t size = 0; size < bytes.size(); ++size)
      EXPECT_FALSE(decode_peer_message(ByteView(bytes).first(size)));
    bytes.push_back(0);
    EXPECT_FALSE(decode_peer_message(bytes));
  }
  EXPECT_FALSE(decode_peer_message(encode(Hello{kPeerVersion + 1, "kme-a", {}, {}, {}})));
  EXPECT_FALSE(decode_peer_message(encode(Hello{kPeerVersion, "", {}, {}, {}})));
  EXPECT_FALSE(decode_peer_message(Bytes{14}));
}

TEST(PeerMessages, WhatCannotBeMeantIsRefused) {
  for (const Lots& lots : {Lots{true, 3, 9, {{3, 1, 0}}},
                           {true, 3, 9, {{10, 1, 0}}},
                           {true, 0, 9, {{5, 1, 0}, {5, 1, 0}}},
                           {true, 0, 9, {{5, 1, 2}}}})
    EXPECT_FALSE(decode_peer_message(encode(lots)));
  EXPECT_FALSE(decode_peer_message(encode(Assign{1, {}, "m", {}, 0, {{Uuid{}, {{1, 0, 1}}}}})));
  EXPECT_FALSE(decode_peer_message(encode(Assign{1, {}, "m", {"s"}, 0, {}})));
  EXPECT_FALSE(decode_peer_message(encode(Assign{1, {}, "m", {"s"}, 0, {{Uuid{}, {}}}})));
  EXPECT_FALSE(decode_peer_message(encode(Assign{1, {}, "m\n", {"s"}, 0, {{Uuid{}, {{1, 0, 1}}}}})));
  EXPECT_FALSE(decode_peer_message(encode(Relay{{}, "a", "c", {}, 1, 2, 2, {}, {{1, 0, 1}}, {}})));
  EXPECT_FALSE(decode_peer_message(encode(Relay{{}, "a", "c", {}, 1, 0, kMostShares + 1, {}, {{1, 0, 1}}, {}})));
  EXPECT_FALSE(decode_peer_message(encode(DeviceLot{1, {}, {}})));
  EXPECT_FALSE(decode_peer_message(encode(DeviceLot{1, {}, std::vector<Uuid>(kMostDeviceKeys + 1)})));
}

}  // namespace
}  // namespace herald::kme
