#include "herald/node/demo.h"

#include <fmt/format.h>
#include <signal.h>

#include <chrono>
#include <csignal>
#include <nlohmann/json.hpp>
#include <string_view>

#include "herald/base/file.h"
#include "herald/node/demo_kme.h"
#include "herald/node/demo_story.h"
#include "herald/node/local_link.h"
#include "herald/store/key_store.h"

namespace herald::node {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kKeyBits = 16384;
constexpr std::string_view kMessage =
    "Conjugate coding, 1970: \"a means for transmitting two messages either but not both of which may be received.\"\n"
    "This line went from Alice to Bob under a one-time pad whose key came out of a (simulated) fibre.\n";

volatile std::sig_atomic_t g_interrupted = 0;

void show(const nlohmann::json& event, Clock::time_point begin, std::uint64_t& secret_bits) {
  if (event.value("event", "") == "aborted")
    return say(fmt::format("  block {:<3} no key ({}): {}", event["block"].get<int>(),
                           event["phase"].get<std::string>(), event["reason"].get<std::string>()));
  if (event.value("event", "") != "block") return;
  secret_bits += event["secret_bits"].get<std::uint64_t>();
  const std::chrono::duration<double> elapsed = Clock::now() - begin;
  say(fmt::format("  block {:<3} {:>11} {:>9} {:>8.2f} % {:>12.2f} % {:>9} {:>9.1f}", event["block"].get<int>(),
                  event["clicks"].get<std::uint64_t>(), event["key_bits"].get<std::uint64_t>(),
                  100 * event["key_error_rate"].get<double>(), 100 * event["phase_error_rate"].get<double>(),
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
  if (at_bob != keys.size())
    return fail(ErrorCode::disagreement, fmt::format("Alice holds {} keys, Bob {}", keys.size(), at_bob));
  for (std::size_t i = 0; i < keys.size(); ++i) {
    HERALD_TRY(const IdentifiedKey here, alice.peek(keys[i].id));
    HERALD_TRY(const IdentifiedKey there, bob.peek(keys[i].id));
    if (!(here.key == there.key))
      return fail(ErrorCode::disagreement, fmt::format("key {} differs between the ends", to_string(keys[i].id)));
    if (i < 3)
      say(fmt::format("  {}  {} bits  {}  from {} light", to_string(keys[i].id), keys[i].bits,
                      store::to_string(keys[i].pool), to_string(keys[i].provenance.origin)));
  }
  if (keys.size() > 3) say(fmt::format("  … and {} more", keys.size() - 3));
  return {};
}

Result<void> seal_and_open(const DemoOptions& options, const Workplace& place) {
  const ByteView message(reinterpret_cast<const std::uint8_t*>(kMessage.data()), kMessage.size());
  HERALD_TRY_VOID(write_file(place / "message.txt", message, FileMode::shared));
  HERALD_TRY_VOID(run_command(options.program, {"seal", place / "message.txt", "--store", place / "alice.db", "-o",
                                                place / "message.sealed", "--insecure-simulated"}));
  HERALD_TRY_VOID(run_command(options.program, {"open", place / "message.sealed", "--store", place / "bob.db", "-o",
                                                place / "opened.txt", "--insecure-simulated"}));
  HERALD_TRY(const Bytes opened, read_file(place / "opened.txt"));
  if (!std::ranges::equal(opened, message))
    return fail(ErrorCode::disagreement, "what Bob opened is not what Alice sealed");
  say("\n  Bob reads:");
  fmt::print("    {}\n    {}\n", kMessage.substr(0, kMessage.find('\n')), kMessage.substr(kMessage.find('\n') + 1));
  return {};
}

Result<bool> run_link(const DemoOptions& options, const Workplace& place) {
  LocalLink link;
  link.program = options.program;
  link.distance_km = options.distance_km;
  link.seed = options.seed;
  link.eve = options.eve;
  link.settings = {fmt::format("keys.bits={}", kKeyBits), fmt::format("keys.until={}", options.keys)};
  say(fmt::format("Three processes: a fibre of {:g} km ({:.3g} pulses a block at 1 GHz), Alice, Bob.\n",
                  link.distance_km, static_cast<double>(link.pulses_per_block())));
  say("                 clicks    sifted error rate  phase error <=    secret  keys/s (256 bits)");
  const auto begin = Clock::now();
  std::uint64_t secret_bits = 0;
  HERALD_TRY(const std::uint64_t blocks, run_local_link(link, place, g_interrupted, [&](const nlohmann::json& event) {
               show(event, begin, secret_bits);
             }));
  return blocks != 0;
}

Result<bool> tell_story(const DemoOptions& options, const Workplace& place) {
  HERALD_TRY(const bool keys, run_link(options, place));
  if (!keys) {
    say("\nNo key: the ends saw that something was wrong and made none. That is the protocol at work.");
    return false;
  }
  say("\nBoth stores hold the same keys under the same IDs (compared here, never printed):");
  HERALD_TRY_VOID(compare_stores(place));
  say("\nAlice seals a file with a one-time pad and a one-time tag; Bob opens it:");
  HERALD_TRY_VOID(seal_and_open(options, place));
  HERALD_TRY_VOID(serve_keys(options.program, place, g_interrupted));
  return true;
}

}  // namespace

Result<bool> run_demo(const DemoOptions& options) {
  struct sigaction action{};
  action.sa_handler = [](int) { g_interrupted = 1; };
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  HERALD_TRY(const Workplace place, Workplace::make(options.directory));
  HERALD_TRY(const bool keys, tell_story(options, place));
  say("Try next:");
  if (keys)
    say("  herald demo --eve intercept-resend     somebody measures every pulse: watch the error rate, and no key");
  if (keys) say("  herald demo --distance 100             less light, longer blocks, the same security");
  say("  herald demo --directory DIR            keep stores and files to look into: herald key status --store "
      "DIR/alice.db");
  say("  herald link --help                     run the three processes yourself; examples/link/ has their files");
  say("  herald kme --help                      serve keys to applications: two sites from nothing");
  say("  herald distill --help                  keys from recorded detections");
  return keys;
}

}  // namespace herald::node
