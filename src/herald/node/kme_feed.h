#pragma once
// Brings the keys of links into the pools of a running KME, a block a lot, as they come. Lots come in the order of
// their numbers, and blocks are committed in whatever order their ends agree on them: a block waits until those before
// it are decided.

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "herald/node/kme_site.h"

namespace herald::node {

class KmeFeed {
 public:
  using Duration = std::chrono::milliseconds;
  // How often stores are looked into, and how long blocks wait for one before them: what a link began and never
  // finished, it decides only when its ends meet again, or never.
  struct Times {
    Duration pause{250}, patience{60'000};
  };
  // `note` hears of stores that cannot be read, once until they can, and of blocks that could not be brought in.
  KmeFeed(net::EventLoop& loop, kme::Delivery& delivery, std::vector<LinkSource> sources,
          std::function<void(const std::string&)> note, Times times);
  ~KmeFeed();
  KmeFeed(const KmeFeed&) = delete;
  KmeFeed& operator=(const KmeFeed&) = delete;

  // Since it began.
  struct Counts {
    std::string link, peer;
    std::uint64_t lots = 0, bytes = 0, lost = 0;  // brought in; blocks that could not be
    double epsilon_spent = 0;                     // by all of the link's blocks
    std::optional<double> error_rate = {};        // in the key basis, of the last block that said so
    bool is_readable = false;                     // its store, at the last look
  };
  std::vector<Counts> counts() const;

 private:
  struct State;
  std::shared_ptr<State> m_state;
};

}  // namespace herald::node
