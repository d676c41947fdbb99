#pragma once
// A whole link on this machine: a simulated fibre, Bob and Alice as processes over loopback, each with its store in one
// directory.

#include <csignal>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "herald/base/result.h"

namespace herald::node {

// A directory for the files of a link: one that the user named (and keeps), or a temporary one that goes with this
// object.
class Workplace {
 public:
  // Errors: io; invalid_argument (the named directory holds something).
  static Result<Workplace> make(const std::filesystem::path& wanted);
  Workplace(Workplace&& other) noexcept;
  Workplace& operator=(Workplace&&) = delete;
  ~Workplace();
  std::string operator/(std::string_view name) const { return (m_path / name).string(); }

 private:
  Workplace(std::filesystem::path path, bool keep) : m_path(std::move(path)), m_keep(keep) {}
  std::filesystem::path m_path;
  bool m_keep;
};

struct LocalLink {
  std::filesystem::path program;  // the `herald` to start
  double distance_km = 50;
  std::uint64_t seed = 1;  // of the simulated light
  std::string eve = "none";
  std::vector<std::string> settings;  // "table.key=value" for both ends

  // 4e8 at 50 km and short of it; beyond, as many more as the fibre swallows.
  std::uint64_t pulses_per_block() const;
};

// Starts the three, with a fresh pre-shared key, and runs them until Alice and Bob are done. Stores: alice.db, bob.db.
// `each` gets every event that Alice reports (herald link --json). How many blocks gave keys. Errors: whatever ended a
// process before its time; interrupted, once `stop` is not zero.
Result<std::uint64_t> run_local_link(const LocalLink& link, const Workplace& place,
                                     const volatile std::sig_atomic_t& stop,
                                     const std::function<void(const nlohmann::json&)>& each);

}  // namespace herald::node
