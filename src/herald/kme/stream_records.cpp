#include "herald/kme/stream_records.h"

#include <fmt/format.h>

#include <algorithm>

#include "herald/kme/record_keys.h"

namespace herald::kme {
namespace {

using store::Records;

RecordKey key_of(const Uuid& id) { return RecordKey(RecordKind::stream).raw(id.bytes); }
RecordKey expiry_of(const Stream& stream) {
  return RecordKey(RecordKind::stream_until).number(stream.until).raw(stream.id.bytes);
}
RecordKey owners(const Stream& stream) { return RecordKey(RecordKind::stream_of).name(stream.master); }

Bytes encoded(const Stream& stream) {
  Writer writer;
  writer.raw(stream.salt.bytes);
  for (const std::string* const text : {&stream.master, &stream.slave, &stream.peer, &stream.qos.mimetype})
    writer.text(*text);
  const Qos& qos = stream.qos;
  for (const std::uint32_t each :
       {qos.chunk_bytes, qos.most_bps, qos.least_bps, qos.jitter, qos.priority, qos.timeout_ms, qos.ttl_s})
    writer.fixed(each);
  writer.fixed(stream.until);
  writer.fixed(stream.next);
  writer.fixed(stream.end);
  for (const bool each : {stream.is_ours, stream.ours_open, stream.other_open})
    writer.fixed(static_cast<std::uint8_t>(each ? 1 : 0));
  return std::move(writer).take();
}

Result<Stream> decoded(const Uuid& id, ByteView bytes) {
  Reader reader(bytes);
  Stream stream;
  stream.id = id;
  const ByteView salt = reader.raw(stream.salt.bytes.size());
  if (salt.size() == stream.salt.bytes.size()) std::ranges::copy(salt, stream.salt.bytes.begin());
  for (std::string* const text : {&stream.master, &stream.slave, &stream.peer, &stream.qos.mimetype})
    *text = reader.text();
  Qos& qos = stream.qos;
  for (std::uint32_t* const each :
       {&qos.chunk_bytes, &qos.most_bps, &qos.least_bps, &qos.jitter, &qos.priority, &qos.timeout_ms, &qos.ttl_s})
    *each = reader.fixed<std::uint32_t>();
  stream.until = reader.fixed<std::uint64_t>();
  stream.next = reader.fixed<std::uint64_t>();
  stream.end = reader.fixed<std::uint64_t>();
  for (bool* const each : {&stream.is_ours, &stream.ours_open, &stream.other_open})
    *each = reader.fixed<std::uint8_t>() != 0;
  HERALD_TRY_VOID(reader.finish("a key stream"));
  return stream;
}

}  // namespace

Uuid chunk_id(const Stream& stream, std::uint32_t index) {
  return key_id(fmt::format("etsi 004 stream {} {}", to_string(stream.id), to_string(stream.salt)), 0, index);
}

Result<std::optional<Stream>> find_stream(Records& records, const Uuid& id) {
  HERALD_TRY(const auto bytes, records.get(key_of(id)));
  if (!bytes) return std::nullopt;
  HERALD_TRY(Stream stream, decoded(id, bytes->expose_secret()));
  return std::optional(std::move(stream));
}

Result<void> add_stream(Records& records, const Stream& stream) {
  HERALD_TRY(const auto before, records.get(key_of(stream.id)));
  if (before) return fail(ErrorCode::disagreement, std::string(to_string(StreamStatus::stream_id_in_use)));
  std::size_t count = 0;
  HERALD_TRY_VOID(records.scan(owners(stream), {},
                               [&](ByteView, const SecretBytes&) -> Result<bool> { return ++count < kMostStreams; }));
  if (count >= kMostStreams)
    return fail(ErrorCode::exhausted, fmt::format("{} has {} streams open; close one", stream.master, count));
  records.put(owners(stream).raw(stream.id.bytes), {});
  records.put(expiry_of(stream), {});
  keep_stream(records, stream);
  return {};
}

void keep_stream(Records& records, const Stream& stream) { records.put(key_of(stream.id), encoded(stream)); }

Result<void> erase_stream(Records& records, const Stream& stream) {
  for (const RecordKey& key : {owners(stream).raw(stream.id.bytes), expiry_of(stream), key_of(stream.id)})
    HERALD_TRY_VOID(records.erase(key));
  return {};
}

Result<void> erase_streams_with(Records& records, std::string_view peer) {
  std::vector<Stream> streams;
  HERALD_TRY_VOID(
      records.scan(RecordKey(RecordKind::stream), {}, [&](ByteView key, const SecretBytes& bytes) -> Result<bool> {
        Uuid id;
        std::ranges::copy(key.last(sizeof(Uuid)), id.bytes.begin());
        HERALD_TRY(Stream stream, decoded(id, bytes.expose_secret()));
        if (stream.peer == peer) streams.push_back(std::move(stream));
        return true;
      }));
  for (const Stream& stream : streams) HERALD_TRY_VOID(erase_stream(records, stream));
  return {};
}

Result<std::vector<Stream>> expire_streams(Records& records, std::uint64_t now, std::size_t most) {
  std::vector<Uuid> late;
  HERALD_TRY_VOID(
      records.scan(RecordKey(RecordKind::stream_until), {}, [&](ByteView key, const SecretBytes&) -> Result<bool> {
        if (!std::ranges::lexicographical_compare(key, ByteView(RecordKey(RecordKind::stream_until).number(now))))
          return false;
        std::ranges::copy(key.last(sizeof(Uuid)), late.emplace_back().bytes.begin());
        return late.size() < most;
      }));
  std::vector<Stream> streams;
  for (const Uuid& id : late) {
    HERALD_TRY(auto stream, find_stream(records, id));
    HERALD_CHECK(stream.has_value());
    HERALD_TRY_VOID(erase_stream(records, *stream));
    streams.push_back(std::move(*stream));
  }
  return streams;
}

Result<void> give_chunk(Records& records, const Chunk& chunk) {
  HERALD_TRY(auto stream, find_stream(records, chunk.stream));
  if (!stream || !stream->ours_open) return fail(ErrorCode::unavailable, "the stream is over");
  if (chunk.index < stream->next)
    return fail(ErrorCode::disagreement,
                fmt::format("index {} was given before; the next is {}", chunk.index, stream->next));
  stream->next = std::uint64_t{chunk.index} + 1;
  keep_stream(records, *stream);
  return {};
}

Result<void> take_chunk_back(Records& records, const Chunk& chunk) {
  HERALD_TRY(auto stream, find_stream(records, chunk.stream));
  if (!stream || stream->next != std::uint64_t{chunk.index} + 1) return {};
  stream->next = chunk.index;
  keep_stream(records, *stream);
  return {};
}

}  // namespace herald::kme
