#include "herald/protocol/quantum_wire.h"

#include <fmt/format.h>

namespace herald {

void QuantumWire::send(QubitString qubits) {
  if (m_transcript != nullptr) {
    m_transcript->push_back({m_scheduler->now(), m_owner, m_name, "light"});
    m_transcript->back().qubits = qubits.size();
  }
  if (!m_noise.none()) {
    if (m_noise.transmittance < 1) lose(qubits, m_noise.transmittance, m_nature);
    if (m_noise.depolarising > 0) depolarise(qubits, m_noise.depolarising, m_nature);
    if (m_noise.dephasing > 0) dephase(qubits, m_noise.dephasing, m_nature);
  }
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
