#include "herald/node/wireguard_tool.h"

#include <botan/base64.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

#include "herald/base/codec.h"

extern char** environ;

namespace herald::node {
namespace {

using Clock = std::chrono::steady_clock;
using SecretText = std::vector<char, SecretAllocator<char>>;

constexpr std::chrono::seconds kPatience{5};
constexpr std::size_t kKeyText = 44;           // base64 of 32 bytes
constexpr std::size_t kMostOutput = 1 << 20;   // bytes
constexpr std::size_t kLongestInterface = 15;  // IFNAMSIZ without its zero

std::unexpected<Error> system_error(const std::string& what, int number) {
  return fail(ErrorCode::io, fmt::format("{}: {}", what, std::strerror(number)));
}

struct Pipe {
  std::array<int, 2> ends{-1, -1};
  ~Pipe() {
    close(0);
    close(1);
  }
  void close(std::size_t end) {
    if (ends[end] >= 0) ::close(std::exchange(ends[end], -1));
  }
};

// What the process says until it ends; killed when that takes too long.
Result<SecretText> read_all(int descriptor, pid_t pid, const std::string& program) {
  SecretText said;
  said.reserve(4096);
  const auto until = Clock::now() + kPatience;
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - Clock::now()).count();
    pollfd waiting{descriptor, POLLIN, 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(std::max<std::int64_t>(left, 0)));
    if (ready < 0 && errno == EINTR) continue;
    std::array<char, 4096> buffer{};
    const ssize_t got = ready > 0 ? ::read(descriptor, buffer.data(), buffer.size()) : -1;
    if (got == 0) return said;
    if (got < 0 || said.size() > kMostOutput) {
      ::kill(pid, SIGKILL);
      return fail(ErrorCode::io, fmt::format("{} does not end, or says too much", program));
    }
    said.insert(said.end(), buffer.data(), buffer.data() + got);
    wipe(buffer.data(), buffer.size());
  }
}

// Runs a program with `input` on its standard input; its standard output. The input fits into a pipe, so that it is
// written before anybody could close the other end.
Result<SecretText> run(std::vector<std::string> arguments, std::span<const char> input) {
  const std::string program = arguments[0];
  Pipe in, out;
  if (::pipe2(in.ends.data(), O_CLOEXEC) != 0 || ::pipe2(out.ends.data(), O_CLOEXEC) != 0)
    return system_error("cannot make a pipe", errno);
  HERALD_CHECK(input.size() <= 4096);
  if (::write(in.ends[1], input.data(), input.size()) != static_cast<ssize_t>(input.size()))
    return system_error("cannot write to a pipe", errno);
  in.close(1);
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in.ends[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out.ends[1], STDOUT_FILENO);
  pid_t pid = -1;
  const int error = ::posix_spawnp(&pid, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return system_error(fmt::format("cannot start {}", program), error);
  in.close(0);
  out.close(1);
  auto said = read_all(out.ends[0], pid, program);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (said && (!WIFEXITED(status) || WEXITSTATUS(status) != 0))
    return fail(ErrorCode::io, fmt::format("`{} {}` failed", program, arguments.size() > 1 ? arguments[1] : ""));
  return said;
}

Result<SecretBytes> decode(std::string_view text) {
  const auto wrong = fail(ErrorCode::invalid_argument, "no key of WireGuard: 32 bytes in base64");
  SecretBytes key(kWireguardKeyBytes + 1);  // as much as base64 of that length could hold
  const auto room = key.expose_secret_mutable();
  if (text.size() != kKeyText) return wrong;
  try {
    const std::size_t size = Botan::base64_decode(room.data(), text.data(), text.size(), false);
    return size == kWireguardKeyBytes ? Result<SecretBytes>(SecretBytes(room.first(size))) : wrong;
  } catch (const std::exception&) {
    return wrong;
  }
}

}  // namespace

Result<void> check(const WireguardPeer& peer) {
  const std::string& name = peer.interface;
  if (name.empty() || name.size() > kLongestInterface || name.front() == '-' ||
      std::ranges::any_of(name, [](char c) { return c <= ' ' || c > '~' || c == '/'; }))
    return fail(ErrorCode::invalid_argument, fmt::format("\"{}\" is no name of an interface", printable(name, 64)));
  const auto key = decode(peer.public_key);
  if (!key)
    return fail(key.error().code, fmt::format("\"{}\" is {}", printable(peer.public_key, 64), key.error().message));
  return {};
}

Result<void> set_preshared_key(const WireguardPeer& peer, const SecretBytes& key) {
  HERALD_CHECK(key.size() == kWireguardKeyBytes);
  SecretText text(kKeyText + 1);
  std::size_t consumed = 0;
  Botan::base64_encode(text.data(), key.expose_secret().data(), key.size(), consumed, true);
  text.back() = '\n';
  HERALD_TRY_VOID(
      run({peer.program, "set", peer.interface, "peer", peer.public_key, "preshared-key", "/dev/stdin"}, text));
  return {};
}

Result<SecretBytes> preshared_key(const WireguardPeer& peer) {
  HERALD_TRY(const SecretText said, run({peer.program, "show", peer.interface, "preshared-keys"}, {}));
  std::string_view rest(said.data(), said.size());
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    const std::size_t tab = line.find('\t');
    if (tab == line.npos || line.substr(0, tab) != peer.public_key) continue;
    const std::string_view key = line.substr(tab + 1);
    return key == "(none)" ? SecretBytes(kWireguardKeyBytes) : decode(key);
  }
  return fail(ErrorCode::not_found,
              fmt::format("the interface {} has no peer {}; `wg set` makes it first", peer.interface, peer.public_key));
}

}  // namespace herald::node
