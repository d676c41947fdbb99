// Requests to a desk, each a length and so many bytes, of two clients in turn: a reply to each.
#include "herald/quantum/desk.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace herald;
  Desk desk(1);
  Reader reader(ByteView(data, size));
  for (Desk::Client client = 0; reader.remaining() > 0; client ^= 1) {
    const std::size_t length = std::min<std::size_t>(reader.fixed<std::uint8_t>(), reader.remaining());
    const Bytes reply = desk.answer(client, reader.raw(length));
    HERALD_CHECK(!reply.empty() && reply[0] <= 1);
  }
  return 0;
}
