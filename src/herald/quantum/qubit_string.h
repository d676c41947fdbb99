#pragma once
// Strings of qubits as parties send them: move-only, and measuring consumes them. A string costs no more than it needs:
// BB84's states are packed words of bits and of bases, halves of pairs share packed words that tell what was found on
// the other side, and only what is neither is a qubit each (qubit.h).
//
//   QubitString photons = prepare(bits, Basis::x);
//   lose(photons, 0.1, random);
//   const Detections seen = measure(std::move(photons), bases, random);
//
// A string that was moved away or measured is nobody's: to use it is a bug. Strings of halves, and the qubits they are
// taken apart into, belong to one thread at a time.

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "herald/base/bits.h"
#include "herald/base/random.h"
#include "herald/quantum/qubit.h"

namespace herald {

namespace detail {

struct PairString;
struct StringAccess;

// Words, of which few stand in place.
class Words {
 public:
  Words() = default;
  explicit Words(std::size_t count)  // not set to anything
      : m_count(count), m_heap(count > 2 ? std::make_unique_for_overwrite<std::uint64_t[]>(count) : nullptr) {}

  std::size_t size() const { return m_count; }
  bool empty() const { return m_count == 0; }
  std::uint64_t* data() { return m_heap ? m_heap.get() : m_place.data(); }
  const std::uint64_t* data() const { return m_heap ? m_heap.get() : m_place.data(); }

 private:
  std::size_t m_count = 0;
  std::array<std::uint64_t, 2> m_place;  // set only by who asked for words
  std::unique_ptr<std::uint64_t[]> m_heap;
};

// The number of a string that is at a desk (remote.h).
class RemoteString {
 public:
  RemoteString() = default;
  explicit RemoteString(std::uint32_t number) : m_number(number) {}
  RemoteString(RemoteString&& other) noexcept : m_number(std::exchange(other.m_number, 0)) {}
  RemoteString& operator=(RemoteString&& other) noexcept {
    std::swap(m_number, other.m_number);
    return *this;
  }
  ~RemoteString() {
    if (m_number != 0) release();
  }
  std::uint32_t number() const { return m_number; }
  // What becomes of it is the caller's.
  std::uint32_t take() { return std::exchange(m_number, 0); }

 private:
  void release() noexcept;
  std::uint32_t m_number = 0;
};

struct StringState {
  enum class Form : std::uint8_t { bb84, half, qubits, remote };

  std::size_t size = 0;
  Form form = Form::bb84;
  Basis basis = Basis::z;
  std::uint8_t side = 0;  // of the pairs
  Words bits, bases;      // bb84; no bases: all `basis`
  Words present;          // bb84 and half: photons that are still there; none: all
  std::size_t first = 0;  // half: the place of our first one among the pairs
  std::shared_ptr<PairString> pairs;
  std::vector<std::optional<Qubit>> qubits;
  RemoteString remote;
};

}  // namespace detail

class QubitString {
 public:
  // Of no qubits.
  QubitString() = default;
  explicit QubitString(std::vector<Qubit> qubits);
  QubitString(const QubitString&) = delete;
  QubitString& operator=(const QubitString&) = delete;
  QubitString(QubitString&& other) noexcept
      : m_state(std::move(other.m_state)), m_gone(std::exchange(other.m_gone, true)) {}
  QubitString& operator=(QubitString&& other) noexcept {
    if (this != &other) {
      m_state = std::move(other.m_state);
      m_gone = std::exchange(other.m_gone, true);
    }
    return *this;
  }
  ~QubitString() = default;

  // Lost photons count: a place in the string is a time of arrival.
  std::size_t size() const;
  // The first `count`, which leave this string.
  QubitString take_front(std::size_t count);
  // `later` follows what is here.
  void append(QubitString&& later);

 private:
  friend struct detail::StringAccess;
  detail::StringState m_state;
  bool m_gone = false;
};

// bits[i] in one basis for all, or in a basis each (1: Basis::x).
QubitString prepare(BitView bits, Basis basis);
QubitString prepare(BitView bits, BitView bases);
// Halves of `count` pairs (|00> + |11>) / sqrt 2, in order.
std::pair<QubitString, QubitString> epr_pairs(std::size_t count);

// A lost photon gives no outcome: 0 in `bits` and in `detected`.
struct Detections {
  BitString bits, detected;
};
Detections measure(QubitString&& string, Basis basis, SimulationRandom& random);
Detections measure(QubitString&& string, BitView bases, SimulationRandom& random);
// In the basis that `frame` turns |0> and |1> into, as of a qubit.
Detections measure(QubitString&& string, const Gate& frame, SimulationRandom& random);

// Qubits one by one; nothing in the place of a lost photon.
std::vector<std::optional<Qubit>> take_apart(QubitString&& string);
// The other way: places without a qubit are empty, as after a loss.
QubitString put_together(std::vector<std::optional<Qubit>> qubits);

// Those that are not in `present` (as long as the string) are lost.
void keep(QubitString& string, BitView present);

// What happens to each of a string's qubits, independently of the others. Probabilities lie in [0, 1].
// The channel `loss`.
void lose(QubitString& string, double transmittance, SimulationRandom& random);
// The channel `depolarising`.
void depolarise(QubitString& string, double p, SimulationRandom& random);
// The channel `dephasing`.
void dephase(QubitString& string, double p, SimulationRandom& random);
// Y with probability p: what is seen in either basis of BB84 is flipped.
void flip(QubitString& string, double p, SimulationRandom& random);
// Any channel of qubits; afterwards each qubit stands alone, at the cost of one.
void apply(const KrausChannel& channel, QubitString& string, SimulationRandom& random);

}  // namespace herald
