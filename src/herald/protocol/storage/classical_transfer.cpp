#include <fmt/format.h>

#include <algorithm>

#include "herald/protocol/fields.h"
#include "herald/protocol/storage/classical_storage.h"

namespace herald::classical_transfer {
namespace {

BitString bits_at(BitView bits, const std::vector<std::size_t>& places) {
  BitString found;
  for (const std::size_t place : places) found.push_back(bits[place]);
  return found;
}

// String i of Alice's comes from set i, or the other one, by seed i.
BitString string_from(BitView bits, const std::array<Wide, 2>& strings, unsigned i, bool exchanged,
                      const PlaceSets& sets, const HashSeeds& told, std::size_t length) {
  const Wide string = strings[i ^ (exchanged ? 1u : 0u)];
  return hash_of(bits_at(bits, sets.set_of(string)), told.seeds[i], length);
}

// Both of Alice's strings, in her value what she guesses.
Party<Verdict> alice_who(Seat& seat, const ClassicalStorage& transfer, PassingString& string, bool guesses) {
  Peer& bob = seat.peer();
  const PlaceSets sets = *PlaceSets::of(transfer.overlap, transfer.kept);
  // 1. The string passes by; she keeps bits at positions of her own, and says which when it is gone.
  const KeptBits kept = string.keep(random_positions(transfer.kept, transfer.string, seat.random));
  co_await seat.until(PassingString::kPassing);
  bob.send(KeptPositions(kept.positions));
  // 3. Interactive hashing leaves her with two sets, one of which he knows.
  const auto strings = co_await storage::ask(seat, sets.string_bits());
  const auto order = co_await bob.receive<SetsExchanged>();
  // 5. Her strings are the hashed bits of either set.
  const HashSeeds told = draw_hash_seeds(transfer, seat.random);
  BitString both = string_from(kept.bits, strings, 0, order.exchanged, sets, told, transfer.length);
  both.append(string_from(kept.bits, strings, 1, order.exchanged, sets, told, transfer.length));
  bob.send(told);
  co_return Verdict::accept(guesses ? kGuesses | std::uint64_t{random_bit(seat.random)} : 0, std::move(both));
}

}  // namespace

Party<Verdict> alice(Seat& seat, const ClassicalStorage& transfer, PassingString& string) {
  return alice_who(seat, transfer, string, false);
}
Party<Verdict> alice_guesses_choice(Seat& seat, const ClassicalStorage& transfer, PassingString& string) {
  return alice_who(seat, transfer, string, true);
}

Party<Verdict> bob(Seat& seat, const ClassicalStorage& transfer, PassingString& string) {
  Peer& alice = seat.peer();
  const PlaceSets sets = *PlaceSets::of(transfer.overlap, transfer.kept);
  // 2. He keeps bits at positions of his own; where they meet hers, he picks a set of hers that he knows.
  const KeptBits kept = string.keep(random_positions(transfer.kept, transfer.string, seat.random));
  const auto hers = co_await alice.receive<KeptPositions>();
  std::string wrong = fault(hers, transfer.kept, transfer.string);
  if (!wrong.empty()) co_return Verdict::reject(KeptPositions::kName, std::move(wrong));
  const std::vector<std::size_t> common = common_places(hers.positions, kept.positions);
  BitString bits(transfer.kept);  // of hers, where he has them
  const std::vector<std::size_t> same = common_places(kept.positions, hers.positions);
  for (std::size_t i = 0; i < common.size(); ++i) bits.set(common[i], kept.bits[same[i]]);
  if (common.size() < transfer.overlap)
    co_return Verdict::reject(KeptPositions::kName,
                              fmt::format("{} common positions of {} that it takes", common.size(), transfer.overlap));
  const Wide own = sets.string_of(storage::random_subset(common, transfer.overlap, seat.random), seat.random);
  // 4. He answers with it, and orders the two sets so that his choice's is the one he knows.
  const bool choice = random_bit(seat.random);
  const auto strings = co_await storage::answer(seat, sets.string_bits(), own);
  const bool exchanged = choice != (strings[1] == own);
  alice.send(SetsExchanged(exchanged));
  // 6. He hashes the bits of his set.
  const auto told = co_await alice.receive<HashSeeds>();
  wrong = fault(told, transfer);
  if (!wrong.empty()) co_return Verdict::reject(HashSeeds::kName, std::move(wrong));
  co_return Verdict::accept(choice ? 1 : 0,
                            string_from(bits, strings, choice ? 1 : 0, exchanged, sets, told, transfer.length));
}

Party<Verdict> bob_stores(Seat& seat, const ClassicalStorage& transfer, PassingString& string) {
  Peer& alice = seat.peer();
  const PlaceSets sets = *PlaceSets::of(transfer.overlap, transfer.kept);
  const KeptBeginning kept = string.keep_beginning(transfer.memory);
  const auto hers = co_await alice.receive<KeptPositions>();
  std::string wrong = fault(hers, transfer.kept, transfer.string);
  if (!wrong.empty()) co_return Verdict::reject(KeptPositions::kName, std::move(wrong));
  // Of hers he knows those at the beginning, and guesses the others.
  BitString bits(transfer.kept);
  std::vector<std::size_t> known;
  for (std::size_t i = 0; i < transfer.kept; ++i) {
    const bool knows = kept.knows(hers.positions[i]);
    bits.set(i, knows ? kept[hers.positions[i]] : random_bit(seat.random));
    if (knows) known.push_back(i);
  }
  for (std::size_t i = 0; known.size() < transfer.overlap; ++i)
    if (!kept.knows(hers.positions[i])) known.push_back(i);  // a set that he does not know either
  std::ranges::sort(known);
  const std::vector<std::size_t> set = storage::random_subset(known, transfer.overlap, seat.random);
  const Wide own = sets.string_of(set, seat.random);
  const auto strings = co_await storage::answer(seat, sets.string_bits(), own);
  alice.send(SetsExchanged(false));
  const auto told = co_await alice.receive<HashSeeds>();
  wrong = fault(told, transfer);
  if (!wrong.empty()) co_return Verdict::reject(HashSeeds::kName, std::move(wrong));
  BitString both = string_from(bits, strings, 0, false, sets, told, transfer.length);
  both.append(string_from(bits, strings, 1, false, sets, told, transfer.length));
  co_return Verdict::accept(0, std::move(both));
}

}  // namespace herald::classical_transfer
