#include "herald/protocol/conjugate_coding/money.h"
#include "herald/protocol/fields.h"

namespace herald {

void BillRequest::encode(Writer& writer) const {
  writer.varint(serial);
  writer.fixed(to_be_paid);
}
BillRequest BillRequest::decode(Reader& reader) {
  const std::uint64_t serial = reader.varint();
  const auto paid = reader.fixed<std::uint8_t>();
  if (paid > 2) reader.fault("more than two bills");
  return {serial, paid};
}

void BillAnswer::encode(Writer& writer) const {
  encode_bit(writer, valid);
  writer.fixed(static_cast<std::uint8_t>(over));
}
BillAnswer BillAnswer::decode(Reader& reader) {
  const bool valid = decode_bit(reader);
  const auto over = reader.fixed<std::uint8_t>();
  if (over > static_cast<std::uint8_t>(Over::a_new_bill)) reader.fault("an unknown thing handed over");
  return {valid, static_cast<Over>(over)};
}

}  // namespace herald
