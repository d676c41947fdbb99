// Any reply of a KME: refused, or keys as they were asked for, which are the same when they are written and read again.
// The first byte is how many were asked for.
#include "herald/kme/etsi014_replies.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace herald::kme;
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const AskedKeys asked{data[0], {}, {}};
  std::string body(text);
  if (const auto keys = read_container(body, asked)) {
    HERALD_CHECK(keys->size() == asked.number);
    if (keys->empty()) return 0;
    auto again_text = to_json(*keys);
    const auto again = read_container(again_text, {asked.number, 8 * keys->front().bytes.size(), {}});
    HERALD_CHECK(again && again->size() == keys->size());
    for (std::size_t i = 0; i < keys->size(); ++i)
      HERALD_CHECK((*again)[i].id == (*keys)[i].id && (*again)[i].bytes == (*keys)[i].bytes);
  }
  if (const auto status = read_status(text)) HERALD_CHECK(read_status(to_json(*status)).has_value());
  HERALD_CHECK(read_error(data[0], text).message.size() < 1000);
  return 0;
}
