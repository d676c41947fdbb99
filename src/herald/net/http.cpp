#include "herald/net/http.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http.hpp>

namespace herald::net {
namespace {

namespace http = boost::beast::http;
using boost::system::error_code;

HttpFault fault_of(const error_code& error) {
  if (error == http::error::header_limit) return {431, "the header is too large"};
  if (error == http::error::body_limit) return {413, "the body is too large"};
  return {400, "no HTTP: " + error.message()};
}

// One parser of messages that follow each other on a connection.
template <typename Parser>
class Messages {
 public:
  explicit Messages(const HttpLimits& limits) : m_limits(limits) { begin(); }

  void feed(ByteView bytes) {
    if (fault) return;
    m_bytes.insert(m_bytes.end(), bytes.begin(), bytes.end());
    parse();
  }

  // The parser of a complete message; then take() begins the next one.
  Parser* complete() { return !fault && m_parser->is_done() ? &*m_parser : nullptr; }
  void take() {
    begin();
    parse();
  }

  void end() {
    error_code error;
    if (!fault && m_parser->got_some() && !m_parser->is_done()) m_parser->put_eof(error);
    if (error) fault = fault_of(error);
  }

  bool is_amid() const { return !m_parser->is_done() && (m_parser->got_some() || !m_bytes.empty()); }
  bool has_header() const { return m_parser->is_header_done(); }
  Parser& parser() { return *m_parser; }
  std::size_t waiting() const { return m_bytes.size(); }

  std::optional<HttpFault> fault;

 private:
  void begin() {
    m_parser.emplace();
    m_parser->header_limit(static_cast<std::uint32_t>(m_limits.header));
    m_parser->body_limit(m_limits.body);
    m_parser->eager(true);
  }

  void parse() {
    std::size_t used = 0;
    while (used < m_bytes.size() && !m_parser->is_done()) {
      error_code error;
      const std::size_t took = m_parser->put(boost::asio::buffer(m_bytes.data() + used, m_bytes.size() - used), error);
      used += took;
      if (error == http::error::need_more) break;
      if (error) {
        fault = fault_of(error);
        break;
      }
      if (took == 0) break;
    }
    m_bytes.erase(m_bytes.begin(), m_bytes.begin() + static_cast<std::ptrdiff_t>(used));
    // The parser counts only what it takes: an endless line is never taken.
    if (!fault && !m_parser->is_header_done() && m_bytes.size() > m_limits.header)
      fault = HttpFault{431, "the header is too large"};
  }

  HttpLimits m_limits;
  std::optional<Parser> m_parser;
  Bytes m_bytes;  // not yet taken by a parser
};

using RequestParser = http::request_parser<http::string_body>;
using SecretBody = http::basic_string_body<char, std::char_traits<char>, SecretAllocator<char>>;
using ReplyParser = http::response_parser<SecretBody>;

}  // namespace

struct HttpRequestReader::State : Messages<RequestParser> {
  using Messages::Messages;
  bool continued = false;  // asked for by this request, and said
};

HttpRequestReader::HttpRequestReader(const HttpLimits& limits) : m_state(std::make_unique<State>(limits)) {}
HttpRequestReader::~HttpRequestReader() = default;
HttpRequestReader::HttpRequestReader(HttpRequestReader&&) noexcept = default;
HttpRequestReader& HttpRequestReader::operator=(HttpRequestReader&&) noexcept = default;

void HttpRequestReader::feed(ByteView bytes) { m_state->feed(bytes); }
const std::optional<HttpFault>& HttpRequestReader::fault() const { return m_state->fault; }
bool HttpRequestReader::is_amid() const { return m_state->is_amid(); }
std::size_t HttpRequestReader::waiting() const { return m_state->waiting(); }

std::optional<HttpRequest> HttpRequestReader::next() {
  RequestParser* const parser = m_state->complete();
  if (parser == nullptr) return {};
  auto message = parser->release();
  HttpRequest request{std::string(message.method_string()), std::string(message.target()), std::move(message.body()),
                      message.keep_alive()};
  m_state->continued = false;
  m_state->take();
  return request;
}

bool HttpRequestReader::wants_continue() {
  if (m_state->fault || m_state->continued || !m_state->has_header() || !m_state->is_amid()) return false;
  m_state->continued = boost::beast::iequals(m_state->parser().get()[http::field::expect], "100-continue");
  return m_state->continued;
}

std::string http_reply_head(unsigned status, std::string_view content_type, std::size_t size, bool keep_alive,
                            const HttpHeaders& headers) {
  const auto reason = http::obsolete_reason(http::int_to_status(status));
  std::string head = fmt::format("HTTP/1.1 {} {}\r\nContent-Length: {}\r\n", status,
                                 std::string_view(reason.data(), reason.size()), size);
  if (size > 0) head += fmt::format("Content-Type: {}\r\n", content_type);
  head += keep_alive ? "Connection: keep-alive\r\n" : "Connection: close\r\n";  // the first for HTTP/1.0
  for (const auto& [name, value] : headers) head += fmt::format("{}: {}\r\n", name, value);
  return head + "\r\n";
}

std::string http_request(std::string_view method, std::string_view target, std::string_view host, std::string_view body,
                         bool keep_alive) {
  std::string text = fmt::format("{} {} HTTP/1.1\r\nHost: {}\r\n", method, target, host);
  if (!keep_alive) text += "Connection: close\r\n";
  if (!body.empty())
    text += fmt::format("Content-Type: application/json\r\nContent-Length: {}\r\n", body.size());
  else if (method == "POST")
    text += "Content-Length: 0\r\n";
  return text.append("\r\n").append(body);
}

std::string_view HttpReply::header(std::string_view name) const {
  const auto at =
      std::ranges::find_if(headers, [&](const auto& each) { return boost::beast::iequals(each.first, name); });
  return at == headers.end() ? std::string_view() : std::string_view(at->second);
}

struct HttpReplyReader::State : Messages<ReplyParser> {
  using Messages::Messages;
};

HttpReplyReader::HttpReplyReader(const HttpLimits& limits) : m_state(std::make_unique<State>(limits)) {}
HttpReplyReader::~HttpReplyReader() = default;
HttpReplyReader::HttpReplyReader(HttpReplyReader&&) noexcept = default;
HttpReplyReader& HttpReplyReader::operator=(HttpReplyReader&&) noexcept = default;

void HttpReplyReader::feed(ByteView bytes) { m_state->feed(bytes); }
void HttpReplyReader::end() { m_state->end(); }
const std::optional<HttpFault>& HttpReplyReader::fault() const { return m_state->fault; }

std::optional<HttpReply> HttpReplyReader::next() {
  ReplyParser* parser = m_state->complete();
  while (parser != nullptr && parser->get().result() == http::status::continue_) {  // the real one follows
    m_state->take();
    parser = m_state->complete();
  }
  if (parser == nullptr) return {};
  auto message = parser->release();
  HttpReply reply;
  reply.status = message.result_int();
  reply.body.assign(message.body().begin(), message.body().end());
  reply.keep_alive = message.keep_alive();
  for (const auto& field : message) reply.headers.emplace_back(field.name_string(), field.value());
  m_state->take();
  return reply;
}

}  // namespace herald::net
