#pragma once
// A key's provenance as bytes, in stores and containers: origin (1 byte), theorem (counted text), ε_sec, ε_cor, ε_auth
// (8 bytes each), number of violated assumptions (variable-length integer), each a counted text.

#include "herald/base/codec.h"
#include "herald/base/key.h"

namespace herald {

void encode_provenance(Writer& writer, const Provenance& provenance);

// Faults: an unknown origin, an epsilon outside [0, 1], a name with anything but printable ASCII or longer than 255
// bytes, more than 255 assumptions.
Provenance decode_provenance(Reader& reader);

}  // namespace herald
