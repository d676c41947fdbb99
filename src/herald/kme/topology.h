#pragma once
// The network as its nodes tell it (link-state gossip): which KMEs share links, and how much key each has for its
// neighbours. Routes over it, by the key that is there.

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace herald::kme {

// What a KME says of itself; passed on by all.
struct LinkState {
  std::string kme;
  std::uint64_t sequence = 0;                   // rises
  bool is_drained = false;                      // wants to relay nothing any more
  std::map<std::string, std::uint64_t> levels;  // bytes of its pool to each neighbour
  bool operator==(const LinkState&) const = default;
};
inline constexpr std::size_t kMostLinks = 256;  // of a KME

// Hops after the first node, the last at the end.
using Route = std::vector<std::string>;

class Topology {
 public:
  using Time = std::chrono::milliseconds;

  // Is it news? What is older than what is known, or one KME too many, is none.
  bool learn(LinkState state, Time now);
  // Forgets what was last told before `since`.
  void forget(Time since);
  // At most `most` routes without a node in common between their ends, of links that each have `bytes` bytes: as many
  // as there are, and among these such that their hops are fewest and their links fullest. Drained nodes lie on none.
  std::vector<Route> disjoint_routes(const std::string& from, const std::string& to, std::size_t most,
                                     std::uint64_t bytes) const;

  struct Told {
    LinkState state;
    Time at{};
  };
  const std::map<std::string, Told>& nodes() const { return m_nodes; }

 private:
  std::map<std::string, Told> m_nodes;
};

}  // namespace herald::kme
