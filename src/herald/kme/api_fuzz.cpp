// Any method, target and body: a call, or an error whose text is JSON; and what is read again from a call's own text is
// the same.
#include "herald/kme/api.h"
#include "herald/kme/json_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace herald::kme;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t first = std::min(text.find('\n'), text.size()), begin = std::min(first + 1, text.size());
  const std::size_t second = std::min(text.find('\n', begin), text.size());
  const HttpRequest request{text.substr(0, first), text.substr(begin, second - begin),
                            text.substr(std::min(second + 1, text.size()))};
  if (const auto call = read_call(request); !call) {
    const auto error = read_json(to_json(call.error()));
    HERALD_CHECK(error && error->is_object() && error->at("message").is_string());
    HERALD_CHECK(call.error().status == 400 || call.error().status == 404 || call.error().status == 405);
    HERALD_CHECK((call.error().status == 405) == !call.error().allow.empty());
  }
  return 0;
}
