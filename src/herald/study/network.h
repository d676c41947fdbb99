#pragma once
// A quantum network from a file, and the most key that two of its nodes can share (proof/network_capacity.h).
//
//   [[link]]
//   between = ["Alice", "Paris"]
//   length = 80          # km of fibre of `attenuation` dB/km (0.2), or: loss = 16 (dB), transmittance = 0.025,
//                        # capacity = 0.036 (bits per use)
//   efficiency = 0.9     # of the detectors, counted as loss; 1 where it is not given

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "herald/proof/network_capacity.h"

namespace herald::study {

struct QuantumNetwork {
  std::vector<std::string> nodes;  // in the order in which the file first names them
  std::vector<NetworkLink> links;  // between indices of `nodes`
};

// Errors: malformed, one line for each fault with the file's line.
Result<QuantumNetwork> parse_network(std::string_view text, std::string_view file);
// Errors: also those of read_file; files up to 16 MiB.
Result<QuantumNetwork> read_network(const std::filesystem::path& path);

struct NetworkCapacity {
  double single_path = 0;                                // bits per use of one path
  std::vector<std::string> path;                         // its nodes; empty when there is none
  double flooding = 0;                                   // bits per use of all links
  std::vector<std::pair<std::string, std::string>> cut;  // the links that limit it
};

// Errors: not_found, for a node that is none, with the nearest names; invalid_argument, for two ends that are one.
Result<NetworkCapacity> network_capacity(const QuantumNetwork& network, std::string_view from, std::string_view to);

}  // namespace herald::study
