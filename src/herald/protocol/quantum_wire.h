#pragma once
// A wire for qubits: sending moves them, and what travels may be lost or disturbed on the way.

#include <functional>
#include <string>

#include "herald/protocol/mailbox.h"
#include "herald/protocol/transcript.h"
#include "herald/quantum/path_noise.h"

namespace herald {

// One end. It outlives the party that waits on it, or goes with it.
class QuantumWire {
 public:
  using Carry = std::function<void(QubitString)>;  // takes qubits towards the peer

  QuantumWire(Scheduler& scheduler, std::string name)
      : m_scheduler(&scheduler), m_inbox(scheduler), m_name(std::move(name)) {}

  void send(QubitString qubits);
  // `co_await light.receive(n)` is the next string; another number of qubits than n ends the party with an Error.
  auto receive(std::size_t qubits, Deadline deadline = Deadline()) { return Receive(*this, qubits, deadline); }
  double last_arrival() const { return m_inbox.last_arrival(); }
  const std::string& name() const { return m_name; }

  // For what carries the wire, not for parties.
  static void join(QuantumWire& a, QuantumWire& b, double delay = 0);
  void connect(Carry carry) {
    m_peer = nullptr;
    m_carry = std::move(carry);
  }
  void deliver(QubitString qubits) { m_inbox.deliver(std::move(qubits)); }
  // What is sent from this end suffers `noise`, drawn from `nature`.
  void disturb(const PathNoise& noise, const SimulationRandom& nature) {
    m_noise = noise;
    m_nature = nature;
  }
  // What `owner`, whose end this is, sends goes into the transcript too; null: no more.
  void record(MeetingTranscript* transcript, std::string_view owner) {
    m_transcript = transcript;
    m_owner = owner;
  }
  void close(Error error) { m_inbox.close(std::move(error)); }
  bool starved() const { return m_inbox.starved(); }
  void reset() { m_inbox.reset(); }

 private:
  class Receive {
   public:
    Receive(QuantumWire& wire, std::size_t qubits, Deadline deadline)
        : m_wire(&wire), m_qubits(qubits), m_deadline(deadline) {}
    bool await_ready() const { return m_wire->m_inbox.settled(m_deadline); }
    void await_suspend(std::coroutine_handle<> party) const { m_wire->m_inbox.wait(party, m_deadline); }
    QubitString await_resume() const {
      QubitString qubits = m_wire->m_inbox.take("light", m_deadline);
      if (qubits.size() != m_qubits) m_wire->wrong_size(qubits.size(), m_qubits);
      return qubits;
    }

   private:
    QuantumWire* m_wire;
    std::size_t m_qubits;
    Deadline m_deadline;
  };
  [[noreturn]] void wrong_size(std::size_t qubits, std::size_t expected) const;

  Scheduler* m_scheduler;
  Mailbox<QubitString> m_inbox;
  std::string m_name;
  QuantumWire* m_peer = nullptr;
  double m_delay = 0;
  Carry m_carry;
  PathNoise m_noise;
  SimulationRandom m_nature{0};
  MeetingTranscript* m_transcript = nullptr;
  std::string_view m_owner;
};

}  // namespace herald
