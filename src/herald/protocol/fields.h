#pragma once
// Parts that several protocols' messages have.

#include "herald/base/codec.h"
#include "herald/base/random.h"
#include "herald/quantum/basis.h"

namespace herald {

inline void encode_bit(Writer& writer, bool bit) { writer.fixed<std::uint8_t>(bit ? 1 : 0); }
inline bool decode_bit(Reader& reader) {
  const auto byte = reader.fixed<std::uint8_t>();
  if (byte > 1) reader.fault("a bit that is neither 0 nor 1");
  return byte == 1;
}

inline void encode_basis(Writer& writer, Basis basis) { encode_bit(writer, basis == Basis::x); }
inline Basis decode_basis(Reader& reader) { return decode_bit(reader) ? Basis::x : Basis::z; }

inline Basis other(Basis basis) { return basis == Basis::z ? Basis::x : Basis::z; }
inline bool random_bit(RandomBits auto& random) { return (random.next_word() & 1) != 0; }
inline Basis random_basis(RandomBits auto& random) { return random_bit(random) ? Basis::x : Basis::z; }

}  // namespace herald
