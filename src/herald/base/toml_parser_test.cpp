#include "herald/base/toml_parser.h"

#include <gtest/gtest.h>

namespace herald {
namespace {

TEST(ParseToml, ReadsATable) { EXPECT_EQ((*parse_toml("[a]\nb = 3", "file"))["a"]["b"].value_or(0), 3); }

TEST(ParseToml, SaysWhere) {
  const auto wrong = parse_toml("a = 1\nb = = 2\n", "file");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, ErrorCode::malformed);
  EXPECT_EQ(wrong.error().message.substr(0, 7), "file:2:") << wrong.error().message;
}

TEST(ParseToml, WhatTripsTheParsersAssertionsIsMalformed) {
  for (const char* text : {"[\x01", "[", "[[", "[ \xe2\x80\x8b]", "[,]", "[#]", "[=]"}) {
    const auto wrong = parse_toml(text, "file");
    ASSERT_FALSE(wrong) << text;
    EXPECT_EQ(wrong.error().code, ErrorCode::malformed);
  }
}

}  // namespace
}  // namespace herald
