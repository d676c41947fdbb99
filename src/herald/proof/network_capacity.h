#pragma once
// The most secret key that two nodes of a quantum network can share, the nodes between them being ideal repeaters, from
// the capacity of each link (proof/capacities.h): Pirandola, Commun. Phys. 2, 51 (2019), arXiv 1601.00966. In bits per
// use of the network. Links carry key in both directions; several may join the same two nodes. An infinite capacity is
// that of a lossless link. Errors: invalid_argument, for links to nodes that are none, capacities below 0 and two ends
// that are one.

#include <span>
#include <vector>

#include "herald/proof/claim.h"

namespace herald {

struct NetworkLink {
  int from = 0, to = 0;  // nodes, numbered from 0
  double capacity = 0;
};

// One path at a time: a use of the network uses each link of one path once. The path whose weakest link is the best.
struct WidestPath {
  double capacity = 0;     // of the weakest link; 0 when there is no path
  std::vector<int> nodes;  // from the one end to the other; empty when there is no path
};
Result<WidestPath> widest_path(int nodes, std::span<const NetworkLink> links, int from, int to);

// All paths at once (flooding): a use of the network uses every link once. The cut that separates the ends with the
// least capacity; the sum is taken over the cut itself, so that it bounds whatever the flow's rounding.
struct MinimumCut {
  double capacity = 0;
  std::vector<int> links;  // indices of those cut
};
Result<MinimumCut> minimum_cut(int nodes, std::span<const NetworkLink> links, int from, int to);

}  // namespace herald
