// Any bytes as the queries of a peer: Alice answers or refuses, within her cap.
#include "herald/distill/cascade.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace herald;
  static const auto parameters = CascadeParameters::choose(3000, ErrorRate(0.05), 1);
  CascadeAlice alice(BitString(3000), parameters, 1500);
  HERALD_CHECK(alice.answer({true, {}}).has_value());
  while (size > 1) {
    const std::size_t length = std::min<std::size_t>(data[0], size - 1);
    const auto queries = CascadeQueries::decode({data + 1, length}, parameters);
    data += 1 + length;
    size -= 1 + length;
    if (!queries) continue;
    HERALD_CHECK(CascadeQueries::decode(queries->encode(), parameters) == queries);
    const std::uint64_t before = alice.disclosed();
    const auto answers = alice.answer(*queries);
    HERALD_CHECK(alice.disclosed() == before + (answers ? answers->size() : 0) && alice.disclosed() <= 1500);
  }
  return 0;
}
