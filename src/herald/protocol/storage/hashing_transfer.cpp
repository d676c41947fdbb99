#include "herald/protocol/storage/hashing_transfer.h"

#include <algorithm>

#include "herald/protocol/fields.h"

namespace herald::hashing_transfer {
namespace {

// In an order that nobody chose.
void shuffle(std::vector<std::uint32_t>& bits, SimulationRandom& random) {
  for (std::size_t i = bits.size(); i > 1; --i) std::swap(bits[i - 1], bits[random.next_below(i)]);
}

// A quarter of the bits that he knows by themselves, and the others; of which come some, when he knows too few.
struct Parted {
  std::vector<std::uint32_t> first, others;
};
Parted part(BitView known, std::size_t size, SimulationRandom& random) {
  Parted parted;
  for (std::uint32_t i = 0; i < known.size(); ++i) (known[i] ? parted.first : parted.others).push_back(i);
  shuffle(parted.first, random);
  shuffle(parted.others, random);
  std::vector<std::uint32_t>& from = parted.first.size() > size ? parted.first : parted.others;
  std::vector<std::uint32_t>& to = parted.first.size() > size ? parted.others : parted.first;
  while (parted.first.size() != size) {
    to.push_back(from.back());
    from.pop_back();
  }
  shuffle(parted.first, random);
  shuffle(parted.others, random);
  return parted;
}

Party<Verdict> alice_who(Seat& seat, const HashingTransfer& transfer, bool guesses) {
  Peer& bob = seat.peer();
  const PlaceSets places = *PlaceSets::of(transfer.set_size(), transfer.rows);
  // 1. Random bits in random bases.
  const BitString bits = random_bits(seat.random, transfer.photons);
  BitString bases = random_bits(seat.random, transfer.photons);
  bob.send(prepare(bits, bases));
  // 3. Enough must have come. She waits, so that what Bob kept suffers; then come the bases.
  const auto arrivals = co_await bob.receive<Arrivals>();
  std::string wrong = robust_transfer::fault(arrivals, transfer.photons, transfer.bits());
  if (!wrong.empty()) co_return Verdict::reject(Arrivals::kName, std::move(wrong));
  const BitString counted = robust_transfer::first_of(arrivals.arrived, transfer.bits());
  co_await seat.until(seat.now() + transfer.waiting);
  bob.send(Bases(std::move(bases)));
  // 5. Her bits in Bob's order; interactive hashing leaves her with two sets of rows, one of which he knows.
  const auto order = co_await bob.receive<TableOrder>();
  wrong = fault(order, transfer);
  if (!wrong.empty()) co_return Verdict::reject(TableOrder::kName, std::move(wrong));
  const BitString table = in_table(counted_bits(bits, counted), order);
  const auto strings = co_await storage::ask(seat, places.string_bits());
  const auto exchange = co_await bob.receive<SetsExchanged>();
  // 7. Her strings are the hashed bits of either set; syndromes for errors.
  std::array<BitString, 2> sets;
  for (const unsigned i : {0u, 1u})
    sets[i] = set_bits(table, places.set_of(strings[i ^ (exchange.exchanged ? 1u : 0u)]), transfer);
  const SetsHashed told = hash_sets(sets, transfer, seat.random);
  bob.send(told);
  co_return Verdict::accept(guesses ? kGuesses | std::uint64_t{random_bit(seat.random)} : 0,
                            strings_of(sets, told, transfer));
}

}  // namespace

Party<Verdict> alice(Seat& seat, const HashingTransfer& transfer) { return alice_who(seat, transfer, false); }
Party<Verdict> alice_guesses_choice(Seat& seat, const HashingTransfer& transfer) {
  return alice_who(seat, transfer, true);
}

Party<Verdict> bob(Seat& seat, const HashingTransfer& transfer) {
  Peer& alice = seat.peer();
  const PlaceSets places = *PlaceSets::of(transfer.set_size(), transfer.rows);
  // 2. Each in a random basis; he says at once where a photon came.
  const BitString own_bases = random_bits(seat.random, transfer.photons);
  auto photons = co_await alice.receive_light(transfer.photons);
  const Detections seen = measure(std::move(photons), own_bases, seat.random);
  alice.send(Arrivals(seen.detected));
  // 4. He knows the bits of his bases: about half. A quarter fills the rows of a random set, in any order.
  const auto told = co_await alice.receive<Bases>();
  std::string wrong = fault(told, transfer);
  if (!wrong.empty()) co_return Verdict::reject(Bases::kName, std::move(wrong));
  const BitString counted = robust_transfer::first_of(seen.detected, transfer.bits());
  BitString differ = own_bases;
  differ ^= told.bases;
  BitString known = counted_bits(differ, counted);
  for (std::size_t i = 0; i < known.size(); ++i) known.flip(i);
  std::vector<std::size_t> rows(transfer.rows);
  for (std::size_t row = 0; row < transfer.rows; ++row) rows[row] = row;
  const std::vector<std::size_t> set = storage::random_subset(rows, transfer.set_size(), seat.random);
  const Parted parted = part(known, transfer.set_bits(), seat.random);
  const TableOrder order = order_for(set, parted.first, parted.others, transfer);
  alice.send(order);
  // 6. He answers with his set, and orders the two so that his choice's is the one he knows.
  const bool choice = random_bit(seat.random);
  const Wide own = places.string_of(set, seat.random);
  const auto strings = co_await storage::answer(seat, places.string_bits(), own);
  alice.send(SetsExchanged(choice != (strings[1] == own)));
  // 8. He corrects the bits of his set, and hashes them.
  const auto hashed = co_await alice.receive<SetsHashed>();
  wrong = fault(hashed, transfer);
  if (!wrong.empty()) co_return Verdict::reject(SetsHashed::kName, std::move(wrong));
  const BitString table = in_table(counted_bits(seen.bits, counted), order);
  co_return Verdict::accept(choice ? 1 : 0,
                            corrected_string(set_bits(table, set, transfer), hashed, choice ? 1 : 0, transfer));
}

}  // namespace herald::hashing_transfer
