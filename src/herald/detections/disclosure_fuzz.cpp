// Any bytes as each of the messages: an error, or what encodes to the same bytes again.
#include "herald/detections/disclosure.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace herald;
  const ByteView bytes(data, size);
  for (const Side side : {Side::alice, Side::bob})
    if (const auto stretch = decode_stretch(bytes, side)) HERALD_CHECK(std::ranges::equal(encode(*stretch), bytes));
  if (size != 0 && data[0] != 0 && data[0] < 0x80)
    if (const auto events = decode_coarse_events(bytes, data[0]))
      HERALD_CHECK(std::ranges::equal(encode(*events), bytes));
  if (const auto sifted = decode_sifted(bytes, 1000))
    HERALD_CHECK(std::ranges::equal(encode_sifted({{}, *sifted}), bytes));
  return 0;
}
