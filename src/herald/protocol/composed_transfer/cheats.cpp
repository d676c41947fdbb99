#include <algorithm>

#include "herald/protocol/composed_transfer/composed_transfer.h"
#include "herald/protocol/fields.h"

namespace herald::composed_transfer {
namespace {

// What a Bell measurement of each photon with one half of a pair says about the other half: it is the photon, flipped
// in the basis z where `flipped` is 1, and in the basis x where `dephased` is.
struct Teleported {
  BitString flipped, dephased;
};

Teleported teleport(QubitString&& photons, QubitString&& halves, SimulationRandom& random) {
  Teleported far{BitString(photons.size()), BitString(photons.size())};
  auto from = take_apart(std::move(photons)), through = take_apart(std::move(halves));
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (!from[i] || !through[i]) continue;
    apply_controlled(gate::kX, *from[i], *through[i]);
    far.dephased.set(i, measure(std::move(*from[i]), Basis::x, random));
    far.flipped.set(i, measure(std::move(*through[i]), Basis::z, random));
  }
  return far;
}

// The bits of teleported photons, in the bases that are told now.
BitString read(QubitString&& halves, const Teleported& far, BitView bases, SimulationRandom& random) {
  BitString bits = measure(std::move(halves), bases, random).bits;
  for (std::size_t i = 0; i < bits.size(); ++i)
    if (bases[i] ? far.dephased[i] : far.flipped[i]) bits.flip(i);
  return bits;
}

// The photons that he teleports, then those that he keeps, then those that he measures at once.
Party<Verdict> receive_both(Seat& seat, const ComposedTransfer& transfer, std::size_t halves) {
  Peer& alice = seat.peer();
  const std::size_t n = transfer.photons, kept = std::min(transfer.memory, n - halves);
  auto [mine, hers] = epr_pairs(n);
  alice.send(std::move(hers));
  // The bound at the beginning, if it holds, leaves him no more halves than these.
  QubitString through = mine.take_front(halves);
  measure(std::move(mine), Basis::z, seat.random);
  auto photons = co_await alice.receive_light(n);
  const Teleported far = teleport(photons.take_front(halves), std::move(through), seat.random);
  QubitString stored = photons.take_front(kept);
  const BitString read_at_once = measure(std::move(photons), Basis::z, seat.random).bits;
  const auto told = co_await alice.receive<BasesAndHashes>();
  std::string wrong = storage::fault(told, n, transfer.length);
  if (!wrong.empty()) co_return Verdict::reject(BasesAndHashes::kName, std::move(wrong));
  auto back = co_await alice.receive_light(n);
  BitString bits = read(back.take_front(halves), far, slice(told.bases, 0, halves), seat.random);
  bits.append(measure(std::move(stored), slice(told.bases, halves, kept), seat.random).bits);
  bits.append(read_at_once);
  co_return Verdict::accept(0, storage::both_hashed(bits, told, transfer.length));
}

}  // namespace

Party<Verdict> alice_looks(Seat& seat, const ComposedTransfer& transfer) {
  Peer& bob = seat.peer();
  auto deposit = co_await bob.receive_light(transfer.photons);
  const BitString looked = measure(std::move(deposit), Basis::z, seat.random).bits;
  const BitString bits = random_bits(seat.random, transfer.photons);
  BitString bases = random_bits(seat.random, transfer.photons);
  bob.send(prepare(bits, bases));
  const BasesAndHashes told = storage::announce(std::move(bases), transfer.length, seat.random);
  BitString both = storage::both_hashed(bits, told, transfer.length);
  bob.send(told);
  bob.send(prepare(looked, Basis::z));
  co_return Verdict::accept(0, std::move(both));
}

Party<Verdict> bob_stores(Seat& seat, const ComposedTransfer& transfer) {
  const auto verdict = co_await receive_both(seat, transfer, 0);
  co_return verdict;
}

Party<Verdict> bob_teleports(Seat& seat, const ComposedTransfer& transfer) {
  const bool bounded = transfer.bound == MemoryBound::and_at_the_beginning;
  const std::size_t halves = bounded ? std::min(transfer.memory, transfer.photons) : transfer.photons;
  const auto verdict = co_await receive_both(seat, transfer, halves);
  co_return verdict;
}

}  // namespace herald::composed_transfer
