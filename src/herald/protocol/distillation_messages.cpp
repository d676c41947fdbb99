#include "herald/protocol/distillation_messages.h"

namespace herald {
namespace {

// A list's length: each entry takes a byte or more.
std::uint64_t count_of(Reader& reader) {
  const std::uint64_t count = reader.varint();
  if (count > reader.remaining()) reader.fault("it promises more than it holds");
  return reader.ok() ? count : 0;
}

BitString rest_bits(Reader& reader) { return reader.bits(8 * reader.remaining()); }

Bytes copy_counted(Reader& reader) {
  const ByteView bytes = reader.counted();
  return {bytes.begin(), bytes.end()};
}

}  // namespace

void ReconciliationStart::encode(Writer& writer) const {
  writer.varint(frames.size());
  for (const auto& frame : frames) frame.encode(writer);
}

ReconciliationStart ReconciliationStart::decode(Reader& reader) {
  ReconciliationStart message;
  const std::uint64_t count = count_of(reader);
  for (std::uint64_t i = 0; i < count && reader.ok(); ++i) message.frames.push_back(CascadeParameters::decode(reader));
  return message;
}

void ParityQueries::encode(Writer& writer) const {
  writer.varint(frames.size());
  for (const auto& [frame, queries] : frames) {
    writer.varint(frame);
    writer.counted(queries);
  }
}

ParityQueries ParityQueries::decode(Reader& reader) {
  ParityQueries message;
  const std::uint64_t count = count_of(reader);
  for (std::uint64_t i = 0; i < count && reader.ok(); ++i) {
    const std::uint64_t frame = reader.varint();
    if (i != 0 && frame <= message.frames.back().frame) reader.fault("its frames are not in rising order");
    message.frames.push_back({frame, copy_counted(reader)});
  }
  return message;
}

void Parities::encode(Writer& writer) const {
  writer.varint(frames.size());
  for (const BitString& frame : frames) writer.bits(frame);
}

Parities Parities::decode(Reader& reader) {
  Parities message;
  const std::uint64_t count = count_of(reader);
  for (std::uint64_t i = 0; i < count && reader.ok(); ++i) message.frames.push_back(rest_bits(reader));
  return message;
}

void VerificationTags::encode(Writer& writer) const {
  writer.varint(frames.size());
  for (const auto& [seed, tag] : frames) {
    seed.encode(writer);
    writer.bits(tag);
  }
}

VerificationTags VerificationTags::decode(Reader& reader) {
  VerificationTags message;
  const std::uint64_t count = count_of(reader);
  for (std::uint64_t i = 0; i < count && reader.ok(); ++i) {
    const VerificationSeed seed = VerificationSeed::decode(reader);
    message.frames.push_back({seed, reader.bits(kMostVerificationBits)});
  }
  return message;
}

OpenedFrames OpenedFrames::decode(Reader& reader) {
  OpenedFrames message;
  message.bits = rest_bits(reader);
  return message;
}

void AmplificationSeed::encode(Writer& writer) const {
  writer.varint(length);
  writer.bits(seed);
}

AmplificationSeed AmplificationSeed::decode(Reader& reader) {
  AmplificationSeed message;
  message.length = reader.varint();
  message.seed = rest_bits(reader);
  return message;
}

}  // namespace herald
