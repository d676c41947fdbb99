#include <cmath>
#include <numbers>
#include <optional>
#include <vector>

#include "herald/protocol/fields.h"
#include "herald/protocol/storage/noisy_storage.h"

namespace herald::noisy_transfer {
namespace {

// Photons whose presence a cheat can tell without looking at their state.
struct Kept {
  BitString arrived;
  QubitString photons;  // those that arrived
  double since;         // s
};

// Without the first `hidden` ones that arrived.
Kept keep(QubitString&& string, std::size_t hidden, double now) {
  Kept kept{BitString(string.size()), {}, now};
  std::vector<std::optional<Qubit>> each = take_apart(std::move(string));
  std::vector<Qubit> photons;
  photons.reserve(each.size());
  for (std::size_t i = 0; i < each.size(); ++i) {
    if (!each[i]) continue;
    if (hidden > 0) {
      --hidden;
      continue;
    }
    kept.arrived.set(i, true);
    photons.push_back(std::move(*each[i]));
  }
  kept.photons = QubitString(std::move(photons));
  return kept;
}

// In the bases that are told, after the memory did its worst since.
BitString read_from_memory(Kept& kept, BitView told_bases, Seat& seat, const NoisyStorage& transfer) {
  depolarise(kept.photons, 1 - std::pow(transfer.storage, (seat.now() - kept.since) / transfer.waiting), seat.random);
  BitString bases;
  for (std::size_t i = 0; i < told_bases.size(); ++i)
    if (kept.arrived[i]) bases.push_back(told_bases[i]);
  return measure(std::move(kept.photons), bases, seat.random).bits;
}

// Both strings from a guess of the bit of every photon that arrived, each corrected as if he had chosen it.
Verdict both_strings(BitView guessed, BitView arrived, const BasesAndHashes& told, const Syndromes& syndromes,
                     const NoisyStorage& transfer) {
  BitString bits(arrived.size());
  for (std::size_t i = 0, next = 0; i < arrived.size(); ++i)
    if (arrived[i]) bits.set(i, guessed[next++]);
  const std::uint64_t first = first_bit(bits, arrived);
  for (const unsigned which : {0u, 1u}) correct(bits, told, arrived, syndromes, which, transfer.errors);
  return Verdict::accept(first, storage::both_hashed(bits, told, transfer.length));
}

struct Attack {
  bool stores = false;
  std::size_t hides = 0;  // photons that he says did not come
};

Party<Verdict> attack_as_bob(Seat& seat, const NoisyStorage& transfer, Attack attack) {
  Peer& alice = seat.peer();
  auto photons = co_await alice.receive_light(transfer.photons);
  Kept kept = keep(std::move(photons), attack.hides, seat.now());
  BitString guessed;
  if (!attack.stores)
    guessed = measure(std::move(kept.photons), gate::rotation(std::numbers::pi / 8), seat.random).bits;
  alice.send(Arrivals(kept.arrived));
  const auto told = co_await alice.receive<BasesAndHashes>();
  std::string wrong = storage::fault(told, transfer.photons, transfer.length);
  if (!wrong.empty()) co_return Verdict::reject(BasesAndHashes::kName, std::move(wrong));
  if (attack.stores) guessed = read_from_memory(kept, told.bases, seat, transfer);
  const auto syndromes = co_await alice.receive<Syndromes>();
  wrong = fault(syndromes, told, kept.arrived, transfer.errors);
  if (!wrong.empty()) co_return Verdict::reject(Syndromes::kName, std::move(wrong));
  co_return both_strings(guessed, kept.arrived, told, syndromes, transfer);
}

// Kept from r = 1/sqrt 2 on a photon tells more than read at once: Schaffner, Terhal, Wehner, QIC 9, 963 (2009).
bool storing_is_better(const NoisyStorage& transfer) { return transfer.storage >= 1 / std::numbers::sqrt2; }

}  // namespace

Party<Verdict> alice_spoils_a_syndrome(Seat& seat, const NoisyStorage& transfer) {
  Peer& bob = seat.peer();
  const BitString bits = random_bits(seat.random, transfer.photons);
  BitString bases = random_bits(seat.random, transfer.photons);
  bob.send(prepare(bits, bases));
  const auto arrivals = co_await bob.receive<Arrivals>();
  std::string wrong = fault(arrivals, transfer);
  if (!wrong.empty()) co_return Verdict::reject(Arrivals::kName, std::move(wrong));
  const BitString arrived_bits = common(bits, arrivals.arrived);
  co_await seat.until(seat.now() + transfer.waiting);
  const BasesAndHashes told = storage::announce(std::move(bases), transfer.length, seat.random);
  Syndromes syndromes = syndromes_of(arrived_bits, told, arrivals.arrived, transfer.errors, seat.random.next_word());
  const bool spoiled = random_bit(seat.random);
  syndromes.of[spoiled ? 1 : 0] = random_bits(seat.random, syndromes.of[spoiled ? 1 : 0].size());
  bob.send(told);
  bob.send(std::move(syndromes));
  // If he complained, it was the one that he needed. He does not: then it was the other, she says.
  co_return Verdict::accept(kGuesses | (spoiled ? 0 : kGuessedOne) | first_bit(bits, arrivals.arrived),
                            storage::both_hashed(arrived_bits, told, transfer.length));
}

Party<Verdict> bob_stores(Seat& seat, const NoisyStorage& transfer) { return attack_as_bob(seat, transfer, {true, 0}); }

Party<Verdict> bob_measures_in_breidbart(Seat& seat, const NoisyStorage& transfer) {
  return attack_as_bob(seat, transfer, {false, 0});
}

Party<Verdict> bob_does_best(Seat& seat, const NoisyStorage& transfer) {
  return attack_as_bob(seat, transfer, {storing_is_better(transfer), 0});
}

Party<Verdict> bob_hides_in_holes(Seat& seat, const NoisyStorage& transfer) {
  const auto allowed = static_cast<std::size_t>(transfer.holes * static_cast<double>(transfer.photons));
  return attack_as_bob(seat, transfer, {storing_is_better(transfer), allowed});
}

}  // namespace herald::noisy_transfer
