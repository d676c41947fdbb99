#include "herald/protocol/fields.h"
#include "herald/protocol/oblivious_transfer/steps.h"

namespace herald::oblivious_transfer {
namespace {

enum class Opens : std::uint8_t { as_committed, as_measured };

// What a Bob who keeps photons knows of what Alice sent.
class Memory {
 public:
  // The photons that came.
  explicit Memory(QubitString&& photons) {
    for (std::optional<Qubit>& photon : take_apart(std::move(photons))) {
      m_arrived.push_back(photon.has_value());
      if (photon) m_photons.push_back(std::move(photon));
    }
  }
  const BitString& arrived() const { return m_arrived; }
  std::size_t size() const { return m_photons.size(); }
  // A share of them is kept, the others measured as an honest Bob does; of the kept ones the table is random.
  void keep(double share, SimulationRandom& random) {
    const auto kept = static_cast<std::size_t>(share * static_cast<double>(size()));
    const BitString stored = random_subset(size(), kept, random);
    m_table = {random_bits(random, size()), random_bits(random, size())};
    for (std::size_t i = 0; i < size(); ++i)
      if (!stored[i]) measure_one(i, m_table.bases[i], random);
  }
  const MeasuredTable& table() const { return m_table; }

  void measure_in_own_bases(BitView positions, SimulationRandom& random) {
    for (const std::uint32_t i : positions_of(positions)) measure_one(i, m_table.bases[i], random);
  }
  // Whatever is still stored, in her bases.
  void measure_in(BitView bases, SimulationRandom& random) {
    for (std::size_t i = 0; i < m_photons.size(); ++i) measure_one(i, bases[i], random);
  }
  // Where his basis was hers. Of the tested photons nothing matters any more.
  BitString known(BitView bases, BitView tested) const {
    BitString agree(bases);
    agree ^= m_table.bases;
    for (std::uint64_t& word : agree.words()) word = ~word;
    if (!agree.empty()) agree.trim();
    return difference(agree, tested);
  }

 private:
  void measure_one(std::size_t i, bool basis, SimulationRandom& random) {
    if (!m_photons[i]) return;
    m_table.bases.set(i, basis);
    m_table.bits.set(i, measure(std::move(*m_photons[i]), basis ? Basis::x : Basis::z, random));
    m_photons[i].reset();
  }

