#include <cmath>
#include <numbers>

#include "herald/protocol/commitment/cheat_sensitive.h"
#include "herald/protocol/commitment/outcome.h"
#include "herald/protocol/fields.h"

namespace herald {

double CheatSensitive::polarization(bool bit, bool sign) const {
  return (sign ? angle : -angle) + (bit ? std::numbers::pi / 2 : 0);
}

void CheatSensitiveRequest::encode(Writer& writer) const { encode_bit(writer, give_back); }
CheatSensitiveRequest CheatSensitiveRequest::decode(Reader& reader) {
  return CheatSensitiveRequest(decode_bit(reader));
}

void CheatSensitiveOpening::encode(Writer& writer) const {
  encode_bit(writer, bit);
  encode_bit(writer, sign);
}
CheatSensitiveOpening CheatSensitiveOpening::decode(Reader& reader) {
  const bool bit = decode_bit(reader);
  return {bit, decode_bit(reader)};
}

namespace commit_cheat_sensitive {
namespace {

using commitment::opens;

QubitString polarized(double angle) {
  std::vector<Qubit> photon;
  photon.emplace_back(Complex(std::cos(angle)), Complex(std::sin(angle)));
  return QubitString(std::move(photon));
}

// Whether a photon is there and polarized so.
bool is_polarized(QubitString&& light, double angle, SimulationRandom& random) {
  std::vector<std::optional<Qubit>> photon = take_apart(std::move(light));
  return photon[0] && !measure(std::move(*photon[0]), gate::rotation(angle), random);
}

}  // namespace

Party<Verdict> alice(Seat& seat, const CheatSensitive& p) {
  Peer& bob = seat.peer();
  // 1. She commits: a photon in one of the two states of her bit.
  const bool bit = random_bit(seat.random), sign = random_bit(seat.random);
  bob.send(polarized(p.polarization(bit, sign)));
  // 2. Either she asks for it back, and looks whether it is as she sent it: then the commitment is void ...
  const bool asks = seat.random.next_bernoulli(p.asks);
  bob.send(CheatSensitiveRequest(asks));
  if (asks) {
    auto photon = co_await bob.receive_light(1);
    if (!is_polarized(std::move(photon), p.polarization(bit, sign), seat.random))
      co_return Verdict::reject("photon given back", "it is not as she sent it");
    co_return Verdict::accept(opens(bit, false) | kAsked);
  }
  // 3. ... or she opens: the bit, and which state.
  bob.send(CheatSensitiveOpening(bit, sign));
  co_return Verdict::accept(opens(bit, false));
}

Party<Verdict> bob(Seat& seat, const CheatSensitive& p) {
  Peer& alice = seat.peer();
  auto photon = co_await alice.receive_light(1);
  const auto request = co_await alice.receive<CheatSensitiveRequest>();
  if (request.give_back) {
    alice.send(std::move(photon));
    co_return Verdict::accept(kGaveBack);
  }
  // 4. The photon must be in that state.
  const auto opening = co_await alice.receive<CheatSensitiveOpening>();
  if (!is_polarized(std::move(photon), p.polarization(opening.bit, opening.sign), seat.random))
    co_return Verdict::reject(CheatSensitiveOpening::kName, "the photon is not in the state that she names");
  co_return Verdict::accept(opening.bit ? 1 : 0);
}

Party<Verdict> alice_lies(Seat& seat, const CheatSensitive& p) {
  Peer& bob = seat.peer();
  const bool bit = random_bit(seat.random), sign = random_bit(seat.random);
  bob.send(polarized(p.polarization(bit, sign)));
  const bool wanted = random_bit(seat.random);
  bob.send(CheatSensitiveRequest(false));
  // Of the other bit's states, the nearer.
  bob.send(CheatSensitiveOpening(wanted, sign != (wanted != bit)));
  co_return Verdict::accept(opens(wanted, wanted != bit));
}

Party<Verdict> alice_sends_between(Seat& seat, const CheatSensitive&) {
  Peer& bob = seat.peer();
  bob.send(polarized(std::numbers::pi / 4));
  const bool wanted = random_bit(seat.random);
  bob.send(CheatSensitiveRequest(false));
  // 45 degrees are nearest to `angle`, and to 90 degrees - `angle`.
  bob.send(CheatSensitiveOpening(wanted, !wanted));
  co_return Verdict::accept(opens(wanted, true));
}

Party<Verdict> bob_looks(Seat& seat, const CheatSensitive& p) {
  Peer& alice = seat.peer();
  auto light = co_await alice.receive_light(1);
  std::vector<std::optional<Qubit>> photon = take_apart(std::move(light));
  if (!photon[0]) co_return Verdict::reject("light", "no photon came");
  // A measurement between 0 and 90 degrees of this strength, which keeps the photon.
  const double likely = std::sqrt((1 + p.strength) / 2), unlikely = std::sqrt((1 - p.strength) / 2);
  KrausChannel reading(2, ComplexMatrix(2, 2));
  reading[0](0, 0) = reading[1](1, 1) = likely;
  reading[0](1, 1) = reading[1](0, 0) = unlikely;
  const bool guess = apply(reading, *photon[0], seat.random) == 1;
  const auto request = co_await alice.receive<CheatSensitiveRequest>();
  if (request.give_back) {
    std::vector<Qubit> left;
    left.push_back(std::move(*photon[0]));
    alice.send(QubitString(std::move(left)));
    co_return Verdict::accept(commitment::guesses(false, guess) | kGaveBack);
  }
  const auto opening = co_await alice.receive<CheatSensitiveOpening>();
  co_return Verdict::accept(commitment::guesses(opening.bit, guess));
}

}  // namespace commit_cheat_sensitive
}  // namespace herald
