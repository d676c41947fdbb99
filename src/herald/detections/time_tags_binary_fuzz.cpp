// Any bytes behind the binary form's magic, with the checksum made to fit, so that the fuzzer gets past it.
#include <zlib.h>

#include "herald/detections/time_tags.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace herald;
  Writer writer;
  for (const char c : std::string_view("HRLDTAGS")) writer.fixed(static_cast<std::uint8_t>(c));
  writer.raw({data, size});
  writer.fixed(
      static_cast<std::uint32_t>(::crc32_z(::crc32_z(0, nullptr, 0), writer.bytes().data(), writer.bytes().size())));
  const auto tags = parse_time_tags_binary(writer.bytes(), "fuzz");
  if (tags) HERALD_CHECK(format_time_tags(*tags, TagsForm::binary) == writer.bytes());
  return 0;
}
