#include "herald/node/kme_run.h"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "herald/net/certificates.h"
#include "herald/net/open_files.h"
#include "herald/node/kme_devices.h"
#include "herald/node/kme_feed.h"
#include "herald/node/kme_metrics.h"
#include "herald/node/kme_site.h"

namespace herald::node {
namespace {

using Json = nlohmann::json;

constexpr std::chrono::minutes kRepeat{5};

Result<Site> read(const KmeOptions& options) {
  HERALD_TRY(Site site, read_site(options.directory, options.settings));
  if (options.insecure_simulated) site.settings.delivery.word = InsecureSimulated::accept;
  return site;
}

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "some host";
}

struct Credentials {
  net::TlsCredentials tls;
  std::chrono::sys_seconds expires;
};

// The certificates on disk, if they are those of this KME.
Result<Credentials> credentials_of(const Site& site) {
  HERALD_TRY(net::TlsCredentials credentials, read_credentials(site.directory));
  HERALD_TRY(const net::CertificateInfo own, net::read_certificate(credentials.certificates));
  if (own.common_name != site.settings.delivery.kme)
    return fail(
        ErrorCode::disagreement,
        fmt::format("{}: the certificate is that of \"{}\", and kme.toml has id = \"{}\"; peers go by the "
                    "certificate",
                    (site.directory / "kme.pem").string(), printable(own.common_name, 64), site.settings.delivery.kme));
  return Credentials{std::move(credentials), own.expires};
}

class RunningKme {
 public:
  RunningKme(KmeOptions options, Site site)
      : m_options(std::move(options)),
        m_site(std::move(site)),
        m_log(m_site.settings.delivery.kme, m_site.log),
        m_note([this](const std::string& text) { warn(text); }) {}

  ~RunningKme() {
    m_is_ending = true;
    if (m_waiting.joinable()) m_waiting.join();
  }
  RunningKme(const RunningKme&) = delete;
  RunningKme& operator=(const RunningKme&) = delete;

  // The signal that ended it; nothing: begin anew.
  Result<std::optional<int>> run() {
    net::allow_many_open_files();
    for (const std::string& missing : keep_secret(m_site.secrecy)) m_log.write(LogLevel::warning, missing);
    HERALD_TRY(const Credentials credentials, credentials_of(m_site));
    m_metrics.set_expiry(credentials.expires.time_since_epoch().count());
    m_site.settings.served = [this](const kme::Served& what) { tell(what); };
    m_site.settings.stream_served = [this](const kme::StreamServed& what) { tell(what); };
    m_loop.on_signal([this](int number) {
      m_signal = number;
      m_loop.stop();
    });
    m_loop.on_hangup([this] { reload(); });
    if (m_site.metrics) {
      HERALD_TRY(m_where["metrics_port"], show_metrics());
    }
    if (m_site.store.empty()) {
      HERALD_TRY(store::RecordStore records, open_records(m_site));
      HERALD_TRY_VOID(serve(std::move(records)));
    } else {
      wait_for_lease();
    }
    m_loop.run();
    m_metrics.stop();
    m_feed.reset();
    m_service.reset();  // what was asked of the records is carried out
    if (m_problem) return std::unexpected(*m_problem);
    if (m_signal) m_log.write(LogLevel::info, "ended", {{"signal", *m_signal}});
    return m_signal;
  }

 private:
  Result<void> serve(store::RecordStore records) {
    HERALD_TRY(const Credentials credentials, credentials_of(m_site));
    HERALD_TRY(m_devices, KmeDevices::open(m_loop, m_site.devices, m_note));
    m_site.settings.devices = access_to_devices();
    HERALD_TRY(m_service, kme::Service::start(m_loop, m_site.settings, credentials.tls, std::move(records), m_note));
    feed();
    m_metrics.serves({m_service.get(), [this] { return m_feed->counts(); }, [this] { return m_devices->counts(); }});
    m_where["api_port"] = m_service->api_port();
    m_where["peers_port"] = m_service->peers_port();
    if (m_site.settings.streams) m_where["etsi004_port"] = m_service->streams_port();
    m_log.write(LogLevel::info, "serves", m_where);
    if (m_options.serving) m_options.serving(m_service->api_port(), m_service->peers_port());
    if (m_options.insecure_simulated)
      m_log.write(LogLevel::warning,
                  "keys of simulated light are delivered: they protect nothing (--insecure-simulated)");
    return {};
  }

  // Of the KMEs that share the site's records one serves. Nothing is kept of the time before it does.
  void wait_for_lease() {
    store::PostgresLease lease;
    lease.holder = fmt::format("{} on {}, process {}", m_site.settings.delivery.kme, host_name(), ::getpid());
    lease.wait = [this](const std::string& why) {
      m_loop.post([this, why] { stand_by(why); });
      return !m_is_ending;
    };
    lease.lost = [this](const std::string& why) {
      m_loop.post([this, why] {
        m_log.write(LogLevel::warning, "serves no longer", {{"why", why}});
        m_loop.stop();
      });
    };
    m_waiting = std::thread([this, lease = std::move(lease)] {
      const auto records = std::make_shared<Result<store::RecordStore>>(lease_records(m_site, lease));
      m_loop.post([this, records] {
        auto done = *records ? serve(std::move(**records)) : std::unexpected(records->error());
        if (done) return;
        m_problem = done.error();
        m_loop.stop();
      });
    });
  }

  void stand_by(const std::string& why) {
    m_metrics.stands_by(why);
    if (why == m_standby) return;
    m_standby = why;
    Json fields = m_where;
    fields["why"] = why;
    m_log.write(LogLevel::info, "stands by", fields);
  }

