#include "herald/protocol/coin_flip_ideal/coin_flip_ideal.h"
#include "herald/protocol/fields.h"

namespace herald {

void BitOpening::encode(Writer& writer) const { encode_bit(writer, bit); }
BitOpening BitOpening::decode(Reader& reader) { return BitOpening(decode_bit(reader)); }

}  // namespace herald
