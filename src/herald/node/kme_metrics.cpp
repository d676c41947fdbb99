#include "herald/node/kme_metrics.h"

#include <fmt/format.h>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <sstream>
#include <utility>

#include "herald/base/version.h"
#include "herald/net/http_server.h"
#include "herald/node/network_page.h"

namespace herald::node {
namespace {

using kme::RecordsReport;
using kme::Served;
using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Clock = std::chrono::steady_clock;
using Labels = std::map<std::string, std::string>;
using Families = std::vector<MetricFamily>;

// So long a scrape waits for the records, and so long their report serves the next.
constexpr std::chrono::milliseconds kPatience{3000}, kFresh{1000};

constexpr std::array<std::string_view, 4> kMethods{"status", "enc_keys", "dec_keys", "none"};
constexpr std::size_t kStreamStatuses = static_cast<std::size_t>(kme::StreamStatus::metadata_too_small) + 1;
// The statuses that the API gives; any other counts as "other".
constexpr std::array<unsigned, 8> kStatuses{200, 400, 401, 404, 405, 413, 429, 503};
const std::vector<double> kSeconds{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5};

// Families whose values are read when somebody asks.
class Page {
 public:
  void add(std::string_view name, std::string_view help, MetricType type, double value, const Labels& labels = {}) {
    if (m_families.empty() || m_families.back().name != name)
      m_families.push_back({std::string(name), std::string(help), type, {}});
    ClientMetric metric;
    for (const auto& [label, text] : labels) metric.label.push_back({label, text});
    (type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
    m_families.back().metric.push_back(std::move(metric));
  }
  void gauge(std::string_view name, std::string_view help, double value, const Labels& labels = {}) {
    add(name, help, MetricType::Gauge, value, labels);
  }
  void counter(std::string_view name, std::string_view help, std::uint64_t value, const Labels& labels = {}) {
    add(name, help, MetricType::Counter, static_cast<double>(value), labels);
  }
  Families take() && { return std::move(m_families); }

 private:
  Families m_families;
};

net::HttpsReply reply(unsigned status, const std::string& text, std::string_view type = "text/plain; charset=utf-8") {
  net::HttpsReply made;
  made.status = status;
  made.content_type = type;
  made.body.assign(text.begin(), text.end());
  return made;
}

// Names that client libraries of Prometheus share, from Linux's /proc.
void add_process(Page& page) {
  std::uint64_t size = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> size >> resident;
  page.gauge("process_resident_memory_bytes", "Resident memory size in bytes.",
             static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE)));
  std::error_code error;
  double open = 0;
  for (auto at = std::filesystem::directory_iterator("/proc/self/fd", error);
       !error && at != std::filesystem::directory_iterator(); at.increment(error))
    ++open;
  page.gauge("process_open_fds", "Number of open file descriptors.", open);
}

}  // namespace

struct KmeMetrics::State : std::enable_shared_from_this<State> {
  using Report = Result<RecordsReport>;

