#include "herald/protocol/bbm92/messages.h"

#include "herald/protocol/bbm92/observation.h"

namespace herald::bbm92 {
namespace {

constexpr std::uint64_t kFarthest = std::uint64_t{1} << 40;  // ticks that an offset may have

Bytes copy_counted(Reader& reader) {
  const ByteView bytes = reader.counted();
  return {bytes.begin(), bytes.end()};
}

// A bit string in a message is bounded by the bytes that came: eight bits each.
BitString rest_bits(Reader& reader) { return reader.bits(8 * reader.remaining()); }

}  // namespace

DisclosedStretch DisclosedStretch::decode(Reader& reader) { return DisclosedStretch(copy_counted(reader)); }

void CoarseTimes::encode(Writer& writer) const {
  writer.counted(plan);
  writer.counted(events);
}

CoarseTimes CoarseTimes::decode(Reader& reader) {
  CoarseTimes message;
  message.plan = copy_counted(reader);
  message.events = copy_counted(reader);
  return message;
}

void Pairs::encode(Writer& writer) const {
  writer.counted(indices);
  writer.bits(same_basis);
}

Pairs Pairs::decode(Reader& reader) {
  Pairs message;
  message.indices = copy_counted(reader);
  message.same_basis = rest_bits(reader);
  return message;
}

// Offsets are small on either side of zero: 0, -1, 1, -2, …
void Opening::encode(Writer& writer) const {
  writer.bits(bits);
  for (const std::int64_t ticks : offset)
    writer.varint(ticks < 0 ? 2 * static_cast<std::uint64_t>(-(ticks + 1)) + 1 : 2 * static_cast<std::uint64_t>(ticks));
}

Opening Opening::decode(Reader& reader) {
  Opening message;
  message.bits = rest_bits(reader);
  if (message.bits.size() > reader.remaining()) reader.fault("it opens more pairs than it holds");
  if (!reader.ok()) return message;
  message.offset.reserve(message.bits.size());
  for (std::size_t i = 0; i < message.bits.size() && reader.ok(); ++i) {
    const std::uint64_t folded = reader.varint();
    if (folded >= 2 * kFarthest) reader.fault("an offset is 2^40 ticks or more");
    const auto half = static_cast<std::int64_t>(folded / 2);
    message.offset.push_back(folded % 2 == 0 ? half : -half - 1);
  }
  return message;
}

Findings Findings::decode(Reader& reader) {
  const Findings message(reader.fixed<std::uint8_t>());
  if (message.violated >> kChecks.size() != 0) reader.fault("it names checks that there are not");
  return message;
}

}  // namespace herald::bbm92
