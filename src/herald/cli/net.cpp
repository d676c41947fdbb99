// herald net: the network of KMEs as one of them knows it.

#include "herald/cli/command.h"
#include "herald/node/network_page.h"

namespace herald::cli {
namespace {

constexpr const char* kFooter =
    "Asks a running KME, at its [metrics] listen: which sites it has heard of and what key their links have, what its\n"
    "pools hold, and on which routes keys go to sites with which it shares no link.\n\n"
    "  herald net                                       the KME on this machine\n"
    "  herald net --dot | dot -Tsvg -o network.svg      a picture (Graphviz)";

struct Options {
  std::string at = "127.0.0.1:9464";
  bool json = false, dot = false;
};

Outcome show(const Options& options) {
  HERALD_TRY(const net::Endpoint at, net::parse_endpoint(options.at));
  HERALD_TRY(const node::NetworkPage page, node::ask_for_network(at));
  HERALD_TRY_VOID(print(options.json ? to_json(page) : options.dot ? to_dot(page) : to_text(page)));
  return kDone;
}

}  // namespace

void add_net(CLI::App& program) {
  const auto options = std::make_shared<Options>();
  CLI::App& net =
      add_command(program, "net", "Show the network of key-management entities", [options] { return show(*options); });
  net.footer(kFooter);
  net.add_option("--at", options->at, "Where the KME tells its operator")
      ->capture_default_str()
      ->type_name("HOST:PORT");
  CLI::Option* const json = net.add_flag("--json", options->json, "As JSON");
  net.add_flag("--dot", options->dot, "As a graph for Graphviz")->excludes(json);
}

}  // namespace herald::cli
