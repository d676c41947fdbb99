#include "herald/base/key_codec.h"

#include <algorithm>

namespace herald {
namespace {

constexpr std::size_t kNameLimit = 255, kViolatedLimit = 255;

std::string name(Reader& reader) {
  std::string text = reader.text();
  if (text.size() > kNameLimit || !std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; }))
    reader.fault("a name is too long or not printable");
  return text;
}

FailureProbability epsilon(Reader& reader) {
  const double value = reader.real();
  if (!(value >= 0 && value <= 1)) reader.fault("an epsilon is no probability");
  return FailureProbability(value);
}

}  // namespace

void encode_provenance(Writer& writer, const Provenance& provenance) {
  writer.fixed(static_cast<std::uint8_t>(provenance.origin));
  writer.text(provenance.theorem);
  writer.real(provenance.epsilon.secrecy.value);
  writer.real(provenance.epsilon.correctness.value);
  writer.real(provenance.epsilon.authentication.value);
  writer.varint(provenance.violated.size());
  for (const std::string& assumption : provenance.violated) writer.text(assumption);
}

Provenance decode_provenance(Reader& reader) {
  Provenance provenance;
  const auto origin = reader.fixed<std::uint8_t>();
  if (origin > static_cast<std::uint8_t>(Origin::device)) reader.fault("a key's origin is unknown");
  provenance.origin = static_cast<Origin>(origin);
  provenance.theorem = name(reader);
  provenance.epsilon.secrecy = epsilon(reader);
  provenance.epsilon.correctness = epsilon(reader);
  provenance.epsilon.authentication = epsilon(reader);
  const std::uint64_t count = reader.varint();
  if (count > kViolatedLimit) reader.fault("more violated assumptions than a theorem has");
  for (std::uint64_t i = 0; i < count && reader.ok(); ++i) provenance.violated.push_back(name(reader));
  return provenance;
}

}  // namespace herald
