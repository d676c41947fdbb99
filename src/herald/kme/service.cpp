#include "herald/kme/service.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <span>
#include <utility>

#include "herald/base/random.h"
#include "herald/kme/commit_thread.h"
#include "herald/kme/journal.h"
#include "herald/kme/openapi.h"
#include "herald/kme/record_keys.h"
#include "herald/kme/status_cache.h"

namespace herald::kme {
namespace {

using Clock = std::chrono::steady_clock;

// A request's method is its place in Call.
static_assert(std::is_same_v<std::variant_alternative_t<static_cast<std::size_t>(Served::Method::dec_keys), Call>,
                             GetKeyWithIds>);

constexpr std::chrono::milliseconds kTick{250};

// The generator costs as much for one key ID as for many.
class RandomAhead {
 public:
  void fill(std::span<std::uint8_t> bytes) {
    if (bytes.size() > m_ahead.size()) return m_random.fill_bytes(bytes);
    const auto ahead = m_ahead.expose_secret_mutable();
    if (ahead.size() - m_used < bytes.size()) {
      m_random.fill_bytes(ahead);
      m_used = 0;
    }
    const auto taken = ahead.subspan(m_used, bytes.size());
    std::ranges::copy(taken, bytes.begin());
    wipe(taken.data(), taken.size());
    m_used += bytes.size();
  }

 private:
  SecretRandom m_random;
  SecretBytes m_ahead{1024};
  std::size_t m_used = 1024;
};

net::HttpsReply to_reply(const ApiError& error) {
  net::HttpsReply reply;
  reply.status = error.status;
  const std::string text = to_json(error);
  reply.body.assign(text.begin(), text.end());
  if (!error.allow.empty()) reply.headers.emplace_back("Allow", error.allow);
  if (error.retry_after_s != 0) reply.headers.emplace_back("Retry-After", std::to_string(error.retry_after_s));
  return reply;
}

net::HttpsReply to_reply(std::string_view text) {
  net::HttpsReply reply;
  reply.body.assign(text.begin(), text.end());
  return reply;
}

net::HttpsReply to_reply(const ApiResult<Answer>& answer) {
  if (!answer) return to_reply(answer.error());
  if (const auto* const status = std::get_if<Status>(&*answer)) return to_reply(to_json(*status));
  net::HttpsReply reply;
  reply.body = to_json(std::get<Container>(*answer).keys);
  return reply;
}

}  // namespace

// Its parts end in the order that keeps each from calling what is gone: who asks, the lines, the thread that commits.
struct Service::State : std::enable_shared_from_this<State> {
  explicit State(net::EventLoop& l) : loop(l) {}

  void tick() {
    delivery->tick();
    loop.after(kTick, [weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->tick();
    });
  }

  void tell(Served::Method method, const std::string& caller, Clock::time_point begin, const ApiError* why,
            std::size_t keys) const {
    if (!served) return;
    served({method, why == nullptr ? 200 : why->status, keys, Clock::now() - begin, caller,
            why == nullptr ? std::string_view() : why->message});
  }

  // What the loop has for the thread that commits goes there together, when the loop has done what it is at.
  void commit(CommitThread::Asked asked) {
    gathered.push_back(std::move(asked));
    if (gathered.size() > 1) return;
    loop.post([weak = weak_from_this()] {
      if (const auto self = weak.lock(); self && self->commits)
        self->commits->commit(std::exchange(self->gathered, {}));
    });
  }

  // What one of the server's threads has for the loop: passed on when its turn has ended.
  static std::vector<std::function<void()>>& asked_here() {
    thread_local std::vector<std::function<void()>> asked;
    return asked;
  }
  void pass_on() const {
    if (asked_here().empty()) return;
    loop.post([all = std::exchange(asked_here(), {})] {
      for (const auto& each : all) each();
    });
  }

