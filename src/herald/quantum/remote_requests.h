#pragma once
// What qubit.cpp and qubit_string.cpp ask of a desk. Not installed.

#include <span>
#include <vector>

#include "herald/base/bits.h"
#include "herald/quantum/channel.h"
#include "herald/quantum/desk_messages.h"
#include "herald/quantum/qubit_string.h"
#include "herald/quantum/state_vector.h"

namespace herald::detail::remote {

using Number = std::uint32_t;

// Whether this thread uses a desk.
bool in_use();

std::vector<Number> state(const StateVector& state);
void apply(const Gate& gate, Number qubit);
void apply_controlled(const Gate& gate, Number control, Number target);
void apply(const ComplexMatrix& unitary, std::span<const Number> qubits);
bool measure(Number qubit, const Gate& frame);
std::size_t apply(const KrausChannel& channel, Number qubit);
void release(Number qubit) noexcept;

Number bb84(BitView bits, BitView bases, BitView present);
std::pair<Number, Number> pairs(std::size_t count);
Number of_qubits(std::span<const Number> qubits);  // 0: lost
Number front(Number string, std::size_t count);
void append(Number string, Number later);
Detections measure(Number string, BitView bases);
Detections measure_string(Number string, const Gate& frame);
void disturb(Number string, DeskNoise noise, double p);
void apply_to_string(const KrausChannel& channel, Number string);
std::vector<Number> apart(Number string, std::size_t size);  // 0: lost
void release_string(Number string) noexcept;
Bytes offer(Number string);
struct Claimed {
  Number string = 0;
  std::size_t size = 0;
};
Claimed claim(ByteView ticket);

}  // namespace herald::detail::remote
