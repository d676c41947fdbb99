#include "herald/protocol/wire.h"

namespace herald {

void Wire::send_frame(Bytes frame) {
  if (m_tap) m_tap(Direction::sent, frame);
  if (m_carry && !m_closed) m_carry(std::move(frame));
}

void Wire::deliver(Bytes frame) {
  if (m_closed) return;
  m_inbox.push_back(std::move(frame));
  wake();
}

void Wire::close(Error error) {
  if (m_closed) return;
  m_closed = std::move(error);
  wake();
}

void Wire::wait(std::coroutine_handle<> party) {
  HERALD_CHECK(!m_waiting);  // one party an end
  m_waiting = party;
}

void Wire::wake() {
  if (m_waiting) m_scheduler->ready(std::exchange(m_waiting, {}));
}

Bytes Wire::take_frame() {
  if (m_inbox.empty()) throw PartyFault{*m_closed};
  Bytes frame = std::move(m_inbox.front());
  m_inbox.pop_front();
  if (!frame.empty() && frame[0] == Abort::kType) {
    const Result<Abort> abort = decode_frame<Abort>(frame);
    throw PartyFault{abort ? Error{ErrorCode::aborted, m_name + " gave up: " + abort->reason} : abort.error()};
  }
  if (m_tap) m_tap(Direction::received, frame);
  return frame;
}

void join(Wire& a, Wire& b) {
  a.connect([&b](Bytes frame) { b.deliver(std::move(frame)); });
  b.connect([&a](Bytes frame) { a.deliver(std::move(frame)); });
}

}  // namespace herald
