#include "herald/detections/disclosure.h"

#include <fmt/format.h>

namespace herald {

Bytes encode(const Stretch& stretch) {
  Writer writer;
  writer.fixed(static_cast<std::uint8_t>(stretch.side));
  writer.varint(stretch.begin);
  writer.varint(stretch.end);
  writer.real(stretch.tags.tick_seconds);
  writer.varint(stretch.tags.size());
  std::uint64_t before = stretch.begin;
  for (std::size_t i = 0; i < stretch.tags.size(); ++i) {
    HERALD_CHECK(stretch.tags.time[i] >= before && stretch.tags.time[i] < stretch.end);
    writer.fixed(stretch.tags.channel[i]);
    writer.varint(stretch.tags.time[i] - before);
    before = stretch.tags.time[i];
  }
  return std::move(writer).take();
}

Result<Stretch> decode_stretch(ByteView bytes, Side expected) {
  Reader reader(bytes);
  Stretch stretch;
  const auto side = reader.fixed<std::uint8_t>();
  stretch.side = expected;
  stretch.begin = reader.varint(), stretch.end = reader.varint();
  stretch.tags.tick_seconds = reader.real();
  const std::uint64_t count = reader.varint();
  if (reader.ok() && side != static_cast<std::uint8_t>(expected)) reader.fault("it is the other party's");
  if (reader.ok() && (stretch.begin > stretch.end || stretch.end > kTimeEnd)) reader.fault("its times are impossible");
  if (reader.ok() && !(stretch.tags.tick_seconds >= 0 && stretch.tags.tick_seconds <= 1))
    reader.fault("its tick has an impossible length");
  if (reader.ok() && count > reader.remaining() / 2) reader.fault("it announces more tags than it holds");
  if (reader.ok()) stretch.tags.reserve(count);
  std::uint64_t time = stretch.begin;
  for (std::uint64_t i = 0; i < count && reader.ok(); ++i) {
    const auto channel = reader.fixed<std::uint8_t>();
    const std::uint64_t step = reader.varint();
    if (!reader.ok()) break;
    if (channel >= kChannels || side_of(channel) != expected)
      reader.fault("a tag is of a detector that is not this party's");
    if (step >= stretch.end - time) reader.fault("a tag lies outside it");
    if (reader.ok()) stretch.tags.push_back(channel, time += step);
  }
  HERALD_TRY_VOID(reader.finish("a disclosed stretch"));
  return stretch;
}

Bytes encode(const CoarseEvents& events) {
  Writer writer;
  writer.varint(events.bin_width);
  writer.varint(events.size());
  std::uint64_t next = 0;  // the least that the next bin can be
  for (std::size_t i = 0; i < events.size(); ++i) {
    HERALD_CHECK(events.bin[i] >= next);
    writer.varint((events.bin[i] - next) << 1 | static_cast<std::uint64_t>(events.basis[i]));
    next = events.bin[i] + 1;
  }
  return std::move(writer).take();
}

Result<CoarseEvents> decode_coarse_events(ByteView bytes, std::uint64_t bin_width) {
  HERALD_CHECK(bin_width >= 1);
  Reader reader(bytes);
  CoarseEvents events;
  events.bin_width = reader.varint();
  const std::uint64_t count = reader.varint();
  if (reader.ok() && events.bin_width != bin_width)
    return fail(ErrorCode::disagreement,
                fmt::format("the other end coarsens times to {} ticks where the plan says {}: are both of one version "
                            "and set up alike?",
                            events.bin_width, bin_width));
  if (reader.ok() && count > reader.remaining()) reader.fault("it announces more events than it holds");
  if (reader.ok()) events.bin.reserve(count), events.basis.reserve(count);
  const std::uint64_t end = kTimeEnd / bin_width;
  std::uint64_t next = 0;
  for (std::uint64_t i = 0; i < count && reader.ok(); ++i) {
    const std::uint64_t step = reader.varint();
    if (!reader.ok()) break;
    if (next >= end || step >> 1 >= end - next) {
      reader.fault("a time is 2^62 ticks or more");
      break;
    }
    events.bin.push_back(next + (step >> 1));
    events.basis.push_back((step & 1) != 0);
    next = events.bin.back() + 1;
  }
  HERALD_TRY_VOID(reader.finish("a list of coarse times"));
  return events;
}

Bytes encode_sifted(const Matches& sifted) {
  Writer writer;
  writer.varint(sifted.bob.size());
  std::uint64_t next = 0;
  for (const std::uint64_t index : sifted.bob) {
    HERALD_CHECK(index >= next);
    writer.varint(index - next);
    next = index + 1;
  }
  return std::move(writer).take();
}

Result<std::vector<std::uint64_t>> decode_sifted(ByteView bytes, std::size_t events) {
  Reader reader(bytes);
  const std::uint64_t count = reader.varint();
  if (reader.ok() && count > reader.remaining()) reader.fault("it announces more pairs than it holds");
  std::vector<std::uint64_t> indices;
  if (reader.ok()) indices.reserve(count);
  std::uint64_t next = 0;
  for (std::uint64_t i = 0; i < count && reader.ok(); ++i) {
    const std::uint64_t step = reader.varint();
    if (!reader.ok()) break;
    if (step >= events - next) {
      reader.fault("a pair names an event that was never sent");
      break;
    }
    indices.push_back(next + step);
    next = indices.back() + 1;
  }
  HERALD_TRY_VOID(reader.finish("a list of sifted pairs"));
  return indices;
}

Bytes encode(const CoincidencePlan& plan) {
  Writer writer;
  for (const DetectorDelays* delays : {&plan.delays.alice, &plan.delays.bob})
    for (const std::int64_t delay : *delays) writer.fixed(static_cast<std::uint64_t>(delay));
  writer.real(plan.delays.clock.offset);
  writer.real(plan.delays.clock.drift);
  writer.varint(plan.delays.clock.origin);
  writer.varint(plan.half_window);
  for (const std::uint64_t ticks : plan.dead_time) writer.varint(ticks);
  for (const std::uint64_t ticks : plan.key_begin) writer.varint(ticks);
  writer.fixed(static_cast<std::uint8_t>(plan.tracks_clock));
  return std::move(writer).take();
}

}  // namespace herald
