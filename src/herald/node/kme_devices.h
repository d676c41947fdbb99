#pragma once
// Other vendors' QKD devices beside a KME, as sources of its keys: each is asked by ETSI GS QKD 014, as one of its
// applications, for keys to share with the KME at the other end of the device's link, or for those that it got.

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "herald/base/units.h"
#include "herald/kme/delivery.h"
#include "herald/net/event_loop.h"

namespace herald::node {

struct DeviceSource {
  std::string name, peer;  // the KME beside the other end's device
  std::string sae;         // that KME's name among the devices' applications
  net::Endpoint at;
  std::filesystem::path certificate, key, authority;  // ours as an application of it, and whom it must be certified by
  FailureProbability epsilon{1e-9};                   // of a lot, as its maker states it
  bool operator==(const DeviceSource& other) const;
};
// What the keys of a device are believed for.
Provenance provenance_of(const DeviceSource& source);

class KmeDevices {
 public:
  // `note` hears why a device gives no keys, once until it does. Errors: those of reading certificates, and of
  // TlsContext::create().
  static Result<std::unique_ptr<KmeDevices>> open(net::EventLoop& loop, std::vector<DeviceSource> sources,
                                                  std::function<void(const std::string&)> note);
  // Whoever waits for keys hears nothing more.
  ~KmeDevices();
  KmeDevices(const KmeDevices&) = delete;
  KmeDevices& operator=(const KmeDevices&) = delete;

  // For Delivery. Errors: not_found (no device for this peer), and those of kme::Client.
  void get_keys(const std::string& peer, std::uint64_t bytes, kme::DeviceAccess::OnKeys done);
  void get_keys_with_ids(const std::string& peer, std::vector<Uuid> ids, kme::DeviceAccess::OnKeys done);
  void refused(const std::string& peer, const std::string& why);

  // Since it began.
  struct Counts {
    std::string device, peer;
    std::uint64_t keys = 0, bytes = 0;  // that it gave
    std::uint64_t failures = 0;         // requests that brought none
    bool is_answering = false;          // the last one
  };
  std::vector<Counts> counts() const;

 private:
  struct State;
  explicit KmeDevices(std::shared_ptr<State> state);
  std::shared_ptr<State> m_state;
};

}  // namespace herald::node