  void feed() { m_feed.emplace(m_loop, m_service->delivery(), m_site.links, m_note, KmeFeed::Times{}); }

  // By whatever devices there are then.
  kme::DeviceAccess access_to_devices() {
    using OnKeys = kme::DeviceAccess::OnKeys;
    return {[this](const std::string& peer, std::uint64_t bytes, OnKeys done) {
              m_devices->get_keys(peer, bytes, std::move(done));
            },
            [this](const std::string& peer, std::vector<Uuid> ids, OnKeys done) {
              m_devices->get_keys_with_ids(peer, std::move(ids), std::move(done));
            },
            [this](const std::string& peer, const std::string& why) { m_devices->refused(peer, why); }};
  }

  // What goes on and on, such as a peer that cannot be reached, is told again only after a while.
  void warn(const std::string& text) {
    const auto now = std::chrono::steady_clock::now();
    if (text == m_warned && now - m_warned_at < kRepeat) return;
    m_warned = text;
    m_warned_at = now;
    m_log.write(LogLevel::warning, text);
  }

  Result<std::uint16_t> show_metrics() {
    KmeMetrics::Watched watched{{}, m_site.settings.delivery.kme};
    for (const kme::PeerAddress& peer : m_site.settings.peers) watched.peers.push_back(peer.kme);
    return m_metrics.serve(m_loop, *m_site.metrics, std::move(watched));
  }

  // From any thread. Names of callers are those of verified certificates.
  void tell(const kme::Served& what) {
    m_metrics.count(what);
    if (!m_log.says(LogLevel::debug)) return;
    constexpr std::string_view kMethods[]{"status", "enc_keys", "dec_keys", "none"};
    Json fields{{"sae", what.caller},
                {"method", kMethods[static_cast<std::size_t>(what.method)]},
                {"status", what.status},
                {"ms", std::chrono::duration<double, std::milli>(what.took).count()}};
    if (what.keys != 0) fields["keys"] = what.keys;
    if (!what.message.empty()) fields["why"] = what.message;
    m_log.write(LogLevel::debug, "request", fields);
  }

  // In the loop's thread.
  void tell(const kme::StreamServed& what) {
    m_metrics.count(what);
    if (!m_log.says(LogLevel::debug)) return;
    Json fields{{"sae", what.caller},
                {"method", kme::method_of(what.service)},
                {"status", static_cast<int>(what.status)},
                {"ms", std::chrono::duration<double, std::milli>(what.took).count()}};
    if (!what.why.empty()) fields["why"] = what.why;
    m_log.write(LogLevel::debug, "stream", fields);
  }

  void reload() {
    const auto done = try_reload();
    m_metrics.count_reload(done.has_value());
    if (!done) {
      m_log.write(LogLevel::error, "not reloaded, everything stays as it was", {{"why", done.error().message}});
      return;
    }
    m_log.write(LogLevel::info, "reloaded configuration, certificates and revocations");
  }

  Result<void> try_reload() {
    HERALD_TRY(Site wanted, read(m_options));
    if (!m_service) {  // nothing runs yet
      HERALD_TRY_VOID(credentials_of(wanted));
      m_loop.stop();
      return {};
    }
    const std::vector<std::string> later = needs_restart(m_site, wanted);
    if (!later.empty())
      m_log.write(LogLevel::warning, "changes that count only from the next start on", {{"keys", later}});
    // What waits for the next start stays as it runs.
    kme::DeliverySettings delivery = wanted.settings.delivery;
    delivery.kme = m_site.settings.delivery.kme;
    for (const std::string& each : delivery.neighbours)
      if (std::ranges::none_of(m_site.settings.peers, [&](const auto& peer) { return peer.kme == each; }))
        return fail(ErrorCode::invalid_argument,
                    fmt::format("a link or device leads to {}, a peer only from the next start on", each));
    HERALD_TRY(auto devices, KmeDevices::open(m_loop, wanted.devices, m_note));
    HERALD_TRY(const Credentials credentials, credentials_of(m_site));
    HERALD_TRY_VOID(m_service->renew(credentials.tls));
    m_metrics.set_expiry(credentials.expires.time_since_epoch().count());
    HERALD_TRY_VOID(m_service->configure(delivery));
    m_site.settings.delivery = std::move(delivery);
    m_site.devices = std::move(wanted.devices);
    m_devices = std::move(devices);
    m_log.configure(m_site.log = wanted.log);
    if (wanted.links != m_site.links) {
      m_site.links = std::move(wanted.links);
      feed();
    }
    return {};
  }

  KmeOptions m_options;
  Site m_site;
  KmeLog m_log;
  KmeMetrics m_metrics;
  std::string m_warned;
  std::chrono::steady_clock::time_point m_warned_at;
  std::function<void(const std::string&)> m_note;
  Json m_where = Json::object();  // the ports
  std::string m_standby;          // why it waits
  std::optional<int> m_signal;
  std::optional<Error> m_problem;
  net::EventLoop m_loop;
  std::unique_ptr<kme::Service> m_service;
  std::optional<KmeFeed> m_feed;
  std::unique_ptr<KmeDevices> m_devices;
  std::atomic<bool> m_is_ending{false};
  std::thread m_waiting;  // for the lease
};

}  // namespace

Result<int> run_kme(const KmeOptions& options) {
  for (;;) {
    HERALD_TRY(Site site, read(options));
    RunningKme kme(options, std::move(site));
    HERALD_TRY(const std::optional<int> signal, kme.run());
    if (signal) return *signal;
  }
}

}  // namespace herald::node
