// Any bytes as a network: an error that says where, or one whose capacities can be asked for.
#include <string_view>

#include "herald/study/network.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto network = herald::study::parse_network({reinterpret_cast<const char*>(data), size}, "fuzz.toml");
  HERALD_CHECK(network || !network.error().message.empty());
  if (!network) return 0;
  for (const std::string& node : network->nodes) {
    const auto capacity = herald::study::network_capacity(*network, network->nodes.front(), node);
    HERALD_CHECK(!capacity || capacity->flooding >= capacity->single_path * (1 - 1e-9));
  }
  return 0;
}
