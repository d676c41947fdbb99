#include "herald/protocol/coin_flip/coin_flip.h"
#include "herald/protocol/fields.h"

namespace herald {

void BasisGuess::encode(Writer& writer) const { encode_basis(writer, basis); }
BasisGuess BasisGuess::decode(Reader& reader) { return BasisGuess(decode_basis(reader)); }

void BasisOpening::encode(Writer& writer) const {
  encode_basis(writer, basis);
  writer.bits(bits);
}
BasisOpening BasisOpening::decode(Reader& reader) {
  const Basis basis = decode_basis(reader);
  return {basis, reader.bits(kMostBits)};
}

}  // namespace herald
