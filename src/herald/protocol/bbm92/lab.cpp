#include "herald/protocol/bbm92/lab.h"

#include <fmt/format.h>

#include "herald/detections/disclosure.h"

namespace herald::bbm92 {

void TagsReply::encode(Writer& writer) const {
  writer.fixed(static_cast<std::uint8_t>(origin));
  writer.counted(tags);
}

TagsReply TagsReply::decode(Reader& reader) {
  TagsReply reply;
  const auto origin = reader.fixed<std::uint8_t>();
  if (origin > static_cast<std::uint8_t>(Origin::device)) reader.fault("it names an unknown origin");
  reply.origin = static_cast<Origin>(origin);
  const ByteView tags = reader.counted();
  reply.tags.assign(tags.begin(), tags.end());
  return reply;
}

Party<void> serve_tags(Wire& party, const Recording& recording) {
  for (;;) {
    const auto request = co_await party.receive<TagsRequest>();
    if (request.block != recording.block) {
      const Abort word(fmt::format("the recording has no more: it makes block {} alone", recording.block));
      party.send(word);
      co_return;
    }
    TagsReply reply;
    reply.origin = recording.origin;
    reply.tags =
        encode(stretch_of(recording.tags, recording.side, recording.tags.time.front(), recording.tags.time.back() + 1));
    party.send(reply);
  }
}

}  // namespace herald::bbm92
