#include "herald/protocol/coin_flip_coherent/coin_flip_coherent.h"
#include "herald/protocol/fields.h"

namespace herald {

void PulseReply::encode(Writer& writer) const {
  encode_bit(writer, detected);
  encode_bit(writer, bit);
  writer.varint(pulse);
}
PulseReply PulseReply::decode(Reader& reader) {
  PulseReply reply;
  reply.detected = decode_bit(reader);
  reply.bit = decode_bit(reader);
  reply.pulse = reader.varint();
  if (!reply.detected && (reply.bit || reply.pulse != 0)) reader.fault("a bit or a pulse where none was detected");
  return reply;
}

}  // namespace herald
