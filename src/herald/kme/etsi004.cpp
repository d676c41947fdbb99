#include "herald/kme/etsi004.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "herald/kme/etsi014.h"

namespace herald::kme {
namespace {

constexpr std::size_t kHeader = 8, kLongestWhy = 400;
constexpr std::array<std::uint8_t, 3> kVersion{2, 1, 1};
constexpr std::uint8_t kNewestMajor = 2;

using SecretVector = std::vector<std::uint8_t, SecretAllocator<std::uint8_t>>;

// Integers of this protocol are big-endian.
class BigWriter {
 public:
  void number(std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) m_bytes.push_back(static_cast<std::uint8_t>(value >> shift));
  }
  void raw(ByteView bytes) { m_bytes.insert(m_bytes.end(), bytes.begin(), bytes.end()); }
  void text(std::string_view text) { raw({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}); }
  void zeros(std::size_t count) { m_bytes.insert(m_bytes.end(), count, 0); }
  void qos(const Qos& qos) {
    for (const std::uint32_t each :
         {qos.chunk_bytes, qos.most_bps, qos.least_bps, qos.jitter, qos.priority, qos.timeout_ms, qos.ttl_s})
      number(each);
    text(qos.mimetype);
    zeros(qos.is_padded ? kMimetypeField - qos.mimetype.size() : 1);
  }
  ByteView bytes() const { return m_bytes; }
  void reserve(std::size_t size) { m_bytes.reserve(size); }

 private:
  SecretVector m_bytes;
};

class BigReader {
 public:
  explicit BigReader(ByteView bytes) : m_reader(bytes) {}
  std::uint32_t number() {
    std::uint32_t value = 0;
    for (const std::uint8_t byte : m_reader.raw(4)) value = value << 8 | byte;
    return value;
  }
  Uuid uuid() {
    Uuid id;
    const ByteView bytes = m_reader.raw(id.bytes.size());
    if (bytes.size() == id.bytes.size()) std::ranges::copy(bytes, id.bytes.begin());
    return id;
  }
  ByteView raw(std::size_t size) { return m_reader.raw(size); }
  // Up to a zero, which is taken too.
  std::string text(std::size_t most) {
    std::string text;
    while (ok()) {
      const ByteView byte = m_reader.raw(1);
      if (byte.empty() || byte[0] == 0) break;
      text += static_cast<char>(byte[0]);
      if (text.size() > most) fault("a text that is too long");
    }
    if (std::ranges::any_of(text, [](unsigned char c) { return c < 0x20 || c >= 0x7f; }))
      fault("a text that is not of printable ASCII");
    return text;
  }
  // The mimetype's field ends `behind` bytes before the payload does: one zero after it, or a field of fixed size.
  Qos qos(std::size_t behind) {
    Qos qos;
    for (std::uint32_t* const each :
         {&qos.chunk_bytes, &qos.most_bps, &qos.least_bps, &qos.jitter, &qos.priority, &qos.timeout_ms, &qos.ttl_s})
      *each = number();
    const std::size_t field = remaining() >= behind ? remaining() - behind : 0;
    qos.mimetype = text(kMimetypeField - 1);
    const std::size_t taken = qos.mimetype.size() + 1;
    qos.is_padded = field == kMimetypeField;
    if (field != taken && !qos.is_padded) fault("a mimetype of another length");
    for (const std::uint8_t zero : raw(ok() ? field - taken : 0))
      if (zero != 0) fault("a mimetype that goes on behind its end");
    return qos;
  }
  void fault(std::string_view what) { m_reader.fault(what); }
  bool ok() const { return m_reader.ok(); }
  std::size_t remaining() const { return m_reader.remaining(); }
  Result<void> finish(std::string_view what) const { return m_reader.finish(what); }

