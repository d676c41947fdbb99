#include "herald/node/local_link.h"

#include <fmt/format.h>
#include <stdlib.h>  // NOLINT(modernize-deprecated-headers): mkdtemp

#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>

#include "herald/base/file.h"
#include "herald/base/random.h"
#include "herald/node/child_process.h"
#include "herald/store/secret_file.h"

namespace herald::node {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kPreSharedKeyBits = 16384;

std::vector<std::string> command(const LocalLink& link, std::string_view role, std::vector<std::string> settings) {
  settings.push_back(fmt::format("protocol.pulses_per_block={}", link.pulses_per_block()));
  std::vector<std::string> arguments{link.program.string(), "link", std::string(role), "--json"};
  for (const std::string& setting : settings) {
    arguments.emplace_back("--set");
    arguments.push_back(setting);
  }
  return arguments;
}

// The next event of a process that is of this kind; `each` gets those before it.
Result<nlohmann::json> wait_for(ChildProcess& process, std::string_view who, std::string_view kind,
                                const volatile std::sig_atomic_t& stop,
                                const std::function<void(const nlohmann::json&)>& each) {
  for (;;) {
    if (stop != 0) return fail(ErrorCode::interrupted, "interrupted");
    auto line = process.next_line(200ms);
    if (!line) return fail(ErrorCode::unavailable, fmt::format("{} ended before its time", who));
    if (!*line) continue;
    nlohmann::json event = nlohmann::json::parse(**line, nullptr, false);
    if (event.is_discarded())
      return fail(ErrorCode::malformed, fmt::format("{} says what is no event: {}", who, printable(**line, 200)));
    if (event.value("event", "") == kind) return event;
    each(event);
  }
}

Result<void> make_pre_shared_key(const Workplace& place) {
  SecretRandom random;
  HERALD_TRY_VOID(
      store::create_secret_file(place / "alice.psk", store::SecretFileKind::pre_shared_key, kPreSharedKeyBits, random));
  HERALD_TRY(Bytes copy, read_file(place / "alice.psk"));
  const Result<void> written = write_file(place / "bob.psk", copy, FileMode::secret);
  wipe(copy.data(), copy.size());
  return written;
}

}  // namespace

Result<Workplace> Workplace::make(const std::filesystem::path& wanted) {
  if (!wanted.empty()) {
    std::error_code error;
    std::filesystem::create_directories(wanted, error);
    if (error) return fail(ErrorCode::io, fmt::format("{}: {}", wanted.string(), error.message()));
    if (!std::filesystem::is_empty(wanted))
      return fail(ErrorCode::invalid_argument, fmt::format("{} is not empty; name a new directory", wanted.string()));
    return Workplace(wanted, true);
  }
  std::string name = (std::filesystem::temp_directory_path() / "herald-demo-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) return fail(ErrorCode::io, fmt::format("{}: cannot make a directory", name));
  return Workplace(name, false);
}

Workplace::Workplace(Workplace&& other) noexcept : m_path(std::exchange(other.m_path, {})), m_keep(other.m_keep) {}

Workplace::~Workplace() {
  std::error_code ignored;
  if (!m_keep && !m_path.empty()) std::filesystem::remove_all(m_path, ignored);
}

std::uint64_t LocalLink::pulses_per_block() const {
  return static_cast<std::uint64_t>(4e8 * std::pow(10, 0.02 * std::max(0.0, distance_km - 50)));
}

Result<std::uint64_t> run_local_link(const LocalLink& link, const Workplace& place,
                                     const volatile std::sig_atomic_t& stop,
                                     const std::function<void(const nlohmann::json&)>& each) {
  HERALD_TRY_VOID(make_pre_shared_key(place));
  const auto ignore = [](const nlohmann::json&) {};
  HERALD_TRY(ChildProcess fibre, ChildProcess::start(command(
                                     link, "fibre",
                                     {"fibre.listen=127.0.0.1:0", fmt::format("fibre.length_km={}", link.distance_km),
                                      fmt::format("fibre.seed={}", link.seed), "eve.attack=" + link.eve})));
  HERALD_TRY(const nlohmann::json fibre_at, wait_for(fibre, "the fibre", "listening", stop, ignore));
  const auto end = [&](const std::string& name, const std::string& meeting) {
    std::vector<std::string> settings = link.settings;
    settings.insert(settings.end(),
                    {"link.name=local", meeting, fmt::format("lab.fibre=127.0.0.1:{}", fibre_at["port"].get<int>()),
                     fmt::format("store.path={}.db", place / name),
                     fmt::format("authentication.pre_shared_key={}.psk", place / name)});
    return command(link, name, std::move(settings));
  };
  HERALD_TRY(ChildProcess bob, ChildProcess::start(end("bob", "link.listen=127.0.0.1:0")));
  HERALD_TRY(const nlohmann::json bob_at, wait_for(bob, "Bob", "listening", stop, ignore));
  HERALD_TRY(ChildProcess alice,
             ChildProcess::start(end("alice", fmt::format("link.connect=127.0.0.1:{}", bob_at["port"].get<int>()))));
  HERALD_TRY(const nlohmann::json done, wait_for(alice, "Alice", "done", stop, each));
  HERALD_TRY(const nlohmann::json bob_done, wait_for(bob, "Bob", "done", stop, ignore));
  alice.wait();
  bob.wait();
  return std::min(done["distilled"].get<std::uint64_t>(), bob_done["distilled"].get<std::uint64_t>());
}

}  // namespace herald::node