  BitString m_arrived;
  MeasuredTable m_table;
  std::vector<std::optional<Qubit>> m_photons;
};

// The smallest sets that Alice takes, the first and then the second filled with what he knows.
PositionSets sets_of_known(BitView known, BitView tested, std::size_t size) {
  BitString zero(known.size()), one(known.size());
  std::size_t filled = 0;
  const auto fill = [&](BitView from) {
    for (const std::uint32_t i : positions_of(from)) {
      if (filled == 2 * size) return;
      (filled++ < size ? zero : one).set(i, true);
    }
  };
  fill(known);
  BitString unknown(known.size());
  for (std::size_t i = 0; i < known.size(); ++i) unknown.set(i, !known[i] && !tested[i]);
  fill(unknown);
  return {std::move(zero), std::move(one)};
}

Party<StringPair> receive_with_memory(Peer& alice, SimulationRandom& random, const ObliviousTransfer& transfer,
                                      double share, Opens opens) {
  auto photons = co_await alice.receive_light(transfer.photons);
  Memory memory(std::move(photons));
  const ArrivedPhotons arrivals(memory.arrived());
  check_arrivals(arrivals, transfer);
  if (transfer.holes > 0) alice.send(ArrivedPhotons(arrivals));
  const ObliviousTransfer rest = of_arrived(arrivals, transfer);
  const std::size_t n = rest.photons;
  memory.keep(share, random);
  Committer committer(rest.commitments);
  // Where a commitment can be to nothing, he opens whatever he measures later.
  const bool open_later = rest.commitments.kind == CommitmentKind::quantum;
  if (open_later) {
    committer.commit_to_nothing(n, alice);
  } else {
    committer.commit(memory.table(), alice, random);
  }
  const auto tested = co_await alice.receive<TestedPositions>();
  check_tested(tested, rest);
  if (open_later || opens == Opens::as_measured) {
    memory.measure_in_own_bases(tested.positions, random);
    alice.send(committer.open_as(tested.positions, memory.table(), random));
  } else {
    alice.send(committer.open(tested.positions));
  }
  const auto announced = co_await alice.receive<BasisTable>();
  check_bases(announced, rest);
  memory.measure_in(announced.bases, random);
  const PositionSets sets = sets_of_known(memory.known(announced.bases, tested.positions), tested.positions, rest.set);
  alice.send(PositionSets(sets));
  const auto masked = co_await alice.receive<MaskedStrings>();
  check_strings(masked, sets, rest);
  StringPair both;
  both.zero = unmask(masked, sets, memory.table().bits, rest.errors, false);
  both.one = unmask(masked, sets, memory.table().bits, rest.errors, true);
  co_return both;
}

Verdict has_both(const StringPair& strings, SimulationRandom& random) {
  BitString both = strings.zero;
  both.append(strings.one);
  return Verdict::accept(random_bit(random) ? 1 : 0, std::move(both));
}

enum class Spoils : std::uint8_t { nothing, bases, first_string };

// A transfer by an Alice who spoils a message of hers and comes to the choice that she takes for Bob's.
Party<Verdict> send_spoilt(Seat& seat, const ObliviousTransfer& transfer, Spoils spoils) {
  Peer& bob = seat.peer();
  const StringPair strings{random_bits(seat.random, transfer.length), random_bits(seat.random, transfer.length)};
  const MeasuredTable all{random_bits(seat.random, transfer.photons), random_bits(seat.random, transfer.photons)};
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
  const auto commitments = co_await receive_commitments(bob, seat.random, rest.commitments, n);
  const BitString tested = random_subset(n, transfer.tested, seat.random);
  bob.send(TestedPositions(tested));
  const auto opening = co_await bob.receive<Opening>();
  BitString announced = sent.bases;
  if (spoils == Spoils::bases)
    for (std::size_t i = 0; i < n; ++i)
      if (!tested[i]) announced.flip(i);
  bob.send(BasisTable(announced));
  const auto sets = co_await bob.receive<PositionSets>();
  check_sets(sets, tested, rest);
  MaskedStrings masked = mask(strings, sets, sent.bits, rest.errors, seat.random);
  if (spoils == Spoils::first_string) masked.zero = random_bits(seat.random, transfer.length);
  bob.send(std::move(masked));
  // He measured in her bases in the set of his choice: one look at his own bases tells.
  bool guess = random_bit(seat.random);
  if (const MeasuredTable* const his = commitments.readable()) {
    const std::vector<std::uint32_t> one = positions_of(sets.one);
    guess = at_positions(his->bases, one) == at_positions(announced, one);
  }
  BitString both = strings.zero;
  both.append(strings.one);
  co_return Verdict::accept(guess ? 1 : 0, std::move(both));
}

}  // namespace

Party<StringPair> receive_both_strings(Peer& alice, SimulationRandom& random, const ObliviousTransfer& transfer) {
  return receive_with_memory(alice, random, transfer, 1, Opens::as_committed);
}

Party<Verdict> alice_reads_commitments(Seat& seat, const ObliviousTransfer& transfer) {
  return send_spoilt(seat, transfer, Spoils::nothing);
}

Party<Verdict> alice_announces_wrong_bases(Seat& seat, const ObliviousTransfer& transfer) {
  return send_spoilt(seat, transfer, Spoils::bases);
}

Party<Verdict> alice_spoils_a_string(Seat& seat, const ObliviousTransfer& transfer) {
  return send_spoilt(seat, transfer, Spoils::first_string);
}

Party<Verdict> bob_measures_late(Seat& seat, const ObliviousTransfer& transfer) {
  const auto both = co_await receive_both_strings(seat.peer(), seat.random, transfer);
  co_return has_both(both, seat.random);
}

Party<Verdict> bob_reopens(Seat& seat, const ObliviousTransfer& transfer) {
  const auto both = co_await receive_with_memory(seat.peer(), seat.random, transfer, 1, Opens::as_measured);
  co_return has_both(both, seat.random);
}

Party<Verdict> bob_stores_some(Seat& seat, const ObliviousTransfer& transfer) {
  const auto both =
      co_await receive_with_memory(seat.peer(), seat.random, transfer, transfer.stored, Opens::as_committed);
  co_return has_both(both, seat.random);
}

}  // namespace herald::oblivious_transfer
