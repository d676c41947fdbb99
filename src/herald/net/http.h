#pragma once
// HTTP/1.1 (RFC 9112) as bytes in and messages out; no sockets here (Boost.Beast's parser behind it). What comes from
// strangers is bounded: a message over its limits is a fault, with the status that says so.

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "herald/base/codec.h"
#include "herald/base/secret_memory.h"

namespace herald::net {

struct HttpLimits {
  std::size_t header = 8192;  // bytes
  std::size_t body = 65536;
};

struct HttpRequest {
  std::string method, target, body;
  bool keep_alive = true;
};

// Why the bytes of a connection are no requests; nothing more can be read from it.
struct HttpFault {
  unsigned status = 400;
  std::string message;
};

// The requests of one connection, in order.
class HttpRequestReader {
 public:
  explicit HttpRequestReader(const HttpLimits& limits);
  ~HttpRequestReader();
  HttpRequestReader(HttpRequestReader&&) noexcept;
  HttpRequestReader& operator=(HttpRequestReader&&) noexcept;

  // Bytes as they come, in pieces of any size; what follows a complete request waits, unread, for the next call of
  // next().
  void feed(ByteView bytes);
  // The next request, if it is complete.
  std::optional<HttpRequest> next();
  // Sticks: nothing comes after it.
  const std::optional<HttpFault>& fault() const;
  // Is there a request of which a part is missing?
  bool is_amid() const;
  // True once for a request whose sender waits for "100 Continue".
  bool wants_continue();
  // Bytes that wait: a peer that sends on while its request is answered should be left unread.
  std::size_t waiting() const;

 private:
  struct State;
  std::unique_ptr<State> m_state;
};

using HttpHeaders = std::vector<std::pair<std::string_view, std::string>>;

inline constexpr std::string_view kHttpContinue = "HTTP/1.1 100 Continue\r\n\r\n";

// The head of a reply, up to the empty line; `size` bytes of body follow.
std::string http_reply_head(unsigned status, std::string_view content_type, std::size_t size, bool keep_alive,
                            const HttpHeaders& headers = {});

// A request as bytes.
std::string http_request(std::string_view method, std::string_view target, std::string_view host,
                         std::string_view body = {}, bool keep_alive = true);

// A reply as a client reads it; the body may hold keys.
struct HttpReply {
  unsigned status = 0;
  std::vector<char, SecretAllocator<char>> body;
  std::vector<std::pair<std::string, std::string>> headers;
  bool keep_alive = true;

  // The first value of a header, by its name in any case; empty when there is none.
  std::string_view header(std::string_view name) const;
};

class HttpReplyReader {
 public:
  explicit HttpReplyReader(const HttpLimits& limits);
  ~HttpReplyReader();
  HttpReplyReader(HttpReplyReader&&) noexcept;
  HttpReplyReader& operator=(HttpReplyReader&&) noexcept;

  void feed(ByteView bytes);
  // The connection was closed: a body without a length ends here.
  void end();
  std::optional<HttpReply> next();
  const std::optional<HttpFault>& fault() const;

 private:
  struct State;
  std::unique_ptr<State> m_state;
};

}  // namespace herald::net
