#include "herald/node/kme_site.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <set>

#include "herald/base/file.h"
#include "herald/kme/client.h"
#include "herald/kme/schema.h"
#include "herald/link/config_reader.h"
#include "herald/net/certificates.h"
#include "herald/store/secret_file.h"

namespace herald::node {
namespace {

namespace fs = std::filesystem;
using std::chrono::days;

constexpr days kAuthorityValid{3650}, kCertificateValid{825}, kListValid{3650};
constexpr std::size_t kMostPem = std::size_t{1} << 20;

// {}: id, api, peers.
constexpr std::string_view kTemplate =
    R"(# A key-management entity of Herald: `herald kme run` beside this file. Paths are relative to it.

id = "{}"
# store = "postgresql://herald@db.example/herald"   # records on a server that several KMEs of this site share, of which
#                                                   # one serves and the others wait; else they are here, in `records`

[api]                      # where applications ask for keys, by ETSI GS QKD 014
listen = "{}"
# threads = 2

[etsi004]                  # where applications ask for key streams, by ETSI GS QKD 004; nowhere unless it is said
# listen = "0.0.0.0:8445"

[peers]                    # where other KMEs call
listen = "{}"

[peers.at]                 # and where they are, by their ids
# kme-b = "kme-b.example:8444"
# kme-c = "one.example:8444, two.example:8444"    # a site that two KMEs serve in turn

[applications]             # every application that may be a master or a slave, and the KME at which it is
# vpn-1 = "kme-a"
# vpn-2 = "kme-b"

# [links.metro]            # a link's name as its store knows it: this end's keys go to this peer
# peer = "kme-b"
# store = "alice.db"

# [devices.metro-2]        # another vendor's device that serves keys by ETSI GS QKD 014, beside this site
# peer = "kme-c"           # the site at its other end
# url = "https://10.0.0.7:443"
# sae = "kme-c"            # that site's name among the device's applications; the peer's, where it is silent
# certificate = "metro-2.pem"      # this site's, as one of them
# key = "metro-2.key"
# authority = "metro-2-authority.pem"
# epsilon = 1e-9           # of a lot of keys, as the maker states it

[keys]
# default_bits = 256       # what a request gets that says no size; sizes are multiples of 8
# least_bits = 64
# most_bits = 65536
# most_keys = 128          # a request
# hold_hours = 24          # so long a key waits for its slaves

[relay]                    # to KMEs that share no link with this one: over trusted nodes between
# low_kb = 64              # relays begin, and devices are asked, when less than this is left for one (1024 bytes)
# lot_kb = 4               # and bring so much at a time
# routes = 2               # at most, without a node in common: a key is the sum of what comes on each
# least_routes = 1         # with fewer, nothing is relayed: 2 makes sure that no node between knows a key
# drained = false          # true: this node is none between others any more

# [policy.default]         # what applications may ask for that are named in no other policy
# requests_per_s = 100     # beyond, they are told when to come again (429); 0: as many as they like
# keys_per_hour = 100000   # as masters; 0: as many as there are
# leave_kb = 0             # of each pool, left for others when keys are short
# hold_hours = 24          # their keys wait so long, instead of [keys] hold_hours
# partners = ["vpn-2"]     # with whom they share keys; empty: with all
# idempotency_s = 0        # seconds for which a reply with keys can be had again (herald_idempotency_key), or none: 0
# hybrid = false           # true: their keys are combined with secrets of ML-KEM-768
# [policy.vpn]
# applications = ["vpn-1"] # for whom it is

[log]                      # on standard error
# level = "info"           # debug (every request), info, warning, error
# format = "text"          # or "json"

[metrics]                  # over plain HTTP: /metrics for Prometheus, /healthz, /readyz; `herald net`
# listen = "127.0.0.1:9464"

[process]
# core_dumps = false       # true: a crash leaves a dump, with keys in it
# lock_memory = true       # nothing is swapped, as far as the system's limit allows

# SIGHUP (`systemctl reload`) reads this file, the certificates and revoked.pem again. At once change [applications],
# also [links], [devices], [keys], [relay], [policy] and [log]; for the next start wait id, store, [api], [etsi004],
# also [peers], [metrics] and [process].
)";

ByteView view(std::string_view text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

Result<std::string> read_text(const fs::path& path) {
  HERALD_TRY(const Bytes bytes, read_file(path, kMostPem));
  return std::string(bytes.begin(), bytes.end());
}

Result<SecretBytes> read_secret(const fs::path& path) {
  HERALD_TRY(Bytes bytes, read_file(path, kMostPem));
  SecretBytes secret{ByteView(bytes)};
  wipe(bytes.data(), bytes.size());
  return secret;
}

Result<net::Authority> load_authority(const fs::path& directory) {
  if (!fs::exists(directory / "authority.key"))
    return fail(ErrorCode::not_found,
                fmt::format("{}: the authority's key is not here; certificates are issued and revoked where it is: "
                            "name that site",
                            (directory / "authority.key").string()));
  HERALD_TRY(const std::string certificate, read_text(directory / "authority.pem"));
  HERALD_TRY(const SecretBytes key, read_secret(directory / "authority.key"));
  return net::Authority::load(certificate, key);
}

Result<void> write_pair(const fs::path& stem, const net::CertificateAndKey& pair) {
  const fs::path certificate = stem.string() + ".pem", key = stem.string() + ".key";
  for (const fs::path& path : {certificate, key})
    if (fs::exists(path))
      return fail(ErrorCode::invalid_argument,
                  fmt::format("{} is there already; move both files of that name away to issue others", path.string()));
  HERALD_TRY_VOID(write_file(key, pair.key.expose_secret(), FileMode::secret));
  return write_file(certificate, view(pair.certificate), FileMode::shared);
}

Result<void> make_directory(const fs::path& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (!error) fs::permissions(path, fs::perms::owner_all, error);
  if (error) return fail(ErrorCode::io, fmt::format("{}: {}", path.string(), error.message()));
  return {};
}

Result<SecretBits> records_key(const Site& site) {
  HERALD_TRY(store::SecretFile key,
             store::read_secret_file(site.directory / "records.key", store::SecretFileKind::store_key));
  return std::move(key.bits);
}

// What stands between commas.
std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts(1);
  for (const char each : text) {
    if (each == ',')
      parts.emplace_back();
    else if (each != ' ')
      parts.back().push_back(each);
  }
  return parts;
}

void read_links(link::ConfigReader& reader, Site& site) {
  std::set<std::string> before;
  // A pool's lots have the numbers of one source's, and those of two would meet.
  const auto read_peer = [&](const std::string& table) {
    const std::string peer = reader.required_text(table + ".peer");
    if (std::ranges::none_of(site.settings.peers, [&](const auto& each) { return each.kme == peer; }))
      reader.fault(table + ".peer", "is no KME of [peers.at]");
    if (!before.insert(peer).second)
      reader.fault(table + ".peer", "is another link's or device's too; one leads to a peer");
    site.settings.delivery.neighbours.insert(peer);
    return peer;
  };
  for (const std::string& name : reader.tables("links")) {
    const std::string table = fmt::format("links.{}", name);
    site.links.push_back(
        {name, read_peer(table), store::StoreFiles(reader.resolve(reader.required_text(table + ".store")))});
  }
  for (const std::string& name : reader.tables("devices")) {
    const auto key = [&](std::string_view what) { return fmt::format("devices.{}.{}", name, what); };
    const auto path = [&](std::string_view what) { return reader.resolve(reader.required_text(key(what))); };
    DeviceSource device{
        name, read_peer(fmt::format("devices.{}", name)), {}, {}, path("certificate"), path("key"), path("authority")};
    device.sae = reader.text(key("sae"), device.peer);
    if (const auto good = kme::check_sae_id(device.sae); !good) reader.fault(key("sae"), good.error().message);
    if (const auto at = kme::kme_endpoint(reader.required_text(key("url"))))
      device.at = *at;
    else
      reader.fault(key("url"), at.error().message);
    device.epsilon = FailureProbability{reader.number(key("epsilon"), device.epsilon.value, 0, 1)};
    site.settings.delivery.devices[device.peer] = provenance_of(device);
    site.devices.push_back(std::move(device));
  }
}

void read_keys(link::ConfigReader& reader, kme::DeliverySettings& keys) {
  keys.min_key_bits = reader.whole("keys.least_bits", keys.min_key_bits, 8, 1 << 20);
  keys.max_key_bits = reader.whole("keys.most_bits", keys.max_key_bits, 8, 1 << 20);
  keys.key_bits = reader.whole("keys.default_bits", keys.key_bits, 8, 1 << 20);
  keys.most_keys = reader.whole("keys.most_keys", keys.most_keys, 1, 1024);
  keys.hold_s = 3600 * reader.whole("keys.hold_hours", keys.hold_s / 3600, 1, 24 * 365);
  if (keys.key_bits % 8 != 0) reader.fault("keys.default_bits", "is not a multiple of 8");
  if (keys.key_bits < keys.min_key_bits || keys.key_bits > keys.max_key_bits)
    reader.fault("keys.default_bits", fmt::format("is {}, not from least_bits = {} to most_bits = {}", keys.key_bits,
                                                  keys.min_key_bits, keys.max_key_bits));
}

// Of names that become files.
Result<void> check_file_name(std::string_view name) {
  if (name.empty() || name.front() == '.' || name.find('/') != name.npos)
    return fail(ErrorCode::invalid_argument, fmt::format("\"{}\" cannot be the name of a file", printable(name, 64)));
  return {};
}

void read_policies(link::ConfigReader& reader, kme::DeliverySettings& settings) {
  for (const std::string& name : reader.tables("policy")) {
    const auto key = [&](std::string_view what) { return fmt::format("policy.{}.{}", name, what); };
    kme::Policy policy;
    policy.requests_per_s = reader.number(key("requests_per_s"), 0, 0, 1e6);
    policy.keys_per_hour = reader.whole(key("keys_per_hour"), 0, 0, 1'000'000'000);
    policy.leave = 1024 * reader.whole(key("leave_kb"), 0, 0, 1 << 30);
    if (reader.has(key("hold_hours"))) policy.hold_s = 3600 * reader.whole(key("hold_hours"), 24, 1, 24 * 365);
    for (std::string& partner : reader.list(key("partners"))) policy.partners.insert(std::move(partner));
    policy.idempotency_s = reader.whole(key("idempotency_s"), 0, 0, 3600);
    policy.is_hybrid = reader.flag(key("hybrid"), false);
    if (name == "default") {
      settings.policy = std::move(policy);
      continue;
    }
    const std::vector<std::string> whose = reader.list(key("applications"));
    if (whose.empty()) reader.fault(key("applications"), "names nobody");
    for (const std::string& application : whose) {
      if (!settings.applications.contains(application))
        reader.fault(key("applications"), fmt::format("names {}, which is not in [applications]", application));
      if (!settings.policies.try_emplace(application, policy).second)
        reader.fault(key("applications"), fmt::format("names {}, which has another policy too", application));
    }
  }
}

void read_relay(link::ConfigReader& reader, kme::RelaySettings& relay) {
  relay.low = 1024 * reader.whole("relay.low_kb", relay.low / 1024, 0, 1 << 20);
  relay.lot = 1024 * reader.whole("relay.lot_kb", relay.lot / 1024, 1, 1024);
  relay.routes = reader.whole("relay.routes", relay.routes, 1, kme::kMostShares);
  relay.least_routes = reader.whole("relay.least_routes", relay.least_routes, 1, relay.routes);
  relay.is_drained = reader.flag("relay.drained", relay.is_drained);
}

}  // namespace

Result<void> make_site(const NewSite& site) {
  const fs::path& directory = site.directory;
  if (fs::exists(directory / "kme.toml"))
    return fail(ErrorCode::invalid_argument,
                fmt::format("{} is a KME's already; name a new directory", directory.string()));
  HERALD_TRY_VOID(net::parse_endpoint(site.api));
  HERALD_TRY_VOID(net::parse_endpoint(site.peers));
  HERALD_TRY_VOID(make_directory(directory));
  std::optional<net::Authority> authority;
  if (site.authority.empty()) {
    HERALD_TRY(authority, net::Authority::create(fmt::format("authority of {}", site.kme), kAuthorityValid));
    HERALD_TRY_VOID(write_file(directory / "authority.key", authority->key().expose_secret(), FileMode::secret));
  } else {
    HERALD_TRY(authority, load_authority(site.authority));
  }
  HERALD_TRY_VOID(write_file(directory / "authority.pem", view(authority->certificate()), FileMode::shared));
  HERALD_TRY(const net::CertificateAndKey own, authority->issue({site.kme, site.hosts, true}, kCertificateValid));
  HERALD_TRY_VOID(write_pair(directory / "kme", own));
  SecretRandom random;
  HERALD_TRY_VOID(store::create_secret_file(directory / "records.key", store::SecretFileKind::store_key,
                                            store::kStoreKeyBits, random));
  // Last: whoever finds it finds the rest.
  return write_file(directory / "kme.toml", view(fmt::format(kTemplate, site.kme, site.api, site.peers)),
                    FileMode::shared);
}

Result<fs::path> add_application(const fs::path& directory, const std::string& name) {
  HERALD_TRY_VOID(check_file_name(name));
  HERALD_TRY(net::Authority authority, load_authority(directory));
  HERALD_TRY(const net::CertificateAndKey pair, authority.issue({name}, kCertificateValid));
  HERALD_TRY_VOID(make_directory(directory / "applications"));
  HERALD_TRY_VOID(write_pair(directory / "applications" / name, pair));
  return directory / "applications" / (name + ".pem");
}

Result<void> revoke(const fs::path& directory, const fs::path& certificate) {
  HERALD_TRY(net::Authority authority, load_authority(directory));
  HERALD_TRY(const std::string pem, read_text(certificate));
  std::string list;
  if (fs::exists(directory / "revoked.pem")) {
    HERALD_TRY(list, read_text(directory / "revoked.pem"));
  }
  HERALD_TRY(const std::string longer, authority.revoke(list, {pem}, kListValid));
  return write_file(directory / "revoked.pem", view(longer), FileMode::shared);
}

Result<Site> read_site(const fs::path& directory, std::span<const std::string> overrides) {
  HERALD_TRY(auto reader, link::ConfigReader::load(directory / "kme.toml", overrides));
  Site site;
  site.directory = directory;
  kme::ServiceSettings& settings = site.settings;
  const auto endpoint = [&](const std::string& key, const std::string& text) {
    const auto parsed = net::parse_endpoint(text);
    if (!parsed) reader.fault(key, parsed.error().message);
    return parsed.value_or(net::Endpoint());
  };
  settings.delivery.kme = reader.required_text("id");
  site.store = reader.text("store", "");
  if (!site.store.empty())
    if (const auto good = store::check_postgres_place({site.store, settings.delivery.kme}); !good)
      reader.fault("store", good.error().message);
  settings.api.at = endpoint("api.listen", reader.text("api.listen", "0.0.0.0:8443"));
  settings.api.threads = static_cast<unsigned>(reader.whole("api.threads", 2, 1, 256));
  settings.peers_at = endpoint("peers.listen", reader.text("peers.listen", "0.0.0.0:8444"));
  const auto check_name = [&](const std::string& key, const std::string& name) {
    if (const auto good = kme::check_sae_id(name); !good) reader.fault(key, good.error().message);
  };
  for (const auto& [peer, at] : reader.texts("peers.at")) {
    const std::string key = fmt::format("peers.at.{}", peer);
    check_name(key, peer);
    std::vector<net::Endpoint> places;
    for (const std::string& place : split(at)) places.push_back(endpoint(key, place));
    settings.peers.push_back({peer, places.front(), {places.begin() + 1, places.end()}});
    if (peer == settings.delivery.kme) reader.fault(key, "is this KME itself");
  }
  for (const auto& [sae, at] : reader.texts("applications")) {
    check_name(fmt::format("applications.{}", sae), sae);
    settings.delivery.applications[sae] = at;
  }
  read_links(reader, site);
  read_keys(reader, settings.delivery);
  read_relay(reader, settings.delivery.relay);
  read_policies(reader, settings.delivery);
  site.secrecy.core_dumps = reader.flag("process.core_dumps", false);
  site.secrecy.lock_memory = reader.flag("process.lock_memory", true);
  if (const std::string at = reader.text("etsi004.listen", ""); !at.empty())
    settings.streams = kme::Etsi004Options{.at = endpoint("etsi004.listen", at)};
  if (const std::string at = reader.text("metrics.listen", ""); !at.empty())
    site.metrics = endpoint("metrics.listen", at);
  constexpr std::string_view kLevels[]{"debug", "info", "warning", "error"}, kFormats[]{"text", "json"};
  const std::string level = reader.choice("log.level", "info", kLevels);
  site.log.level = static_cast<LogLevel>(std::ranges::find(kLevels, level) - kLevels);
  site.log.is_json = reader.choice("log.format", "text", kFormats) == "json";
  HERALD_TRY_VOID(reader.finish());
  return site;
}

std::vector<std::string> needs_restart(const Site& running, const Site& wanted) {
  const kme::ServiceSettings &now = running.settings, &then = wanted.settings;
  const auto addresses = [](const kme::ServiceSettings& settings) {
    std::map<std::string, std::string> all;
    for (const kme::PeerAddress& peer : settings.peers) {
      all[peer.kme] = peer.at.to_string();
      for (const net::Endpoint& other : peer.others) all[peer.kme] += ", " + other.to_string();
    }
    return all;
  };
  std::vector<std::string> keys;
  if (now.delivery.kme != then.delivery.kme) keys.emplace_back("id");
  if (running.store != wanted.store) keys.emplace_back("store");
  if (now.api.at.to_string() != then.api.at.to_string()) keys.emplace_back("api.listen");
  if (now.api.threads != then.api.threads) keys.emplace_back("api.threads");
  if (now.peers_at.to_string() != then.peers_at.to_string()) keys.emplace_back("peers.listen");
  if (addresses(now) != addresses(then)) keys.emplace_back("peers.at");
  const auto text = [](const std::optional<net::Endpoint>& at) { return at ? at->to_string() : ""; };
  const auto streams = [&](const kme::ServiceSettings& settings) {
    return settings.streams ? settings.streams->at.to_string() : "";
  };
  if (streams(now) != streams(then)) keys.emplace_back("etsi004.listen");
  if (text(running.metrics) != text(wanted.metrics)) keys.emplace_back("metrics.listen");
  if (running.secrecy.core_dumps != wanted.secrecy.core_dumps) keys.emplace_back("process.core_dumps");
  if (running.secrecy.lock_memory != wanted.secrecy.lock_memory) keys.emplace_back("process.lock_memory");
  return keys;
}

Result<net::TlsCredentials> read_credentials(const fs::path& directory) {
  net::TlsCredentials credentials;
  HERALD_TRY(credentials.certificates, read_text(directory / "kme.pem"));
  HERALD_TRY(credentials.key, read_secret(directory / "kme.key"));
  HERALD_TRY(credentials.authorities, read_text(directory / "authority.pem"));
  if (fs::exists(directory / "revoked.pem")) {
    HERALD_TRY(credentials.revoked, read_text(directory / "revoked.pem"));
  }
  return credentials;
}

namespace {

Result<store::RecordStore> open_migrated(std::unique_ptr<store::RecordEngine> engine, const SecretBits& key) {
  HERALD_TRY(store::RecordStore records, store::RecordStore::open(std::move(engine), key));
  HERALD_TRY_VOID(kme::migrate(records));
  return records;
}

}  // namespace

Result<RecordFiles> find_records(const Site& site) {
  HERALD_TRY(SecretBits key, records_key(site));
  HERALD_TRY(auto engine, site.store.empty() ? store::open_sqlite_records((site.directory / "records").string())
                                             : store::open_postgres_records({site.store, site.settings.delivery.kme}));
  return RecordFiles{std::move(engine), std::move(key)};
}

Result<store::RecordStore> open_records(const fs::path& directory) {
  HERALD_TRY(const Site site, read_site(directory));
  return open_records(site);
}

Result<store::RecordStore> open_records(const Site& site) {
  HERALD_TRY(RecordFiles files, find_records(site));
  return open_migrated(std::move(files.engine), files.key);
}

Result<store::RecordStore> lease_records(const Site& site, store::PostgresLease lease) {
  HERALD_TRY(const SecretBits key, records_key(site));
  HERALD_TRY(auto engine, store::lease_postgres_records({site.store, site.settings.delivery.kme}, std::move(lease)));
  return open_migrated(std::move(engine), key);
}

}  // namespace herald::node
