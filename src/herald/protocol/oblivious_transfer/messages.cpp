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
}
MaskedStrings MaskedStrings::decode(Reader& reader) {
  BitString seeds = reader.bits(2 * kMost);
  BitString zero = reader.bits(kMost);
  return {std::move(seeds), std::move(zero), reader.bits(kMost)};
}

}  // namespace herald::oblivious_transfer
