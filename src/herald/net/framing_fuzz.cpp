// Any bytes, in pieces of any size: frames or an error, and the same ones whatever the pieces.
#include "herald/net/framing.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace herald;
  if (size == 0) return 0;
  const std::size_t piece = data[0] % 17 + 1;
  const ByteView bytes(data + 1, size - 1);
  net::FrameDecoder whole, pieces;
  bool whole_ok = whole.feed(bytes).has_value(), pieces_ok = true;
  for (std::size_t at = 0; at < bytes.size() && pieces_ok; at += piece)
    pieces_ok = pieces.feed(bytes.subspan(at, std::min(piece, bytes.size() - at))).has_value();
  HERALD_CHECK(whole_ok == pieces_ok);
  for (auto a = whole.next(), b = pieces.next(); a || b; a = whole.next(), b = pieces.next())
    HERALD_CHECK(a && b && a->stream == b->stream && a->payload == b->payload);
  return 0;
}
