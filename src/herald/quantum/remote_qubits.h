#pragma once
// Qubits that are numbers at a desk. Not installed.

#include <optional>

#include "herald/quantum/qubit.h"
#include "herald/quantum/remote_requests.h"

namespace herald::detail {

struct RemoteQubits {
  static Qubit handle(remote::Number number);
  // Nothing, for a qubit that is here.
  static std::optional<remote::Number> number_of(const Qubit& qubit);
  // Brings it there, if it is here.
  static remote::Number to_desk(Qubit& qubit);
  // The same, and the qubit is gone from here.
  static remote::Number take(Qubit&& qubit);
};

}  // namespace herald::detail