  State() {
    auto& requests = prometheus::BuildCounter()
                         .Name("herald_kme_requests_total")
                         .Help("Requests of applications that were answered, by method and status.")
                         .Register(registry);
    auto& seconds = prometheus::BuildHistogram()
                        .Name("herald_kme_request_seconds")
                        .Help("From a whole request to its reply.")
                        .Register(registry);
    auto& keys = prometheus::BuildCounter()
                     .Name("herald_kme_keys_delivered_total")
                     .Help("Keys that left for applications, as master (enc_keys) or slave (dec_keys).")
                     .Register(registry);
    for (std::size_t i = 0; i < kMethods.size(); ++i) {
      const std::string method(kMethods[i]);
      latencies[i] = &seconds.Add({{"method", method}}, kSeconds);
      for (std::size_t j = 0; j < kStatuses.size(); ++j)
        counters[i][j] = &requests.Add({{"method", method}, {"status", std::to_string(kStatuses[j])}});
      counters[i][kStatuses.size()] = &requests.Add({{"method", method}, {"status", "other"}});
    }
    delivered = {nullptr, &keys.Add({{"to", "master"}}), &keys.Add({{"to", "slave"}}), nullptr};
    auto& calls = prometheus::BuildCounter()
                      .Name("herald_kme_stream_calls_total")
                      .Help("Calls about key streams that were answered, by function and status (ETSI GS QKD 004).")
                      .Register(registry);
    for (const auto service :
         {kme::StreamService::open_connect, kme::StreamService::get_key, kme::StreamService::close})
      for (std::size_t status = 0; status < kStreamStatuses; ++status)
        stream_counters[service][status] =
            &calls.Add({{"method", std::string(method_of(service))}, {"status", std::to_string(status)}});
    auto& reloads = prometheus::BuildCounter()
                        .Name("herald_kme_reloads_total")
                        .Help("Times that configuration and certificates were read again.")
                        .Register(registry);
    for (const bool went_well : {false, true})
      reloaded[went_well ? 1 : 0] = &reloads.Add({{"result", went_well ? "ok" : "failed"}});
    expiry = &prometheus::BuildGauge()
                  .Name("herald_kme_certificate_expires_seconds")
                  .Help("When the certificate of this KME ends, in seconds since 1970.")
                  .Register(registry)
                  .Add({});
    started = &prometheus::BuildGauge()
                   .Name("process_start_time_seconds")
                   .Help("Start time of the process since unix epoch in seconds.")
                   .Register(registry)
                   .Add({});
    started->SetToCurrentTime();
  }

  void count(const Served& served) {
    const auto method = static_cast<std::size_t>(served.method);
    const auto status = static_cast<std::size_t>(std::ranges::find(kStatuses, served.status) - kStatuses.begin());
    counters.at(method).at(status)->Increment();
    latencies.at(method)->Observe(std::chrono::duration<double>(served.took).count());
    if (served.keys != 0 && delivered.at(method) != nullptr)
      delivered.at(method)->Increment(static_cast<double>(served.keys));
  }

  void count(const kme::StreamServed& served) {
    stream_counters.at(served.service).at(static_cast<std::size_t>(served.status))->Increment();
  }

  // Gives `then` a report of the records, of which one is made at a time and serves for a moment.
  void with_report(std::function<void(const Report&)> then) {
    if (last && Clock::now() - last_at < kFresh) return then(*last);
    waiting.push_back(std::move(then));
    if (waiting.size() > 1) return;
    const std::uint64_t asked = ++reports;
    const auto give = [weak = weak_from_this(), asked](Report report) {
      const auto self = weak.lock();
      if (!self || self->reports != asked || self->waiting.empty()) return;
      self->last = std::move(report);
      self->last_at = Clock::now();
      for (const auto& each : std::exchange(self->waiting, {})) each(*self->last);
    };
    loop->after(kPatience, [give] { give(fail(ErrorCode::unavailable, "the records do not answer")); });
    serving.service->report(give);
  }

  void answer(const net::HttpRequest& request, const net::HttpServer::Answer& answer) {
    const std::string_view path = std::string_view(request.target).substr(0, request.target.find('?'));
    if (path != "/metrics" && path != "/healthz" && path != "/readyz" && path != "/network")
      return answer(reply(404, "There are /metrics, /healthz, /readyz and /network.\n"));
    if (request.method != "GET") {
      net::HttpsReply no = reply(405, "GET it.\n");
      no.headers.emplace_back("Allow", "GET");
      return answer(std::move(no));
    }
    if (path == "/healthz") return answer(reply(200, "ok\n"));
    if (serving.service == nullptr) {
      if (path != "/metrics") return answer(reply(503, fmt::format("standby: {}\n", standby)));
      return answer(reply(200, standby_metrics(), "text/plain; version=0.0.4; charset=utf-8"));
    }
    with_report([weak = weak_from_this(), answer, path = std::string(path)](const Report& report) {
      const auto self = weak.lock();
      if (!self || self->serving.service == nullptr) return;
      if (path == "/metrics")
        return answer(reply(200, self->metrics(report), "text/plain; version=0.0.4; charset=utf-8"));
      answer(path == "/network" ? self->network(report) : self->readiness(report));
    });
  }

