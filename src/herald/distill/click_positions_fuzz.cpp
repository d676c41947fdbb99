// Any bytes give an error, or a strictly increasing list that encodes and decodes to itself.
#include "herald/distill/click_positions.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace herald;
  if (size < 8) return 0;
  std::uint64_t pulses = 0;
  std::memcpy(&pulses, data, 8);
  pulses %= kMostPulses + 1;
  const auto positions = decode_positions({data + 8, size - 8}, pulses, 1 << 20);
  if (!positions) return 0;
  for (std::size_t i = 0; i < positions->size(); ++i)
    HERALD_CHECK((*positions)[i] < pulses && (i == 0 || (*positions)[i - 1] < (*positions)[i]));
  HERALD_CHECK(decode_positions(encode_positions(*positions, pulses), pulses, positions->size()) == *positions);
  return 0;
}
