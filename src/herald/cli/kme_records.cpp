// herald kme backup, herald kme forget: what an operator does with a site's records.

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "herald/cli/command.h"
#include "herald/cli/site_keys.h"
#include "herald/kme/forget.h"
#include "herald/node/kme_site.h"
#include "herald/store/record_backup.h"

namespace herald::cli {
namespace {

using nlohmann::json;

struct Options {
  std::string directory = ".", file, peer;
  bool json = false;
};

Outcome backup(const Options& options) {
  HERALD_TRY(const node::Site site, node::read_site(options.directory));
  HERALD_TRY(const node::RecordFiles files, node::find_records(site));
  HERALD_TRY(const store::RecordBackup made, store::back_up_records(*files.engine, files.key, options.file));
  if (options.json) {
    fmt::print("{}\n", json{{"file", options.file}, {"records", made.records}, {"count", made.count}}.dump());
    return kDone;
  }
  fmt::print("{}: {} records after {} transactions, read again and authenticated\n", options.file, made.records,
             made.count);
  fmt::print(stderr, "note: it is of use with {}/records.key alone, which lies elsewhere, as secret as the keys\n",
             options.directory);
  return kDone;
}

Outcome forget(const Options& options) {
  HERALD_TRY(const node::Site site, node::read_site(options.directory));
  HERALD_TRY(store::RecordStore records, node::open_records(options.directory));
  kme::Dropped dropped;
  std::uint64_t generation = 0;
  HERALD_TRY_VOID(records.transact([&](store::Records& all) -> Result<void> {
    HERALD_TRY(dropped, kme::forget_peer(all, site.settings.delivery.kme, options.peer, unix_seconds()));
    HERALD_TRY(generation, kme::generation(all, options.peer));
    return {};
  }));
  if (options.json) {
    json result = to_json(dropped);
    result["generation"] = generation;
    fmt::print("{}\n", result.dump());
    return kDone;
  }
  fmt::print("{} is forgotten: {} bytes of pools and {} keys that waited are destroyed\n", options.peer, dropped.bytes,
             dropped.keys.size());
  fmt::print(stderr, "note: `herald kme forget {} --site …` at {} too: before, nothing is delivered between the two\n",
             site.settings.delivery.kme, options.peer);
  return kDone;
}

}  // namespace

void add_kme_records(CLI::App& kme) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = add_command(kme, "backup", "Copy the records of a site, which may be serving, to a new file",
                                  [options] { return backup(*options); });
  command.add_option("FILE", options->file, "The copy; there is no such file yet")->required();
  command.add_option("--site", options->directory, "The site's directory")->capture_default_str();
  command.add_flag("--json", options->json, "What was copied, as JSON");

  CLI::App& forget_command =
      add_command(kme, "forget", "Destroy all that is shared with one peer; both begin anew when both have done so",
                  [options] { return forget(*options); });
  forget_command.add_option("PEER", options->peer, "The peer, by its id")->required();
  forget_command.add_option("--site", options->directory, "The site's directory")->capture_default_str();
  forget_command.add_flag("--json", options->json, "What was destroyed, as JSON");
}

}  // namespace herald::cli
