#pragma once
// One party of a protocol in this process, the other in another: messages over TCP, light as tickets of a desk.

#include <atomic>
#include <functional>

#include "herald/net/event_loop.h"
#include "herald/protocol/protocol.h"

namespace herald::link {

struct PlayOptions {
  Casting casting;       // of which the strategy of this seat's role, and the parameters, count
  std::size_t seat = 0;  // by the game's seats
  net::Endpoint peer;    // where to listen, or to connect
  bool listens = false;
  net::Endpoint desk;
  std::uint64_t seed = 1;  // of this party's randomness
  std::uint64_t runs = 1;
  net::EventLoop::Duration patience{30'000};  // for the peer to appear, and to say something
  const std::atomic<bool>* stop = nullptr;    // set by a signal handler
  std::function<void(std::uint16_t port)> listening = {};
  // `told`: the verdict in the protocol's own words (Game::tells).
  std::function<void(std::uint64_t run, const Verdict&, const std::string& told)> verdict = {};
};

// Whether two processes can play it. Errors: invalid_argument, with why not, and what they can play.
Result<void> two_processes(const Casting& casting, Game& game);

// Plays all runs. Errors: invalid_argument (a protocol that plays in one process only), disagreement (the peer plays
// another protocol, under other parameters, or in the same seat), version, unavailable, interrupted.
Result<void> play_with_peer(const PlayOptions& options);

}  // namespace herald::link
