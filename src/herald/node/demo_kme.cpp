#include "herald/node/demo_kme.h"

#include <fmt/format.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "herald/base/file.h"
#include "herald/net/event_loop.h"
#include "herald/node/child_process.h"
#include "herald/node/demo_story.h"

namespace herald::node {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using Json = nlohmann::json;

constexpr auto kPatience = 60s;

struct SiteOfDemo {
  std::string id, directory, store, application;
  std::uint16_t api = 0, peers = 0;
};

// Ports that nobody has just now.
Result<void> choose_ports(std::vector<SiteOfDemo*> sites) {
  net::EventLoop loop;
  for (SiteOfDemo* site : sites)
    for (std::uint16_t* port : {&site->api, &site->peers}) {
      HERALD_TRY(*port, loop.listen({"127.0.0.1", 0}, [](const net::ConnectionPtr&) {}));
    }
  return {};
}

// What a user writes with an editor: kme.toml has these tables, with examples in comments.
Result<void> configure(const SiteOfDemo& site, const SiteOfDemo& other) {
  const std::string path = site.directory + "/kme.toml";
  HERALD_TRY(const Bytes bytes, read_file(path));
  std::string text(bytes.begin(), bytes.end());
  const auto insert = [&](std::string_view table, const std::string& lines) -> Result<void> {
    const std::size_t at = text.find(fmt::format("\n[{}]", table));
    const std::size_t end = at == text.npos ? at : text.find('\n', at + 1);
    if (end == text.npos) return fail(ErrorCode::malformed, fmt::format("{} has no table [{}]", path, table));
    text.insert(end + 1, lines);
    return {};
  };
  HERALD_TRY_VOID(insert("peers.at", fmt::format("{} = \"127.0.0.1:{}\"\n", other.id, other.peers)));
  HERALD_TRY_VOID(insert("applications", fmt::format("{} = \"{}\"\n{} = \"{}\"\n", site.application, site.id,
                                                     other.application, other.id)));
  text += fmt::format("\n[links.local]\npeer = \"{}\"\nstore = \"../{}\"\n", other.id, site.store);
  return write_file(path, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}, FileMode::shared);
}

Result<ChildProcess> start(const std::filesystem::path& program, const SiteOfDemo& site) {
  std::vector<std::string> arguments{"kme", "run", "--site", site.directory, "--insecure-simulated"};
  say(fmt::format("  $ herald {} &", fmt::join(arguments, " ")));
  arguments.insert(arguments.begin(), program.string());
  arguments.insert(arguments.end(), {"--json", "--set", "log.level=error"});
  HERALD_TRY(ChildProcess process, ChildProcess::start(arguments));
  HERALD_TRY(const auto line, process.next_line(kPatience));
  if (!line) return fail(ErrorCode::unavailable, fmt::format("{} does not come up", site.id));
  return process;
}

// One request of an application's. The replies hold keys of simulated light: they are compared, and not shown.
class Application {
 public:
  Application(const SiteOfDemo& site, std::string authority) : m_site(site), m_authority(std::move(authority)) {}

  Result<Json> ask(const std::string& path, bool aloud) const {
    const std::string url = fmt::format("https://localhost:{}/api/v1/keys/{}", m_site.api, path);
    const std::string stem = fmt::format("{}/applications/{}", m_authority, m_site.application);
    if (aloud)
      say(fmt::format("  $ curl -sS -w '\\n' --cacert {}/authority.pem --cert {}.pem --key {}.key \\\n      '{}'",
                      m_authority, stem, stem, url));
    HERALD_TRY(ChildProcess curl,
               ChildProcess::start({"curl", "-sS", "-w", "\\n", "--cacert", m_authority + "/authority.pem", "--cert",
                                    stem + ".pem", "--key", stem + ".key", url}));
    std::string reply;
    for (auto line = curl.next_line(kPatience); line && *line; line = curl.next_line(kPatience)) reply += **line;
    if (const int status = curl.wait(); status != 0)
      return fail(ErrorCode::io, fmt::format("curl ended with status {}; its message is above", status));
    Json json = Json::parse(reply, nullptr, false);
    if (!json.is_object()) return fail(ErrorCode::malformed, fmt::format("{} does not answer in JSON", m_site.id));
    if (json.contains("message"))
      return fail(ErrorCode::unavailable, fmt::format("{}: {}", m_site.id, json["message"].dump()));
    return json;
  }

