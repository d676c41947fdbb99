#include "herald/kme/client.h"

#include <fmt/format.h>

#include <deque>
#include <nlohmann/json.hpp>
#include <utility>

#include "herald/base/codec.h"
#include "herald/net/http.h"

namespace herald::kme {
namespace {

constexpr std::size_t kMostAround = 65536, kMostAroundAKey = 2048;  // bytes of a container beside its keys
constexpr std::uint64_t kMostAsked = 1024, kMostBits = std::uint64_t{1} << 20;

std::string target(std::string_view sae, std::string_view method) {
  return fmt::format("/api/v1/keys/{}/{}", percent_encode(sae), method);
}

// Mandatory: a KME that keeps no replies for us says so before a key leaves.
std::string extension_of(const std::string& idempotency_key) {
  if (idempotency_key.empty()) return "";
  using Json = nlohmann::json;
  return fmt::format(R"(,"extension_mandatory":[{{"{}":{}}}])", kIdempotencyKey,
                     Json(idempotency_key).dump(-1, ' ', false, Json::error_handler_t::replace));
}

std::string_view view(const net::HttpReply& reply) { return {reply.body.data(), reply.body.size()}; }

}  // namespace

struct Client::State : std::enable_shared_from_this<State> {
  State(net::EventLoop& l, net::Endpoint at, std::shared_ptr<net::TlsContext> c, std::chrono::milliseconds p)
      : loop(l), kme(std::move(at)), context(std::move(c)), patience(p) {}

  struct Request {
    std::string method, target, body;
    std::size_t most = kMostAround;  // bytes of the reply
    std::function<void(Result<net::HttpReply>)> done;
  };
  using RequestPtr = std::shared_ptr<Request>;

  net::EventLoop& loop;
  net::Endpoint kme;
  std::shared_ptr<net::TlsContext> context;
  std::chrono::milliseconds patience;
  std::deque<RequestPtr> waiting;
  RequestPtr current;
  net::SecureConnectionPtr connection;
  bool is_secure = false;
  std::optional<net::HttpReplyReader> reader;

  void ask(Request request) {
    waiting.push_back(std::make_shared<Request>(std::move(request)));
    loop.post([weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->next();
    });
  }

  void next() {
    if (current || waiting.empty()) return;
    current = std::move(waiting.front());
    waiting.pop_front();
    reader.emplace(net::HttpLimits{.body = current->most});
    loop.after(patience, [weak = weak_from_this(), late = std::weak_ptr(current)] {
      const auto self = weak.lock();
      if (self && self->current && self->current == late.lock())
        self->give_up({ErrorCode::unavailable, "it gave no reply in time"});
    });
    if (is_secure) return send();
    loop.connect(kme, patience, [weak = weak_from_this(), asked = std::weak_ptr(current)](auto connected) {
      const auto self = weak.lock();
      if (!self || !self->current || self->current != asked.lock()) return;
      if (!connected) return self->give_up(std::move(connected.error()));
      self->secure(std::move(*connected));
    });
  }

  void secure(net::ConnectionPtr plain) {
    connection = net::secure_as_client(std::move(plain), context, kme.host);
    connection->handshake([weak = weak_from_this(), held = std::weak_ptr(connection)](Result<void> done) {
      const auto self = weak.lock();
      if (!self || self->connection != held.lock()) return;
      if (!done) return self->give_up(std::move(done.error()));
      self->is_secure = true;
      self->connection->start(
          [weak, held](ByteView bytes) {
            const auto alive = weak.lock();
            if (alive && alive->connection == held.lock()) alive->receive(bytes);
          },
          [weak, held](Error why) {
            const auto alive = weak.lock();
            if (alive && alive->connection == held.lock()) alive->closed(std::move(why));
          });
      self->send();
    });
  }

