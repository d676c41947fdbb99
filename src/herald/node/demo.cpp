#include "herald/node/demo.h"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string_view>

#include "herald/base/file.h"
#include "herald/base/random.h"
#include "herald/node/child_process.h"
#include "herald/store/key_store.h"
#include "herald/store/secret_file.h"

namespace herald::node {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr std::uint64_t kKeyBits = 16384;
constexpr std::uint64_t kPulses = 400'000'000;
constexpr std::string_view kMessage =
    "Conjugate coding, 1970: \"a means for transmitting two messages either but not both of which may be received.\"\n"
    "This line went from Alice to Bob under a one-time pad whose key came out of a (simulated) fibre.\n";

volatile sig_atomic_t g_interrupted = 0;

void say(const std::string& text) {
  fmt::print("{}\n", text);
  std::fflush(stdout);
}

// The files of one demonstration.
class Workplace {
 public:
  static Result<Workplace> make(const std::filesystem::path& wanted) {
    if (!wanted.empty()) {
      std::error_code error;
      std::filesystem::create_directories(wanted, error);
      if (error) return fail(ErrorCode::io, fmt::format("{}: {}", wanted.string(), error.message()));
      if (!std::filesystem::is_empty(wanted)) return fail(ErrorCode::invalid_argument, fmt::format("{} is not empty; name a new directory", wanted.string()));
      return Workplace(wanted, true);
    }
    std::string name = (std::filesystem::temp_directory_path() / "herald-demo-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) return fail(ErrorCode::io, fmt::format("{}: cannot make a directory", name));
    return Workplace(name, false);
  }
  Workplace(Workplace&& other) noexcept : m_path(std::exchange(other.m_path, {})), m_keep(other.m_keep) {}
  ~Workplace() {
    std::error_code ignored;
    if (!m_keep && !m_path.empty()) std::filesystem::remove_all(m_path, ignored);
  }
  std::string operator/(std::string_view name) const { return (m_path / name).string(); }
  bool keeps() const { return m_keep; }

 private:
  Workplace(std::filesystem::path path, bool keep) : m_path(std::move(path)), m_keep(keep) {}
  std::filesystem::path m_path;
  bool m_keep;
};

std::vector<std::string> command(const DemoOptions& options, std::string_view role, std::initializer_list<std::string> settings) {
  std::vector<std::string> arguments{options.program.string(), "link", std::string(role), "--json"};
  for (const std::string& setting : settings) {
    arguments.emplace_back("--set");
    arguments.push_back(setting);
  }
  return arguments;
}

// The next event of a process that names itself `kind`; others are passed to `other`.
template <typename F>
Result<nlohmann::json> wait_for(ChildProcess& process, std::string_view who, std::string_view kind, F&& other) {
  for (;;) {
    if (g_interrupted != 0) return fail(ErrorCode::interrupted, "interrupted");
    auto line = process.next_line(200ms);
    if (!line) return fail(ErrorCode::unavailable, fmt::format("{} ended before its time", who));
    if (!*line) continue;
    nlohmann::json event = nlohmann::json::parse(**line, nullptr, false);
    if (event.is_discarded()) return fail(ErrorCode::malformed, fmt::format("{} says what is no event: {}", who, printable(**line, 200)));
    if (event.value("event", "") == kind) return event;
    other(event);
  }
}

void show(const nlohmann::json& event, Clock::time_point begin, std::uint64_t& secret_bits) {
  if (event.value("event", "") == "aborted")
    return say(fmt::format("  block {:<3} no key ({}): {}", event["block"].get<int>(), event["phase"].get<std::string>(), event["reason"].get<std::string>()));
  if (event.value("event", "") != "block") return;
  secret_bits += event["secret_bits"].get<std::uint64_t>();
  const std::chrono::duration<double> elapsed = Clock::now() - begin;
  say(fmt::format("  block {:<3} {:>11} {:>9} {:>8.2f} % {:>12.2f} % {:>9} {:>9.1f}", event["block"].get<int>(), event["clicks"].get<std::uint64_t>(),
                  event["key_bits"].get<std::uint64_t>(), 100 * event["key_error_rate"].get<double>(), 100 * event["phase_error_rate"].get<double>(),
                  event["secret_bits"].get<std::uint64_t>(), static_cast<double>(secret_bits) / 256 / elapsed.count()));
}

// Every key of one store is in the other, under the same ID and with the same bits.
Result<void> compare_stores(const Workplace& place) {
  HERALD_TRY(store::KeyStore alice, store::KeyStore::open(store::StoreFiles(place / "alice.db")));
  HERALD_TRY(store::KeyStore bob, store::KeyStore::open(store::StoreFiles(place / "bob.db")));
  std::vector<store::KeyInfo> keys;
  HERALD_TRY_VOID(alice.list([&](const store::KeyInfo& key) { keys.push_back(key); }));
  std::uint64_t at_bob = 0;
  HERALD_TRY_VOID(bob.list([&](const store::KeyInfo&) { ++at_bob; }));
  if (at_bob != keys.size()) return fail(ErrorCode::disagreement, fmt::format("Alice holds {} keys, Bob {}", keys.size(), at_bob));
  for (std::size_t i = 0; i < keys.size(); ++i) {
    HERALD_TRY(const IdentifiedKey here, alice.peek(keys[i].id));
    HERALD_TRY(const IdentifiedKey there, bob.peek(keys[i].id));
    if (!(here.key == there.key)) return fail(ErrorCode::disagreement, fmt::format("key {} differs between the ends", to_string(keys[i].id)));
    if (i < 3) say(fmt::format("  {}  {} bits  {}  from {} light", to_string(keys[i].id), keys[i].bits, store::to_string(keys[i].pool), to_string(keys[i].provenance.origin)));
  }
  if (keys.size() > 3) say(fmt::format("  … and {} more", keys.size() - 3));
  return {};
}

Result<void> run_command(const DemoOptions& options, std::vector<std::string> arguments) {
  std::string shown = "  $ herald";
  for (const std::string& argument : arguments) shown += " " + argument;
  say(shown);
  arguments.insert(arguments.begin(), options.program.string());
  HERALD_TRY(ChildProcess process, ChildProcess::start(arguments));
  for (auto line = process.next_line(60s); line && *line; line = process.next_line(60s)) say("  " + **line);
  if (const int status = process.wait(); status != 0) return fail(ErrorCode::io, fmt::format("`herald {}` ended with status {}", arguments[1], status));
  return {};
}

Result<void> seal_and_open(const DemoOptions& options, const Workplace& place) {
  const ByteView message(reinterpret_cast<const std::uint8_t*>(kMessage.data()), kMessage.size());
  HERALD_TRY_VOID(write_file(place / "message.txt", message, FileMode::shared));
  HERALD_TRY_VOID(run_command(options, {"seal", place / "message.txt", "--store", place / "alice.db", "-o", place / "message.sealed", "--insecure-simulated"}));
  HERALD_TRY_VOID(run_command(options, {"open", place / "message.sealed", "--store", place / "bob.db", "-o", place / "opened.txt", "--insecure-simulated"}));
  HERALD_TRY(const Bytes opened, read_file(place / "opened.txt"));
  if (!std::ranges::equal(opened, message)) return fail(ErrorCode::disagreement, "what Bob opened is not what Alice sealed");
  say("\n  Bob reads:");
  fmt::print("    {}\n    {}\n", kMessage.substr(0, kMessage.find('\n')), kMessage.substr(kMessage.find('\n') + 1));
  return {};
}

// The three processes, until both ends are done. True when keys came out.
Result<bool> run_link(const DemoOptions& options, const Workplace& place) {
  const auto ignore = [](const nlohmann::json&) {};
  const std::string pulses = fmt::format("protocol.pulses_per_block={}", kPulses);
  HERALD_TRY(ChildProcess fibre, ChildProcess::start(command(options, "fibre", {"fibre.listen=127.0.0.1:0", fmt::format("fibre.length_km={}", options.distance_km),
                                                                               fmt::format("fibre.seed={}", options.seed), "eve.attack=" + options.eve, pulses})));
  HERALD_TRY(const nlohmann::json fibre_at, wait_for(fibre, "the fibre", "listening", ignore));
  const std::string lab = fmt::format("lab.fibre=127.0.0.1:{}", fibre_at["port"].get<int>());
  const std::string bits = fmt::format("keys.bits={}", kKeyBits), until = fmt::format("keys.until={}", options.keys);
  HERALD_TRY(ChildProcess bob, ChildProcess::start(command(options, "bob", {"link.name=demo", "link.listen=127.0.0.1:0", lab, "store.path=" + place / "bob.db",
                                                                            "authentication.pre_shared_key=" + place / "bob.psk", bits, until, pulses})));
  HERALD_TRY(const nlohmann::json bob_at, wait_for(bob, "Bob", "listening", ignore));
  HERALD_TRY(ChildProcess alice, ChildProcess::start(command(options, "alice", {"link.name=demo", fmt::format("link.connect=127.0.0.1:{}", bob_at["port"].get<int>()), lab,
                                                                                "store.path=" + place / "alice.db", "authentication.pre_shared_key=" + place / "alice.psk", bits, until, pulses})));
  say(fmt::format("Three processes: a fibre of {:g} km ({} pulses a block at 1 GHz), Alice, Bob.\n", options.distance_km, kPulses));
  say("                 clicks    sifted error rate  phase error <=    secret  keys/s (256 bits)");
  const auto begin = Clock::now();
  std::uint64_t secret_bits = 0;
  HERALD_TRY(const nlohmann::json done, wait_for(alice, "Alice", "done", [&](const nlohmann::json& event) { show(event, begin, secret_bits); }));
  HERALD_TRY(const nlohmann::json bob_done, wait_for(bob, "Bob", "done", ignore));
  alice.wait();
  bob.wait();
  return done["distilled"].get<std::uint64_t>() != 0 && bob_done["distilled"].get<std::uint64_t>() != 0;
}

Result<bool> tell_story(const DemoOptions& options, const Workplace& place) {
  SecretRandom random;
  HERALD_TRY_VOID(store::create_secret_file(place / "alice.psk", store::SecretFileKind::pre_shared_key, 16384, random));
  HERALD_TRY(const Bytes copy, read_file(place / "alice.psk"));
  HERALD_TRY_VOID(write_file(place / "bob.psk", copy, FileMode::secret));
  HERALD_TRY(const bool keys, run_link(options, place));
  if (!keys) {
    say("\nNo key: the ends saw that something was wrong and made none. That is the protocol at work.");
    return false;
  }
  say("\nBoth stores hold the same keys under the same IDs (compared here, never printed):");
  HERALD_TRY_VOID(compare_stores(place));
  say("\nAlice seals a file with a one-time pad and a one-time tag; Bob opens it:");
  HERALD_TRY_VOID(seal_and_open(options, place));
  return true;
}

}  // namespace

Result<bool> run_demo(const DemoOptions& options) {
  struct sigaction action {};
  action.sa_handler = [](int) { g_interrupted = 1; };
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  HERALD_TRY(const Workplace place, Workplace::make(options.directory));
  HERALD_TRY(const bool keys, tell_story(options, place));
  say("Try next:");
  if (keys) say("  herald demo --eve intercept-resend     somebody measures every pulse: watch the error rate, and no key");
  if (keys) say("  herald demo --distance 100             less light, longer blocks, the same security");
  say("  herald demo --directory DIR            keep stores and files to look into: herald key status --store DIR/alice.db");
  say("  herald link --help                     run the three processes yourself; examples/link/ has their files");
  say("  herald distill --help                  keys from recorded detections");
  return keys;
}

}  // namespace herald::node
