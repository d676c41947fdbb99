#include "herald/protocol/wire.h"

namespace herald {

void Wire::send_frame(Bytes frame) {
  if (m_tap) m_tap(Direction::sent, frame);
  if (m_peer != nullptr) {
    m_peer->m_inbox.deliver(Letter(std::move(frame)), m_delay);
  } else if (m_carry && !closed()) {
    m_carry(std::move(frame));
  }
}

Bytes Wire::frame_of(const Letter& letter, std::string_view phase) {
  Bytes frame = letter.to_frame();
  if (!frame.empty() && frame[0] == Abort::kType) {
    const Result<Abort> abort = decode_frame<Abort>(frame);
    throw PartyFault{abort ? Error{ErrorCode::aborted, m_name + " gave up: " + abort->reason} : abort.error(), phase};
  }
  if (m_tap) m_tap(Direction::received, frame);
  return frame;
}

void Wire::join(Wire& a, Wire& b, double delay) {
  a.m_peer = &b;
  b.m_peer = &a;
  a.m_delay = b.m_delay = delay;
}

}  // namespace herald
