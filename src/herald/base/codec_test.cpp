#include "herald/base/codec.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <bit>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "herald/base/random.h"

namespace herald {
namespace {

Bytes varint_bytes(std::uint64_t value) {
  Writer writer;
  writer.varint(value);
  return std::move(writer).take();
}

TEST(Codec, IntegersAreLittleEndian) {
  Writer writer;
  writer.fixed(std::uint8_t{0x01});
  writer.fixed(std::uint16_t{0x0302});
  writer.fixed(std::uint32_t{0x07060504});
  writer.fixed(std::uint64_t{0x0F0E0D0C0B0A0908});
  const Bytes expected = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  EXPECT_EQ(writer.bytes(), expected);
  Reader reader(writer.bytes());
  EXPECT_EQ(reader.fixed<std::uint8_t>(), 0x01);
  EXPECT_EQ(reader.fixed<std::uint16_t>(), 0x0302);
  EXPECT_EQ(reader.fixed<std::uint32_t>(), 0x07060504u);
  EXPECT_EQ(reader.fixed<std::uint64_t>(), 0x0F0E0D0C0B0A0908u);
  EXPECT_TRUE(reader.finish("it"));
}

TEST(Codec, VariableLengthIntegersRoundTripAtEveryLength) {
  for (unsigned shift = 0; shift < 64; ++shift) {
    for (const std::uint64_t value :
         {std::uint64_t{1} << shift, (std::uint64_t{1} << shift) - 1, ~std::uint64_t{0} >> shift}) {
      const Bytes bytes = varint_bytes(value);
      EXPECT_EQ(bytes.size(), std::max<std::size_t>(1, (static_cast<std::size_t>(std::bit_width(value)) + 6) / 7));
      Reader reader(bytes);
      EXPECT_EQ(reader.varint(), value);
      EXPECT_TRUE(reader.finish("it"));
    }
  }
}

// Every string of up to two bytes: it is read exactly when it is what the writer writes.
TEST(Codec, AVariableLengthIntegerHasOneForm) {
  for (unsigned first = 0; first < 256; ++first) {
    for (int second = -1; second < 256; ++second) {
      Bytes bytes = {static_cast<std::uint8_t>(first)};
      if (second >= 0) bytes.push_back(static_cast<std::uint8_t>(second));
      Reader reader(bytes);
      const std::uint64_t value = reader.varint();
      const bool read = reader.finish("it").has_value();
      EXPECT_EQ(read, varint_bytes(value) == bytes);
    }
  }
  const Bytes too_large = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02};
  const Bytes too_long = {0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01};
  for (const Bytes& bytes : {too_large, too_long}) {
    Reader reader(bytes);
    reader.varint();
    EXPECT_FALSE(reader.ok());
  }
}

TEST(Codec, RealsKeepEveryBit) {
  for (const double value : {0.0, -0.0, 1.5, -1e300, 5e-324, std::numeric_limits<double>::infinity(),
                             std::numeric_limits<double>::quiet_NaN()}) {
    Writer writer;
    writer.real(value);
    Reader reader(writer.bytes());
    EXPECT_EQ(std::bit_cast<std::uint64_t>(reader.real()), std::bit_cast<std::uint64_t>(value));
  }
}

TEST(Codec, BitStringsRoundTripAndRefusePadding) {
  SimulationRandom random(3);
  for (std::size_t size = 0; size < 200; ++size) {
    const BitString bits = random_bits(random, size);
    Writer writer;
    writer.bits(bits);
    Reader reader(writer.bytes());
    EXPECT_EQ(reader.bits(size), bits);
    EXPECT_TRUE(reader.finish("it"));
    if (size > 0) {
      Reader limited(writer.bytes());
      limited.bits(size - 1);
      EXPECT_FALSE(limited.ok());
    }
    if (size % 8 != 0) {
      Bytes padded = writer.bytes();
      padded.back() |= 0x80;
      Reader strict(padded);
      EXPECT_TRUE(strict.bits(size).empty());
      EXPECT_FALSE(strict.ok());
    }
  }
}

TEST(Codec, WhatIsWrittenIsReadBack) {
  EXPECT_TRUE(rc::check([](const std::string& text, const std::vector<std::uint8_t>& bytes, std::uint64_t number) {
    Writer writer;
    writer.text(text);
    writer.varint(number);
    writer.counted(bytes);
    writer.raw(bytes);
    Reader reader(writer.bytes());
    RC_ASSERT(reader.text() == text);
    RC_ASSERT(reader.varint() == number);
    const ByteView counted = reader.counted();
    RC_ASSERT(Bytes(counted.begin(), counted.end()) == bytes);
    const ByteView raw = reader.raw(bytes.size());
    RC_ASSERT(Bytes(raw.begin(), raw.end()) == bytes);
    RC_ASSERT(reader.finish("it").has_value());
  }));
}

TEST(Codec, EveryTruncationIsAFault) {
  Writer writer;
  writer.text("quantum");
  writer.fixed(std::uint32_t{7});
  writer.varint(1u << 20);
  writer.bits(BitString(77));
  for (std::size_t size = 0; size < writer.bytes().size(); ++size) {
    Reader reader(ByteView(writer.bytes()).first(size));
    reader.text();
    reader.fixed<std::uint32_t>();
    reader.varint();
    reader.bits(1000);
    const auto result = reader.finish("a message");
    ASSERT_FALSE(result) << size;
    EXPECT_EQ(result.error().code, ErrorCode::malformed);
    EXPECT_TRUE(result.error().message.starts_with("a message is malformed: ")) << result.error().message;
  }
}

TEST(Codec, AClaimOfTwoToTheSixtyThreeBytesAllocatesNothing) {
  for (const std::uint64_t size : {std::uint64_t{1} << 63, ~std::uint64_t{0}, std::uint64_t{100}}) {
    const Bytes bytes = varint_bytes(size);
    Reader counted(bytes), text(bytes), bits(bytes);
    EXPECT_TRUE(counted.counted().empty());
    EXPECT_TRUE(text.text().empty());
    EXPECT_TRUE(bits.bits(~std::size_t{0}).empty());
    EXPECT_FALSE(counted.ok() || text.ok() || bits.ok());
    EXPECT_EQ(counted.remaining(), 0u);
  }
}

TEST(Codec, TheFirstFaultSticksAndLeftoversAreAFault) {
  const Bytes bytes = {1, 2, 3};
  Reader reader(bytes);
  reader.fixed<std::uint64_t>();
  EXPECT_EQ(reader.fixed<std::uint8_t>(), 0);
  reader.fault("something else");
  EXPECT_NE(reader.finish("it").error().message.find("too early"), std::string::npos);
  Reader partial(bytes);
  partial.fixed<std::uint8_t>();
  EXPECT_NE(partial.finish("it").error().message.find("2 bytes follow"), std::string::npos);
}

}  // namespace
}  // namespace herald