 private:
  Reader m_reader;
};

void begin(BigWriter& writer, StreamService service, std::size_t payload) {
  writer.reserve(kHeader + payload);
  writer.raw(kVersion);
  const auto byte = static_cast<std::uint8_t>(service);
  writer.raw({&byte, 1});
  writer.number(static_cast<std::uint32_t>(payload));
}

SecretBytes message(StreamService service, const BigWriter& payload) {
  BigWriter writer;
  begin(writer, service, payload.bytes().size());
  writer.raw(payload.bytes());
  return SecretBytes(writer.bytes());
}

StreamService reply_of(StreamService request) {
  return static_cast<StreamService>(static_cast<std::uint8_t>(request) + 1);
}

void encode_chunk(BigWriter& writer, const StreamReply& reply) {
  writer.number(reply.index);
  writer.number(static_cast<std::uint32_t>(reply.key.size()));
  writer.raw(reply.key.expose_secret());
  // Metadata_size comes back as the room that it takes.
  if (reply.status == StreamStatus::metadata_too_small) return writer.number(kMetadataBytes);
  writer.number(static_cast<std::uint32_t>(reply.metadata.size()));
  writer.text(reply.metadata);
}

void decode_chunk(BigReader& reader, StreamReply& reply) {
  reply.index = reader.number();
  reply.key = SecretBytes(reader.raw(reader.number()));
  const std::uint32_t size = reader.number();
  if (reply.status == StreamStatus::metadata_too_small) return;
  const ByteView metadata = reader.raw(size);
  reply.metadata.assign(metadata.begin(), metadata.end());
}

}  // namespace

std::string_view to_string(StreamStatus status) {
  constexpr std::string_view kTexts[]{"successful",
                                      "the other application has not opened the stream yet",
                                      "too few keys",
                                      "the other application has not opened the stream",
                                      "no such stream, or no connection for it",
                                      "this key stream ID is in use",
                                      "not in time",
                                      "this quality of service cannot be met",
                                      "too little room for metadata"};
  return kTexts[static_cast<std::size_t>(status)];
}

Result<std::string> application_of(std::string_view uri) {
  std::string_view name = uri;
  if (const std::size_t slashes = name.find("//"); slashes != name.npos) {
    name.remove_prefix(slashes + 2);
    name = name.substr(0, name.find_first_of("/?#"));
    const std::size_t at = name.find('@');
    name = name.substr(0, at == name.npos ? name.find(':') : at);
  }
  HERALD_TRY(std::string plain, percent_decode(name));
  if (!check_sae_id(plain))
    return fail(ErrorCode::malformed,
                fmt::format("\"{}\" names no application; say qkd://NAME or NAME", printable(uri, 100)));
  return plain;
}

std::string uri_of(std::string_view application) { return "qkd://" + percent_encode(application); }

StreamService service_of(const StreamRequest& request) {
  constexpr StreamService kServices[]{StreamService::open_connect, StreamService::get_key, StreamService::close};
  return kServices[request.index()];
}

std::string_view method_of(StreamService request) {
  if (request == StreamService::open_connect) return "open_connect";
  return request == StreamService::get_key ? "get_key" : "close";
}

Bytes encode(const StreamRequest& request) {
  BigWriter writer;
  if (const auto* const open = std::get_if<OpenConnect>(&request)) {
    for (const std::string* const uri : {&open->source, &open->destination}) {
      writer.text(*uri);
      writer.zeros(1);
    }
    writer.qos(open->qos);
    writer.raw(open->stream.bytes);
  } else if (const auto* const get = std::get_if<GetChunk>(&request)) {
    writer.raw(get->stream.bytes);
    writer.number(get->index);
    writer.number(get->metadata_bytes);
  } else {
    writer.raw(std::get<CloseStream>(request).stream.bytes);
  }
  const SecretBytes all = message(service_of(request), writer);
  return {all.expose_secret().begin(), all.expose_secret().end()};
}

SecretBytes encode(StreamService reply_to, const StreamReply& reply) {
  BigWriter writer;
  writer.reserve(reply.key.size() + reply.metadata.size() + 2 * kMimetypeField);
  writer.number(static_cast<std::uint32_t>(reply.status));
  if (reply_to == StreamService::open_connect) {
    writer.qos(reply.qos);
    writer.raw(reply.stream.bytes);
  } else if (reply_to == StreamService::get_key) {
    encode_chunk(writer, reply);
  }
  return message(reply_of(reply_to), writer);
}

