#include "herald/link/messages.h"

#include <botan/mac.h>
#include <fmt/format.h>

#include <algorithm>

#include "herald/base/secret_memory.h"

namespace herald::link {
namespace {

template <std::size_t size>
void read_array(Reader& reader, std::array<std::uint8_t, size>& out) {
  const ByteView bytes = reader.raw(size);
  std::ranges::copy(bytes, out.begin());
}

void encode_numbers(Writer& writer, const std::vector<std::uint64_t>& numbers) {
  writer.varint(numbers.size());
  for (std::uint64_t number : numbers) writer.varint(number);
}

std::vector<std::uint64_t> decode_numbers(Reader& reader) {
  std::vector<std::uint64_t> numbers;
  const std::uint64_t count = reader.varint();
  if (count > reader.remaining()) reader.fault("it promises more numbers than it holds");
  for (std::uint64_t i = 0; i < count && reader.ok(); ++i) numbers.push_back(reader.varint());
  return numbers;
}

}  // namespace

void Hello::encode(Writer& writer) const {
  writer.text(role);
  writer.text(link);
  writer.text(parameters);
  writer.raw(nonce);
}

Hello Hello::decode(Reader& reader) {
  Hello message;
  message.role = reader.text();
  message.link = reader.text();
  message.parameters = reader.text();
  read_array(reader, message.nonce);
  return message;
}

Gate Gate::decode(Reader& reader) {
  Gate message;
  read_array(reader, message.mac);
  return message;
}

void Standing::encode(Writer& writer) const {
  writer.varint(next_block);
  encode_numbers(writer, prepared);
}

Standing Standing::decode(Reader& reader) {
  Standing message;
  message.next_block = reader.varint();
  message.prepared = decode_numbers(reader);
  return message;
}

void Resolution::encode(Writer& writer) const {
  writer.varint(next_block);
  encode_numbers(writer, committed);
  pad.encode(writer);
  writer.raw(mac);
}

Resolution Resolution::decode(Reader& reader) {
  Resolution message;
  message.next_block = reader.varint();
  message.committed = decode_numbers(reader);
  message.pad = PadRange::decode(reader);
  read_array(reader, message.mac);
  return message;
}

TagMessage TagMessage::decode(Reader& reader) {
  TagMessage message;
  read_array(reader, message.tag);
  return message;
}

void BlockStart::encode(Writer& writer) const {
  writer.varint(block);
  pad.encode(writer);
  writer.real(expected_error_rate);
  writer.varint(replenish_bits);
  writer.raw(mac);
}

BlockStart BlockStart::decode(Reader& reader) {
  BlockStart message;
  message.block = reader.varint();
  message.pad = PadRange::decode(reader);
  message.expected_error_rate = reader.real();
  message.replenish_bits = reader.varint();
  read_array(reader, message.mac);
  return message;
}

Mac gate_mac(BitView key, std::string_view what, ByteView hellos, ByteView more) {
  SecretBytes bytes(key.size() / 8);
  to_bytes(key, bytes.expose_secret_mutable());
  const auto hmac = Botan::MessageAuthenticationCode::create_or_throw("HMAC(SHA-256)");
  hmac->set_key(bytes.expose_secret());
  hmac->update(fmt::format("herald {} ", what));
  hmac->update(hellos);
  hmac->update(more);
  Mac mac;
  hmac->final(mac);
  return mac;
}

void Notice::encode(Writer& writer) const {
  writer.fixed(static_cast<std::uint8_t>(kind));
  writer.varint(block);
  writer.text(reason);
}

Notice Notice::decode(Reader& reader) {
  Notice message;
  const auto kind = reader.fixed<std::uint8_t>();
  if (kind > static_cast<std::uint8_t>(Kind::alive)) reader.fault("it is of an unknown kind");
  message.kind = static_cast<Kind>(kind);
  message.block = reader.varint();
  message.reason = printable(reader.text(), 200);
  return message;
}

}  // namespace herald::link
