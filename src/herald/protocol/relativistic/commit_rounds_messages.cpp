#include <array>

#include "herald/protocol/fields.h"
#include "herald/protocol/relativistic/commit_rounds.h"

namespace herald {
namespace {

// x^n + the bits of kTail[n - 1] is irreducible over GF(2), with the smallest tail.
constexpr std::array<std::uint16_t, kMostFieldBits> kTail{
    1,   3,   3,   3,   5,   3,  3,   27,  3,   9,   5,   9,   27,  33,  3,   43,  9,   9,   39,  9,   5,   3,
    33,  27,  9,   27,  39,  3,  5,   3,   9,   141, 75,  27,  5,   53,  63,  99,  17,  57,  9,   39,  89,  33,
    27,  3,   33,  45,  113, 29, 75,  9,   71,  125, 71,  149, 17,  99,  123, 3,   39,  105, 3,   27,  27,  9,
    39,  163, 101, 43,  43,  95, 29,  71,  75,  53,  101, 95,  29,  175, 17,  215, 149, 33,  263, 101, 163, 63,
    105, 45,  237, 101, 5,   99, 119, 111, 65,  153, 75,  101, 195, 105, 189, 27,  17,  99,  175, 83,  53,  83,
    149, 57,  45,  45,  175, 23, 39,  101, 257, 27,  291, 71,  5,   125, 175, 149, 3,   135};

void encode_elements(Writer& writer, const std::vector<FieldWord>& elements) {
  writer.varint(elements.size());
  for (const FieldWord element : elements) encode_word(writer, element);
}
std::vector<FieldWord> decode_elements(Reader& reader) {
  const std::uint64_t count = reader.varint();
  if (count > SustainedPad::kMost || count > reader.remaining() / 2) reader.fault("more rounds than there are bytes");
  std::vector<FieldWord> elements;
  for (std::uint64_t i = 0; i < count && reader.ok(); ++i) elements.push_back(decode_word(reader));
  return elements;
}

}  // namespace

FieldWord field_product(FieldWord a, FieldWord b, unsigned n) {
  HERALD_CHECK(n >= 1 && n <= kMostFieldBits);
  const FieldWord top = FieldWord{1} << (n - 1), all = top | (top - 1), tail = kTail[n - 1];
  HERALD_CHECK(a <= all && b <= all);
  FieldWord product = 0;
  // Without branches, which random bits would have the processor guess.
  for (; b != 0; b >>= 1) {
    product ^= a & (0 - (b & 1));
    a = ((a << 1) & all) ^ (tail & (0 - (a >> (n - 1))));
  }
  return product;
}

void encode_word(Writer& writer, FieldWord word) {
  writer.varint(static_cast<std::uint64_t>(word));
  writer.varint(static_cast<std::uint64_t>(word >> 64));
}
FieldWord decode_word(Reader& reader) {
  const FieldWord low = reader.varint();
  return (FieldWord{reader.varint()} << 64) | low;
}

void SustainedOpening::encode(Writer& writer) const {
  encode_bit(writer, bit);
  encode_word(writer, secret);
}
SustainedOpening SustainedOpening::decode(Reader& reader) {
  const bool bit = decode_bit(reader);
  return {bit, decode_word(reader)};
}

void SustainedPad::encode(Writer& writer) const {
  encode_bit(writer, bit);
  encode_elements(writer, secrets);
}
SustainedPad SustainedPad::decode(Reader& reader) {
  const bool bit = decode_bit(reader);
  return {bit, decode_elements(reader)};
}

void SustainedReport::encode(Writer& writer) const {
  encode_elements(writer, challenges);
  encode_elements(writer, answers);
  encode_bit(writer, opened);
  opening.encode(writer);
}
SustainedReport SustainedReport::decode(Reader& reader) {
  SustainedReport report;
  report.challenges = decode_elements(reader);
  report.answers = decode_elements(reader);
  report.opened = decode_bit(reader);
  report.opening = SustainedOpening::decode(reader);
  return report;
}

}  // namespace herald
