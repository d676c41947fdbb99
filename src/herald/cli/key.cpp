// herald key: the store of this end.

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "herald/cli/command.h"
#include "herald/cli/site_keys.h"
#include "herald/cli/store_options.h"
#include "herald/store/key_digest.h"

namespace herald::cli {
namespace {

using nlohmann::json;
using store::KeyStore;

constexpr std::size_t kLeastPreSharedBits = 2048;

struct Options {
  StoreOptions store;
  std::string end, file, id, site;
  std::uint64_t bits = 65536;
  bool json = false;
};

Outcome init(const Options& options) {
  if (options.store.link.empty() != options.end.empty())
    return fail(ErrorCode::invalid_argument, "--link and --end go together: which end of which link the store serves");
  std::optional<store::End> end;
  if (!options.end.empty()) {
    HERALD_TRY(end, store::end_from_string(options.end));
  }
  HERALD_TRY(KeyStore keys, KeyStore::open_or_create(options.store.files()));
  if (end) {
    HERALD_TRY_VOID(keys.add_link(options.store.link, *end));
    fmt::print("{} is {}'s store for the link \"{}\"\n", options.store.store, options.end, options.store.link);
  } else {
    fmt::print("{} is a key store\n", options.store.store);
  }
  fmt::print(stderr, "note: it is encrypted under {}; keep that file private, and apart from copies of the store\n",
             options.store.files().key_file.string());
  return kDone;
}

json link_status(const store::LinkInfo& link, std::uint64_t pad_bits) {
  return {{"link", link.name},
          {"end", to_string(link.end)},
          {"next_block", link.next_block},
          {"epsilon_spent", link.epsilon_spent.value},
          {"pad_bits", pad_bits}};
}

// Either a link's store or a KME's site is looked at.
Result<bool> is_site(const Options& options) {
  if (options.site.empty() == options.store.store.empty())
    return fail(ErrorCode::invalid_argument, "say either --store, of a link's end, or --site, of a KME");
  return !options.site.empty();
}

Outcome status(const Options& options) {
  HERALD_TRY(const bool of_site, is_site(options));
  if (of_site) return show_site(options.site, false, options.json);
  HERALD_TRY(KeyStore keys, options.store.open());
  HERALD_TRY(const auto links, keys.links());
  HERALD_TRY(const auto pools, keys.status());
  json result = {{"store", options.store.store}, {"links", json::array()}, {"pools", json::array()}};
  if (!options.json)
    fmt::print("{:<16} {:<13} {:<10} {:>10} {:>14} {:>10}\n", "link", "pool", "origin", "available", "bits", "used");
  for (const auto& pool : pools) {
    result["pools"].push_back({{"link", pool.link},
                               {"pool", to_string(pool.pool)},
                               {"origin", to_string(pool.origin)},
                               {"available_keys", pool.available_keys},
                               {"available_bits", pool.available_bits},
                               {"delivered_keys", pool.delivered_keys}});
    if (!options.json)
      fmt::print("{:<16} {:<13} {:<10} {:>10} {:>14} {:>10}\n", pool.link, to_string(pool.pool), to_string(pool.origin),
                 pool.available_keys, pool.available_bits, pool.delivered_keys);
  }
  for (const auto& link : links) {
    HERALD_TRY(const std::uint64_t pad_bits, keys.pad_bits_left(link.name));
    result["links"].push_back(link_status(link, pad_bits));
    if (!options.json)
      fmt::print(
          "link {} ({}'s end): {} blocks begun, failure probability spent {:.2g}, {} pad bits left to authenticate "
          "with\n",
          link.name, to_string(link.end), link.next_block, link.epsilon_spent.value, pad_bits);
  }
  if (options.json) fmt::print("{}\n", result.dump());
  return kDone;
}

Outcome list(const Options& options) {
  HERALD_TRY(const bool of_site, is_site(options));
  if (of_site) return show_site(options.site, true, options.json);
  HERALD_TRY(KeyStore keys, options.store.open());
  json result = json::array();
  HERALD_TRY_VOID(keys.list([&](const store::KeyInfo& key) {
    if (!options.store.link.empty() && key.link != options.store.link) return;
    if (options.json) {
      result.push_back({{"id", to_string(key.id)},
                        {"link", key.link},
                        {"block", key.block},
                        {"pool", to_string(key.pool)},
                        {"bits", key.bits},
                        {"state", to_string(key.state)},
                        {"origin", to_string(key.provenance.origin)},
                        {"theorem", key.provenance.theorem},
                        {"epsilon", key.provenance.epsilon.total().value},
                        {"violated", key.provenance.violated},
                        {"created", key.created}});
      return;
    }
    fmt::print("{}  {:<12} {:>8} bits  {:<9} {:<9} {}{}\n", to_string(key.id), to_string(key.pool), key.bits,
               to_string(key.state), to_string(key.provenance.origin), key.provenance.theorem,
               key.provenance.violated.empty()
                   ? ""
                   : fmt::format(" (violated: {})", fmt::join(key.provenance.violated, ", ")));
  }));
  if (options.json) fmt::print("{}\n", result.dump());
  return kDone;
}

Outcome digest(const Options& options) {
  HERALD_TRY(const Uuid id, uuid_from_string(options.id));
  HERALD_TRY(KeyStore keys, options.store.open());
  HERALD_TRY(const IdentifiedKey key, keys.peek(id));
  HERALD_TRY(const std::string digest, store::key_digest(key));
  if (options.json) {
    fmt::print("{}\n", json{{"id", to_string(id)}, {"digest", digest}}.dump());
  } else {
    fmt::print("{}  digest {}\n", to_string(id), digest);
    fmt::print(
        stderr,
        "note: a digest tells up to 64 bits about its key to whoever computes without bounds; show those of keys "
        "that you can do without\n");
  }
  return kDone;
}

Outcome psk(const Options& options) {
  SecretRandom random;
  HERALD_TRY_VOID(store::create_secret_file(options.file, store::SecretFileKind::pre_shared_key, options.bits, random));
  fmt::print("{}: a pre-shared key of {} bits\n", options.file, options.bits);
  fmt::print(
      stderr,
      "note: bring a copy to the other end by hand; `herald link` reads it at both (authentication.pre_shared_key)\n");
  return kDone;
}

Outcome import_psk(const Options& options) {
  HERALD_TRY(const store::SecretFile key, store::read_secret_file(options.file, store::SecretFileKind::pre_shared_key));
  if (key.bits.size() < kLeastPreSharedBits)
    return fail(ErrorCode::invalid_argument,
                fmt::format("{}: {} bits are too few for a link; make one of {} at the least", options.file,
                            key.bits.size(), kLeastPreSharedBits));
  const std::size_t pads = key.bits.size() - store::kGateKeyBits;
  HERALD_TRY(KeyStore keys, options.store.open());
  HERALD_TRY(const store::LinkInfo link, options.store.choose_link(keys));
  HERALD_TRY_VOID(keys.import_pre_shared_key(link.name, {key.id, secret_slice(key.bits, store::kGateKeyBits, pads)}));
  fmt::print("{} pad bits for the link \"{}\"\n", pads, link.name);
  fmt::print(stderr, "note: its bits are used once: never import {} into another store of this end\n", options.file);
  return kDone;
}

Outcome verify(const Options& options) {
  HERALD_TRY(KeyStore keys, options.store.open());
  HERALD_TRY_VOID(keys.verify());
  fmt::print("{}: every row is as Herald wrote it\n", options.store.store);
  return kDone;
}

}  // namespace

void add_key(CLI::App& program) {
  auto options = std::make_shared<Options>();
  CLI::App& key = add_command(program, "key", "The key store of this end: make, look at, check; keys from a KME",
                              [] { return kDone; });
  key.require_subcommand(1);
  const auto add = [&](const char* name, const char* description, Outcome (*body)(const Options&)) -> CLI::App& {
    return add_command(key, name, description, [options, body] { return body(*options); });
  };

  CLI::App& init_command = add("init", "Make a store and its key file, and name the link that it serves", init);
  options->store.add_to(init_command, true);
  init_command.add_option("--end", options->end, "which end of the link this is: alice or bob");

  for (CLI::App* command : {&add("status", "How many keys there are, by link, pool and origin", status),
                            &add("list", "The keys' IDs, sizes, pools, origins and states; never their bits", list)}) {
    options->store.add_to(*command, command->get_name() == "list");
    command->get_option("--store")->required(false);
    command->add_option("--site", options->site, "instead of a store: the directory of a KME");
    command->add_flag("--json", options->json, "as JSON");
  }

  CLI::App& digest_command = add("digest", "A short digest of a key, to see that both ends hold the same one", digest);
  digest_command.add_option("ID", options->id, "the key's ID")->required();
  options->store.add_to(digest_command, false);
  digest_command.add_flag("--json", options->json, "as JSON");

  CLI::App& psk_command = add("psk", "Make a pre-shared key, by which the two ends first know each other", psk);
  psk_command.add_option("FILE", options->file, "the file to make, of mode 0600")->required();
  psk_command
      .add_option("--bits", options->bits, "its length: each block of a link takes a few hundred bits at each end")
      ->capture_default_str()
      ->check(CLI::Range(kLeastPreSharedBits, store::kPreSharedKeyBitsLimit));

  CLI::App& import_command = add("import-psk", "Import a pre-shared key into this end's store, once", import_psk);
  import_command.add_option("FILE", options->file, "what `herald key psk` made")->required();
  options->store.add_to(import_command, true);

  options->store.add_to(add("verify", "Check that nobody but Herald has changed the store", verify), false);
  add_key_fetch(key);
  add_key_stream(key);
  add_key_drop(key);
}

}  // namespace herald::cli
