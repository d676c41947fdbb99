#include <fmt/format.h>

#include <bit>
#include <cmath>

#include "herald/protocol/commitment/outcome.h"
#include "herald/protocol/commitment/registers.h"
#include "herald/protocol/commitment/states.h"
#include "herald/protocol/fields.h"

namespace herald {

void StatesOpening::encode(Writer& writer) const { encode_bit(writer, bit); }
StatesOpening StatesOpening::decode(Reader& reader) { return StatesOpening(decode_bit(reader)); }

Result<StatesCommitment> StatesCommitment::of(const CommittedStates& states) {
  constexpr std::size_t kMost = 64;
  for (const std::size_t dimension : {states.dimension_a, states.dimension_b})
    if (dimension < 2 || dimension > kMost || !std::has_single_bit(dimension))
      return fail(ErrorCode::invalid_argument,
                  fmt::format("dimension {}: parties hold 1 to 6 qubits each, of dimension 2 to {}", dimension, kMost));
  StatesCommitment p;
  HERALD_TRY(p.attack, attack_commitment(states));
  p.qubits_a = static_cast<std::size_t>(std::countr_zero(states.dimension_a));
  p.qubits_b = static_cast<std::size_t>(std::countr_zero(states.dimension_b));
  p.psi = states.psi;
  p.checks = {unprepare(states.psi[0]), unprepare(states.psi[1])};
  return p;
}

CommittedStates angle_commitment(double angle, double mixing) {
  CommittedStates states{2, 2, {}};
  const double first = std::sqrt(1 - mixing), second = std::sqrt(mixing);
  for (std::size_t bit = 0; bit < 2; ++bit) {
    const double theta = (bit == 0 ? -angle : angle) / 2, c = std::cos(theta), s = std::sin(theta);
    states.psi[bit] = {first * c, first * s, -second * s, second * c};
  }
  return states;
}

CommittedStates qutrit_commitment(double t) {
  constexpr std::size_t kLevels = 4;
  CommittedStates states{kLevels, kLevels, {}};
  for (std::size_t bit = 0; bit < 2; ++bit) {
    states.psi[bit].resize(kLevels * kLevels);
    states.psi[bit][bit * kLevels + bit] = std::sqrt(t);
    states.psi[bit][2 * kLevels + 2] = std::sqrt(1 - t);
  }
  return states;
}

namespace commit_states {
namespace {

// B, which is sent, and A, which is kept.
struct Halves {
  QubitString mine, his;
};

Halves prepared(const Amplitudes& state, const StatesCommitment& p) {
  QubitString both(prepare(StateVector(state)));
  Halves halves;
  halves.his = both.take_front(p.qubits_b);
  halves.mine = std::move(both);
  return halves;
}

QubitString rotated(QubitString&& string, const ComplexMatrix& rotation) {
  std::vector<Qubit> qubits = *all_of(std::move(string));
  apply_to_all(rotation, qubits);
  return QubitString(std::move(qubits));
}

void open(Peer& bob, bool bit, QubitString&& mine) {
  bob.send(StatesOpening(bit));
  bob.send(std::move(mine));
}

}  // namespace

Party<Verdict> alice(Seat& seat, const StatesCommitment& p) {
  Peer& bob = seat.peer();
  // 1. She commits: both halves of the state of her bit, of which she sends B.
  const bool bit = random_bit(seat.random);
  Halves halves = prepared(p.psi[bit ? 1 : 0], p);
  bob.send(std::move(halves.his));
  // 2. She opens: the bit, and A.
  open(bob, bit, std::move(halves.mine));
  co_return Verdict::accept(commitment::opens(bit, false));
}

Party<Verdict> bob(Seat& seat, const StatesCommitment& p) {
  Peer& alice = seat.peer();
  auto his = co_await alice.receive_light(p.qubits_b);
  const auto opening = co_await alice.receive<StatesOpening>();
  auto hers = co_await alice.receive_light(p.qubits_a);
  // 3. Both halves together must be in the state of that bit.
  his.append(std::move(hers));
  std::optional<std::vector<Qubit>> both = all_of(std::move(his));
  if (!both) co_return Verdict::reject("light", "a qubit is missing");
  apply_to_all(p.checks[opening.bit ? 1 : 0], *both);
  if (measure_all(std::move(*both), seat.random) != 0)
    co_return Verdict::reject(StatesOpening::kName, "the halves are not in the state of that bit");
  co_return Verdict::accept(opening.bit ? 1 : 0);
}

Party<Verdict> alice_lies(Seat& seat, const StatesCommitment& p) {
  Peer& bob = seat.peer();
  const bool bit = random_bit(seat.random);
  Halves halves = prepared(p.psi[bit ? 1 : 0], p);
  bob.send(std::move(halves.his));
  const bool wanted = random_bit(seat.random);
  open(bob, wanted, std::move(halves.mine));
  co_return Verdict::accept(commitment::opens(wanted, wanted != bit));
}

Party<Verdict> alice_rotates(Seat& seat, const StatesCommitment& p) {
  Peer& bob = seat.peer();
  Halves halves = prepared(p.psi[0], p);
  bob.send(std::move(halves.his));
  const bool wanted = random_bit(seat.random);
  if (wanted) halves.mine = rotated(std::move(halves.mine), p.attack.rotation);
  open(bob, wanted, std::move(halves.mine));
  co_return Verdict::accept(commitment::opens(wanted, wanted));
}

Party<Verdict> alice_superposes(Seat& seat, const StatesCommitment& p) {
  Peer& bob = seat.peer();
  Halves halves = prepared(p.attack.superposition, p);
  bob.send(std::move(halves.his));
  const bool wanted = random_bit(seat.random);
  if (wanted) halves.mine = rotated(std::move(halves.mine), p.attack.rotation);
  open(bob, wanted, std::move(halves.mine));
  co_return Verdict::accept(commitment::opens(wanted, true));
}

Party<Verdict> bob_looks(Seat& seat, const StatesCommitment& p) {
  Peer& alice = seat.peer();
  auto his = co_await alice.receive_light(p.qubits_b);
  std::optional<std::vector<Qubit>> qubits = all_of(std::move(his));
  if (!qubits) co_return Verdict::reject("light", "a qubit is missing");
  apply_to_all(p.attack.reading, *qubits);
  const bool guess = measure_all(std::move(*qubits), seat.random) < p.attack.ones;
  const auto opening = co_await alice.receive<StatesOpening>();
  co_return Verdict::accept(commitment::guesses(opening.bit, guess));
}

}  // namespace commit_states
}  // namespace herald
