#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "herald/base/random.h"
#include "herald/protocol/computation/joint_computation.h"

namespace herald {
namespace {

RC_GTEST_PROP(Numbers, HexadecimalComesBack, ()) {
  SimulationRandom random(*rc::gen::arbitrary<std::uint64_t>());
  const BitString bits = random_bits(random, *rc::gen::inRange<std::size_t>(1, 300));
  const auto read = read_input(hexadecimal(bits), bits.size());
  RC_ASSERT(read.has_value());
  RC_ASSERT(*read == bits);
}

TEST(Numbers, AreReadAsWritten) {
  const auto value = [](std::string_view text, std::size_t bits) { return hexadecimal(*read_input(text, bits)); };
  EXPECT_EQ(value("17", 8), "0x11");
  EXPECT_EQ(value("0xaBc", 12), "0xabc");
  EXPECT_EQ(value("0x0000001", 1), "0x1");
  EXPECT_EQ(value("18446744073709551615", 64), "0xffffffffffffffff");
  EXPECT_EQ(value("5", 130), "0x000000000000000000000000000000005");
  EXPECT_EQ(hexadecimal(BitString()), "0x");
}

TEST(Numbers, WhatIsNoneOrTooLargeIsRefused) {
  for (const char* text : {"", "0x", "0xg1", "x1", "-1", "+1", " 1", "1 ", "1.5", "18446744073709551616", "0x1 "})
    EXPECT_FALSE(read_input(text, 64)) << text;
  EXPECT_EQ(read_input("0x1ff", 8).error().message, "9 bits where 8 are taken");
  EXPECT_FALSE(read_input("2", 1));
}

}  // namespace
}  // namespace herald
