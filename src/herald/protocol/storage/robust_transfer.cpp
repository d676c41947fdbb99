#include <fmt/format.h>

#include "herald/protocol/fields.h"
#include "herald/protocol/storage/robust_storage.h"

namespace herald::robust_transfer {

void send_pulses(Peer& bob, BitView bits, BitView bases, const RobustStorage& transfer, SimulationRandom& random) {
  if (transfer.single_photons) return bob.send(prepare(bits, bases));
  for (QubitString& photons : weak_pulses(bits, bases, transfer.mean_photon_number, transfer.orders, random))
    bob.send(std::move(photons));
}

Party<std::vector<QubitString>> receive_pulses(Peer& alice, const RobustStorage& transfer) {
  std::vector<QubitString> orders;
  for (std::size_t m = 0; m < transfer.orders; ++m) {
    auto photons = co_await alice.receive_light(transfer.pulses);
    orders.push_back(std::move(photons));
  }
  co_return orders;
}

std::string fault(const Arrivals& arrivals, std::size_t pulses, std::size_t counted) {
  if (arrivals.arrived.size() != pulses)
    return fmt::format("{} arrivals of {} pulses", arrivals.arrived.size(), pulses);
  const std::size_t came = arrivals.arrived.view().count_ones();
  if (came < counted) return fmt::format("{} pulses came, and it takes {}", came, counted);
  return {};
}

BitString first_of(BitView arrived, std::size_t count) {
  BitString first(arrived.size());
  for (std::size_t i = 0; i < arrived.size() && count > 0; ++i)
    if (arrived[i]) {
      first.set(i, true);
      --count;
    }
  return first;
}

std::uint64_t first_in_basis(BitView bits, const BasesAndHashes& told, BitView counted, unsigned which) {
  for (std::size_t i = 0; i < counted.size(); ++i)
    if (counted[i] && told.bases[i] == (which == 1)) return 2 | std::uint64_t{bits[i]};
  return 0;
}

Party<Verdict> alice(Seat& seat, const RobustStorage& transfer) {
  Peer& bob = seat.peer();
  // 1. Random bits in random bases.
  const BitString bits = random_bits(seat.random, transfer.pulses);
  BitString bases = random_bits(seat.random, transfer.pulses);
  send_pulses(bob, bits, bases, transfer, seat.random);
  // 3. Enough must have come; the first of them count.
  const auto arrivals = co_await bob.receive<Arrivals>();
  std::string wrong = fault(arrivals, transfer.pulses, transfer.counted);
  if (!wrong.empty()) co_return Verdict::reject(Arrivals::kName, std::move(wrong));
  const BitString counted = first_of(arrivals.arrived, transfer.counted);
  const BitString counted_bits = noisy_transfer::common(bits, counted);
  // 4. She waits; then come the bases, two hash functions and two syndromes.
  co_await seat.until(seat.now() + transfer.waiting);
  const BasesAndHashes told = storage::announce(std::move(bases), transfer.length, seat.random);
  const std::uint64_t seed = seat.random.next_word();
  bob.send(told);
  bob.send(noisy_transfer::syndromes_of(counted_bits, told, counted, transfer.errors, seed));
  const std::uint64_t firsts = first_in_basis(bits, told, counted, 0) | first_in_basis(bits, told, counted, 1) << 2;
  co_return Verdict::accept(firsts << kAliceFirsts, storage::both_hashed(counted_bits, told, transfer.length));
}

Party<Verdict> bob(Seat& seat, const RobustStorage& transfer) {
  Peer& alice = seat.peer();
  // 2. All in the basis of his choice. He says at once which pulses came; one that fired both detectors came too, or
  // the number would depend on his basis.
  const bool choice = random_bit(seat.random);
  const unsigned which = choice ? 1 : 0;
  auto light = co_await receive_pulses(alice, transfer);
  Detections seen = detect_pulses(std::move(light), choice ? Basis::x : Basis::z, transfer.receiver, seat.random);
  alice.send(Arrivals(seen.detected));
  if (seen.detected.view().count_ones() < transfer.counted)
    co_return Verdict::reject(Arrivals::kName, fault(Arrivals(seen.detected), transfer.pulses, transfer.counted));
  // 5. The bits of the counted pulses in his basis, corrected and hashed. Whether that went well he keeps to himself.
  const auto told = co_await alice.receive<BasesAndHashes>();
  std::string wrong = storage::fault(told, transfer.pulses, transfer.length);
  if (!wrong.empty()) co_return Verdict::reject(BasesAndHashes::kName, std::move(wrong));
  const BitString counted = first_of(seen.detected, transfer.counted);
  const auto syndromes = co_await alice.receive<Syndromes>();
  wrong = noisy_transfer::fault(syndromes, told, counted, transfer.errors);
  if (!wrong.empty()) co_return Verdict::reject(Syndromes::kName, std::move(wrong));
  BitString bits = noisy_transfer::common(seen.bits, counted);
  const std::uint64_t first = first_in_basis(bits, told, counted, which);
  noisy_transfer::correct(bits, told, counted, syndromes, which, transfer.errors);
  co_return Verdict::accept(std::uint64_t{which} | first << kBobFirst,
                            storage::hashed(bits, told, which, transfer.length));
}

}  // namespace herald::robust_transfer
