#include <fmt/format.h>

#include "herald/protocol/fields.h"
#include "herald/protocol/oblivious_transfer/steps.h"

namespace herald::oblivious_transfer {

Party<std::size_t> send_strings(Peer& bob, SimulationRandom& random, const ObliviousTransfer& transfer,
                                const StringPair& strings) {
  const std::size_t n = transfer.photons;
  // 1. Photons of BB84: random bits in random bases.
  const MeasuredTable sent{random_bits(random, n), random_bits(random, n)};
  bob.send(prepare(sent.bits, sent.bases));
  // 3. Bob is committed; some of his positions, at random, are opened and compared.
  const auto commitments = co_await receive_commitments(bob, random, transfer.commitments, n);
  const BitString tested = random_subset(n, transfer.tested, random);
  bob.send(TestedPositions(tested));
  const auto opening = co_await bob.receive<Opening>();
  commitments.check(tested, opening);
  test(opening.table, sent, tested, transfer.errors);
  // 5. She announces the bases.
  bob.send(BasisTable(sent.bases));
  // 7. Each string goes under a hash of what she sent at its set.
  const auto sets = co_await bob.receive<PositionSets>();
  check_sets(sets, tested, transfer);
  bob.send(mask(strings, sets, sent.bits, random));
  co_return sets.zero.view().count_ones();
}

Party<BitString> receive_string(Peer& alice, SimulationRandom& random, const ObliviousTransfer& transfer, bool choice) {
  const std::size_t n = transfer.photons;
  // 2. Each photon in a random basis; he commits to bases and outcomes.
  auto photons = co_await alice.receive_light(n);
  MeasuredTable mine{random_bits(random, n), {}};
  Detections seen = measure(std::move(photons), mine.bases, random);
  if (seen.detected.view().count_ones() != n)
    refuse("light", fmt::format("{} of {} photons are missing", n - seen.detected.view().count_ones(), n));
  mine.bits = std::move(seen.bits);
  Committer committer(transfer.commitments);
  committer.commit(mine, alice, random);
  // 4. He opens what she asks for.
  const auto tested = co_await alice.receive<TestedPositions>();
  check_tested(tested, transfer);
  alice.send(committer.open(tested.positions));
  // 6. Of the rest, one set where his bases are hers and one where they are not, in the order of his choice.
  const auto announced = co_await alice.receive<BasisTable>();
  check_bases(announced, transfer);
  BitString differ = mine.bases;
  differ ^= announced.bases;
  BitString rest(n);
  for (std::uint64_t& word : rest.words()) word = ~std::uint64_t{0};
  rest.trim();
  rest = difference(rest, tested.positions);
  const BitString good = difference(rest, differ), bad = difference(rest, good);
  const PositionSets sets = sets_by_choice(good, bad, choice);
  if (sets.zero.view().count_ones() < transfer.set)
    refuse(PositionSets::kName, "too few photons were measured in her bases, or in the others");
  alice.send(PositionSets(sets));
  // 8. He knows the bits of one set, and takes the mask off that string.
  const auto masked = co_await alice.receive<MaskedStrings>();
  check_strings(masked, sets, transfer);
  co_return unmask(masked, sets, mine.bits, choice);
}

Party<Verdict> alice(Seat& seat, const ObliviousTransfer& transfer) {
  const StringPair strings{random_bits(seat.random, transfer.length), random_bits(seat.random, transfer.length)};
  const auto size = co_await send_strings(seat.peer(), seat.random, transfer, strings);
  static_cast<void>(size);
  BitString both = strings.zero;
  both.append(strings.one);
  co_return Verdict::accept(kNoGuess, std::move(both));
}

Party<Verdict> bob(Seat& seat, const ObliviousTransfer& transfer) {
  const bool choice = random_bit(seat.random);
  auto string = co_await receive_string(seat.peer(), seat.random, transfer, choice);
  co_return Verdict::accept(choice ? 1 : 0, std::move(string));
}

}  // namespace herald::oblivious_transfer