SecretBytes encode_stream_error(std::string_view why) {
  BigWriter writer;
  writer.text(printable(why, kLongestWhy));
  return message(StreamService::error, writer);
}

Result<StreamRequest> decode_stream_request(const StreamMessage& message) {
  BigReader reader(message.payload.expose_secret());
  StreamRequest request;
  switch (message.service) {
    case StreamService::open_connect: {
      OpenConnect open;
      open.source = reader.text(kLongestUri);
      open.destination = reader.text(kLongestUri);
      open.qos = reader.qos(sizeof(Uuid));
      open.stream = reader.uuid();
      request = std::move(open);
      break;
    }
    case StreamService::get_key: {
      GetChunk get;
      get.stream = reader.uuid();
      get.index = reader.number();
      get.metadata_bytes = reader.number();
      // Some send the room itself along, which means nothing.
      if (reader.remaining() != 0) reader.raw(get.metadata_bytes);
      request = get;
      break;
    }
    case StreamService::close: request = CloseStream{reader.uuid()}; break;
    default: reader.fault("no request: the services are 2 (OPEN_CONNECT), 4 (GET_KEY) and 8 (CLOSE)");
  }
  HERALD_TRY_VOID(reader.finish("a request for a key stream"));
  return request;
}

Result<StreamReply> decode_stream_reply(StreamService reply_to, const StreamMessage& message) {
  const ByteView payload = message.payload.expose_secret();
  if (message.service == StreamService::error)
    return fail(ErrorCode::unavailable,
                printable({reinterpret_cast<const char*>(payload.data()), payload.size()}, kLongestWhy));
  BigReader reader(payload);
  StreamReply reply;
  const std::uint32_t status = reader.number();
  if (message.service != reply_of(reply_to)) reader.fault("the answer to something else");
  if (status > static_cast<std::uint32_t>(StreamStatus::metadata_too_small)) reader.fault("no such status");
  if (reader.ok()) {
    reply.status = static_cast<StreamStatus>(status);
    if (reply_to == StreamService::open_connect) {
      reply.qos = reader.qos(sizeof(Uuid));
      reply.stream = reader.uuid();
    } else if (reply_to == StreamService::get_key) {
      decode_chunk(reader, reply);
    }
  }
  HERALD_TRY_VOID(reader.finish("a reply about a key stream"));
  return reply;
}

Result<void> StreamMessageReader::feed(ByteView bytes) {
  if (m_failed) return std::unexpected(*m_failed);
  m_pending.insert(m_pending.end(), bytes.begin(), bytes.end());
  std::size_t at = 0;
  while (m_pending.size() - at >= kHeader) {
    BigReader header(ByteView(m_pending).subspan(at, kHeader));
    const std::uint8_t major = header.raw(4)[0];
    const std::uint32_t size = header.number();
    if (major == 0 || major > kNewestMajor)
      m_failed = Error{ErrorCode::malformed, "this is not ETSI GS QKD 004: a message begins with version 2, 1, 1"};
    else if (size > m_most)
      m_failed = Error{ErrorCode::malformed, fmt::format("a message is of {} bytes at most", m_most)};
    if (m_failed) return std::unexpected(*m_failed);
    if (m_pending.size() - at - kHeader < size) break;
    m_messages.push_back(
        {static_cast<StreamService>(m_pending[at + 3]), SecretBytes(ByteView(m_pending).subspan(at + kHeader, size))});
    at += kHeader + size;
  }
  // A vector that is moved from frees, and so wipes, what it held.
  m_pending = SecretVector(m_pending.begin() + static_cast<std::ptrdiff_t>(at), m_pending.end());
  return {};
}

std::optional<StreamMessage> StreamMessageReader::next() {
  if (m_messages.empty()) return std::nullopt;
  StreamMessage message = std::move(m_messages.front());
  m_messages.pop_front();
  return message;
}

}  // namespace herald::kme
