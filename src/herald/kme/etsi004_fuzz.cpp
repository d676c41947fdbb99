// Any bytes in any pieces, as requests and as replies: refused, or the same when they are written and read again. The
// first byte is the length of the first piece.
#include "herald/kme/etsi004.h"

namespace {

using namespace herald;
using namespace herald::kme;

StreamMessage read_one(ByteView bytes) {
  StreamMessageReader reader(std::size_t{1} << 20);
  HERALD_CHECK(reader.feed(bytes).has_value());
  return reader.next().value();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const ByteView bytes(data + 1, size - 1);
  const std::size_t cut = std::min<std::size_t>(data[0], bytes.size());
  StreamMessageReader reader(kMostStreamRequest);
  if (!reader.feed(bytes.first(cut)) || !reader.feed(bytes.subspan(cut))) return 0;
  while (const auto message = reader.next()) {
    if (const auto request = decode_stream_request(*message)) {
      const Bytes once = encode(*request);
      HERALD_CHECK(encode(decode_stream_request(read_one(once)).value()) == once);
      if (const auto* const open = std::get_if<OpenConnect>(&*request))
        if (const auto name = application_of(open->destination)) HERALD_CHECK(application_of(uri_of(*name)) == name);
    }
    for (const StreamService service : {StreamService::open_connect, StreamService::get_key, StreamService::close})
      if (const auto reply = decode_stream_reply(service, *message)) {
        const SecretBytes once = encode(service, *reply);
        HERALD_CHECK(encode(service, decode_stream_reply(service, read_one(once.expose_secret())).value()) == once);
      }
  }
  return 0;
}
