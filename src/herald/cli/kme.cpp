// herald kme: a key-management entity.

#include <fmt/format.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "herald/cli/command.h"
#include "herald/node/kme_run.h"
#include "herald/node/kme_site.h"

namespace herald::cli {
namespace {

constexpr const char* kFooter =
    "A site and its peer, an application at each, and a key at both:\n\n"
    "  herald kme init site-a --id kme-a                       a directory with all that a KME needs\n"
    "  herald kme init site-b --id kme-b --authority site-a    trusting the same authority\n"
    "  herald kme sae add vpn-1 --site site-a                  a certificate for an application\n"
    "  edit site-a/kme.toml, site-b/kme.toml                   peers, applications, links\n"
    "  herald kme run --site site-a                            serves until Ctrl-C; SIGHUP reads kme.toml and "
    "certificates\n"
    "                                                        again";

struct Options {
  node::NewSite site;
  std::string directory = ".", name, certificate, store;
  std::vector<std::string> settings, hosts;
  bool insecure = false, json = false;
};

Outcome init(Options options) {
  if (!options.hosts.empty()) options.site.hosts = options.hosts;
  HERALD_TRY_VOID(node::make_site(options.site));
  fmt::print("{} is the site of {}\n", options.site.directory.string(), options.site.kme);
  fmt::print(stderr, "note: say in {} where its peers are, and which applications there are\n",
             (options.site.directory / "kme.toml").string());
  return kDone;
}

Outcome add_sae(const Options& options) {
  HERALD_TRY(const auto certificate, node::add_application(options.directory, options.name));
  fmt::print("{}\n", certificate.string());
  fmt::print(stderr, "note: bring it and the key beside it to {}, and name it in [applications] of every kme.toml\n",
             options.name);
  return kDone;
}

Outcome revoke_sae(const Options& options) {
  HERALD_TRY_VOID(node::revoke(options.directory, options.certificate));
  fmt::print(stderr,
             "note: bring {}/revoked.pem to every site of this authority; a KME reads it at its start and at "
             "SIGHUP\n",
             options.directory);
  return kDone;
}

Outcome serve(const Options& options) {
  node::KmeOptions kme{options.directory, options.settings, options.insecure};
  if (!options.store.empty()) kme.settings.push_back(fmt::format("store=\"{}\"", options.store));
  if (options.json)
    kme.serving = [](std::uint16_t api_port, std::uint16_t peers_port) {
      fmt::print("{}\n",
                 nlohmann::json{{"event", "serving"}, {"api_port", api_port}, {"peers_port", peers_port}}.dump());
      std::fflush(stdout);
    };
  HERALD_TRY_VOID(node::run_kme(kme));
  return kInterrupted;
}

}  // namespace

void add_kme(CLI::App& program) {
  const auto options = std::make_shared<Options>();
  CLI::App& kme = *program.add_subcommand("kme", "Serve keys to applications: ETSI GS QKD 014");
  kme.require_subcommand(1);
  kme.footer(kFooter);

  CLI::App& init_command = add_command(kme, "init", "Make a site: authority, certificate, configuration",
                                       [options] { return init(*options); });
  init_command.add_option("DIRECTORY", options->site.directory, "Of the new site")->required();
  init_command.add_option("--id", options->site.kme, "The KME's name, as its peers know it")->required();
  init_command.add_option("--api", options->site.api, "Where applications ask")
      ->capture_default_str()
      ->type_name("HOST:PORT");
  init_command.add_option("--peers", options->site.peers, "Where other KMEs call")
      ->capture_default_str()
      ->type_name("HOST:PORT");
  init_command.add_option("--host", options->hosts,
                          "A name or address under which it is reached; may be repeated (localhost)");
  init_command.add_option("--authority", options->site.authority,
                          "A site whose authority issues the certificate (a new one)");

  CLI::App& sae = *kme.add_subcommand("sae", "Applications");
  sae.require_subcommand(1);
  CLI::App& add =
      add_command(sae, "add", "Issue an application's certificate", [options] { return add_sae(*options); });
  add.add_option("NAME", options->name, "Of the application (its SAE ID)")->required();
  add.add_option("--site", options->directory, "With the authority's key")->capture_default_str();
  CLI::App& revoke =
      add_command(sae, "revoke", "Trust a certificate no longer", [options] { return revoke_sae(*options); });
  revoke.add_option("CERTIFICATE", options->certificate, "Its file")->required();
  revoke.add_option("--site", options->directory, "With the authority's key")->capture_default_str();

  CLI::App& run_command = add_command(kme, "run", "Serve", [options] { return serve(*options); });
  run_command.add_option("--site", options->directory, "Its directory")->capture_default_str();
  run_command
      .add_option("--store", options->store,
                  "postgresql://USER@HOST/DATABASE: records on a server that several KMEs of the site share, over the "
                  "file's `store`")
      ->type_name("URL");
  run_command.add_option("--set", options->settings, "table.key=value, over the file; may be repeated");
  run_command.add_flag("--json", options->json, "Say on standard output, as a JSON object, at which ports it serves");
  run_command.add_flag("--insecure-simulated", options->insecure, "Deliver keys of simulated light too, for trials");
  add_kme_records(kme);
}

}  // namespace herald::cli
