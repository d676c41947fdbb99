#pragma once
// A desk holds the qubits of several processes: each has their numbers, asks for what it may do to them, and hands them
// over by tickets. No socket here: a request comes as bytes, and so does its reply.

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <variant>

#include "herald/base/codec.h"
#include "herald/base/random.h"
#include "herald/quantum/path_noise.h"

namespace herald {

class Desk {
 public:
  using Client = std::uint64_t;

  // What is measured is drawn from the seed.
  explicit Desk(std::uint64_t seed) : m_nature(seed, 0) {}

  // Any bytes from anybody: a client reaches what is its own, and else is told why not.
  Bytes answer(Client client, ByteView request);
  // The client is gone, and with it what it held.
  void leave(Client client);
  // What is held for somebody, tickets included.
  std::size_t held() const;

 private:
  struct Asked;
  using Thing = std::variant<Qubit, QubitString>;
  struct Holding {
    std::map<std::uint32_t, Thing> things;
    std::uint32_t next = 1;
    std::size_t qubits = 0, apart = 0;  // in all; in no string
    PathNoise path;                     // as the client says
  };
  struct Handed {
    QubitString string;
    PathNoise path;  // as the sender says
  };

  void dispatch(Asked& asked);
  void on_qubits(Asked& asked);
  void on_strings(Asked& asked);
  void hand_over(Asked& asked);
  void forget_old_tickets();
  void drop(Qubit&& qubit);

  SimulationRandom m_nature;
  SecretRandom m_tickets_random;
  std::map<Client, Holding> m_holdings;
  std::map<Bytes, Handed> m_tickets;
  std::deque<Bytes> m_ticket_order;  // the oldest first; those claimed as well
  std::size_t m_ticket_qubits = 0;
};

}  // namespace herald
