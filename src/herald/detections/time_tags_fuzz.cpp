// Any bytes as text and as any form: tags or an error; the fast text parser agrees with its twin; what was read is
// written and read back the same.
#include "herald/detections/time_tags.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace herald;
  const ByteView bytes(data, size);
  const auto fast = parse_time_tags_text(bytes, "fuzz");
  const auto slow = parse_time_tags_text_slowly({reinterpret_cast<const char*>(data), size}, "fuzz");
  HERALD_CHECK(fast.has_value() == slow.has_value());
  HERALD_CHECK(!fast || *fast == *slow);
  for (const auto& tags : {fast, parse_time_tags(bytes, "fuzz"), parse_time_tags_gzip(bytes, "fuzz", 1 << 20)}) {
    if (!tags) continue;
    for (const TagsForm form : {TagsForm::text, TagsForm::binary}) {
      const auto again = parse_time_tags(format_time_tags(*tags, form), "fuzz");
      HERALD_CHECK(again && again->time == tags->time && again->channel == tags->channel);
    }
  }
  return 0;
}
