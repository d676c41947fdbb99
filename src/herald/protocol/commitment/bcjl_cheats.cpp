#include <array>
#include <bit>
#include <cmath>
#include <numbers>

#include "herald/protocol/commitment/bcjl.h"
#include "herald/protocol/commitment/bcjl_words.h"
#include "herald/protocol/commitment/outcome.h"
#include "herald/protocol/fields.h"

namespace herald::commit_bcjl {
namespace {

using commitment::opens;

// The photon halfway between saying `z` in z and `x` in x.
Qubit between(bool z, bool x) {
  const double eighth = std::numbers::pi / 8;
  const double angle = z == x ? (z ? 5 : 1) * eighth : (z ? 3 : -1) * eighth;
  return {std::cos(angle), std::sin(angle)};
}

struct Committed {
  std::vector<Qubit> mine;
};

Committed commit(Peer& bob, const Amplitudes& state, const BcjlCommitment& p) {
  bob.send(BcjlParity(p.parity));
  std::vector<Qubit> all = prepare(StateVector(state));
  Committed committed;
  std::vector<Qubit> his;
  for (std::size_t i = 0; i < all.size(); ++i) (i < p.photons() ? his : committed.mine).push_back(std::move(all[i]));
  bob.send(QubitString(std::move(his)));
  return committed;
}

void open(Seat& seat, bool wanted, Committed&& committed, const BcjlCommitment& p) {
  if (wanted) {
    std::vector<Qubit*> all;
    for (Qubit& qubit : committed.mine) all.push_back(&qubit);
    herald::apply(p.attack.rotation, all);
  }
  std::uint64_t found = 0;
  for (std::size_t i = 0; i < committed.mine.size(); ++i)
    found |= std::uint64_t{measure(std::move(committed.mine[i]), Basis::z, seat.random)} << i;
  const std::uint64_t bases = found & ((std::uint64_t{1} << p.photons()) - 1);
  const std::uint64_t codeword = ParityClass(p.generators, p.parity).word(wanted, found >> p.photons());
  seat.peer().send(BcjlOpening(wanted, codeword, bases));
}

}  // namespace

// The lightest words of RM(r, m) are the flats of dimension m - r.
std::uint64_t lightest_change(SimulationRandom& random, const BcjlCommitment& p, std::uint64_t r) {
  const unsigned dimension = p.code.variables - p.code.order, points = 1U << p.code.variables;
  for (;;) {
    std::array<std::uint64_t, 6> direction{};
    for (unsigned i = 0; i < dimension; ++i) direction[i] = random.next_below(points);
    std::uint64_t word = 0, point = random.next_below(points);
    for (unsigned i = 1; i <= 1U << dimension; ++i) {
      word |= std::uint64_t{1} << point;
      if (i < 1U << dimension) point ^= direction[static_cast<std::size_t>(std::countr_zero(i))];
    }
    if (std::popcount(word) == 1 << dimension && (std::popcount(word & r) & 1) != 0) return word;
  }
}

Party<Verdict> alice_lies(Seat& seat, const BcjlCommitment& p) {
  Peer& bob = seat.peer();
  const bool bit = random_bit(seat.random);
  const std::uint64_t r = random_parity(seat.random, p);
  bob.send(BcjlParity(r));
  const std::uint64_t codeword = ParityClass(p.generators, r).word(bit, seat.random.next_word());
  const std::uint64_t bases = random_word(seat.random, p.photons());
  bob.send(prepare(string_of(codeword, p.photons()), string_of(bases, p.photons())));
  const bool wanted = random_bit(seat.random);
  const std::uint64_t change = wanted == bit ? 0 : lightest_change(seat.random, p, r);
  bob.send(BcjlOpening(wanted, codeword ^ change, bases ^ change));
  co_return Verdict::accept(opens(wanted, wanted != bit));
}

Party<Verdict> alice_sends_breidbart(Seat& seat, const BcjlCommitment& p) {
  Peer& bob = seat.peer();
  const std::uint64_t r = random_parity(seat.random, p);
  bob.send(BcjlParity(r));
  const std::uint64_t codeword = ParityClass(p.generators, r).word(false, seat.random.next_word());
  const std::uint64_t bases = random_word(seat.random, p.photons());
  const std::uint64_t change = lightest_change(seat.random, p, r);
  std::vector<Qubit> photons;
  photons.reserve(p.photons());
  for (std::size_t i = 0; i < p.photons(); ++i) {
    const bool value = ((codeword >> i) & 1) != 0, diagonal = ((bases >> i) & 1) != 0;
    if (((change >> i) & 1) != 0)
      photons.push_back(diagonal ? between(!value, value) : between(value, !value));
    else
      photons.emplace_back(Bb84State{diagonal ? Basis::x : Basis::z, value});
  }
  bob.send(QubitString(std::move(photons)));
  const bool wanted = random_bit(seat.random);
  const std::uint64_t added = wanted ? change : 0;
  bob.send(BcjlOpening(wanted, codeword ^ added, bases ^ added));
  co_return Verdict::accept(opens(wanted, true));
}

Party<Verdict> alice_rotates(Seat& seat, const BcjlCommitment& p) {
  Committed committed = commit(seat.peer(), p.states.psi[0], p);
  const bool wanted = random_bit(seat.random);
  open(seat, wanted, std::move(committed), p);
  co_return Verdict::accept(opens(wanted, wanted));
}

Party<Verdict> alice_superposes(Seat& seat, const BcjlCommitment& p) {
  Committed committed = commit(seat.peer(), p.attack.superposition, p);
  const bool wanted = random_bit(seat.random);
  open(seat, wanted, std::move(committed), p);
  co_return Verdict::accept(opens(wanted, true));
}

Party<Verdict> bob_looks(Seat& seat, const BcjlCommitment& p) {
  Peer& alice = seat.peer();
  const auto parity = co_await alice.receive<BcjlParity>();
  auto photons = co_await alice.receive_light(p.photons());
  // Both bases say a bit in Breidbart's with cos^2(pi/8): what he has is the codeword over a noisy classical line.
  const Detections seen = measure(std::move(photons), gate::rotation(std::numbers::pi / 8), seat.random);
  const std::uint64_t word = seen.bits.words()[0];
  // sum over u in r + dual of (1 - 2 sin^2(pi/8))^|u| (-1)^(u.word): positive when even parities are likelier.
  double likelihood = 0;
  std::uint64_t u = parity.mask;
  for (std::uint64_t i = 1;; ++i) {
    const double term = std::exp2(-0.5 * std::popcount(u));
    likelihood += (std::popcount(u & word) & 1) != 0 ? -term : term;
    if (i == std::uint64_t{1} << p.checks.size()) break;
    u ^= p.checks[static_cast<std::size_t>(std::countr_zero(i))];
  }
  const auto opening = co_await alice.receive<BcjlOpening>();
  co_return Verdict::accept(commitment::guesses(opening.bit, likelihood < 0));
}

}  // namespace herald::commit_bcjl
