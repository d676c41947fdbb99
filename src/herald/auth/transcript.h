#pragma once
// What a delayed tag covers: every frame of a conversation in both directions, in order, under a context that both ends
// agree on. Each end tags the whole, so that whoever verifies a tag knows that the sender's view of the conversation
// equals its own.

#include <cstdint>
#include <string_view>

#include "herald/auth/one_time_tag.h"

namespace herald {

class Transcript {
 public:
  // `context` binds what is not said in the conversation: link, parameters, block.
  explicit Transcript(std::string_view context);

  void absorb(Sender sender, ByteView frame);
  std::uint64_t bytes() const { return m_context.size() + m_alice.size() + m_bob.size(); }

  // Covers context, Alice's frames, Bob's frames: each part, and each frame, behind its length (8 bytes,
  // little-endian). The key is used up.
  Tag tag(SecretBits key) const;
  bool verify(SecretBits key, const Tag& received) const { return constant_time_equal(tag(std::move(key)), received); }
  FailureProbability failure() const { return tag_failure(bytes() + 24); }

 private:
  Bytes m_context, m_alice, m_bob;
};

}  // namespace herald
