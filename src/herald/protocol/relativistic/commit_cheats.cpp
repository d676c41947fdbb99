#include <numbers>

#include "herald/protocol/commitment/outcome.h"
#include "herald/protocol/fields.h"
#include "herald/protocol/relativistic/commit_relativistic.h"

namespace herald::commit_relativistic {
namespace {

constexpr std::size_t kBob = 0, kAgents[]{1, 3};  // alice's peers

// Of a line without loss, no more than Bob insists on.
ArrivedPhotons as_few_as_possible(const Commitment& commitment) {
  BitString arrived(commitment.photons);
  for (std::size_t i = 0; i < commitment.fewest(); ++i) arrived.set(i, true);
  return ArrivedPhotons(std::move(arrived));
}

// She tells her agents what she saw; what to open they know by themselves.
Party<Verdict> measures_so(Seat& seat, const Commitment& commitment, Gate frame) {
  auto photons = co_await seat.peer(kBob).receive_light(commitment.photons);
  seat.peer(kBob).send(as_few_as_possible(commitment));
  const Detections seen = measure(std::move(photons), frame, seat.random);
  for (const std::size_t agent : kAgents) seat.peer(agent).send(MeasuredOpening(false, seen.bits));
  co_return Verdict::accept();
}

// Opens `bit` with the outcomes that alice has.
Party<Verdict> opens(Peer& alice, Peer& bob, bool bit) {
  auto told = co_await alice.receive<MeasuredOpening>();
  told.bit = bit;
  bob.send(std::move(told));
  co_return Verdict::accept(bit ? 1 : 0);
}

}  // namespace

Party<Verdict> alice_breidbart(Seat& seat, const Commitment& commitment) {
  return measures_so(seat, commitment, gate::rotation(std::numbers::pi / 8));
}

Party<Verdict> alice_measures(Seat& seat, const Commitment& commitment) {
  return measures_so(seat, commitment, random_bit(seat.random) ? gate::kHadamard : gate::rotation(0));
}

Party<Verdict> alice_1_agrees(Seat& seat, const Commitment&) {
  const bool bit = random_bit(seat.random);
  seat.peer(3).send(AgreedBit(bit));
  return opens(seat.peer(0), seat.peer(2), bit);
}

Party<Verdict> alice_2_agrees(Seat& seat, const Commitment&) {
  const auto agreed = co_await seat.peer(2).receive<AgreedBit>();
  auto opening = opens(seat.peer(0), seat.peer(4), agreed.bit);
  auto verdict = co_await std::move(opening);
  co_return verdict;
}

Party<Verdict> alice_delays(Seat& seat, const Commitment& commitment) {
  auto photons = co_await seat.peer(kBob).receive_light(commitment.photons);
  seat.peer(kBob).send(as_few_as_possible(commitment));
  co_await seat.until(commitment.start + commitment.delay);
  const bool bit = random_bit(seat.random);
  const Detections seen = measure(std::move(photons), bit ? Basis::x : Basis::z, seat.random);
  for (const std::size_t agent : kAgents) seat.peer(agent).send(MeasuredOpening(bit, seen.bits));
  co_return Verdict::accept(bit ? 1 : 0);
}

Party<Verdict> bob_looks(Seat& seat, const Commitment& commitment) {
  Peer& alice = seat.peer(0);
  co_await seat.until(commitment.start);
  auto [mine, hers] = epr_pairs(commitment.photons);
  alice.send(std::move(hers));
  const auto arrivals = co_await alice.receive<ArrivedPhotons>(Deadline(commitment.start + commitment.slack));
  if (auto wrong = wrong_arrivals(arrivals, commitment)) co_return std::move(*wrong);
  // His halves are an even mixture whatever she measured, and she said nothing else: but he must say something.
  const BitString bases = random_bits(seat.random, commitment.photons);
  const BitString bits = measure(std::move(mine), bases, seat.random).bits;
  const bool guess = bits.view().parity();
  const auto one = co_await seat.peer(2).receive<MeasuredOpening>();
  const auto two = co_await seat.peer(4).receive<MeasuredOpening>();
  Verdict verdict = judge(one, two, bits, bases, arrivals.arrived, commitment);
  if (verdict.accepted) verdict.value = herald::commitment::guesses(verdict.value == 1, guess);
  co_return verdict;
}

Party<Verdict> alice_2_differs(Seat& seat, const Commitment&) {
  auto told = co_await seat.peer(0).receive<MeasuredOpening>();
  told.bit = !told.bit;
  const bool bit = told.bit;
  seat.peer(4).send(std::move(told));
  co_return Verdict::accept(bit ? 1 : 0);
}

}  // namespace herald::commit_relativistic
