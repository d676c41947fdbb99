#pragma once
// Qubits as parties hold them. A qubit cannot be copied, and measuring consumes it: what physics forbids does not
// compile. Who moves it away no longer has it.
//
//   auto [mine, yours] = epr_pair();
//   light.send(std::move(yours));
//   const bool bit = measure(std::move(mine), Basis::x, random);
//
// Behind a qubit is no more state than it needs: BB84's states stand in the qubit itself, a half of a pair is a node of
// some bytes, and qubits that interact otherwise share the exact amplitudes of all of them (state_vector.h), which are
// divided again when a measurement leaves some of them in a state of their own. Qubits that share a state, or once did,
// belong to one thread at a time.

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "herald/base/random.h"
#include "herald/quantum/basis.h"
#include "herald/quantum/channel.h"
#include "herald/quantum/state_vector.h"

namespace herald {

namespace detail {
struct Cluster;
struct RemoteQubits;
}  // namespace detail

class Qubit {
 public:
  // One of BB84's states; |0> unless said otherwise.
  explicit Qubit(Bb84State state = {}) noexcept : m_place(code(state)) {}
  // a|0> + b|1>, normalised.
  Qubit(Complex a, Complex b);
  Qubit(const Qubit&) = delete;
  Qubit& operator=(const Qubit&) = delete;
  Qubit(Qubit&& other) noexcept : m_cluster(std::exchange(other.m_cluster, nullptr)), m_place(other.gone()) {}
  Qubit& operator=(Qubit&& other) noexcept {
    if (this != &other) {
      release();
      m_cluster = std::exchange(other.m_cluster, nullptr);
      m_place = other.gone();
    }
    return *this;
  }
  // Nobody will measure it: what it is entangled with becomes a mixture.
  ~Qubit() { release(); }

 private:
  friend struct detail::Cluster;
  friend struct detail::RemoteQubits;
  static constexpr std::uint32_t kGone = 0xffffffff;
  static constexpr std::uint32_t code(Bb84State state) {
    return 2 * static_cast<std::uint32_t>(state.basis) + static_cast<std::uint32_t>(state.bit);
  }
  std::uint32_t gone() { return std::exchange(m_place, kGone); }
  void release() noexcept {
    if (m_cluster != nullptr) release_shared();
  }
  void release_shared() noexcept;

  detail::Cluster* m_cluster = nullptr;
  std::uint32_t m_place;  // the slot in its cluster; without one, the state's code
};

// (|00> + |11>) / sqrt 2.
std::pair<Qubit, Qubit> epr_pair();
// Qubit k of the result is qubit k of the state.
std::vector<Qubit> prepare(StateVector state);

// On qubits that were moved away or measured these end the program: a bug.
void apply(const Gate& gate, Qubit& qubit);
void apply_controlled(const Gate& gate, Qubit& control, Qubit& target);
// A unitary on different qubits, at most 26 with all that they are entangled with; the first is bit 0 of its index.
void apply(const ComplexMatrix& unitary, std::span<Qubit* const> qubits);

// How many qubits one state would have if these met: with all that they are entangled with, or were.
std::size_t qubits_together(std::span<Qubit* const> qubits);
// Places in what is remembered of the qubits that this one met, for those that are no more among them: a small multiple
// of those that are.
std::size_t places_kept(Qubit& qubit);

// The outcome in a basis of BB84.
bool measure(Qubit&& qubit, Basis basis, SimulationRandom& random);
// In the basis that `frame` turns |0> and |1> into: gate::rotation(angle) for a polarizer at `angle`.
bool measure(Qubit&& qubit, const Gate& frame, SimulationRandom& random);

// One qubit through a channel of qubits, by drawing what happened: which of its operators, by index. Who tells it to
// nobody has applied the channel; who tells it has measured and kept the qubit.
std::size_t apply(const KrausChannel& channel, Qubit& qubit, SimulationRandom& random);
// The outcome of a general measurement, by index: positive 2 x 2 matrices whose sum is the identity.
std::size_t measure(Qubit&& qubit, std::span<const ComplexMatrix> povm, SimulationRandom& random);

}  // namespace herald
