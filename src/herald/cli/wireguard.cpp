// herald wireguard: changes the pre-shared key of a WireGuard tunnel, at both ends together.

#include <fmt/format.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "herald/cli/kme_options.h"
#include "herald/node/process_secrecy.h"
#include "herald/node/wireguard_keys.h"

namespace herald::cli {
namespace {

constexpr const char* kFooter =
    "At both ends of a tunnel that is set up and runs, each beside its KME:\n\n"
    "  herald wireguard wg0 KEY-OF-1 --listen 0.0.0.0:7600 --kme https://kme-b:8443 --peer vpn-1 \\\n"
    "    --certificate vpn-2.pem --key vpn-2.key --authority authority.pem\n"
    "  herald wireguard wg0 KEY-OF-2 --connect b.example:7600 --kme https://kme-a:8443 --peer vpn-2 \\\n"
    "    --certificate vpn-1.pem --key vpn-1.key --authority authority.pem\n\n"
    "Who connects gets a key and tells the other its ID, over TLS with the certificates that the KMEs know them by. "
    "Both\n"
    "have the key before either puts it in force; if one cannot, the former one stays, or comes back. The tunnel's "
    "sessions\n"
    "go on; the handshakes that follow, every two minutes, use the new key. Each ID that is in force is printed. "
    "Ctrl-C\n"
    "leaves the last key in force.";

struct Options {
  KmeOptions kme;
  node::WireguardSettings wireguard;
  std::string listen, connect;
  std::uint64_t every = 120, expire = 0;
  bool json = false;
};

Outcome rotate(const Options& options) {
  if (options.listen.empty() == options.connect.empty())
    return fail(ErrorCode::invalid_argument, "one end says --listen, the other --connect");
  node::WireguardSettings settings = options.wireguard;
  settings.is_master = options.listen.empty();
  settings.peer = options.kme.peer;
  settings.every = std::chrono::seconds(options.every);
  settings.expire = std::chrono::seconds(options.expire);
  HERALD_TRY(settings.at, net::parse_endpoint(settings.is_master ? options.connect : options.listen));
  HERALD_TRY(settings.kme, kme::kme_endpoint(options.kme.kme));
  HERALD_TRY(auto context, options.kme.context());
  net::EventLoop loop;
  loop.on_signal([&](int) { loop.stop(); });
  const auto rotated = [&](const Uuid& id) {
    fmt::print("{}\n", options.json ? nlohmann::json{{"key_ID", to_string(id)}}.dump() : to_string(id));
    std::fflush(stdout);
  };
  const auto note = [](const std::string& text) { fmt::print(stderr, "note: {}\n", text); };
  for (const std::string& missing : node::keep_secret({})) note(missing);
  const std::string host = settings.at.host;
  const bool is_master = settings.is_master;
  HERALD_TRY(const auto keys,
             node::WireguardKeys::start(loop, std::move(settings), std::move(context), {rotated, note}));
  if (!is_master) fmt::print(stderr, "the other end is awaited at {}\n", net::Endpoint{host, keys->port()}.to_string());
  loop.run();
  return kInterrupted;
}

}  // namespace

void add_wireguard(CLI::App& program) {
  const auto options = std::make_shared<Options>();
  CLI::App& command =
      add_command(program, "wireguard", "Change the pre-shared key of a WireGuard tunnel, again and again",
                  [options] { return rotate(*options); });
  command.footer(kFooter);
  command.add_option("INTERFACE", options->wireguard.wireguard.interface, "WireGuard's, as wg0")->required();
  command.add_option("PUBLIC-KEY", options->wireguard.wireguard.public_key, "Of the peer whose pre-shared key it is")
      ->required();
  command.add_option("--listen", options->listen, "Wait for the other end here; port 0: any")->type_name("HOST:PORT");
  command.add_option("--connect", options->connect, "Where the other end waits; who connects gets the keys")
      ->type_name("HOST:PORT");
  options->kme.add_to(command);
  command.add_option("--every", options->every, "Seconds between two keys")
      ->capture_default_str()
      ->check(CLI::Range(1, 1'000'000));
  command
      .add_option("--expire", options->expire,
                  "Without a new key for so many seconds, put a random one in force that nobody has: no handshake "
                  "until there is a new key. 0: the last key stays")
      ->capture_default_str()
      ->check(CLI::Range(0, 100'000'000));
  command.add_option("--wg", options->wireguard.wireguard.program, "WireGuard's tool")->capture_default_str();
  command.add_flag("--json", options->json, "as JSON");
}

}  // namespace herald::cli
