#pragma once
// Wegman-Carter authentication with a fresh key for each tag: Poly1305 (Bernstein, FSE 2005), information-theoretically
// secure when its 256-bit key is uniform and used once. A forger who saw one message and its tag succeeds with
// probability at most 8 ⌈L/16⌉ / 2^106 for messages of up to L bytes (Bernstein 2005, theorem 3.3 and section 3; the
// pad makes it hold unconditionally).

#include <array>
#include <cstdint>
#include <memory>

#include "herald/base/bits.h"
#include "herald/base/codec.h"
#include "herald/base/units.h"

namespace herald {

inline constexpr std::size_t kTagKeyBits = 256;
using Tag = std::array<std::uint8_t, 16>;

// The bound above: the most that a forgery succeeds with, for messages of `bytes` bytes.
FailureProbability tag_failure(std::uint64_t bytes);

// Time that depends on nothing.
bool constant_time_equal(const Tag& a, const Tag& b);

// A tag over the bytes absorbed, in their order. One key, one tag: tag() uses the key up.
class OneTimeTag {
 public:
  explicit OneTimeTag(SecretBits key);  // kTagKeyBits bits, uniform, fresh
  ~OneTimeTag();
  OneTimeTag(OneTimeTag&&) noexcept;
  OneTimeTag& operator=(OneTimeTag&&) noexcept;

  void absorb(ByteView bytes);
  std::uint64_t absorbed() const { return m_bytes; }
  Tag tag() &&;
  bool verify(const Tag& received) &&;

 private:
  struct State;
  std::unique_ptr<State> m_state;
  std::uint64_t m_bytes = 0;
};

// Who sent a frame.
enum class Sender : std::uint8_t { alice = 0, bob = 1 };

}  // namespace herald
