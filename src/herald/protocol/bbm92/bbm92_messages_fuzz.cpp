// Any bytes as each of the messages: an error, or what encodes to the same bytes again.
#include <algorithm>

#include "herald/protocol/bbm92/lab.h"
#include "herald/protocol/bbm92/messages.h"
#include "herald/protocol/wire.h"

namespace {

template <herald::Message... M>
void read_as(herald::ByteView frame) {
  const auto read = [&]<herald::Message One>(One*) {
    if (const auto message = herald::decode_frame<One>(frame))
      HERALD_CHECK(std::ranges::equal(herald::encode_frame(*message), frame));
  };
  (read(static_cast<M*>(nullptr)), ...);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace herald::bbm92;
  read_as<DisclosedStretch, CoarseTimes, Pairs, Opening, Findings, KeyErrors, TagsRequest, TagsReply>({data, size});
  return 0;
}
