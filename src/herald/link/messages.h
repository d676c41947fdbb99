#pragma once
// What the two ends of a link say around the blocks (docs/wire-format.md). Types 1 to 15.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "herald/auth/one_time_tag.h"
#include "herald/auth/pad_book.h"
#include "herald/base/bits.h"
#include "herald/base/codec.h"
#include "herald/protocol/wire.h"

namespace herald::link {

using Nonce = std::array<std::uint8_t, 32>;
using Mac = std::array<std::uint8_t, 32>;  // HMAC-SHA-256 under the part of the pre-shared key that is no pad

// First on the control stream, from both ends.
struct Hello {
  static constexpr std::uint8_t kType = 1;
  static constexpr std::string_view kName = "hello";
  std::string role;        // "alice" or "bob"
  std::string link;        // the link's name, the same at both ends
  std::string parameters;  // "key = value" lines: what must be the same at both ends
  Nonce nonce{};
  void encode(Writer& writer) const;
  static Hello decode(Reader& reader);
};

// Shows knowledge of the pre-shared key before any pad is spent: HMAC-SHA-256 over both hellos. A gate against
// strangers and mistakes, computational; what is believed rests on the one-time tags.
struct Gate {
  static constexpr std::uint8_t kType = 2;
  static constexpr std::string_view kName = "gate";
  Mac mac{};
  void encode(Writer& writer) const { writer.raw(mac); }
  static Gate decode(Reader& reader);
};

// Bob to Alice: where he stands.
struct Standing {
  static constexpr std::uint8_t kType = 3;
  static constexpr std::string_view kName = "standing";
  std::uint64_t next_block = 0;         // the lowest number that he has not used
  std::vector<std::uint64_t> prepared;  // blocks whose fate he does not know
  void encode(Writer& writer) const;
  static Standing decode(Reader& reader);
};

// Alice to Bob: the fate of his prepared blocks, and the pad bits that authenticate this opening. Without its MAC
// anybody on the wire could make Bob mark bits as spent that Alice will use one day.
struct Resolution {
  static constexpr std::uint8_t kType = 4;
  static constexpr std::string_view kName = "resolution";
  std::uint64_t next_block = 0;
  std::vector<std::uint64_t> committed;  // of those prepared; the others are dropped at both ends
  PadRange pad;
  Mac mac{};  // over both hellos and this message, with zeros here
  void encode(Writer& writer) const;
  static Resolution decode(Reader& reader);
};

// A one-time tag over a stream's conversation so far.
struct TagMessage {
  static constexpr std::uint8_t kType = 5;
  static constexpr std::string_view kName = "tag";
  Tag tag{};
  TagMessage() = default;
  explicit TagMessage(const Tag& value) : tag(value) {}
  void encode(Writer& writer) const { writer.raw(tag); }
  static TagMessage decode(Reader& reader);
};

// Alice to Bob, first on a block's stream.
struct BlockStart {
  static constexpr std::uint8_t kType = 6;
  static constexpr std::string_view kName = "block start";
  std::uint64_t block = 0;
  PadRange pad;                      // authenticates the block
  double expected_error_rate = 0;    // in the key basis; fixes the disclosure cap
  std::uint64_t replenish_bits = 0;  // of the block's secret bits, that become pads
  Mac mac{};                         // as a resolution's
  void encode(Writer& writer) const;
  static BlockStart decode(Reader& reader);
};

// HMAC-SHA-256 under the pre-shared key's gate part, over "herald WHAT ", both hello frames (Alice's first), and
// `more`.
Mac gate_mac(BitView key, std::string_view what, ByteView hellos, ByteView more = {});
// What belongs into a resolution or a block start.
template <typename Claim>
Mac claim_mac(BitView key, ByteView hellos, Claim message) {
  message.mac = {};
  return gate_mac(key, "claim", hellos, encode_frame(message));
}

// Either end on the control stream, once the session is open.
struct Notice {
  static constexpr std::uint8_t kType = 7;
  static constexpr std::string_view kName = "notice";
  enum class Kind : std::uint8_t {
    settled = 0,   // Bob has committed `block` and holds its pad segment
    stopping = 1,  // no new blocks, for `reason`
    farewell = 2,  // Alice: no blocks are under way any more
    alive = 3,     // still here
  };
  Kind kind = Kind::settled;
  std::uint64_t block = 0;
  std::string reason;

  Notice() = default;
  explicit Notice(Kind what, std::uint64_t number = 0, std::string why = "")
      : kind(what), block(number), reason(std::move(why)) {}
  void encode(Writer& writer) const;
  static Notice decode(Reader& reader);
};

}  // namespace herald::link