  net::HttpsReply readiness(const Report& report) const {
    std::string text = fmt::format("records: {}\n", report ? "ok" : report.error().message);
    bool is_ready = report.has_value();
    for (const std::string& peer : watched.peers) {
      is_ready = is_ready && serving.service->delivery().is_ready(peer);
      text += fmt::format("{}: {}\n", peer, serving.service->delivery().state_of(peer));
    }
    return reply(is_ready ? 200 : 503, text);
  }

  net::HttpsReply network(const Report& report) const {
    if (!report) return reply(503, report.error().message + "\n");
    return reply(200, to_json(network_page(watched.kme, serving.service->delivery(), *report)), "application/json");
  }

  std::string metrics(const Report& report) const {
    Page page;
    add_who(page);
    for (const std::string& peer : watched.peers)
      page.gauge("herald_kme_peer_synchronised", "1: connected, and both ends know what the other has.",
                 serving.service->delivery().is_ready(peer) ? 1 : 0, {{"peer", peer}});
    page.gauge("herald_kme_records_writable", "1: the records were read, and one written, just now.", report ? 1 : 0);
    if (report) add_records(page, *report);
    add_links(page);
    add_devices(page);
    const net::HttpsServer::Counts api = serving.service->api_counts();
    page.gauge("herald_kme_connections_open", "Connections of applications.", static_cast<double>(api.open));
    page.counter("herald_kme_connections_total", "Connections that applications, or strangers, began.", api.accepted);
    page.counter("herald_kme_handshakes_failed_total", "Connections that came to no TLS session.",
                 api.handshakes_failed);
    page.counter("herald_kme_peers_refused_total",
                 "Connections between KMEs that came to nothing: no TLS session, or another's certificate.",
                 serving.service->peers_refused());
    return with_process(std::move(page));
  }

  std::string standby_metrics() const {
    Page page;
    add_who(page);
    return with_process(std::move(page));
  }

  void add_who(Page& page) const {
    page.gauge("herald_kme_info", "1; which KME this is.", 1,
               {{"kme", watched.kme}, {"version", std::string(kVersion)}});
    page.gauge("herald_kme_active", "1: it serves; 0: it waits for another of its site to make room.",
               serving.service == nullptr ? 0 : 1);
  }

  std::string with_process(Page page) const {
    add_process(page);
    Families families = registry.Collect();
    std::ranges::move(std::move(page).take(), std::back_inserter(families));
    return prometheus::TextSerializer().Serialize(families);
  }

  static void add_records(Page& page, const RecordsReport& report) {
    // By family, as the format wants them.
    const auto each = [&](std::string_view name, std::string_view help, auto&& value) {
      for (const RecordsReport::Pool& pool : report.pools)
        page.gauge(name, help, static_cast<double>(value(pool)),
                   {{"peer", pool.peer}, {"direction", pool.from_us ? "out" : "in"}});
    };
    each("herald_kme_pool_keys", "Keys of the default size that can be drawn: out by us, in by the peer.",
         [&](const auto& pool) { return pool.level.bytes / report.key_bytes; });
    each("herald_kme_pool_simulated_keys", "Those of simulated light among them.",
         [&](const auto& pool) { return pool.level.simulated / report.key_bytes; });
    each("herald_kme_pool_bytes", "Key material that both ends have.",
         [](const auto& pool) { return pool.level.bytes; });
    each("herald_kme_pool_waiting_bytes", "The lag: key material that the peer is not known to have yet.",
         [](const auto& pool) { return pool.level.waiting; });
    page.counter("herald_kme_journal_entries_total", "Entries of the journal: deliveries, and what went wrong.",
                 report.journal_entries);
  }

