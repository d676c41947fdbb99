#include "herald/base/uuid.h"

#include <set>

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace herald {
namespace {

TEST(Uuid, PrintedAndParsedComesBackAndNothingElseParses) {
  EXPECT_TRUE(rc::check([](const std::array<std::uint8_t, 16>& bytes) {
    const std::string text = to_string(Uuid{bytes});
    RC_ASSERT(uuid_from_string(text).value() == Uuid{bytes});
    for (std::size_t i = 0; i < text.size(); ++i) {
      std::string wrong = text;
      wrong[i] = text[i] == '-' ? '0' : 'g';
      RC_ASSERT(!uuid_from_string(wrong));
      RC_ASSERT(!uuid_from_string(text.substr(0, i)));
    }
    RC_ASSERT(!uuid_from_string(text + "0"));
  }));
  EXPECT_EQ(uuid_from_string("123E4567-E89B-82D3-A456-426614174000").value(),
            uuid_from_string("123e4567-e89b-82d3-a456-426614174000").value());
}

TEST(Uuid, KeyIdsCarryVersionEightAndDifferInLinkBlockAndIndex) {
  std::set<Uuid> seen;
  for (const char* link : {"", "a", "ab", "alice-bob"})
    for (std::uint64_t block = 0; block < 20; ++block)
      for (std::uint64_t index = 0; index < 20; ++index) {
        const Uuid id = key_id(link, block, index);
        EXPECT_EQ(id.bytes[6] >> 4, 8);
        EXPECT_EQ(id.bytes[8] >> 6, 2);
        EXPECT_EQ(id, key_id(link, block, index));
        EXPECT_TRUE(seen.insert(id).second);
      }
}

TEST(Uuid, TheDerivationIsPinned) {
  // printf '\x0fherald key id 1\x09\0\0\0\0\0\0\0alice-bob\x07\0\0\0\0\0\0\0\x03\0\0\0\0\0\0\0' | sha256sum
  EXPECT_EQ(to_string(key_id("alice-bob", 7, 3)), "55f2b231-acca-8103-9586-0e5edc7fd0e6");
}

}  // namespace
}  // namespace herald