  // In one of the server's threads.
  void serve(const net::PeerIdentity& caller, const net::HttpRequest& request, net::HttpsServer::Answer answer) {
    const auto begin = Clock::now();
    const std::uint64_t epoch = commits->changes() + configurations;
    if (request.method == "GET" && request.body.empty())
      if (const auto same = statuses.find(caller.common_name, request.target, epoch)) {
        tell(Served::Method::status, caller.common_name, begin, nullptr, 0);
        return answer(to_reply(*same));
      }
    const HttpRequest asked{request.method, request.target, request.body};
    const auto refuse = [&](const ApiError& error) {
      tell(Served::Method::none, caller.common_name, begin, &error, 0);
      answer(to_reply(error));
    };
    const auto described = asks_for_description(asked);
    if (!described) return refuse(described.error());
    if (*described) {
      tell(Served::Method::none, caller.common_name, begin, nullptr, 0);
      return answer(to_reply(kOpenApi));
    }
    auto call = read_call(asked);
    if (!call) return refuse(call.error());
    if (std::holds_alternative<GetStatus>(*call))
      answer = [weak = weak_from_this(), name = caller.common_name, target = request.target, epoch,
                answer = std::move(answer)](const net::HttpsReply& reply) {
        if (const auto self = weak.lock(); self && reply.status == 200)
          self->statuses.keep(name, target, epoch, {reply.body.begin(), reply.body.end()});
        answer(reply);
      };
    asked_here().push_back([weak = weak_from_this(), name = caller.common_name,
                            call = std::make_shared<Call>(std::move(*call)), begin, answer = std::move(answer)] {
      const auto self = weak.lock();
      if (!self || !self->delivery) return;
      const auto method = static_cast<Served::Method>(call->index());
      self->delivery->call(name, *call, [weak, name, method, begin, answer](const ApiResult<Answer>& result) {
        const auto* const container = result ? std::get_if<Container>(&*result) : nullptr;
        if (const auto state = weak.lock())
          state->tell(method, name, begin, result ? nullptr : &result.error(),
                      container == nullptr ? 0 : container->keys.size());
        answer(to_reply(result));
      });
    });
  }

  // In the streams' thread.
  void serve_stream(const std::string& caller, StreamRequest request, Etsi004Server::Answer answer) {
    loop.post([weak = weak_from_this(), caller, request = std::move(request), answer = std::move(answer),
               begin = Clock::now()] {
      const auto self = weak.lock();
      if (!self || !self->delivery) return;
      const StreamService service = service_of(request);
      self->delivery->call(caller, request, [weak, caller, service, begin, answer](StreamReply reply) {
        const auto state = weak.lock();
        if (state && state->stream_served)
          state->stream_served({service, reply.status, Clock::now() - begin, caller, reply.why});
        answer(std::move(reply));
      });
    });
  }

  Result<RecordsReport> read_records(store::Records& records, std::uint64_t key_bytes) const {
    RecordsReport report;
    report.key_bytes = key_bytes;
    for (const std::string& peer : peers)
      for (const bool from_us : {true, false}) {
        HERALD_TRY(const PoolLevel there, level(records, from_us ? PoolName{kme, peer} : PoolName{peer, kme}));
        report.pools.push_back({peer, from_us, there});
      }
    HERALD_TRY(const JournalHead head, journal_head(records));
    report.journal_entries = head.entries;
    return report;
  }

