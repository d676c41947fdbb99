#pragma once
// Runs an end of a link, or a simulated fibre, until there is nothing more to do: connects and connects again, watches
// for silence, stops cleanly on SIGINT and SIGTERM.

#include <functional>
#include <memory>
#include <string>

#include "herald/link/link_config.h"
#include "herald/link/session.h"

namespace herald::link {

struct RunEvents {
  SessionEvents session;
  std::function<void(const net::Endpoint&)> listening = [](const net::Endpoint&) {};
  // A line for people: lost, waiting, stopping.
  std::function<void(const std::string&)> note = [](const std::string&) {};
};

struct RunSummary {
  std::uint64_t distilled = 0, aborted = 0, sessions = 0;
  bool interrupted = false;
  std::string last_abort;  // why the last aborted block gave no key
  std::string stopped;     // why it stopped
};

// Errors: whatever cannot be mended by connecting again (other parameters, another pre-shared key, a full disk), and a
// peer that does not come back in reconnect_seconds.
Result<RunSummary> run_end(const EndConfig& config, RunEvents events);

// Serves until a signal. `serving` gets the port.
Result<void> run_fibre(const FibreConfig& config, std::function<void(std::uint16_t)> serving,
                       std::function<void(const std::string&)> note);

// The protocol of a config. Errors: none yet known to be mended later.
std::unique_ptr<BlockProtocol> make_protocol(const EndConfig& config);

// Opens or creates the end's store: link, pre-shared key, and the key of the gate. Errors: not_found (no pre-shared
// key), those of the store.
struct OpenedStore {
  store::KeyStore store;
  std::unique_ptr<PadStore> pads;
  SecretBits gate_key;
};
Result<OpenedStore> open_store(const EndConfig& config);

}  // namespace herald::link
