#pragma once
// Key streams by ETSI GS QKD 004 v2.1.1 ("Application interface"): what an application asks and is told, and the bytes
// of both. The standard names functions, parameters and status codes and leaves the bytes open; these are laid out as
// the open implementations have them (docs/wire-format.md). No sockets here.

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "herald/base/codec.h"
#include "herald/base/result.h"
#include "herald/base/secret_memory.h"
#include "herald/base/uuid.h"

namespace herald::kme {

// The standard's, table 5; a call that succeeds says successful or, of OPEN_CONNECT, peer_not_connected.
enum class StreamStatus : std::uint8_t {
  successful = 0,
  peer_not_connected = 1,  // opened, and the other application has not opened it yet
  insufficient_key = 2,
  get_key_peer_not_connected = 3,
  no_connection = 4,
  stream_id_in_use = 5,
  timeout = 6,
  qos_not_met = 7,  // the reply says what could be
  metadata_too_small = 8,
};
std::string_view to_string(StreamStatus status);

// Quality of service. Zeros: as the KME likes.
struct Qos {
  std::uint32_t chunk_bytes = 0;  // Key_chunk_size
  std::uint32_t most_bps = 0;     // Max_bps, bits per second
  std::uint32_t least_bps = 0;    // Min_bps
  std::uint32_t jitter = 0, priority = 0;
  std::uint32_t timeout_ms = 0;  // a call waits so long
  std::uint32_t ttl_s = 0;       // the stream lives so long
  std::string mimetype = {};     // of a chunk's metadata; empty: none
  bool is_padded = false;        // on the wire the mimetype takes kMimetypeField bytes
  bool operator==(const Qos&) const = default;
};
inline constexpr std::size_t kMimetypeField = 256, kLongestUri = 1024;
inline constexpr std::string_view kStreamMimetype = "application/json";
// No chunk's metadata is longer; whoever gives it less room is told.
inline constexpr std::uint32_t kMetadataBytes = 256;

struct OpenConnect {
  std::string source, destination;  // URIs
  Qos qos;
  Uuid stream;  // zeros: a new one
};
struct GetChunk {
  Uuid stream;
  std::uint32_t index = 0;
  std::uint32_t metadata_bytes = 0;  // room for it
};
struct CloseStream {
  Uuid stream;
};
using StreamRequest = std::variant<OpenConnect, GetChunk, CloseStream>;

// What each function returns: of OPEN_CONNECT `qos` and `stream`, of GET_KEY the next three. `why` stays here, for
// logs; where GET_KEY failed, its metadata may tell it.
struct StreamReply {
  StreamStatus status = StreamStatus::successful;
  Qos qos = {};
  Uuid stream = {};
  std::uint32_t index = 0;
  SecretBytes key = {};
  std::string metadata = {};
  std::string why = {};
};

// The application that a URI names: «qkd://vpn-2@kme-b», «qkd://vpn-2» or «vpn-2». What stands behind the name (a port,
// a path) is not looked at. Errors: malformed.
Result<std::string> application_of(std::string_view uri);

std::string uri_of(std::string_view application);

// The first byte's names for requests and their replies.
enum class StreamService : std::uint8_t {
  error = 0x00,  // a text: the request could not be read; the connection ends
  open_connect = 0x02,
  open_connect_reply = 0x03,
  get_key = 0x04,
  get_key_reply = 0x05,
  close = 0x08,
  close_reply = 0x09,
};
struct StreamMessage {
  StreamService service = StreamService::error;
  SecretBytes payload;
};

Bytes encode(const StreamRequest& request);
// To a request of that kind.
SecretBytes encode(StreamService reply_to, const StreamReply& reply);
SecretBytes encode_stream_error(std::string_view why);
// Errors: malformed (also: no request).
Result<StreamRequest> decode_stream_request(const StreamMessage& message);
// Errors: malformed (also: an answer to another request), unavailable (the other end could not read it; its words).
Result<StreamReply> decode_stream_reply(StreamService reply_to, const StreamMessage& message);
StreamService service_of(const StreamRequest& request);
// «open_connect», «get_key», «close», for logs.
std::string_view method_of(StreamService request);

// Takes the bytes of one direction in pieces of any size.
class StreamMessageReader {
 public:
  explicit StreamMessageReader(std::size_t most_payload) : m_most(most_payload) {}
  // Errors: malformed (no message of this protocol, or one too long). Sticks.
  Result<void> feed(ByteView bytes);
  std::optional<StreamMessage> next();
  // Bytes of a message that is not whole yet have come.
  bool is_amid() const { return !m_pending.empty(); }
  // Messages that wait for next().
  std::size_t waiting() const { return m_messages.size(); }

 private:
  std::size_t m_most;
  std::vector<std::uint8_t, SecretAllocator<std::uint8_t>> m_pending;
  std::deque<StreamMessage> m_messages;
  std::optional<Error> m_failed;
};
inline constexpr std::size_t kMostStreamRequest = 4096;

}  // namespace herald::kme