  void send() {
    if (!current || !is_secure) return;
    const std::string text = net::http_request(current->method, current->target, kme.to_string(), current->body);
    connection->write_now({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  }

  void receive(ByteView bytes) {
    if (!current) return drop();  // it speaks unasked
    reader->feed(bytes);
    take();
  }

  void closed(Error why) {
    is_secure = false;
    if (!current) return drop();
    reader->end();
    take();
    if (current) give_up(std::move(why));
  }

  void take() {
    if (const auto& fault = reader->fault())
      return give_up({ErrorCode::malformed, fmt::format("its reply cannot be read: {}", fault->message)});
    auto reply = reader->next();
    if (!reply) return;
    if (!reply->keep_alive) drop();
    finish(std::move(*reply));
  }

  void drop() {
    is_secure = false;
    if (const auto held = std::exchange(connection, {})) held->close_after_writing();
  }

  void give_up(Error why) {
    drop();
    finish(fail(why.code, fmt::format("the KME at {}: {}", kme.to_string(), why.message)));
  }

  void finish(Result<net::HttpReply> reply) {
    const RequestPtr held = std::exchange(current, {});
    loop.post([weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->next();
    });
    held->done(std::move(reply));
  }

  void ask_keys(std::string method, std::string path, std::string body, AskedKeys asked, OnKeys done) {
    const std::uint64_t bits = asked.size.value_or(kMostBits);
    if (asked.number == 0 || asked.number > kMostAsked || bits == 0 || bits > kMostBits || bits % 8 != 0) {
      loop.post([done = std::move(done)] {
        done(fail(ErrorCode::invalid_argument,
                  fmt::format("1 to {} keys can be asked for at once, of 8 to {} bits, a multiple of 8", kMostAsked,
                              kMostBits)));
      });
      return;
    }
    const std::size_t most = kMostAround + asked.number * (kMostAroundAKey + bits / 4);
    ask({std::move(method), std::move(path), std::move(body), most,
         [asked = std::move(asked), done = std::move(done)](Result<net::HttpReply> reply) {
           if (!reply) return done(std::unexpected(std::move(reply.error())));
           if (reply->status != 200) return done(std::unexpected(read_error(reply->status, view(*reply))));
           done(read_container(reply->body, asked));
         }});
  }
};

Client::Client(net::EventLoop& loop, net::Endpoint kme, std::shared_ptr<net::TlsContext> context,
               std::chrono::milliseconds patience)
    : m_state(std::make_shared<State>(loop, std::move(kme), std::move(context), patience)) {}
Client::~Client() = default;

void Client::status(const std::string& peer, OnStatus done) {
  m_state->ask({"GET", target(peer, "status"), "", kMostAround, [done = std::move(done)](Result<net::HttpReply> reply) {
                  if (!reply) return done(std::unexpected(std::move(reply.error())));
                  if (reply->status != 200) return done(std::unexpected(read_error(reply->status, view(*reply))));
                  done(read_status(view(*reply)));
                }});
}

void Client::get_keys(const std::string& slave, std::uint64_t number, std::optional<std::uint64_t> size, OnKeys done,
                      const std::string& idempotency_key) {
  std::string body = fmt::format(R"({{"number":{})", number);
  if (size) body += fmt::format(R"(,"size":{})", *size);
  body += extension_of(idempotency_key) + "}";
  m_state->ask_keys("POST", target(slave, "enc_keys"), body, {number, size}, std::move(done));
}

void Client::get_keys_with_ids(const std::string& master, std::vector<Uuid> ids, OnKeys done,
                               const std::string& idempotency_key) {
  std::string body;
  for (const Uuid& id : ids) body += fmt::format(R"({}{{"key_ID":"{}"}})", body.empty() ? "" : ",", to_string(id));
  AskedKeys asked{ids.size(), {}, std::move(ids)};
  m_state->ask_keys("POST", target(master, "dec_keys"),
                    fmt::format(R"({{"key_IDs":[{}]{}}})", body, extension_of(idempotency_key)), std::move(asked),
                    std::move(done));
}

Result<net::Endpoint> kme_endpoint(std::string_view url) {
  constexpr std::string_view kScheme = "https://";
  std::string_view rest = url;
  if (rest.starts_with(kScheme)) rest.remove_prefix(kScheme.size());
  if (rest.ends_with('/')) rest.remove_suffix(1);
  if (rest.find('/') != rest.npos)
    return fail(ErrorCode::invalid_argument,
                fmt::format("\"{}\" is no address of a KME; say https://host:port", printable(url, 200)));
  return net::parse_endpoint(std::string(rest));
}

}  // namespace herald::kme
