// Any bytes as requests and as replies, in pieces of any size: the same messages or a fault whatever the pieces.
#include "herald/net/http.h"

namespace {

using namespace herald;

template <typename Reader>
std::vector<std::string> messages(ByteView bytes, std::size_t piece) {
  Reader reader({256, 256});
  std::vector<std::string> all;
  for (std::size_t at = 0; at < bytes.size() && !reader.fault(); at += piece) {
    reader.feed(bytes.subspan(at, std::min(piece, bytes.size() - at)));
    while (const auto message = reader.next()) {
      HERALD_CHECK(message->body.size() <= 256);
      all.emplace_back(message->body.begin(), message->body.end());
    }
  }
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t piece = data[0] % 17 + 1;
  const ByteView bytes(data + 1, size - 1);
  for (const auto& [whole, pieces] :
       {std::pair(messages<net::HttpRequestReader>(bytes, size), messages<net::HttpRequestReader>(bytes, piece)),
        std::pair(messages<net::HttpReplyReader>(bytes, size), messages<net::HttpReplyReader>(bytes, piece))})
    HERALD_CHECK(std::equal(whole.begin(), whole.begin() + std::min(whole.size(), pieces.size()), pieces.begin()));
  return 0;
}
