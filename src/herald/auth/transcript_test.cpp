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
    for (const auto& frames : std::vector<std::vector<std::pair<Sender, Bytes>>>{
             {}, {{Sender::alice, none}}, {{Sender::bob, none}}, {{Sender::alice, ab}}, {{Sender::bob, ab}},
             {{Sender::alice, a}, {Sender::alice, b}}, {{Sender::alice, b}, {Sender::alice, a}},
             {{Sender::alice, a}, {Sender::bob, b}}, {{Sender::alice, b}, {Sender::bob, a}},
             {{Sender::alice, ab}, {Sender::alice, none}}}) {
      tags.insert(tag_of(context, frames));
      ++conversations;
    }
  }
  EXPECT_EQ(tags.size(), conversations);
}

TEST(Transcript, BothEndsAgreeWhateverTheInterleaving) {
  const Bytes a{1, 2, 3}, b{4, 5};
  EXPECT_EQ(tag_of("c", {{Sender::alice, a}, {Sender::bob, b}}), tag_of("c", {{Sender::bob, b}, {Sender::alice, a}}));
}

}  // namespace
}  // namespace herald
