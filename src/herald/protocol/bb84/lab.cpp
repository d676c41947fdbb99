#include "herald/protocol/bb84/lab.h"

namespace herald::bb84 {
namespace {

void encode_increasing(Writer& writer, std::span<const std::uint64_t> values) {
  writer.varint(values.size());
  std::uint64_t last = 0;
  for (std::uint64_t value : values) {
    writer.varint(value - last);
    last = value;
  }
}

std::vector<std::uint64_t> decode_increasing(Reader& reader) {
  std::vector<std::uint64_t> values;
  const std::uint64_t count = reader.varint();
  if (count > reader.remaining()) reader.fault("it promises more pulses than it holds");
  if (!reader.ok()) return values;
  values.reserve(count);
  std::uint64_t last = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t step = reader.varint();
    if ((i != 0 && step == 0) || last + step < last) reader.fault("its pulses are not in rising order");
    if (!reader.ok()) return {};
    values.push_back(last += step);
  }
  return values;
}

Origin decode_origin(Reader& reader) {
  const auto origin = reader.fixed<std::uint8_t>();
  if (origin > static_cast<std::uint8_t>(Origin::device)) reader.fault("it names an unknown origin");
  return static_cast<Origin>(origin);
}

BitString rest_bits(Reader& reader) { return reader.bits(8 * reader.remaining()); }

}  // namespace

void ClicksReply::encode(Writer& writer) const {
  writer.fixed(static_cast<std::uint8_t>(origin));
  encode_increasing(writer, clicks.pulse);
  writer.bits(clicks.basis);
  writer.bits(clicks.bit);
}

ClicksReply ClicksReply::decode(Reader& reader) {
  ClicksReply reply;
  reply.origin = decode_origin(reader);
  reply.clicks.pulse = decode_increasing(reader);
  reply.clicks.basis = rest_bits(reader);
  reply.clicks.bit = rest_bits(reader);
  if (reply.clicks.basis.size() != reply.clicks.size() || reply.clicks.bit.size() != reply.clicks.size())
    reader.fault("its lists differ in length");
  return reply;
}

void SettingsRequest::encode(Writer& writer) const {
  writer.varint(block);
  encode_increasing(writer, pulses);
}

SettingsRequest SettingsRequest::decode(Reader& reader) {
  SettingsRequest request;
  request.block = reader.varint();
  request.pulses = decode_increasing(reader);
  return request;
}

void SettingsReply::encode(Writer& writer) const {
  writer.fixed(static_cast<std::uint8_t>(origin));
  writer.counted(settings.intensity);
  writer.bits(settings.basis);
  writer.bits(settings.bit);
}

SettingsReply SettingsReply::decode(Reader& reader) {
  SettingsReply reply;
  reply.origin = decode_origin(reader);
  const ByteView intensity = reader.counted();
  reply.settings.intensity.assign(intensity.begin(), intensity.end());
  reply.settings.basis = rest_bits(reader);
  reply.settings.bit = rest_bits(reader);
  if (reply.settings.basis.size() != reply.settings.size() || reply.settings.bit.size() != reply.settings.size())
    reader.fault("its lists differ in length");
  return reply;
}

Party<void> serve_transmitter(Wire& alice, Light& light) {
  for (;;) {
    const auto request = co_await alice.receive<SettingsRequest>();
    auto settings = light.settings(request.block, request.pulses);
    if (!settings) {
      alice.send(Abort(settings.error().message));
      co_return;
    }
    SettingsReply reply;
    reply.origin = light.origin();
    reply.settings = std::move(*settings);
    alice.send(reply);
  }
}

Party<void> serve_receiver(Wire& bob, Light& light) {
  for (;;) {
    const auto request = co_await bob.receive<ClicksRequest>();
    auto clicks = light.clicks(request.block);
    if (!clicks) {
      bob.send(Abort(clicks.error().message));
      co_return;
    }
    ClicksReply reply;
    reply.origin = light.origin();
    reply.clicks = std::move(*clicks);
    bob.send(reply);
  }
}

}  // namespace herald::bb84
