// Any bytes as either log: an error, or what reads back the same after writing.
#include "herald/detections/prepare_and_measure_log.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace herald;
  const ByteView bytes(data, size);
  if (const auto log = parse_settings_log(bytes, "fuzz")) {
    const Bytes text = format_settings_log(*log);
    const auto again = parse_settings_log(text, "fuzz");
    HERALD_CHECK(again && format_settings_log(*again) == text);
  }
  if (const auto log = parse_clicks_log(bytes, "fuzz")) {
    const Bytes text = format_clicks_log(*log);
    const auto again = parse_clicks_log(text, "fuzz");
    HERALD_CHECK(again && format_clicks_log(*again) == text);
  }
  return 0;
}
