#include <algorithm>
#include <array>
#include <cmath>

#include "herald/protocol/fields.h"
#include "herald/protocol/one_sided/one_sided.h"
#include "herald/quantum/distance.h"

namespace herald::one_sided {
namespace {

constexpr std::size_t kLevels = 4;  // of two qubits: the level's lower bit, then its higher one

struct Probe {
  std::vector<Qubit> hers, mine;
};

// The |k>|k> of these levels, evenly.
Probe probe(const std::array<bool, kLevels>& levels) {
  Amplitudes state(kLevels * kLevels);
  const double each = 1 / std::sqrt(static_cast<double>(std::ranges::count(levels, true)));
  for (std::size_t k = 0; k < kLevels; ++k) state[k + kLevels * k] = levels[k] ? each : 0;
  std::vector<Qubit> qubits = prepare(StateVector(std::move(state)));
  Probe halves;
  for (std::size_t q = 0; q < 4; ++q) (q < 2 ? halves.hers : halves.mine).push_back(std::move(qubits[q]));
  return halves;
}

// What came back, with his half undone: both are the same level. Nothing where a photon was lost.
std::vector<Qubit> folded(QubitString&& returned, std::vector<Qubit> mine) {
  std::vector<Qubit> level;
  for (std::optional<Qubit>& qubit : take_apart(std::move(returned))) {
    if (!qubit) throw PartyFault{Error{ErrorCode::malformed, "a photon is missing"}, "light"};
    apply_controlled(gate::kX, *qubit, mine[level.size()]);
    level.push_back(std::move(*qubit));
  }
  return level;
}

// With levels paired as 0, 2 and 1, 3 the sign between a pair's levels is x0; paired as 1, 2 and 0, 3 it is x1. Turns
// the second pairing into the first.
void pair_for_second(std::vector<Qubit>& level) { apply_controlled(gate::kX, level[1], level[0]); }

// What Bob holds for a choice, for each of Alice's inputs in a superposition that she keeps: index of his level * 4 +
// x.
Amplitudes state_of_choice(bool choice) {
  Amplitudes state(kLevels * 4);
  for (std::size_t x = 0; x < 4; ++x) {
    const bool x0 = (x & 1) != 0, x1 = (x & 2) != 0;
    const std::array<bool, kLevels> minus{x0, x1, false, x0 != x1};
    for (std::size_t k = 0; k < kLevels; ++k) {
      const std::size_t held = choice ? k ^ (k >> 1) : k;
      state[held * 4 + x] = minus[k] ? -0.25 : 0.25;
    }
  }
  return state;
}

}  // namespace

Party<Verdict> alice(Seat& seat, const OneSided&) {
  Peer& bob = seat.peer();
  const BitString x = random_bits(seat.random, 2);
  // 2. Her bits are signs of the levels: up to a sign of all, Z^x0 on the higher qubit and Z^(x0 + x1) on the lower.
  auto probe = co_await bob.receive_light(2);
  std::vector<std::optional<Qubit>> level = take_apart(std::move(probe));
  if (!level[0] || !level[1]) co_return Verdict::reject("light", "a photon is missing");
  if (x[0] != x[1]) apply(gate::kZ, *level[0]);
  if (x[0]) apply(gate::kZ, *level[1]);
  std::vector<Qubit> back;
  for (std::optional<Qubit>& qubit : level) back.push_back(std::move(*qubit));
  bob.send(QubitString(std::move(back)));
  co_return Verdict::accept(kNoGuess, x);
}

Party<Verdict> bob(Seat& seat, const OneSided& computation) {
  Peer& alice = seat.peer();
  const bool choice = random_bit(seat.random);
  // 1. Half of a probe: of his level and level 2, or of all four.
  const bool all = computation.levels == 4;
  Probe halves = probe({all || !choice, all || choice, true, all});
  alice.send(QubitString(std::move(halves.hers)));
  // 3. The sign between the levels of his pairs is the bit.
  auto returned = co_await alice.receive_light(2);
  std::vector<Qubit> level = folded(std::move(returned), std::move(halves.mine));
  if (choice) pair_for_second(level);
  BitString bit(1);
  bit.set(0, measure(std::move(level[1]), Basis::x, seat.random));
  co_return Verdict::accept(choice ? 1 : 0, std::move(bit));
}

Party<Verdict> alice_looks(Seat& seat, const OneSided&) {
  Peer& bob = seat.peer();
  auto probe = co_await bob.receive_light(2);
  const Detections seen = measure(std::move(probe), Basis::z, seat.random);
  bob.send(prepare(seen.bits, Basis::z));
  const std::uint64_t level = seen.bits.view().word_at(0);
  const bool guess = level < 2 ? level == 1 : random_bit(seat.random);
  co_return Verdict::accept(guess ? 1 : 0, random_bits(seat.random, 2));
}

Party<Verdict> bob_rotates(Seat& seat, const OneSided& computation) {
  Peer& alice = seat.peer();
  // Alice's half is the same for both choices, so one unitary of his takes one state to the other (Uhlmann).
  static const ComplexMatrix kRotation = uhlmann_rotation(state_of_choice(false), state_of_choice(true), kLevels, 4);
  Probe halves = probe({true, true, true, computation.levels == 4});
  alice.send(QubitString(std::move(halves.hers)));
  auto returned = co_await alice.receive_light(2);
  std::vector<Qubit> level = folded(std::move(returned), std::move(halves.mine));
  BitString both(2);
  // x0 is certain in his state: to copy it disturbs nothing.
  Qubit copy;
  apply(gate::kHadamard, level[1]);
  apply_controlled(gate::kX, level[1], copy);
  both.set(0, measure(std::move(copy), Basis::z, seat.random));
  apply(gate::kHadamard, level[1]);
  const std::array<Qubit*, 2> qubits{&level[0], &level[1]};
  herald::apply(kRotation, qubits);
  both.set(1, measure(std::move(level[1]), Basis::x, seat.random));
  co_return Verdict::accept(random_bit(seat.random) ? 1 : 0, std::move(both));
}

}  // namespace herald::one_sided
