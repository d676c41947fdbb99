#include "herald/protocol/oblivious_transfer/oblivious_transfer.h"

namespace herald::oblivious_transfer {

void PositionSets::encode(Writer& writer) const {
  writer.bits(zero);
  writer.bits(one);
}
PositionSets PositionSets::decode(Reader& reader) {
  BitString zero = reader.bits(kMost);
  return {std::move(zero), reader.bits(kMost)};
}

void MaskedStrings::encode(Writer& writer) const {
  writer.bits(seeds);
  writer.bits(zero);
  writer.bits(one);
  writer.fixed(code);
  for (const BitString& syndrome : syndromes) writer.bits(syndrome);
}
MaskedStrings MaskedStrings::decode(Reader& reader) {
  MaskedStrings masked;
  masked.seeds = reader.bits(2 * kMost);
  masked.zero = reader.bits(kMost);
  masked.one = reader.bits(kMost);
  masked.code = reader.fixed<std::uint64_t>();
  for (BitString& syndrome : masked.syndromes) syndrome = reader.bits(kMost);
  return masked;
}

}  // namespace herald::oblivious_transfer
