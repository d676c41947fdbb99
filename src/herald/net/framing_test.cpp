#include "herald/net/framing.h"

#include <gtest/gtest.h>

#include "herald/base/random.h"

namespace herald::net {
namespace {

Bytes some_stream(SimulationRandom& random, std::vector<Frame>& frames) {
  Bytes wire = greeting();
  for (std::uint64_t i = 0; i < 20; ++i) {
    Frame frame{random.next_word(), Bytes(random.next_below(300))};
    for (auto& byte : frame.payload) byte = static_cast<std::uint8_t>(random.next_word());
    append_frame(frame.stream, frame.payload, wire);
    frames.push_back(std::move(frame));
  }
  return wire;
}

TEST(Framing, AnyFragmentationGivesTheSameFrames) {
  SimulationRandom random(7);
  for (int trial = 0; trial < 200; ++trial) {
    std::vector<Frame> frames;
    const Bytes wire = some_stream(random, frames);
    FrameDecoder decoder;
    std::size_t got = 0;
    for (std::size_t at = 0; at < wire.size();) {
      const std::size_t piece = std::min<std::size_t>(wire.size() - at, random.next_below(64));
      ASSERT_TRUE(decoder.feed(ByteView(wire).subspan(at, piece)));
      at += piece;
      while (auto frame = decoder.next()) {
        ASSERT_EQ(frame->stream, frames[got].stream);
        ASSERT_EQ(frame->payload, frames[got++].payload);
      }
    }
    ASSERT_EQ(got, frames.size());
  }
}

TEST(Framing, RefusesStrangersOtherVersionsAndImpossibleLengths) {
  const auto error_of = [](Bytes bytes) {
    FrameDecoder decoder;
    const auto result = decoder.feed(bytes);
    return result ? std::string() : result.error().message;
  };
  EXPECT_NE(error_of({'G', 'E', 'T', ' '}).find("right port"), std::string::npos);
  Bytes other = greeting();
  other.back() = 9;
  EXPECT_NE(error_of(other).find("same release"), std::string::npos);
  for (const Bytes& length : {Bytes{0, 0, 0, 0}, Bytes{7, 0, 0, 0}, Bytes{255, 255, 255, 255}, Bytes{0, 0, 0, 128}}) {
    Bytes wire = greeting();
    wire.insert(wire.end(), length.begin(), length.end());
    EXPECT_NE(error_of(wire).find("a frame of"), std::string::npos);
  }
  EXPECT_EQ(error_of(greeting()), "");
}

TEST(Framing, AnErrorSticks) {
  FrameDecoder decoder;
  const Bytes bad{'x'};
  EXPECT_FALSE(decoder.feed(bad));
  EXPECT_FALSE(decoder.feed(greeting()));
}

}  // namespace
}  // namespace herald::net
