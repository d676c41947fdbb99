#pragma once
// What the files of a link say: one for each end, one for a simulated fibre (examples/link/*.toml). Every key has a
// default or is asked for.

#include <filesystem>
#include <optional>
#include <span>
#include <string>

#include "herald/link/session.h"
#include "herald/net/event_loop.h"
#include "herald/optics/link_model.h"
#include "herald/protocol/bb84/parameters.h"
#include "herald/protocol/bbm92/parameters.h"

namespace herald::link {

struct EndConfig {
  SessionConfig session;
  std::string protocol;  // "bb84" or "bbm92"
  bb84::Parameters bb84;
  bbm92::Parameters bbm92;
  std::optional<net::Endpoint> listen, connect;  // exactly one: how the peer is met
  std::optional<net::Endpoint> fibre;            // the laboratory is a simulated fibre there
  std::filesystem::path source;                  // or a recording: time tags, or a log of settings or clicks
  std::uint64_t first_block = 0;                 // of the link, that the recording makes
  std::filesystem::path store, pre_shared_key;
  double silence_seconds = 30;    // of the peer, before the connection counts as broken
  double reconnect_seconds = 60;  // to look for a peer that is not there before giving up; 0: for ever
};

struct FibreConfig {
  net::Endpoint listen;
  LinkModel model;
  std::uint64_t pulses_per_block = 0;
  std::uint64_t seed = 0;
  std::string eve = "none";  // "intercept-resend", "photon-number-splitting"
  double eve_fraction = 1;   // of the pulses she touches
};

// `role` is "alice" or "bob". Errors: those of ConfigReader, each with its place.
Result<EndConfig> read_end_config(const std::filesystem::path& path, std::string_view role,
                                  std::span<const std::string> overrides);
Result<FibreConfig> read_fibre_config(const std::filesystem::path& path, std::span<const std::string> overrides);

}  // namespace herald::link
