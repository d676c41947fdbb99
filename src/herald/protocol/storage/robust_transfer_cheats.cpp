#include <cmath>
#include <numbers>
#include <optional>

#include "herald/protocol/fields.h"
#include "herald/protocol/storage/robust_storage.h"

namespace herald::robust_transfer {
namespace {

using Photons = std::vector<std::optional<Qubit>>;

// What a cheat has of every pulse: what he would say of its bit in either basis, or a photon in his memory.
struct Hoard {
  explicit Hoard(std::size_t pulses) : reported(pulses), if_z(pulses), if_x(pulses), in_memory(pulses) {}
  void know(std::size_t pulse, bool z, bool x) {
    reported.set(pulse, true);
    if_z.set(pulse, z);
    if_x.set(pulse, x);
  }
  std::size_t count() const { return reported.view().count_ones(); }

  BitString reported, if_z, if_x, in_memory;
  std::vector<Qubit> memory;
  double since = 0;  // s
};

// One photon in either basis: both bits.
void read_several(Photons& first, Photons& second, Hoard& hoard, SimulationRandom& random) {
  for (std::size_t i = 0; i < first.size(); ++i)
    if (first[i] && second[i]) {
      const bool z = measure(std::move(*first[i]), Basis::z, random);
      const bool x = measure(std::move(*second[i]), Basis::x, random);
      hoard.know(i, z, x);
      first[i].reset();
    }
}

// Single photons into the memory, until `enough` pulses are reported.
void store(Photons& singles, std::size_t enough, std::size_t memory, Hoard& hoard) {
  std::size_t reported = hoard.count();
  for (std::size_t i = 0; i < singles.size() && reported < enough && hoard.memory.size() < memory; ++i)
    if (singles[i]) {
      hoard.reported.set(i, true);
      hoard.in_memory.set(i, true);
      hoard.memory.push_back(std::move(*singles[i]));
      singles[i].reset();
      ++reported;
    }
}

// Others halfway between the bases, and when there are too few of them a guess, until `enough` are reported.
void read_or_guess(Photons& singles, std::size_t enough, Hoard& hoard, SimulationRandom& random) {
  std::size_t reported = hoard.count();
  for (std::size_t i = 0; i < singles.size() && reported < enough; ++i)
    if (singles[i]) {
      const bool both = measure(std::move(*singles[i]), gate::rotation(std::numbers::pi / 8), random);
      hoard.know(i, both, both);
      ++reported;
    }
  for (std::size_t i = 0; i < singles.size() && reported < enough; ++i)
    if (!hoard.reported[i]) {
      const bool guess = random_bit(random);
      hoard.know(i, guess, guess);
      ++reported;
    }
}

Hoard take_all(std::vector<QubitString> light, const RobustStorage& transfer, bool only_sure,
               SimulationRandom& random) {
  Hoard hoard(transfer.pulses);
  Photons singles = take_apart(std::move(light[0]));
  if (light.size() > 1) {
    Photons second = take_apart(std::move(light[1]));
    read_several(singles, second, hoard, random);
  }
  store(singles, transfer.counted, transfer.memory, hoard);
  if (!only_sure) read_or_guess(singles, transfer.counted, hoard, random);
  return hoard;
}

// All bits in the bases that are told, after the memory did its worst.
BitString read_out(Hoard& hoard, BitView told_bases, Seat& seat, const RobustStorage& transfer) {
  BitString bits(told_bases.size()), bases;
  for (std::size_t i = 0; i < told_bases.size(); ++i) {
    bits.set(i, told_bases[i] ? hoard.if_x[i] : hoard.if_z[i]);
    if (hoard.in_memory[i]) bases.push_back(told_bases[i]);
  }
  QubitString kept(std::move(hoard.memory));
  const double left = std::pow(transfer.storage, (seat.now() - hoard.since) / transfer.waiting);
  if (left < 1) depolarise(kept, 1 - left, seat.random);
  const BitString seen = measure(std::move(kept), bases, seat.random).bits;
  for (std::size_t i = 0, next = 0; i < told_bases.size(); ++i)
    if (hoard.in_memory[i]) bits.set(i, seen[next++]);
  return bits;
}

Party<Verdict> attack_as_bob(Seat& seat, const RobustStorage& transfer, bool only_sure) {
  Peer& alice = seat.peer();
  auto light = co_await receive_pulses(alice, transfer);
  Hoard hoard = take_all(std::move(light), transfer, only_sure, seat.random);
  hoard.since = seat.now();
  alice.send(Arrivals(hoard.reported));
  const auto told = co_await alice.receive<BasesAndHashes>();
  std::string wrong = storage::fault(told, transfer.pulses, transfer.length);
  if (!wrong.empty()) co_return Verdict::reject(BasesAndHashes::kName, std::move(wrong));
  const BitString counted = first_of(hoard.reported, transfer.counted);
  const auto syndromes = co_await alice.receive<Syndromes>();
  wrong = noisy_transfer::fault(syndromes, told, counted, transfer.errors);
  if (!wrong.empty()) co_return Verdict::reject(Syndromes::kName, std::move(wrong));
  BitString bits = noisy_transfer::common(read_out(hoard, told.bases, seat, transfer), counted);
  for (const unsigned which : {0u, 1u}) noisy_transfer::correct(bits, told, counted, syndromes, which, transfer.errors);
  co_return Verdict::accept(0, storage::both_hashed(bits, told, transfer.length));
}

}  // namespace

Party<Verdict> alice_spoils_a_syndrome(Seat& seat, const RobustStorage& transfer) {
  Peer& bob = seat.peer();
  const BitString bits = random_bits(seat.random, transfer.pulses);
  BitString bases = random_bits(seat.random, transfer.pulses);
  send_pulses(bob, bits, bases, transfer, seat.random);
  const auto arrivals = co_await bob.receive<Arrivals>();
  std::string wrong = fault(arrivals, transfer.pulses, transfer.counted);
  if (!wrong.empty()) co_return Verdict::reject(Arrivals::kName, std::move(wrong));
  const BitString counted = first_of(arrivals.arrived, transfer.counted);
  const BitString counted_bits = noisy_transfer::common(bits, counted);
  co_await seat.until(seat.now() + transfer.waiting);
  const BasesAndHashes told = storage::announce(std::move(bases), transfer.length, seat.random);
  Syndromes syndromes =
      noisy_transfer::syndromes_of(counted_bits, told, counted, transfer.errors, seat.random.next_word());
  const bool spoiled = random_bit(seat.random);
  syndromes.of[spoiled ? 1 : 0] = random_bits(seat.random, syndromes.of[spoiled ? 1 : 0].size());
  bob.send(told);
  bob.send(std::move(syndromes));
  // If he complained, it was the one that he needed. He does not: then it was the other, she says.
  co_return Verdict::accept(kGuesses | (spoiled ? 0 : kGuessedOne),
                            storage::both_hashed(counted_bits, told, transfer.length));
}

Party<Verdict> alice_sends_bright(Seat& seat, const RobustStorage& transfer) {
  Peer& bob = seat.peer();
  const BitString bits = random_bits(seat.random, transfer.pulses), bases(transfer.pulses);
  for (std::size_t m = 0; m < transfer.orders; ++m) bob.send(prepare(bits, Basis::z));
  const auto arrivals = co_await bob.receive<Arrivals>();
  std::string wrong = fault(arrivals, transfer.pulses, transfer.counted);
  // Few came: he measured in the other basis, and dropped what fired both detectors.
  const bool few = 2 * arrivals.arrived.view().count_ones() < transfer.pulses;
  co_await seat.until(seat.now() + transfer.waiting);
  const BasesAndHashes told = storage::announce(bases, transfer.length, seat.random);
  const BitString counted = wrong.empty() ? first_of(arrivals.arrived, transfer.counted) : BitString(transfer.pulses);
  const BitString counted_bits = noisy_transfer::common(bits, counted);
  bob.send(told);
  bob.send(noisy_transfer::syndromes_of(counted_bits, told, counted, transfer.errors, seat.random.next_word()));
  co_return Verdict::accept(kGuesses | (few ? kGuessedOne : 0),
                            storage::both_hashed(counted_bits, told, transfer.length));
}

Party<Verdict> bob_hides_in_losses(Seat& seat, const RobustStorage& transfer) {
  return attack_as_bob(seat, transfer, false);
}

Party<Verdict> bob_picks(Seat& seat, const RobustStorage& transfer) { return attack_as_bob(seat, transfer, true); }

}  // namespace herald::robust_transfer
