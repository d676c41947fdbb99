#include <fmt/format.h>

#include "herald/protocol/fields.h"
#include "herald/protocol/oblivious_transfer/steps.h"

namespace herald::oblivious_transfer {

Party<std::size_t> send_strings(Peer& bob, SimulationRandom& random, const ObliviousTransfer& transfer,
                                const StringPair& strings) {
  // 1. Photons of BB84: random bits in random bases. From now on those alone count that came.
  const MeasuredTable all{random_bits(random, transfer.photons), random_bits(random, transfer.photons)};
  bob.send(prepare(all.bits, all.bases));
  ArrivedPhotons arrivals(all_ones(transfer.photons));
  if (transfer.holes > 0) {
    auto said = co_await bob.receive<ArrivedPhotons>();
    check_arrivals(said, transfer);
    arrivals = std::move(said);
  }
  const ObliviousTransfer rest = of_arrived(arrivals, transfer);
  const MeasuredTable sent = of_arrived(arrivals, all);
  const std::size_t n = rest.photons;
  // 3. Bob is committed; some of his positions, at random, are opened and compared.
  const auto commitments = co_await receive_commitments(bob, random, rest.commitments, n);
  const BitString tested = random_subset(n, transfer.tested, random);
  bob.send(TestedPositions(tested));
  const auto opening = co_await bob.receive<Opening>();
  commitments.check(tested, opening);
  test(opening.table, sent, tested, transfer.errors);
  // 5. She announces the bases.
  bob.send(BasisTable(sent.bases));
  // 7. Each string goes under a hash of what she sent at its set.
  const auto sets = co_await bob.receive<PositionSets>();
  check_sets(sets, tested, rest);
  bob.send(mask(strings, sets, sent.bits, rest.errors, random));
  co_return sets.zero.view().count_ones();
}

Party<BitString> receive_string(Peer& alice, SimulationRandom& random, const ObliviousTransfer& transfer, bool choice) {
  // 2. Each photon in a random basis; he says which came, and commits to their bases and outcomes.
  auto photons = co_await alice.receive_light(transfer.photons);
  MeasuredTable all{random_bits(random, transfer.photons), {}};
  Detections seen = measure(std::move(photons), all.bases, random);
  all.bits = std::move(seen.bits);
  const ArrivedPhotons arrivals(std::move(seen.detected));
  check_arrivals(arrivals, transfer);
  if (transfer.holes > 0) alice.send(ArrivedPhotons(arrivals));
  const ObliviousTransfer rest = of_arrived(arrivals, transfer);
  const MeasuredTable mine = of_arrived(arrivals, all);
  const std::size_t n = rest.photons;
  Committer committer(rest.commitments);
  committer.commit(mine, alice, random);
  // 4. He opens what she asks for.
  const auto tested = co_await alice.receive<TestedPositions>();
  check_tested(tested, rest);
  alice.send(committer.open(tested.positions));
  // 6. Of the rest, one set where his bases are hers and one where they are not, in the order of his choice.
  const auto announced = co_await alice.receive<BasisTable>();
  check_bases(announced, rest);
  BitString differ = mine.bases;
  differ ^= announced.bases;
  const BitString untested = difference(all_ones(n), tested.positions);
  const BitString good = difference(untested, differ), bad = difference(untested, good);
  const PositionSets sets = sets_by_choice(good, bad, choice);
  if (sets.zero.view().count_ones() < rest.set)
    refuse(PositionSets::kName, "too few photons were measured in her bases, or in the others");
  alice.send(PositionSets(sets));
  // 8. He knows the bits of one set, and takes the mask off that string.
  const auto masked = co_await alice.receive<MaskedStrings>();
  check_strings(masked, sets, rest);
  co_return unmask(masked, sets, mine.bits, rest.errors, choice);
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
