#pragma once
// A KME's directory: its configuration, certificates, authority and records.
//
//   kme.toml                 the configuration, with comments
//   kme.pem kme.key          its certificate and key
//   authority.pem            whom it trusts; authority.key beside it where this site is the authority itself
//   revoked.pem              who is trusted no longer
//   records records.key      its records (unless they are on a server), and the key that they are sealed under
//   applications/NAME.pem .key    what `sae add` makes, to be brought to the application

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "herald/kme/service.h"
#include "herald/node/kme_devices.h"
#include "herald/node/kme_log.h"
#include "herald/node/process_secrecy.h"
#include "herald/store/key_store.h"

namespace herald::node {

struct NewSite {
  std::filesystem::path directory;
  std::string kme, api = "0.0.0.0:8443", peers = "0.0.0.0:8444";
  std::vector<std::string> hosts{"localhost", "127.0.0.1"};  // under which applications and peers reach it
  std::filesystem::path authority;  // a directory with authority.pem and authority.key; empty: a new authority is made
};
// Errors: invalid_argument (the directory holds a site, or a name that cannot be), io.
Result<void> make_site(const NewSite& site);

// A certificate and a key for an application; where they are. Errors: not_found (no authority's key here),
// invalid_argument (there are such files).
Result<std::filesystem::path> add_application(const std::filesystem::path& directory, const std::string& name);
// Whom a certificate names is trusted no longer. Errors: not_found, disagreement (another authority's certificate).
Result<void> revoke(const std::filesystem::path& directory, const std::filesystem::path& certificate);

// Where keys come from: the store of a link's end, whose peer is a KME.
struct LinkSource {
  std::string link, peer;
  store::StoreFiles files;
  bool operator==(const LinkSource& other) const {
    return link == other.link && peer == other.peer && files.database == other.files.database;
  }
};

struct Site {
  kme::ServiceSettings settings;
  std::filesystem::path directory;
  std::vector<LinkSource> links;
  std::vector<DeviceSource> devices;
  LogSettings log;
  ProcessSecrecy secrecy;
  std::string store;  // postgresql://… where several KMEs share the site's records; empty: they are in its directory
  std::optional<net::Endpoint> metrics;  // where they are told; nowhere unless it is said
};
// Reads DIRECTORY/kme.toml. `overrides` are "table.key=value". Errors: not_found, malformed, invalid_argument (all
// faults at once, with file and line).
Result<Site> read_site(const std::filesystem::path& directory, std::span<const std::string> overrides = {});
// The keys of kme.toml in which `wanted` differs from what runs and that count only from the next start on; what it
// differs in besides can change at once.
std::vector<std::string> needs_restart(const Site& running, const Site& wanted);
// The certificates and lists as they are now. Errors: not_found, io.
Result<net::TlsCredentials> read_credentials(const std::filesystem::path& directory);
// Where the records of a site lie, and under which key.
struct RecordFiles {
  std::unique_ptr<store::RecordEngine> engine;
  SecretBits key;
};
Result<RecordFiles> find_records(const Site& site);
// The site's records, for as long as it takes, authenticated and brought to the schema of this program: a KME that
// serves from a shared store leases them. Errors: those of the engine and of RecordStore::open(), version.
Result<store::RecordStore> open_records(const std::filesystem::path& directory);
Result<store::RecordStore> open_records(const Site& site);
Result<store::RecordStore> lease_records(const Site& site, store::PostgresLease lease);

}  // namespace herald::node