  // The one key of a reply.
  Result<Json> key(const std::string& path) const {
    HERALD_TRY(const Json reply, ask(path, true));
    if (!reply.contains("keys") || reply["keys"].size() != 1 || !reply["keys"][0].contains("key"))
      return fail(ErrorCode::malformed, fmt::format("{} gives no key", m_site.id));
    Json shown = reply["keys"][0];
    shown["key"] = fmt::format("({} characters of base64)", shown["key"].get_ref<const std::string&>().size());
    say(fmt::format("  {}", Json{{"keys", Json::array({shown})}}.dump()));
    return reply["keys"][0];
  }

 private:
  const SiteOfDemo& m_site;
  std::string m_authority;  // the directory of the site that issued its certificate
};

// The two have met, and agree on the lots that both have.
Result<void> wait_for_keys(const Application& master, const std::string& slave,
                           const volatile std::sig_atomic_t& stop) {
  const auto begin = Clock::now();
  for (;;) {
    if (stop != 0) return fail(ErrorCode::interrupted, "interrupted");
    HERALD_TRY(const Json status, master.ask(slave + "/status", false));
    if (status.value("stored_key_count", 0) != 0) return {};
    if (Clock::now() - begin > kPatience) return fail(ErrorCode::unavailable, "the two KMEs do not agree on any key");
    std::this_thread::sleep_for(100ms);
  }
}

bool has_curl() {
  auto curl = ChildProcess::start({"curl", "--version"});
  if (!curl) return false;
  while (curl->next_line(kPatience)) {
  }
  return curl->wait() == 0;
}

}  // namespace

Result<void> serve_keys(const std::filesystem::path& program, const Workplace& place,
                        const volatile std::sig_atomic_t& stop) {
  SiteOfDemo a{"kme-a", place / "site-a", "alice.db", "vpn-1"};
  SiteOfDemo b{"kme-b", place / "site-b", "bob.db", "vpn-2"};
  HERALD_TRY_VOID(choose_ports({&a, &b}));
  say("The other keys go to applications (ETSI GS QKD 014): a key-management entity at each end, and a certificate "
      "for\n"
      "each application:");
  const auto init = [&](const SiteOfDemo& site, std::vector<std::string> more) {
    std::vector<std::string> arguments{"kme",
                                       "init",
                                       site.directory,
                                       "--id",
                                       site.id,
                                       "--api",
                                       fmt::format("127.0.0.1:{}", site.api),
                                       "--peers",
                                       fmt::format("127.0.0.1:{}", site.peers)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_command(program, arguments);
  };
  HERALD_TRY_VOID(init(a, {}));
  HERALD_TRY_VOID(init(b, {"--authority", a.directory}));
  for (const SiteOfDemo* site : {&a, &b})
    HERALD_TRY_VOID(run_command(program, {"kme", "sae", "add", site->application, "--site", a.directory}));
  HERALD_TRY_VOID(configure(a, b));
  HERALD_TRY_VOID(configure(b, a));
  say("\nEach kme.toml is given the peer, the applications and the link's store. --insecure-simulated: keys of "
      "simulated\n"
      "light PROTECT NOTHING, and no KME delivers them unless it is told to, for trials.");
  HERALD_TRY(const ChildProcess kme_b, start(program, b));
  HERALD_TRY(const ChildProcess kme_a, start(program, a));
  if (!has_curl()) {
    say("\nThere is no curl here to ask with; `apt install curl`, and run the demonstration again.");
    return {};
  }
  say("\nvpn-1 asks its KME for a key that vpn-2 is to share; vpn-2 fetches it at the other end, by its ID:");
  const Application master(a, a.directory), slave(b, a.directory);
  HERALD_TRY_VOID(wait_for_keys(master, b.application, stop));
  HERALD_TRY(const Json one, master.key(b.application + "/enc_keys"));
  HERALD_TRY(const Json other,
             slave.key(fmt::format("{}/dec_keys?key_ID={}", a.application, one["key_ID"].get<std::string>())));
  if (one["key"] != other["key"])
    return fail(ErrorCode::disagreement, "the two applications were given different keys");
  say("The two are the same key (compared here, never printed); neither KME gives it out again.\n");
  return {};
}

}  // namespace herald::node
