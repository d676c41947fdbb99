#include <fmt/format.h>

#include "herald/protocol/fields.h"
#include "herald/protocol/storage/best_polarizer.h"
#include "herald/protocol/storage/bounded_storage.h"

namespace herald {

void CommitmentOpening::encode(Writer& writer) const {
  encode_bit(writer, bit);
  writer.bits(outcomes);
}
CommitmentOpening CommitmentOpening::decode(Reader& reader) {
  const bool bit = decode_bit(reader);
  return {bit, reader.bits(kMostBits)};
}

namespace bounded_commitment {
namespace {

Basis basis_of(bool bit) { return bit ? Basis::x : Basis::z; }

// What the photons said, where they were sent in the basis of the bit.
Verdict judge(const CommitmentOpening& opening, BitView bits, BitView bases) {
  if (opening.outcomes.size() != bits.size())
    return Verdict::reject(CommitmentOpening::kName,
                           fmt::format("{} outcomes of {} photons", opening.outcomes.size(), bits.size()));
  for (std::size_t w = 0; w < bits.words().size(); ++w)
    if (((opening.outcomes.words()[w] ^ bits.words()[w]) & storage::in_basis(bases.words()[w], opening.bit)) != 0)
      return Verdict::reject(CommitmentOpening::kName, "the outcomes are not what the photons say in this basis");
  return Verdict::accept(opening.bit ? 1 : 0);
}

// All outcomes, those of the kept photons in the basis of the bit.
BitString outcomes_for(bool bit, QubitString kept, BitView read, SimulationRandom& random) {
  BitString outcomes = measure(std::move(kept), basis_of(bit), random).bits;
  outcomes.append(read);
  return outcomes;
}

}  // namespace

Party<Verdict> alice(Seat& seat, const BoundedStorage& commitment) {
  Peer& bob = seat.peer();
  // 2. To commit to a bit she measures all photons in its basis, and sends nothing.
  const bool bit = random_bit(seat.random);
  auto photons = co_await bob.receive_light(commitment.photons);
  Detections seen = measure(std::move(photons), basis_of(bit), seat.random);
  // 3. To open it she says what she saw.
  bob.send(CommitmentOpening(bit, std::move(seen.bits)));
  co_return Verdict::accept(bit ? 1 : 0);
}

Party<Verdict> bob(Seat& seat, const BoundedStorage& commitment) {
  Peer& alice = seat.peer();
  // 1. Random bits in random bases.
  const BitString bits = random_bits(seat.random, commitment.photons);
  const BitString bases = random_bits(seat.random, commitment.photons);
  alice.send(prepare(bits, bases));
  // 4. He compares where the bases agree.
  const auto opening = co_await alice.receive<CommitmentOpening>();
  co_return judge(opening, bits, bases);
}

Party<Verdict> alice_stores(Seat& seat, const BoundedStorage& commitment) {
  Peer& bob = seat.peer();
  auto photons = co_await bob.receive_light(commitment.photons);
  QubitString kept = photons.take_front(commitment.memory);
  const Detections read = measure(std::move(photons), gate::rotation(commitment.angle), seat.random);
  const bool bit = random_bit(seat.random);
  bob.send(CommitmentOpening(bit, outcomes_for(bit, std::move(kept), read.bits, seat.random)));
  co_return Verdict::accept(kAfterwards | std::uint64_t{bit});
}

double best_angle(const BoundedStorage& commitment) {
  return storage::best_polarizer(static_cast<double>(commitment.photons - commitment.memory), 0, 0.5);
}

Party<Verdict> alice_changes_her_mind(Seat& seat, const BoundedStorage& commitment) {
  Peer& bob = seat.peer();
  const bool bit = random_bit(seat.random);
  auto photons = co_await bob.receive_light(commitment.photons);
  QubitString kept = photons.take_front(commitment.memory);
  const Detections read = measure(std::move(photons), basis_of(bit), seat.random);
  bob.send(CommitmentOpening(!bit, outcomes_for(!bit, std::move(kept), read.bits, seat.random)));
  co_return Verdict::accept(kAfterwards | std::uint64_t{!bit});
}

Party<Verdict> bob_guesses_bit(Seat& seat, const BoundedStorage& commitment) {
  Peer& alice = seat.peer();
  // In one basis: Alice's outcomes are random if she chose the other, but they stay with her until she opens.
  const BitString bits = random_bits(seat.random, commitment.photons), bases(commitment.photons);
  alice.send(prepare(bits, Basis::z));
  const bool guess = random_bit(seat.random);
  const auto opening = co_await alice.receive<CommitmentOpening>();
  Verdict verdict = judge(opening, bits, bases);
  if (verdict.accepted) verdict.value |= kGuesses | (guess ? kGuessedOne : 0);
  co_return verdict;
}

}  // namespace bounded_commitment
}  // namespace herald
