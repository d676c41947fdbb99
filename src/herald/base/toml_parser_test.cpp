#include "herald/base/toml_parser.h"

#include <gtest/gtest.h>

#include <string>

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

// Where toml++ 3.3 by itself has undefined behaviour.
TEST(ParseToml, CharactersBeyondAsciiAreNoBlanks) {
  for (const char* text : {"\xc2\xb5 = 3", "a \xef\xbb\xbb= 3", "a = \xe2\xba\x80 3", "[\xd0\x96]",
                           "c = 1 \xef\xb8\x8f", "c = +\"\xc8\x9e\"", "[[\"\"\"lk]\\\xef\xbb\xbd"})
    EXPECT_FALSE(parse_toml(text, "file")) << text;
  EXPECT_EQ((*parse_toml("a = \"\xc2\xb5\" # \xef\xb8\x8f\n", "file"))["a"].value_or(""), std::string("\xc2\xb5"));
  EXPECT_EQ((*parse_toml("a = \"\"\"b\\\n  \xc2\xb5\"\"\"", "file"))["a"].value_or(""), std::string("b\xc2\xb5"));
}

}  // namespace
}  // namespace herald
