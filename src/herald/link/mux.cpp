#include "herald/link/mux.h"

#include <fmt/format.h>

namespace herald::link {

Mux::Mux(Scheduler& scheduler, std::string peer)
    : m_scheduler(&scheduler), m_peer(std::move(peer)), m_output(net::greeting()) {}

Wire& Mux::open(std::uint64_t stream) {
  auto& wire = m_wires[stream];
  HERALD_CHECK(!wire);
  wire = std::make_unique<Wire>(*m_scheduler, m_peer);
  wire->connect([this, stream, &end = *wire](Bytes frame) {
    if (frame.size() <= net::kMostPayload) return net::append_frame(stream, frame, m_output);
    end.close(Error{ErrorCode::malformed,
                    fmt::format("a message of {} bytes for {} does not fit a frame; make the blocks smaller",
                                frame.size(), m_peer)});
  });
  return *wire;
}

void Mux::shut(std::uint64_t stream) { m_wires.erase(stream); }

Result<void> Mux::feed(ByteView bytes) {
  HERALD_TRY_VOID(m_decoder.feed(bytes));
  while (auto frame = m_decoder.next()) {
    auto wire = m_wires.find(frame->stream);
    if (wire == m_wires.end() && m_unknown && m_unknown(frame->stream)) wire = m_wires.find(frame->stream);
    if (wire != m_wires.end()) wire->second->deliver(std::move(frame->payload));
  }
  return {};
}

Bytes Mux::take_output() { return std::exchange(m_output, {}); }

void Mux::fail(const Error& error) {
  for (auto& [stream, wire] : m_wires) wire->close(error);
}

}  // namespace herald::link
