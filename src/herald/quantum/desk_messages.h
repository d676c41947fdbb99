#pragma once
// What is said between a process and the desk that holds its qubits (desk.h, remote.h): a request is a byte that names
// it and its arguments, a reply a byte that says whether it was done and what came of it, or why not. Not installed.

#include <cmath>

#include "herald/base/codec.h"
#include "herald/quantum/gate.h"
#include "herald/quantum/matrix.h"

namespace herald::detail {

enum class DeskRequest : std::uint8_t {
  // qubits, by number
  state,       // amplitudes -> numbers of its qubits
  gate,        // number, gate
  controlled,  // gate, control, target
  unitary,     // matrix, numbers
  measure,     // number, frame -> bit
  kraus,       // number, channel -> which operator
  release,     // number
  // strings, by number
  bb84,            // bits, bases, present -> number
  pairs,           // count -> two numbers
  of_qubits,       // numbers of qubits, 0 for a lost one -> number
  front,           // number, count -> number of the front
  append,          // number, number of what follows
  measure_bases,   // number, bases -> bits, detected
  measure_frame,   // number, frame -> bits, detected
  disturb,         // number, DeskNoise, probability
  string_channel,  // number, channel
  apart,           // number -> numbers of its qubits, 0 for a lost one
  release_string,  // number
  offer,           // number -> a ticket, with which another process claims the string
  claim,           // ticket -> number, size
  path,            // transmittance, depolarising, dephasing: what this process takes the path of strings to do
};

enum class DeskNoise : std::uint8_t { lose, depolarise, dephase, flip };

inline constexpr std::size_t kDeskMostBits = 1 << 24;     // of a string
inline constexpr std::size_t kDeskMostTogether = 16;      // qubits in one state: 1 MiB
inline constexpr std::size_t kDeskMostApart = 4096;       // qubits of one process that are in no string
inline constexpr std::size_t kDeskMostSingly = 1 << 16;   // of a string whose qubits are looked at one by one
inline constexpr std::size_t kDeskMostHeld = 1 << 26;     // qubits of one process, or behind all open tickets
inline constexpr std::size_t kDeskMostTickets = 4096;     // of which the oldest are forgotten
inline constexpr std::size_t kDeskMostOperators = 64;     // of a channel
inline constexpr std::size_t kDeskMostObjects = 1 << 20;  // of one process
inline constexpr std::size_t kTicketBytes = 16;

inline void put(Writer& writer, Complex value) {
  writer.real(value.real());
  writer.real(value.imag());
}
inline Complex get_complex(Reader& reader) {
  const double real = reader.real(), imaginary = reader.real();
  if (!std::isfinite(real) || !std::isfinite(imaginary)) reader.fault("a number that is not finite");
  return {real, imaginary};
}

inline void put(Writer& writer, const Gate& gate) {
  for (const Complex& entry : gate.m) put(writer, entry);
}
Gate get_gate(Reader& reader);  // unitary

inline void put(Writer& writer, const ComplexMatrix& matrix) {
  writer.varint(matrix.rows());
  for (std::size_t i = 0; i < matrix.rows() * matrix.columns(); ++i) put(writer, matrix.data()[i]);
}
// Square, of at most `most` rows.
ComplexMatrix get_matrix(Reader& reader, std::size_t most);

}  // namespace herald::detail
