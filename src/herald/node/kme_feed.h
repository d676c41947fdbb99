#pragma once
// Brings the keys of links into the pools of a running KME, a block a lot, as they come.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "herald/node/kme_site.h"

namespace herald::node {

class KmeFeed {
 public:
  // `note` hears of stores that cannot be read, once until they can, and of blocks that could not be brought in.
  KmeFeed(net::EventLoop& loop, kme::Delivery& delivery, std::vector<LinkSource> sources,
          std::function<void(const std::string&)> note);
  ~KmeFeed();
  KmeFeed(const KmeFeed&) = delete;
  KmeFeed& operator=(const KmeFeed&) = delete;

 private:
  struct State;
  std::shared_ptr<State> m_state;
};

}  // namespace herald::node
