#include "herald/protocol/bb84/messages.h"

namespace herald::bb84 {
namespace {

// A bit string in a message is bounded by the bytes that came: eight bits each.
BitString rest_bits(Reader& reader) { return reader.bits(8 * reader.remaining()); }

}  // namespace

void Detections::encode(Writer& writer) const {
  writer.counted(positions);
  writer.bits(basis);
}

Detections Detections::decode(Reader& reader) {
  Detections message;
  const ByteView positions = reader.counted();
  message.positions.assign(positions.begin(), positions.end());
  message.basis = rest_bits(reader);
  return message;
}

void Announcement::encode(Writer& writer) const {
  writer.bits(basis);
  BitString low(intensity.size()), high(intensity.size());
  for (std::size_t i = 0; i < intensity.size(); ++i) {
    low.set(i, intensity[i] & 1);
    high.set(i, intensity[i] & 2);
  }
  writer.bits(low);
  writer.bits(high);
  writer.bits(test_bits);
}

Announcement Announcement::decode(Reader& reader) {
  Announcement message;
  message.basis = rest_bits(reader);
  const BitString low = rest_bits(reader), high = rest_bits(reader);
  if (low.size() != high.size() || low.size() != message.basis.size()) reader.fault("its lists differ in length");
  if (reader.ok()) {
    message.intensity.resize(low.size());
    for (std::size_t i = 0; i < low.size(); ++i) message.intensity[i] = static_cast<std::uint8_t>(low[i] + 2 * high[i]);
  }
  message.test_bits = rest_bits(reader);
  return message;
}

TestBits TestBits::decode(Reader& reader) {
  TestBits message;
  message.bits = rest_bits(reader);
  return message;
}

void KeyErrors::encode(Writer& writer) const {
  writer.varint(by_intensity.size());
  for (std::uint64_t errors : by_intensity) writer.varint(errors);
}

KeyErrors KeyErrors::decode(Reader& reader) {
  KeyErrors message;
  const std::uint64_t count = reader.varint();
  if (count > reader.remaining()) reader.fault("it promises more counts than it holds");
  for (std::uint64_t i = 0; i < count && reader.ok(); ++i) message.by_intensity.push_back(reader.varint());
  return message;
}

}  // namespace herald::bb84
