#include "herald/auth/one_time_tag.h"

#include <gtest/gtest.h>

#include "herald/auth/one_time_pad.h"
#include "herald/base/random.h"

namespace herald {
namespace {

SecretBits key_from(std::string_view hex) {
  SecretBits key(kTagKeyBits);
  Bytes bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2)
    bytes.push_back(static_cast<std::uint8_t>(std::stoul(std::string(hex.substr(i, 2)), nullptr, 16)));
  from_bytes(bytes, kTagKeyBits, key.words());
  return key;
}
ByteView bytes_of(std::string_view text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }
SecretBits test_key() { return key_from("85d6be7857556d337f4452fe42d506a80103808afb0db2fd4abff6af4149f51b"); }

TEST(OneTimeTag, IsPoly1305AsInRfc8439Section252) {
  OneTimeTag tag(test_key());
  tag.absorb(bytes_of("Cryptographic Forum "));
  tag.absorb(bytes_of("Research Group"));
  EXPECT_EQ(std::move(tag).tag(),
            (Tag{0xa8, 0x06, 0x1d, 0xc1, 0x30, 0x51, 0x36, 0xc6, 0xc2, 0x2b, 0x8b, 0xaf, 0x0c, 0x01, 0x27, 0xa9}));
}

TEST(OneTimeTag, FailureFollowsBernstein) {
  EXPECT_EQ(tag_failure(0).value, 0.0);
  EXPECT_EQ(tag_failure(1).value, 8 * 0x1p-106);
  EXPECT_EQ(tag_failure(17).value, 16 * 0x1p-106);
  EXPECT_LT(tag_failure(std::uint64_t{1} << 40).value, 1e-18) << "a terabyte of transcript stays below the budget";
}

TEST(OneTimePad, IsItsOwnInverseAndFlipsThePadsBits) {
  SimulationRandom random(4);
  for (std::size_t size : {0, 1, 7, 8, 9, 64, 1000}) {
    const BitString pad = random_bits(random, one_time_pad_bits(size));
    Bytes data(size, 0x5A);
    apply_one_time_pad(data, pad);
    Bytes expected(size);
    to_bytes(pad, expected);
    for (std::uint8_t& byte : expected) byte ^= 0x5A;
    EXPECT_EQ(data, expected);
    apply_one_time_pad(data, pad);
    EXPECT_EQ(data, Bytes(size, 0x5A));
  }
}

}  // namespace
}  // namespace herald
