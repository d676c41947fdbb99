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

Verdict judge(const MeasuredOpening& one, const MeasuredOpening& two, BitView bits, BitView bases, BitView arrived,
              const Commitment& commitment) {
  constexpr std::string_view kPhase = MeasuredOpening::kName;
  if (one.bit != two.bit || one.outcomes != two.outcomes)
    return Verdict::reject(kPhase, "the two places were told different things");
  if (one.outcomes.size() != bits.size())
    return Verdict::reject(kPhase, fmt::format("{} outcomes of {} photons", one.outcomes.size(), bits.size()));
  std::size_t compared = 0, wrong = 0;
  for (std::size_t i = 0; i < bits.size(); ++i)
    if (arrived[i] && bases[i] == one.bit) {
      ++compared;
      wrong += bits[i] != one.outcomes[i] ? 1 : 0;
    }
  if (static_cast<double>(wrong) > commitment.errors * static_cast<double>(compared))
    return Verdict::reject(kPhase, fmt::format("{} of {} outcomes in her basis are wrong", wrong, compared));
  return Verdict::accept(one.bit ? 1 : 0);
}

std::optional<Verdict> wrong_arrivals(const ArrivedPhotons& arrivals, const Commitment& commitment) {
  constexpr std::string_view kPhase = ArrivedPhotons::kName;
  const std::size_t n = commitment.photons, came = arrivals.arrived.view().count_ones();
  if (arrivals.arrived.size() != n)
    return Verdict::reject(kPhase, fmt::format("of {} photons; sent were {}", arrivals.arrived.size(), n));
  if (came < commitment.fewest())
    return Verdict::reject(kPhase, fmt::format("{} of {} photons are missing", n - came, n));
  return std::nullopt;
}

Party<Verdict> bob(Seat& seat, const Commitment& commitment) {
  Peer& alice = seat.peer(0);
  // 1. Photons in random states of the two bases, at the agreed time.
  const BitString bits = random_bits(seat.random, commitment.photons);
  const BitString bases = random_bits(seat.random, commitment.photons);
  co_await seat.until(commitment.start);
  alice.send(prepare(bits, bases));
  // 3. Which of them came, at once: later she could choose.
  const auto arrivals = co_await alice.receive<ArrivedPhotons>(Deadline(commitment.start + commitment.slack));
  if (auto wrong = wrong_arrivals(arrivals, commitment)) co_return std::move(*wrong);
  // 6. His agents' news: the same from both places, and right wherever the basis is that of the bit.
  const auto one = co_await seat.peer(2).receive<MeasuredOpening>();
  const auto two = co_await seat.peer(4).receive<MeasuredOpening>();
  co_return judge(one, two, bits, bases, arrivals.arrived, commitment);
}

Party<Verdict> alice(Seat& seat, const Commitment& commitment) {
  Peer& bob = seat.peer(0);
  // 2. She commits by measuring all in the basis of her bit, tells her agents, and says which photons came.
  const bool bit = random_bit(seat.random);
  auto photons = co_await bob.receive_light(commitment.photons);
  const Detections seen = measure(std::move(photons), bit ? Basis::x : Basis::z, seat.random);
  seat.peer(1).send(MeasuredOpening(bit, seen.bits));
  seat.peer(3).send(MeasuredOpening(bit, seen.bits));
  bob.send(ArrivedPhotons(seen.detected));
  co_return Verdict::accept(bit ? 1 : 0);
}

Party<Verdict> alice_agent(Seat& seat, const Commitment&) {
  // 4. They open as soon as they know.
  auto opening = co_await seat.peer(0).receive<MeasuredOpening>();
  const bool bit = opening.bit;
  seat.peer(seat.name() == "alice-1" ? 2 : 4).send(std::move(opening));
  co_return Verdict::accept(bit ? 1 : 0);
}

Party<Verdict> bob_agent(Seat& seat, const Commitment& commitment) {
  // 5. Neither before light could have brought the outcomes nor later.
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
