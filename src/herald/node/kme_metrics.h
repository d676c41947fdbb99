#pragma once
// What a running KME tells machines that watch it, over plain HTTP: /metrics in Prometheus's text format, /healthz (the
// process answers), /readyz (every peer is synchronised, and the records can be written), /network (network_page.h). No
// keys, no IDs, no names of applications. A KME that waits for another of its site to make room says so.

#include <functional>
#include <memory>

#include "herald/kme/service.h"
#include "herald/node/kme_devices.h"
#include "herald/node/kme_feed.h"

namespace herald::node {

class KmeMetrics {
 public:
  struct Watched {
    std::vector<std::string> peers;
    std::string kme;
  };
  struct Serving {
    kme::Service* service = nullptr;
    std::function<std::vector<KmeFeed::Counts>()> feed;
    std::function<std::vector<KmeDevices::Counts>()> devices;
  };

  KmeMetrics();
  ~KmeMetrics();
  KmeMetrics(const KmeMetrics&) = delete;
  KmeMetrics& operator=(const KmeMetrics&) = delete;

  // From any thread.
  void count(const kme::Served& served);
  void count(const kme::StreamServed& served);
  // In the loop's thread.
  void count_reload(bool went_well);
  // Seconds since 1970 at which the KME's certificate ends.
  void set_expiry(std::int64_t expires);

  // Serves at `at` until stop() or its end: first of a KME that stands by. Errors: io.
  Result<std::uint16_t> serve(net::EventLoop& loop, const net::Endpoint& at, Watched watched);
  // The service lives until stop().
  void serves(Serving serving);
  void stands_by(const std::string& why);
  void stop();

 private:
  struct State;
  std::shared_ptr<State> m_state;
};

}  // namespace herald::node
