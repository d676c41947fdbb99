// herald desk: holds the qubits of parties in different processes.

#include <fmt/format.h>

#include "herald/base/random.h"
#include "herald/cli/command.h"
#include "herald/link/desk_line.h"

namespace herald::cli {
namespace {

constexpr const char* kFooter =
    "The simulated light between two processes of `herald run --as`: each holds numbers of its qubits and nothing of\n"
    "theirs; what it sends is handed over here. Three terminals:\n\n"
    "  herald desk --listen 127.0.0.1:7500\n"
    "  herald run coin-flip --as alice --listen 127.0.0.1:7501 --desk 127.0.0.1:7500\n"
    "  herald run coin-flip --as bob --connect 127.0.0.1:7501 --desk 127.0.0.1:7500\n\n"
    "Ctrl-C ends it. It is a simulator: whoever runs it could look at every qubit.";

struct DeskOptions {
  std::string listen = "127.0.0.1:7500";
  std::uint64_t seed = 0;
};

Outcome serve(const DeskOptions& options) {
  HERALD_TRY(const net::Endpoint at, net::parse_endpoint(options.listen));
  const std::uint64_t seed = options.seed != 0 ? options.seed : SecretRandom().next_word();
  HERALD_TRY_VOID(link::serve_desk(at, seed, [&](std::uint16_t port) {
    fmt::print(stderr, "qubits are held at {}\n", net::Endpoint{at.host, port}.to_string());
  }));
  return kDone;
}

}  // namespace

void add_desk(CLI::App& program) {
  const auto options = std::make_shared<DeskOptions>();
  CLI::App& command = add_command(program, "desk", "Hold the qubits of parties in different processes",
                                  [options] { return serve(*options); });
  command.footer(kFooter);
  command.add_option("--listen", options->listen, "Where to wait for them; port 0: any")
      ->capture_default_str()
      ->type_name("HOST:PORT");
  command.add_option("--seed", options->seed, "Of what is measured; 0: the operating system's")
      ->capture_default_str()
      ->type_name("N");
}

}  // namespace herald::cli