  net::EventLoop& loop;
  std::string kme;
  std::vector<std::string> peers;
  std::uint64_t key_bits = 0;
  std::uint64_t reports = 0;
  std::function<void(const Served&)> served;
  std::unique_ptr<CommitThread> commits;
  std::vector<CommitThread::Asked> gathered;
  std::unique_ptr<Delivery> delivery;
  std::unique_ptr<PeerLines> lines;
  std::unique_ptr<net::HttpsServer> api;
  std::function<void(const StreamServed&)> stream_served;
  std::unique_ptr<Etsi004Server> streams;
  StatusCache statuses;
  std::atomic<std::uint64_t> configurations{0};
};

Service::Service(std::shared_ptr<State> state) : m_state(std::move(state)) {}

Service::~Service() {
  m_state->api.reset();
  m_state->streams.reset();
  m_state->lines.reset();
  m_state->commits.reset();
  m_state->delivery.reset();
}

Result<std::unique_ptr<Service>> Service::start(net::EventLoop& loop, const ServiceSettings& settings,
                                                const net::TlsCredentials& credentials, store::RecordStore records,
                                                std::function<void(const std::string&)> note) {
  auto state = std::make_shared<State>(loop);
  state->kme = settings.delivery.kme;
  state->key_bits = settings.delivery.key_bits;
  state->served = settings.served;
  state->stream_served = settings.stream_served;
  for (const PeerAddress& peer : settings.peers) state->peers.push_back(peer.kme);
  State* const self = state.get();
  const std::weak_ptr<State> weak = state;
  state->commits = std::make_unique<CommitThread>(std::move(records),
                                                  [&loop](std::function<void()> what) { loop.post(std::move(what)); });
  state->delivery = std::make_unique<Delivery>(
      settings.delivery,
      Delivery::Outside{
          [self](auto work, auto done) { self->commit({std::move(work), std::move(done)}); },
          [self](const std::string& peer, Bytes message) { self->lines->send(peer, std::move(message)); },
          // Not amid what it is doing.
          [weak, note, &loop](const std::string& peer, const Error& why) {
            note(fmt::format("{}: {}", peer, why.message));
            loop.post([weak, peer] {
              if (const auto alive = weak.lock(); alive && alive->lines) alive->lines->disconnect(peer);
            });
          },
          [] {
            return std::chrono::duration_cast<Delivery::Time>(std::chrono::steady_clock::now().time_since_epoch());
          },
          [] {
            return static_cast<std::uint64_t>(
                std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
                    .count());
          },
          [random = std::make_shared<RandomAhead>()](std::span<std::uint8_t> bytes) { random->fill(bytes); },
          settings.devices});
  HERALD_TRY(auto context, net::TlsContext::create(credentials));
  HERALD_TRY(
      state->lines,
      PeerLines::open(loop, settings.delivery.kme, settings.peers_at, settings.peers, std::move(context),
                      {[self](const std::string& peer) { self->delivery->connected(peer); },
                       [self](const std::string& peer, ByteView message) { self->delivery->received(peer, message); },
                       [self](const std::string& peer) { self->delivery->disconnected(peer); }, note}));
  HERALD_TRY(state->api, net::HttpsServer::start(
                             settings.api, credentials,
                             [weak](const net::PeerIdentity& caller, const net::HttpRequest& request,
                                    net::HttpsServer::Answer answer) {
                               if (const auto alive = weak.lock()) alive->serve(caller, request, std::move(answer));
                             },
                             [weak] {
                               if (const auto alive = weak.lock()) alive->pass_on();
                             }));
  if (settings.streams) {
    HERALD_TRY(
        state->streams,
        Etsi004Server::start(*settings.streams, credentials,
                             [weak](const std::string& caller, StreamRequest request, Etsi004Server::Answer answer) {
                               if (const auto alive = weak.lock())
                                 alive->serve_stream(caller, std::move(request), std::move(answer));
                             }));
  }
  state->tick();
  return std::unique_ptr<Service>(new Service(std::move(state)));
}

std::uint16_t Service::api_port() const { return m_state->api->port(); }
std::uint16_t Service::peers_port() const { return m_state->lines->port(); }
std::uint16_t Service::streams_port() const { return m_state->streams ? m_state->streams->port() : 0; }
Delivery& Service::delivery() { return *m_state->delivery; }
net::HttpsServer::Counts Service::api_counts() const { return m_state->api->counts(); }
std::uint64_t Service::peers_refused() const { return m_state->lines->refused(); }

void Service::report(std::function<void(Result<RecordsReport>)> then) {
  const auto report = std::make_shared<RecordsReport>();
  m_state->commits->commit(
      [state = m_state.get(), report, key_bytes = m_state->key_bits / 8,
       number = ++m_state->reports](store::Records& records) -> Result<void> {
        HERALD_TRY(*report, state->read_records(records, key_bytes));
        records.put(RecordKey(RecordKind::probe), RecordKey(RecordKind::probe).number(number));
        return {};
      },
      [report, then = std::move(then)](const Result<void>& done) {
        if (!done) return then(std::unexpected(done.error()));
        then(std::move(*report));
      });
}

Result<void> Service::renew(const net::TlsCredentials& credentials) {
  HERALD_TRY(auto context, net::TlsContext::create(credentials));
  HERALD_TRY(auto for_streams, net::TlsContext::create(credentials));
  HERALD_TRY_VOID(m_state->api->renew(credentials));
  m_state->lines->renew(std::move(context));
  if (m_state->streams) m_state->streams->renew(std::move(for_streams));
  return {};
}

Result<void> Service::configure(const DeliverySettings& settings) {
  if (settings.kme != m_state->kme)
    return fail(ErrorCode::invalid_argument, fmt::format("{} cannot become {}", m_state->kme, settings.kme));
  m_state->delivery->configure(settings);
  m_state->key_bits = settings.key_bits;
  ++m_state->configurations;
  return {};
}

}  // namespace herald::kme
