#pragma once
// The bytes of a connection: a greeting that names protocol and version, then frames, each of a stream
// (docs/wire-format.md).
//
//   greeting   "HERALD" 0x0A version(u16)
//   frame      length(u32, of what follows)  stream(u64)  payload
//
// Integers are little-endian. Stream 0 is control; stream n carries block n. No sockets here: bytes in, frames out.

#include <cstdint>
#include <deque>
#include <optional>

#include "herald/base/codec.h"
#include "herald/base/result.h"

namespace herald::net {

inline constexpr std::uint16_t kWireVersion = 1;
inline constexpr std::size_t kMaxFrame = std::size_t{1} << 26;  // bytes; a longer one is refused unread

inline constexpr std::size_t kMostPayload = kMaxFrame - 8;

struct Frame {
  std::uint64_t stream = 0;
  Bytes payload;
};

Bytes greeting();
// Adds a frame's bytes to `out`; the payload is at most kMostPayload bytes.
void append_frame(std::uint64_t stream, ByteView payload, Bytes& out);

// Takes the bytes of one direction in pieces of any size.
class FrameDecoder {
 public:
  // Errors: version (a peer of another version), malformed (not a Herald peer, a length that cannot be). Sticks.
  Result<void> feed(ByteView bytes);
  std::optional<Frame> next();
  bool greeted() const { return m_greeted; }

 private:
  Result<void> read_greeting();
  Result<void> read_frames();

  Bytes m_pending;
  std::deque<Frame> m_frames;
  bool m_greeted = false;
  std::optional<Error> m_failed;
};

}  // namespace herald::net
