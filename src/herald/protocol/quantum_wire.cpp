#include "herald/protocol/quantum_wire.h"

#include <fmt/format.h>

namespace herald {

void QuantumWire::send(QubitString qubits) {
  if (m_transcript != nullptr) {
    m_transcript->push_back({m_scheduler->now(), m_owner, m_name, "light"});
    m_transcript->back().qubits = qubits.size();
  }
  if (!m_noise.none()) suffer(qubits, m_noise, m_nature);
  if (m_peer != nullptr) {
    m_peer->m_inbox.deliver(std::move(qubits), m_delay);
  } else if (m_carry) {
    m_carry(std::move(qubits));
  }
}

void QuantumWire::join(QuantumWire& a, QuantumWire& b, double delay) {
  a.m_peer = &b;
  b.m_peer = &a;
  a.m_delay = b.m_delay = delay;
}

void QuantumWire::wrong_size(std::size_t qubits, std::size_t expected) const {
  throw PartyFault{
      Error{ErrorCode::malformed, fmt::format("{} sent {} qubits instead of {}", m_name, qubits, expected)}, "light"};
}

}  // namespace herald
