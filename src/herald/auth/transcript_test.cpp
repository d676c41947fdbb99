#include "herald/auth/transcript.h"

#include <gtest/gtest.h>

#include <set>

#include "herald/base/random.h"

namespace herald {
namespace {

SecretBits some_key() {
  SimulationRandom random(5);
  return SecretBits::duplicate_secret(random_bits(random, kTagKeyBits));
}

Tag tag_of(std::string_view context, const std::vector<std::pair<Sender, Bytes>>& frames) {
  Transcript transcript(context);
  for (const auto& [sender, frame] : frames) transcript.absorb(sender, frame);
  return transcript.tag(some_key());
}

TEST(Transcript, NoTwoConversationsShareTheirBytes) {
  // Every way to cut "ab" into frames of the two senders, under two contexts: under one key all tags differ.
  const Bytes a{'a'}, b{'b'}, ab{'a', 'b'}, none;
  std::set<Tag> tags;
  std::size_t conversations = 0;
  for (std::string_view context : {"x", "xy"}) {
    for (const auto& frames :
         std::vector<std::vector<std::pair<Sender, Bytes>>>{{},
                                                            {{Sender::alice, none}},
                                                            {{Sender::bob, none}},
                                                            {{Sender::alice, ab}},
                                                            {{Sender::bob, ab}},
                                                            {{Sender::alice, a}, {Sender::alice, b}},
                                                            {{Sender::alice, b}, {Sender::alice, a}},
                                                            {{Sender::alice, a}, {Sender::bob, b}},
                                                            {{Sender::alice, b}, {Sender::bob, a}},
                                                            {{Sender::alice, ab}, {Sender::alice, none}}}) {
      tags.insert(tag_of(context, frames));
      ++conversations;
    }
  }
  EXPECT_EQ(tags.size(), conversations);
}

TEST(Transcript, VerifiesTheTagOfTheSameFramesAndKeyOnly) {
  SimulationRandom random(3);
  const BitString key = random_bits(random, kTagKeyBits), other = random_bits(random, kTagKeyBits);
  const auto verifies = [](const Bytes& frame, const BitString& under, const Tag& tag) {
    Transcript transcript("c");
    transcript.absorb(Sender::alice, frame);
    return transcript.verify(SecretBits::duplicate_secret(under), tag);
  };
  Bytes frame(100, 7);
  Transcript transcript("c");
  transcript.absorb(Sender::alice, frame);
  const Tag tag = transcript.tag(SecretBits::duplicate_secret(key));
  EXPECT_TRUE(verifies(frame, key, tag));
  EXPECT_FALSE(verifies(frame, other, tag));
  for (std::size_t bit = 0; bit < 8 * frame.size(); ++bit) {
    Bytes changed = frame;
    changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ (1 << (bit % 8)));
    ASSERT_FALSE(verifies(changed, key, tag)) << bit;
  }
  for (std::size_t bit = 0; bit < 8 * tag.size(); ++bit) {
    Tag forged = tag;
    forged[bit / 8] = static_cast<std::uint8_t>(forged[bit / 8] ^ (1 << (bit % 8)));
    ASSERT_FALSE(verifies(frame, key, forged)) << bit;
  }
}

TEST(Transcript, BothEndsAgreeWhateverTheInterleaving) {
  const Bytes a{1, 2, 3}, b{4, 5};
  EXPECT_EQ(tag_of("c", {{Sender::alice, a}, {Sender::bob, b}}), tag_of("c", {{Sender::bob, b}, {Sender::alice, a}}));
}

}  // namespace
}  // namespace herald
