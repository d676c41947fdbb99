#pragma once
// What a QubitString is made of, for source files (not installed).

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "herald/base/result.h"
#include "herald/quantum/qubit_string.h"

namespace herald::detail {

// Bits [begin, begin + size).
Words part(BitView bits, std::size_t begin, std::size_t size);

// Word i of a mask of bases, or of all alike.
struct BasisWords {
  explicit BasisWords(Basis basis) : all(basis == Basis::x ? ~std::uint64_t{0} : 0) {}
  explicit BasisWords(BitView bases) : words(bases.words().data()) {}
  BasisWords(const Words& bases, Basis basis) : BasisWords(basis) {
    if (!bases.empty()) words = bases.data();
  }
  std::uint64_t operator[](std::size_t i) const { return words != nullptr ? words[i] : all; }

  const std::uint64_t* words = nullptr;
  std::uint64_t all = 0;
};

// Pairs in the state (|00> + |11>) / sqrt 2, up to flips, of which one side at most was measured. When the other is,
// nobody asks again.
struct PairString {
  std::size_t size = 0;
  Words measured, bases, results;  // of one side; none before the first measurement
  Words flips_z, flips_x;          // between what the two sides see in Z, in X; none before the first flip
  bool is_apart = false;           // all is in these:
  std::array<std::vector<std::optional<Qubit>>, 2> apart;

  BitView view(const Words& words) const { return {words.data(), words.empty() ? 0 : size}; }
  static void put(Words& words, std::size_t at, std::uint64_t mask, std::uint64_t value) {
    std::uint64_t* const to = words.data() + at / 64;
    const std::size_t shift = at % 64;
    to[0] = (to[0] & ~(mask << shift)) | (value & mask) << shift;
    if (shift == 0) return;
    const std::uint64_t over = mask >> (64 - shift);
    if (over != 0) to[1] = (to[1] & ~over) | (value >> (64 - shift) & over);
  }
  // Makes of each pair two qubits, or one whose state is known.
  void take_apart();
};

struct StringAccess {
  static StringState& new_state(QubitString& string) { return string.m_state; }
  // For what needs no more than the bases of the two sides.
  static StringState& as_it_is(QubitString& string) {
    HERALD_CHECK(!string.m_gone);
    if (string.m_state.pairs && string.m_state.pairs->is_apart) to_qubits(string.m_state);
    return string.m_state;
  }
  static StringState& of(QubitString& string) {
    HERALD_CHECK(!string.m_gone);
    resolve(string.m_state);
    return string.m_state;
  }
  static void leave(QubitString& string) { string.m_gone = true; }

  static void resolve(StringState& state);
  static void to_qubits(StringState& state);
  static Detections measure(StringState& state, BasisWords bases, SimulationRandom& random);
  static Detections measure(StringState& state, const Gate& frame, SimulationRandom& random);
  static void flip(StringState& state, const Words& flips_z, const Words& flips_x);
  static void lose(StringState& state, const Words& kept);
  static void move_front(StringState& state, std::size_t count, StringState& front);
  static bool follows(const StringState& state, const StringState& later) {
    return state.form == StringState::Form::half && later.form == StringState::Form::half &&
           state.pairs == later.pairs && state.side == later.side && state.first + state.size == later.first;
  }
  static void append(StringState& state, StringState& later);
  static void to_desk(StringState& state);
  static QubitString at_desk(std::uint32_t number, std::size_t size);
  static bool is_remote(const QubitString& string) { return string.m_state.form == StringState::Form::remote; }
  static bool is_there(const StringState& state, std::size_t i) {
    return state.present.empty() || BitView(state.present.data(), state.size)[i];
  }
};

}  // namespace herald::detail
