#include <fmt/format.h>

#include "herald/protocol/fields.h"
#include "herald/protocol/relativistic/commit_relativistic.h"
#include "herald/protocol/relativistic/places.h"

namespace herald {

void MeasuredOpening::encode(Writer& writer) const {
  encode_bit(writer, bit);
  writer.bits(outcomes);
}
MeasuredOpening MeasuredOpening::decode(Reader& reader) {
  const bool bit = decode_bit(reader);
  return {bit, reader.bits(kMostBits)};
}
void AgreedBit::encode(Writer& writer) const { encode_bit(writer, bit); }
AgreedBit AgreedBit::decode(Reader& reader) { return AgreedBit(decode_bit(reader)); }

}  // namespace herald

namespace herald::commit_relativistic {
namespace {

// What Bob's agents found, beside what he sent.
Verdict judge(const MeasuredOpening& one, const MeasuredOpening& two, BitView bits, BitView bases) {
  constexpr std::string_view kPhase = MeasuredOpening::kName;
  if (one.bit != two.bit || one.outcomes != two.outcomes)
    return Verdict::reject(kPhase, "the two places were told different things");
  if (one.outcomes.size() != bits.size())
    return Verdict::reject(kPhase, fmt::format("{} outcomes of {} photons", one.outcomes.size(), bits.size()));
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < bits.size(); ++i)
    if (bases[i] == one.bit && bits[i] != one.outcomes[i]) ++wrong;
  if (wrong > 0) return Verdict::reject(kPhase, fmt::format("{} outcomes in her basis are wrong", wrong));
  return Verdict::accept(one.bit ? 1 : 0);
}

}  // namespace

Party<Verdict> bob(Seat& seat, const Commitment& commitment) {
  // 1. Photons in random states of the two bases, at the agreed time.
  const BitString bits = random_bits(seat.random, commitment.photons);
  const BitString bases = random_bits(seat.random, commitment.photons);
  co_await seat.until(commitment.start);
  seat.peer(0).send(prepare(bits, bases));
  // 5. His agents' news: the same from both places, and right wherever the basis is that of the bit.
  const auto one = co_await seat.peer(2).receive<MeasuredOpening>();
  const auto two = co_await seat.peer(4).receive<MeasuredOpening>();
  co_return judge(one, two, bits, bases);
}

Party<Verdict> alice(Seat& seat, const Commitment& commitment) {
  // 2. She commits by measuring all in the basis of her bit, and tells her agents.
  const bool bit = random_bit(seat.random);
  auto photons = co_await seat.peer(0).receive_light(commitment.photons);
  const Detections seen = measure(std::move(photons), bit ? Basis::x : Basis::z, seat.random);
  seat.peer(1).send(MeasuredOpening(bit, seen.bits));
  seat.peer(3).send(MeasuredOpening(bit, seen.bits));
  co_return Verdict::accept(bit ? 1 : 0);
}

Party<Verdict> alice_agent(Seat& seat, const Commitment&) {
  // 3. They open as soon as they know.
  auto opening = co_await seat.peer(0).receive<MeasuredOpening>();
  const bool bit = opening.bit;
  seat.peer(seat.name() == "alice-1" ? 2 : 4).send(std::move(opening));
  co_return Verdict::accept(bit ? 1 : 0);
}

Party<Verdict> bob_agent(Seat& seat, const Commitment& commitment) {
  // 4. Neither before light could have brought the outcomes nor later.
  Peer& alice = seat.peer(seat.name() == "bob-1" ? 2 : 4);
  const double time = commitment.start + commitment.light;
  auto opening = co_await alice.receive<MeasuredOpening>(Deadline(time + commitment.slack));
  if (arrived_before(alice, time))
    co_return Verdict::reject(MeasuredOpening::kName, "came before light could have brought it");
  const bool bit = opening.bit;
  seat.peer(1).send(std::move(opening));
  co_return Verdict::accept(bit ? 1 : 0);
}

}  // namespace herald::commit_relativistic
