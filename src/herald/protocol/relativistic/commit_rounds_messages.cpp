#include <array>

#include "herald/protocol/fields.h"
#include "herald/protocol/relativistic/commit_rounds.h"

namespace herald {
namespace {

// x^n + the bits of kTail[n - 1] is irreducible over GF(2), with the smallest tail.
constexpr std::array<std::uint64_t, 32> kTail{1, 3, 3,  3, 5, 3, 3,  27, 3, 9,  5,  9, 27, 33, 3, 43,
                                              9, 9, 39, 9, 5, 3, 33, 27, 9, 27, 39, 3, 5,  3,  9, 141};

void encode_elements(Writer& writer, const std::vector<std::uint64_t>& elements) {
  writer.varint(elements.size());
  for (const std::uint64_t element : elements) writer.varint(element);
}
std::vector<std::uint64_t> decode_elements(Reader& reader) {
  const std::uint64_t count = reader.varint();
  if (count > SustainedPad::kMost || count > reader.remaining()) reader.fault("more rounds than there are bytes");
  std::vector<std::uint64_t> elements;
  for (std::uint64_t i = 0; i < count && reader.ok(); ++i) elements.push_back(reader.varint());
  return elements;
}

}  // namespace

std::uint64_t field_product(std::uint64_t a, std::uint64_t b, unsigned n) {
  HERALD_CHECK(n >= 1 && n <= kTail.size() && a >> n == 0 && b >> n == 0);
  std::uint64_t product = 0;
  for (; b != 0; b >>= 1) {
    if ((b & 1) != 0) product ^= a;
    a <<= 1;
    if ((a >> n) != 0) a ^= (std::uint64_t{1} << n) | kTail[n - 1];
  }
  return product;
}

void SustainedOpening::encode(Writer& writer) const {
  encode_bit(writer, bit);
  writer.varint(secret);
}
SustainedOpening SustainedOpening::decode(Reader& reader) {
  const bool bit = decode_bit(reader);
  return {bit, reader.varint()};
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