  void add_links(Page& page) const {
    const std::vector<KmeFeed::Counts> links = serving.feed();
    const auto each = [&](std::string_view name, std::string_view help, MetricType type, auto&& value) {
      for (const KmeFeed::Counts& link : links)
        page.add(name, help, type, static_cast<double>(value(link)), {{"link", link.link}, {"peer", link.peer}});
    };
    each("herald_kme_link_readable", "1: the link's store can be read.", MetricType::Gauge,
         [](const auto& link) { return link.is_readable ? 1 : 0; });
    each("herald_kme_link_bytes_total", "Key material that the link brought, both directions.", MetricType::Counter,
         [](const auto& link) { return link.bytes; });
    each("herald_kme_link_lost_blocks_total", "Blocks that came too late, or could not be stored.", MetricType::Counter,
         [](const auto& link) { return link.lost; });
    for (const KmeFeed::Counts& link : links)
      if (link.error_rate)
        page.gauge("herald_kme_link_error_rate", "Wrong bits per bit in the key basis, of the link's last block.",
                   *link.error_rate, {{"link", link.link}, {"peer", link.peer}});
    each("herald_kme_link_epsilon_spent", "Failure probability of all the link's keys together.", MetricType::Gauge,
         [](const auto& link) { return link.epsilon_spent; });
  }

  void add_devices(Page& page) const {
    const std::vector<KmeDevices::Counts> devices = serving.devices();
    const auto each = [&](std::string_view name, std::string_view help, MetricType type, auto&& value) {
      for (const KmeDevices::Counts& device : devices)
        page.add(name, help, type, static_cast<double>(value(device)),
                 {{"device", device.device}, {"peer", device.peer}});
    };
    each("herald_kme_device_answering", "1: the device gave keys when it was last asked.", MetricType::Gauge,
         [](const auto& device) { return device.is_answering ? 1 : 0; });
    each("herald_kme_device_bytes_total", "Key material that the device gave.", MetricType::Counter,
         [](const auto& device) { return device.bytes; });
    each("herald_kme_device_failures_total", "Requests that brought no keys.", MetricType::Counter,
         [](const auto& device) { return device.failures; });
  }

  prometheus::Registry registry;
  std::array<std::array<prometheus::Counter*, kStatuses.size() + 1>, kMethods.size()> counters{};
  std::map<kme::StreamService, std::array<prometheus::Counter*, kStreamStatuses>> stream_counters;
  std::array<prometheus::Histogram*, kMethods.size()> latencies{};
  std::array<prometheus::Counter*, kMethods.size()> delivered{};
  std::array<prometheus::Counter*, 2> reloaded{};
  prometheus::Gauge* expiry = nullptr;
  prometheus::Gauge* started = nullptr;

  net::EventLoop* loop = nullptr;
  Watched watched;
  Serving serving;
  std::string standby = "it starts";
  std::unique_ptr<net::HttpServer> server;
  std::uint64_t reports = 0;
  std::vector<std::function<void(const Report&)>> waiting;
  std::optional<Report> last;
  Clock::time_point last_at;
};

KmeMetrics::KmeMetrics() : m_state(std::make_shared<State>()) {}
KmeMetrics::~KmeMetrics() { stop(); }

void KmeMetrics::count(const Served& served) { m_state->count(served); }
void KmeMetrics::count(const kme::StreamServed& served) { m_state->count(served); }
void KmeMetrics::count_reload(bool went_well) { m_state->reloaded[went_well ? 1 : 0]->Increment(); }
void KmeMetrics::set_expiry(std::int64_t expires) { m_state->expiry->Set(static_cast<double>(expires)); }

Result<std::uint16_t> KmeMetrics::serve(net::EventLoop& loop, const net::Endpoint& at, Watched watched) {
  net::HttpOptions options;
  options.at = at;
  HERALD_TRY(m_state->server, net::HttpServer::start(loop, options,
                                                     [weak = std::weak_ptr(m_state)](const net::HttpRequest& request,
                                                                                     net::HttpServer::Answer answer) {
                                                       if (const auto self = weak.lock()) self->answer(request, answer);
                                                     }));
  m_state->loop = &loop;
  m_state->watched = std::move(watched);
  return m_state->server->port();
}

void KmeMetrics::serves(Serving serving) { m_state->serving = std::move(serving); }
void KmeMetrics::stands_by(const std::string& why) { m_state->standby = why; }

void KmeMetrics::stop() {
  m_state->server.reset();
  m_state->serving = {};
}

}  // namespace herald::node
