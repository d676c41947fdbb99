#pragma once
// Qubits that are at a desk (desk.h) rather than in this process. While a thread uses a desk, whatever it entangles,
// keeps or receives is there, and a Qubit or a QubitString here is its number: the same programs of the same parties
// then meet from different processes.

#include <cstdint>
#include <functional>

#include "herald/base/codec.h"
#include "herald/base/result.h"

namespace herald {

class QubitString;

// Takes a request to the desk and brings its reply.
using AskDesk = std::function<Result<Bytes>(Bytes)>;

// Thrown out of what is done to a qubit, when the desk does not answer, or refuses. It ends the party.
struct DeskFault {
  Error error;
};

// While it lives, this thread's qubits are at a desk. They do not outlive it.
class UseDesk {
 public:
  explicit UseDesk(AskDesk ask);
  ~UseDesk();
  UseDesk(const UseDesk&) = delete;
  UseDesk& operator=(const UseDesk&) = delete;

 private:
  AskDesk m_ask;
  AskDesk* m_before;
};
// While it lives, this thread's qubits are here again.
class NoDesk {
 public:
  NoDesk();
  ~NoDesk();
  NoDesk(const NoDesk&) = delete;
  NoDesk& operator=(const NoDesk&) = delete;

 private:
  AskDesk* m_before;
};

// Hands a string over: whoever claims the ticket, once, has it. A thread that uses a desk alone.
Bytes offer(QubitString&& string);
QubitString claim(ByteView ticket);

}  // namespace herald
