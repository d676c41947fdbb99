#include "herald/base/bits.h"

#include <gtest/gtest.h>

#include "herald/base/random.h"

namespace herald {
namespace {

TEST(Bits, AppendAgreesWithPushBackAtEveryShortLength) {
  SimulationRandom random(1);
  for (std::size_t first = 0; first < 140; ++first) {
    for (std::size_t second = 0; second < 140; second += 7) {
      const BitString a = random_bits(random, first), b = random_bits(random, second);
      BitString appended = a, pushed = a;
      appended.append(b);
      for (std::size_t i = 0; i < second; ++i) pushed.push_back(b[i]);
      ASSERT_EQ(appended, pushed) << first << " " << second;
    }
  }
}

TEST(Bits, SliceAndBytesRoundTrip) {
  SimulationRandom random(2);
  const BitString bits = random_bits(random, 300);
  for (std::size_t begin = 0; begin <= 300; begin += 13) {
    for (std::size_t size = 0; begin + size <= 300; size += 11) {
      const BitString part = slice(bits, begin, size);
      for (std::size_t i = 0; i < size; ++i) ASSERT_EQ(part[i], bits[begin + i]);
      ASSERT_EQ(SecretBits::duplicate_secret(part), secret_slice(bits, begin, size));
      std::vector<std::uint8_t> bytes((size + 7) / 8);
      to_bytes(part, bytes);
      BitString back(size);
      from_bytes(bytes, size, back.words());
      ASSERT_EQ(back, part);
    }
  }
}

TEST(Bits, SecretsAreMoveOnly) {
  static_assert(!std::is_copy_constructible_v<SecretBits> && !std::is_copy_assignable_v<SecretBits>);
  static_assert(!std::is_copy_constructible_v<SecretBytes> && std::is_nothrow_move_constructible_v<SecretBytes>);
  SecretBits bits = SecretBits::duplicate_secret(BitString(100));
  const SecretBits moved = std::move(bits);
  EXPECT_EQ(bits.size(), 0u);  // NOLINT(bugprone-use-after-move,clang-analyzer-cplusplus.Move): left empty
  EXPECT_EQ(moved.size(), 100u);
}

}  // namespace
}  // namespace herald
