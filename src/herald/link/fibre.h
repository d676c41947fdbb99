#pragma once
// The simulated fibre's side of its connections: gives each end only what that end would see.

#include <deque>
#include <map>
#include <memory>
#include <optional>

#include "herald/link/lab.h"
#include "herald/protocol/bb84/lab.h"

namespace herald::link {

// One connection. Bytes in, bytes out.
class FibreServer {
 public:
  explicit FibreServer(bb84::Light& light);
  // Errors: what the peer sent is not what an end says.
  Result<void> receive(ByteView bytes);
  Bytes take_output() { return m_mux.take_output(); }

 private:
  void learn_role();
  bool serve(std::uint64_t stream);

  bb84::Light& m_light;
  Scheduler m_scheduler;
  Mux m_mux;
  Wire& m_control;
  std::optional<Party<std::string>> m_hello;
  std::string m_role;
  std::optional<Error> m_refused;
  std::map<std::uint64_t, Party<void>> m_servers;  // by stream; the last few
};

}  // namespace herald::link
