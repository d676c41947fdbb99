#include "herald/cli/run_with_peer.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "herald/cli/long_work.h"
#include "herald/link/play.h"

namespace herald::cli {
namespace {

Result<link::PlayOptions> read(const PeerOptions& options, const Casting& casting) {
  link::PlayOptions play;
  play.casting = casting;
  HERALD_TRY(const auto game, casting.protocol->set_up(casting));
  HERALD_TRY_VOID(link::two_processes(casting, *game));
  const auto seats = game->seats();
  const auto seat = std::ranges::find(seats, options.as);
  if (seat == seats.end())
    return fail(ErrorCode::not_found, fmt::format("--as {}: the parties of {} are {}", options.as,
                                                  casting.protocol->name, fmt::join(seats, ", ")));
  play.seat = static_cast<std::size_t>(seat - seats.begin());
  if (options.listen.empty() == options.connect.empty())
    return fail(ErrorCode::invalid_argument, "--as: one party says --listen HOST:PORT, the other --connect HOST:PORT");
  if (options.desk.empty())
    return fail(ErrorCode::invalid_argument, "--as: say --desk HOST:PORT, where `herald desk` holds the qubits");
  for (const auto& [party, value] : casting.inputs)
    if (party != options.as)
      return fail(ErrorCode::invalid_argument,
                  fmt::format("--input {}=…: {} plays in another process, which alone may know it", party, party));
  play.listens = options.connect.empty();
  HERALD_TRY(play.peer, net::parse_endpoint(play.listens ? options.listen : options.connect));
  HERALD_TRY(play.desk, net::parse_endpoint(options.desk));
  return play;
}

std::string line_of(std::uint64_t run, const Verdict& verdict, const std::string& told, bool json) {
  if (json)
    return nlohmann::ordered_json{{"run", run},
                                  {"accepted", verdict.accepted},
                                  {"value", verdict.value},
                                  {"phase", verdict.phase},
                                  {"reason", verdict.reason},
                                  {"told", told}}
               .dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) +
           "\n";
  return verdict.accepted
             ? fmt::format("run {}: accepts: {}\n", run, told.empty() ? fmt::to_string(verdict.value) : told)
             : fmt::format("run {}: rejects at \"{}\": {}\n", run, verdict.phase, verdict.reason);
}

}  // namespace

Outcome run_with_peer(const PeerOptions& options, const Casting& casting, std::uint64_t seed, std::uint64_t runs,
                      bool json) {
  HERALD_TRY(link::PlayOptions play, read(options, casting));
  play.seed = seed;
  play.runs = runs;
  play.patience = net::EventLoop::Duration(static_cast<net::EventLoop::Duration::rep>(options.patience * 1000));
  play.stop = &interrupted();
  play.listening = [](std::uint16_t port) { fmt::print(stderr, "waiting at port {}\n", port); };
  bool rejected = false;
  Result<void> printed;
  play.verdict = [&](std::uint64_t run, const Verdict& verdict, const std::string& told) {
    rejected = rejected || !verdict.accepted;
    if (printed) printed = print(line_of(run, verdict, told, json));
  };
  HERALD_TRY_VOID(link::play_with_peer(play));
  HERALD_TRY_VOID(std::move(printed));
  return rejected ? kAborted : kDone;
}

}  // namespace herald::cli
