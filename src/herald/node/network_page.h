#pragma once
// The network as a running KME knows it: which sites there are, their links, what its pools hold, how keys go to sites
// with which it shares no link. A page of JSON that it serves to its operator, and what `herald net` makes of it.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "herald/kme/service.h"

namespace herald::node {

struct NetworkPage {
  struct Site {
    std::string kme;
    bool is_drained = false;
    double seen_s = 0;                            // since it was last heard of
    std::map<std::string, std::uint64_t> levels;  // bytes for each neighbour
  };
  struct Pool {
    std::string peer, state;  // of the line to the peer: ready, or why not
    bool from_us = false;
    std::uint64_t bytes = 0, simulated = 0, waiting = 0;
  };
  std::string kme;
  std::uint64_t key_bits = 256;  // of a key of the default size
  std::vector<Site> sites;
  std::vector<Pool> pools;
  std::map<std::string, std::vector<kme::Route>> routes;  // by destination
};

NetworkPage network_page(const std::string& kme, const kme::Delivery& delivery, const kme::RecordsReport& report);

std::string to_json(const NetworkPage& page);
// Errors: malformed.
Result<NetworkPage> network_page_from_json(std::string_view text);

// Asks the KME whose [metrics] listen is `at`. Errors: unavailable, malformed.
Result<NetworkPage> ask_for_network(const net::Endpoint& at);

// For a terminal; and as a graph for Graphviz, links with the key that is there in each direction.
std::string to_text(const NetworkPage& page);
std::string to_dot(const NetworkPage& page);

}  // namespace herald::node
