// Any bytes: a message that is written as it was read, or an error.
#include "herald/kme/peer_messages.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace herald;
  if (const auto message = kme::decode_peer_message({data, size}))
    HERALD_CHECK(kme::encode(kme::decode_peer_message(kme::encode(*message)).value()) == kme::encode(*message));
  return 0;
}
