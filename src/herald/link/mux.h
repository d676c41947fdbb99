#pragma once
// Many wires over one connection: bytes in, bytes out, a Wire for each stream. Knows no sockets.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "herald/net/framing.h"
#include "herald/protocol/wire.h"

namespace herald::link {

class Mux {
 public:
  // `peer` names the other end in errors.
  Mux(Scheduler& scheduler, std::string peer);
  Mux(const Mux&) = delete;
  Mux& operator=(const Mux&) = delete;

  // The end of a stream that is not open yet. It lives until shut().
  Wire& open(std::uint64_t stream);
  void shut(std::uint64_t stream);

  // A frame for a stream that is not open: `decide` opens it (and returns true) or not; frames of streams that were
  // shut, or never wanted, are dropped.
  void on_unknown(std::function<bool(std::uint64_t)> decide) { m_unknown = std::move(decide); }

  // Bytes from the peer, in any pieces. An Error ends the connection.
  Result<void> feed(ByteView bytes);
  bool greeted() const { return m_decoder.greeted(); }
  // What is to be sent, greeting first.
  Bytes take_output();
  // The connection is no more: every wire closes.
  void fail(const Error& error);

 private:
  Scheduler* m_scheduler;
  std::string m_peer;
  net::FrameDecoder m_decoder;
  std::map<std::uint64_t, std::unique_ptr<Wire>> m_wires;
  std::function<bool(std::uint64_t)> m_unknown;
  Bytes m_output;
};

}  // namespace herald::link
