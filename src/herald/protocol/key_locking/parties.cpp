#include <fmt/format.h>

#include <numbers>

#include "herald/protocol/fields.h"
#include "herald/protocol/key_locking/key_locking.h"

namespace herald::key_locking {
namespace {

enum Named : std::uint8_t { kI, kX, kY, kZ };

Named named(BitView key, std::size_t qubit) {
  return static_cast<Named>((key[2 * qubit] ? 2 : 0) | (key[2 * qubit + 1] ? 1 : 0));
}

Qubit eigenstate(Named pauli, bool minus) {
  constexpr double kHalf = 1 / std::numbers::sqrt2;
  if (pauli == kY) return Qubit(kHalf, Complex(0, minus ? -kHalf : kHalf));
  return Qubit(Bb84State{pauli == kX ? Basis::x : Basis::z, minus});
}

bool measured(Qubit&& qubit, Named pauli, SimulationRandom& random) {
  if (pauli == kY) return measure(std::move(qubit), gate::kPhase * gate::kHadamard, random);
  return measure(std::move(qubit), pauli == kX ? Basis::x : Basis::z, random);
}

// Of the message, after n qubits: what the criterion leaves of the key.
std::size_t message_bits(const KeyLocking& locking) {
  return 2 * locking.qubits + (locking.criterion == SecrecyCriterion::accessible_information ? 1 : 0);
}

void check(const Ciphertext& ciphertext, const KeyLocking& locking) {
  if (ciphertext.bits.size() != message_bits(locking))
    throw PartyFault{Error{ErrorCode::malformed,
                           fmt::format("{} bits under a key of {}", ciphertext.bits.size(), message_bits(locking))},
                     Ciphertext::kName};
}

// The parity of what n qubits show as the known part of the key names them.
bool parity_as_named(QubitString&& qubits, BitView key, SimulationRandom& random) {
  bool parity = false;
  std::size_t i = 0;
  for (std::optional<Qubit>& qubit : take_apart(std::move(qubits))) {
    const Named pauli = named(key, i++);
    if (pauli != kI && qubit && measured(std::move(*qubit), pauli, random)) parity = !parity;
  }
  return parity;
}

}  // namespace

Party<Verdict> alice(Seat& seat, const KeyLocking& locking) {
  Peer& eve = seat.peer();
  const std::size_t n = locking.qubits;
  // 1. The key, and what leaked of it: qubits whose parity, each seen as the key names it, is the key's last bit.
  const BitString key = random_bits(seat.random, 2 * n + 1);
  BitString shown = random_bits(seat.random, n);
  bool parity = key[2 * n];
  std::size_t last = n;
  for (std::size_t i = 0; i < n; ++i)
    if (named(key, i) != kI) {
      parity = parity != shown[i];
      last = i;
    }
  if (parity && last < n) shown.flip(last);
  std::vector<Qubit> leaked;
  for (std::size_t i = 0; i < n; ++i) leaked.push_back(eigenstate(named(key, i), shown[i]));
  eve.send(QubitString(std::move(leaked)));
  // 2. The key as a pad: by accessible information all of it, by trace distance without its last bit.
  const bool secret = random_bit(seat.random);
  BitString message = slice(key, 0, message_bits(locking));
  if (secret) message.flip(message.size() - 1);
  eve.send(Ciphertext(std::move(message)));
  co_return Verdict::accept(secret ? 1 : 0);
}

Party<Verdict> eve(Seat& seat, const KeyLocking& locking) {
  Peer& alice = seat.peer();
  const auto qubits = co_await alice.receive_light(locking.qubits);
  const auto ciphertext = co_await alice.receive<Ciphertext>();
  check(ciphertext, locking);
  co_return Verdict::accept(ciphertext.bits[ciphertext.bits.size() - 1] ? 1 : 0);
}

Party<Verdict> eve_measures_early(Seat& seat, const KeyLocking& locking) {
  Peer& alice = seat.peer();
  auto qubits = co_await alice.receive_light(locking.qubits);
  const Detections seen = measure(std::move(qubits), Basis::z, seat.random);
  const auto ciphertext = co_await alice.receive<Ciphertext>();
  check(ciphertext, locking);
  // Where the key names Z or nothing alone, she has seen what she needed.
  bool parity = false, sees = true;
  for (std::size_t i = 0; i < locking.qubits; ++i) {
    const Named pauli = named(ciphertext.bits, i);
    sees = sees && (pauli == kI || pauli == kZ);
    if (pauli == kZ && seen.bits[i]) parity = !parity;
  }
  const bool last = ciphertext.bits[ciphertext.bits.size() - 1];
  co_return Verdict::accept(last != (sees && parity) ? 1 : 0);
}

Party<Verdict> eve_waits(Seat& seat, const KeyLocking& locking) {
  Peer& alice = seat.peer();
  auto qubits = co_await alice.receive_light(locking.qubits);
  const auto ciphertext = co_await alice.receive<Ciphertext>();
  check(ciphertext, locking);
  // The message is 0 wherever she knows it: there the ciphertext is the key.
  const bool parity = parity_as_named(std::move(qubits), ciphertext.bits, seat.random);
  const bool last = ciphertext.bits[ciphertext.bits.size() - 1];
  co_return Verdict::accept(last != parity ? 1 : 0);
}

}  // namespace herald::key_locking
