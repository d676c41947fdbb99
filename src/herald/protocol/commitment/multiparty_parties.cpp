#include <cmath>
#include <numbers>

#include "herald/protocol/commitment/multiparty.h"
#include "herald/protocol/commitment/outcome.h"
#include "herald/protocol/fields.h"

namespace herald {

void PhaseOpening::encode(Writer& writer) const {
  encode_bit(writer, bit);
  writer.bits(phases);
}
PhaseOpening PhaseOpening::decode(Reader& reader) {
  const bool bit = decode_bit(reader);
  return {bit, reader.bits(kMostBits)};
}

void PhaseReport::encode(Writer& writer) const {
  heard.encode(writer);
  encode_bit(writer, agrees);
}
PhaseReport PhaseReport::decode(Reader& reader) {
  PhaseOpening heard = PhaseOpening::decode(reader);
  return {std::move(heard), decode_bit(reader)};
}

namespace commit_multiparty {
namespace {

using commitment::opens;

// Quarter turns of all photons, in the order of PhaseOpening.
using Turns = std::vector<unsigned>;

Turns random_turns(SimulationRandom& random, bool bit, std::size_t photons) {
  Turns turns;
  for (std::size_t i = 0; i < photons; ++i) {
    unsigned sum = bit ? 2 : 0;
    for (std::size_t j = 1; j < kRecipients; ++j) {
      turns.push_back(static_cast<unsigned>(random.next_below(4)));
      sum += 4 - turns.back();
    }
    turns.push_back(sum % 4);
  }
  return turns;
}

PhaseOpening opening_of(bool bit, const Turns& turns) {
  BitString phases;
  for (const unsigned turn : turns) {
    phases.push_back((turn & 1) != 0);
    phases.push_back((turn & 2) != 0);
  }
  return {bit, std::move(phases)};
}

Turns turns_of(const PhaseOpening& opening) {
  Turns turns(opening.phases.size() / 2);
  for (std::size_t i = 0; i < turns.size(); ++i)
    turns[i] = (opening.phases[2 * i] ? 1U : 0U) + (opening.phases[2 * i + 1] ? 2U : 0U);
  return turns;
}

// Each recipient's photons; those of the first two turned by `more` (radian).
void send_photons(Seat& seat, const Turns& turns, double more = 0) {
  for (std::size_t j = 0; j < kRecipients; ++j) {
    std::vector<Qubit> photons;
    for (std::size_t i = j; i < turns.size(); i += kRecipients) {
      const double phase = turns[i] * std::numbers::pi / 2 + (j < 2 ? more : 0);
      photons.emplace_back(Complex(1 / std::numbers::sqrt2), std::polar(1 / std::numbers::sqrt2, phase));
    }
    seat.peer(j).send(QubitString(std::move(photons)));
  }
}

void open(Seat& seat, bool bit, const Turns& turns) {
  for (std::size_t j = 0; j < kRecipients; ++j) seat.peer(j).send(opening_of(bit, turns));
}

// Phases of the first two recipients, or of the second alone.
void turn_two(Turns& turns, unsigned quarters) {
  for (std::size_t i = 0; i < turns.size(); ++i)
    if (i % kRecipients < 2) turns[i] = (turns[i] + quarters) % 4;
}
void turn_second(Turns& turns, unsigned quarters) {
  for (std::size_t i = 1; i < turns.size(); i += kRecipients) turns[i] = (turns[i] + quarters) % 4;
}

bool adds_up(const PhaseOpening& opening, std::size_t photons) {
  if (opening.phases.size() != 2 * kRecipients * photons) return false;
  const Turns turns = turns_of(opening);
  for (std::size_t i = 0; i < turns.size(); i += kRecipients)
    if ((turns[i] + turns[i + 1] + turns[i + 2]) % 4 != (opening.bit ? 2U : 0U)) return false;
  return true;
}

// Whether each of a recipient's photons interferes as its phase says.
bool interferes(QubitString&& light, const Turns& turns, std::size_t recipient, SimulationRandom& random) {
  std::vector<std::optional<Qubit>> photons = take_apart(std::move(light));
  for (std::size_t i = 0; i < photons.size(); ++i) {
    const double phase = turns[kRecipients * i + recipient] * std::numbers::pi / 2;
    if (!photons[i] || measure(std::move(*photons[i]), gate::phase(phase) * gate::kHadamard, random)) return false;
  }
  return true;
}

void report(Seat& seat, const PhaseOpening& heard, bool agrees) {
  for (std::size_t i = 1; i < kRecipients; ++i) seat.peer(i).send(PhaseReport(heard, agrees));
}

}  // namespace

Party<Verdict> alice(Seat& seat, const MultipartyCommitment& p) {
  // 1. She commits: in each place a photon a recipient, of random phases that add up to 0 or half a turn, the bit.
  const bool bit = random_bit(seat.random);
  const Turns turns = random_turns(seat.random, bit, p.photons);
  send_photons(seat, turns);
  // 2. She opens, to all: the bit and the phases.
  open(seat, bit, turns);
  co_return Verdict::accept(opens(bit, false));
}

template <std::size_t recipient>
Party<Verdict> recipient_checks(Seat& seat, const MultipartyCommitment& p) {
  Peer& alice = seat.peer();
  auto light = co_await alice.receive_light(p.photons);
  const auto opening = co_await alice.receive<PhaseOpening>();
  // 3. Each looks whether the phases add up to the bit, and whether his photons have theirs.
  const bool sum = adds_up(opening, p.photons);
  const bool agrees = sum && interferes(std::move(light), turns_of(opening), recipient, seat.random);
  // 4. They tell each other what they heard and saw: all must have heard the same, and nobody have seen otherwise.
  report(seat, opening, agrees);
  const auto first = co_await seat.peer(1).receive<PhaseReport>();
  const auto second = co_await seat.peer(2).receive<PhaseReport>();
  if (!sum) co_return Verdict::reject(PhaseOpening::kName, "the phases do not add up to the bit");
  if (!agrees) co_return Verdict::reject(PhaseOpening::kName, "a photon's phase is not what she says");
  if (first.heard != opening || second.heard != opening)
    co_return Verdict::reject(PhaseReport::kName, "another recipient was told something else");
  if (!first.agrees || !second.agrees)
    co_return Verdict::reject(PhaseReport::kName, "another recipient's photons say something else");
  co_return Verdict::accept(opening.bit ? 1 : 0);
}

template Party<Verdict> recipient_checks<0>(Seat&, const MultipartyCommitment&);
template Party<Verdict> recipient_checks<1>(Seat&, const MultipartyCommitment&);
template Party<Verdict> recipient_checks<2>(Seat&, const MultipartyCommitment&);

Party<Verdict> alice_lies(Seat& seat, const MultipartyCommitment& p) {
  const bool bit = random_bit(seat.random), wanted = random_bit(seat.random);
  Turns turns = random_turns(seat.random, bit, p.photons);
  send_photons(seat, turns);
  if (wanted != bit) turn_two(turns, 1);
  open(seat, wanted, turns);
  co_return Verdict::accept(opens(wanted, wanted != bit));
}

Party<Verdict> alice_sends_between(Seat& seat, const MultipartyCommitment& p) {
  const bool wanted = random_bit(seat.random);
  Turns turns = random_turns(seat.random, false, p.photons);
  send_photons(seat, turns, std::numbers::pi / 4);
  if (wanted) turn_two(turns, 1);
  open(seat, wanted, turns);
  co_return Verdict::accept(opens(wanted, true));
}

Party<Verdict> alice_colludes(Seat& seat, const MultipartyCommitment& p) {
  const bool bit = random_bit(seat.random), wanted = random_bit(seat.random);
  Turns turns = random_turns(seat.random, bit, p.photons);
  send_photons(seat, turns);
  if (wanted != bit) turn_second(turns, 2);
  open(seat, wanted, turns);
  co_return Verdict::accept(opens(wanted, wanted != bit));
}

Party<Verdict> recipient_colludes(Seat& seat, const MultipartyCommitment& p) {
  Peer& alice = seat.peer();
  const auto light = co_await alice.receive_light(p.photons);
  const auto opening = co_await alice.receive<PhaseOpening>();
  report(seat, opening, true);
  co_return Verdict::accept(opening.bit ? 1 : 0);
}

Party<Verdict> bob_looks(Seat& seat, const MultipartyCommitment& p) {
  Peer& alice = seat.peer();
  auto light = co_await alice.receive_light(p.photons);
  // His phases are random whatever the bit is: nothing that he sees depends on it, but he must say something.
  const Detections seen = measure(std::move(light), Basis::x, seat.random);
  const bool guess = seen.bits.view().parity();
  const auto opening = co_await alice.receive<PhaseOpening>();
  report(seat, opening, true);
  co_return Verdict::accept(commitment::guesses(opening.bit, guess));
}

Party<Verdict> bob_pools(Seat& seat, const MultipartyCommitment& p) {
  Peer& alice = seat.peer();
  auto mine = co_await alice.receive_light(p.photons);
  auto first = co_await seat.peer(1).receive_light(p.photons);
  auto second = co_await seat.peer(2).receive_light(p.photons);
  auto zero = take_apart(std::move(mine)), one = take_apart(std::move(first)), two = take_apart(std::move(second));
  bool guess = random_bit(seat.random);
  for (std::size_t i = 0; i < p.photons; ++i) {
    if (!zero[i] || !one[i] || !two[i]) continue;
    // The bit is the sign between |000> and |111>, where the three are found there, and nowhere else.
    apply_controlled(gate::kX, *zero[i], *one[i]);
    apply_controlled(gate::kX, *zero[i], *two[i]);
    const bool outside_one = measure(std::move(*one[i]), Basis::z, seat.random);
    const bool outside_two = measure(std::move(*two[i]), Basis::z, seat.random);
    const bool sign = measure(std::move(*zero[i]), Basis::x, seat.random);
    if (!outside_one && !outside_two) guess = sign;
  }
  const auto opening = co_await alice.receive<PhaseOpening>();
  report(seat, opening, true);
  co_return Verdict::accept(commitment::guesses(opening.bit, guess));
}

Party<Verdict> recipient_pools(Seat& seat, const MultipartyCommitment& p) {
  Peer& alice = seat.peer();
  auto light = co_await alice.receive_light(p.photons);
  seat.peer(1).send(std::move(light));
  const auto opening = co_await alice.receive<PhaseOpening>();
  report(seat, opening, true);
  co_return Verdict::accept(opening.bit ? 1 : 0);
}

}  // namespace commit_multiparty
}  // namespace herald
