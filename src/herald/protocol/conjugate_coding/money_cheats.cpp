#include <cmath>
#include <numbers>

#include "herald/protocol/conjugate_coding/money.h"

namespace herald::money {
namespace {

// A bill in dishonest hands.
struct Booty {
  std::uint64_t serial = 0;
  std::vector<Qubit> photons;
  bool there = true;     // false: the bank kept it
  bool renewed = false;  // it is another one than at first
};

// Photon by photon; any photon in the place of a lost one.
std::vector<Qubit> apart(QubitString string) {
  std::vector<Qubit> photons;
  for (std::optional<Qubit>& photon : take_apart(std::move(string)))
    photons.push_back(photon ? std::move(*photon) : Qubit());
  return photons;
}

// The bank tests the bill and hands over what it does: whether it was found good.
Party<bool> tested(Peer& bank, Booty& bill) {
  const std::size_t n = bill.photons.size();
  bank.send(BillRequest(bill.serial, 0));
  bank.send(QubitString(std::exchange(bill.photons, {})));
  const auto answer = co_await bank.receive<BillAnswer>();
  bill.there = answer.over != BillAnswer::Over::nothing;
  bill.renewed = answer.over == BillAnswer::Over::a_new_bill;
  if (bill.renewed) {
    const auto number = co_await bank.receive<BillNumber>();
    bill.serial = number.serial;
  }
  if (bill.there) {
    auto light = co_await bank.receive_light(n);
    bill.photons = apart(std::move(light));
  }
  co_return answer.valid;
}

// Whether the bill is found good, time after time, with a photon in this state at `place`.
Party<bool> always_good_with(Peer& bank, Booty& bill, std::size_t place, Bb84State state, std::size_t times) {
  for (std::size_t t = 0; t < times; ++t) {
    bill.photons[place] = Qubit(state);
    auto test = tested(bank, bill);
    const bool good = co_await std::move(test);
    if (!good) co_return false;
    if (!bill.there || bill.renewed) break;
  }
  co_return true;
}

// The state of one photon by putting others in its place; of a conjugate basis they pass every other time.
Party<Bb84State> find_by_tests(Peer& bank, Booty& bill, std::size_t place, std::size_t times) {
  for (const bool bit : {false, true}) {
    const Bb84State state{Basis::z, bit};
    auto test = always_good_with(bank, bill, place, state, times);
    const bool good = co_await std::move(test);
    if (good || !bill.there || bill.renewed) co_return state;
  }
  // Neither |0> nor |1>: one test tells |+> from |->.
  auto test = always_good_with(bank, bill, place, Bb84State{Basis::x, false}, 1);
  const bool plus = co_await std::move(test);
  co_return Bb84State{Basis::x, !plus};
}

// The state of one photon by a probe that turns to |1> in `probes` steps when `gate` leaves the photon alone, and
// otherwise is put back by each test, or turned to and fro.
Party<Bb84State> find_by_probes(Peer& bank, Booty& bill, std::size_t place, std::size_t probes,
                                SimulationRandom& random) {
  constexpr Gate kMinusX{{0, -1, -1, 0}};
  const Gate step = gate::rotation(std::numbers::pi / 2 / static_cast<double>(probes));
  for (const bool bit : {false, true}) {
    Qubit probe;
    for (std::size_t k = 0; k < probes; ++k) {
      apply(step, probe);
      apply_controlled(bit ? kMinusX : gate::kX, probe, bill.photons[place]);
      auto test = tested(bank, bill);
      const bool good = co_await std::move(test);
      if (!bill.there || bill.renewed) co_return Bb84State{};
      if (good) continue;
      // Only a photon in z can be found flipped.
      const bool flipped = measure(std::move(bill.photons[place]), Basis::z, random);
      bill.photons[place] = Qubit(Bb84State{Basis::z, !flipped});
      co_return Bb84State{Basis::z, !flipped};
    }
    if (measure(std::move(probe), Basis::z, random)) co_return Bb84State{Basis::x, bit};
  }
  const Bb84State found{Basis::z, measure(std::move(bill.photons[place]), Basis::z, random)};
  bill.photons[place] = Qubit(found);
  co_return found;
}

// A unitary of three qubits that takes |psi>|0>|0> to the sum of K_k |psi> (x) |k>, K_k those of Molina, Vidick and
// Watrous, section 3: with 1/sqrt 12, 3|00> + |11> and |01> + |10>, and the same with 0 and 1 exchanged.
ComplexMatrix cloner() {
  constexpr std::size_t kSize = 8;  // bits of the index: the first copy, the second, what is thrown away
  ComplexMatrix unitary(kSize, kSize);
  const double unit = 1 / std::sqrt(12.0);
  unitary(0, 0) = unitary(7, 1) = 3 * unit;
  unitary(3, 0) = unitary(5, 0) = unitary(6, 0) = unit;
  unitary(4, 1) = unitary(1, 1) = unitary(2, 1) = unit;
  // The other columns: any that are orthonormal to these (Gram, Schmidt).
  for (std::size_t column = 2, axis = 0; column < kSize; ++axis) {
    std::array<double, kSize> rest{};
    rest[axis] = 1;
    for (std::size_t c = 0; c < column; ++c) {
      double along = 0;
      for (std::size_t r = 0; r < kSize; ++r) along += unitary(r, c).real() * rest[r];
      for (std::size_t r = 0; r < kSize; ++r) rest[r] -= along * unitary(r, c).real();
    }
    double square = 0;
    for (const double entry : rest) square += entry * entry;
    if (square < 1e-9) continue;
    for (std::size_t r = 0; r < kSize; ++r) unitary(r, column) = rest[r] / std::sqrt(square);
    ++column;
  }
  return unitary;
}

std::array<QubitString, 2> cloned(std::vector<Qubit> photons) {
  static const ComplexMatrix kCloner = cloner();
  std::vector<Qubit> second;
  for (Qubit& photon : photons) {
    Qubit copy, rest;
    std::array<Qubit*, 3> three{&photon, &copy, &rest};
    herald::apply(kCloner, three);  // not std::apply
    second.push_back(std::move(copy));
  }
  return {QubitString(std::move(photons)), QubitString(std::move(second))};
}

// Two bills of one number: how many the bank pays for.
Party<Verdict> pass_off(Peer& bank, std::uint64_t serial, QubitString first, QubitString second) {
  bank.send(BillRequest(serial, 2));
  bank.send(std::move(first));
  bank.send(std::move(second));
  const auto one = co_await bank.receive<BillAnswer>();
  if (!one.valid) co_return Verdict::accept(0);
  const auto two = co_await bank.receive<BillAnswer>();
  co_return Verdict::accept(two.valid ? 2 : 1);
}

using Find = Party<Bb84State> (*)(Peer& bank, Booty& bill, std::size_t place, const Money& money, Seat& seat);

// Finds photon after photon, and makes two bills. Of a bank that renews the bill he learns nothing: then he clones.
Party<Verdict> holder_finds(Seat& seat, const Money& money, Find find) {
  Peer& bank = seat.peer();
  const auto number = co_await bank.receive<BillNumber>();
  auto light = co_await bank.receive_light(money.photons);
  Booty bill;
  bill.serial = number.serial;
  bill.photons = apart(std::move(light));
  BitString bits(money.photons), bases(money.photons);
  for (std::size_t place = 0; place < money.photons && !bill.renewed; ++place) {
    auto search = find(bank, bill, place, money, seat);
    const Bb84State found = co_await std::move(search);
    if (!bill.there) co_return Verdict::accept(0);
    if (!bill.renewed) bill.photons[place] = Qubit(found);
    bits.set(place, found.bit);
    bases.set(place, found.basis == Basis::x);
  }
  auto [first, second] =
      bill.renewed ? cloned(std::move(bill.photons)) : std::array{prepare(bits, bases), prepare(bits, bases)};
  auto attempt = pass_off(bank, bill.serial, std::move(first), std::move(second));
  auto verdict = co_await std::move(attempt);
  co_return verdict;
}

}  // namespace

Party<Verdict> holder_clones(Seat& seat, const Money& money) {
  Peer& bank = seat.peer();
  const auto number = co_await bank.receive<BillNumber>();
  auto light = co_await bank.receive_light(money.photons);
  auto [first, second] = cloned(apart(std::move(light)));
  auto attempt = pass_off(bank, number.serial, std::move(first), std::move(second));
  auto verdict = co_await std::move(attempt);
  co_return verdict;
}

Party<Verdict> holder_measures(Seat& seat, const Money& money) {
  Peer& bank = seat.peer();
  const auto number = co_await bank.receive<BillNumber>();
  auto light = co_await bank.receive_light(money.photons);
  const BitString bases = random_bits(seat.random, money.photons);
  const Detections seen = measure(std::move(light), bases, seat.random);
  auto attempt = pass_off(bank, number.serial, prepare(seen.bits, bases), prepare(seen.bits, bases));
  auto verdict = co_await std::move(attempt);
  co_return verdict;
}

Party<Verdict> holder_tests(Seat& seat, const Money& money) {
  return holder_finds(seat, money, [](Peer& bank, Booty& bill, std::size_t place, const Money& cheat, Seat&) {
    return find_by_tests(bank, bill, place, cheat.tests);
  });
}

Party<Verdict> holder_probes(Seat& seat, const Money& money) {
  return holder_finds(seat, money, [](Peer& bank, Booty& bill, std::size_t place, const Money& cheat, Seat& own) {
    return find_by_probes(bank, bill, place, cheat.probes, own.random);
  });
}

Party<Verdict> answering_holder_halfway(Seat& seat, const Money& money) {
  Peer& bank = seat.peer();
  const auto number = co_await bank.receive<BillNumber>();
  auto light = co_await bank.receive_light(money.photons);
  bank.send(BillRequest(number.serial, 2));
  const auto one = co_await bank.receive<BillChallenge>();
  const auto two = co_await bank.receive<BillChallenge>();
  if (one.bases.size() != money.photons || two.bases.size() != money.photons)
    co_return Verdict::reject(BillChallenge::kName, "asks for another number of photons");
  // Where the counters differ only one of them can check, and nobody knows which.
  const Gate halfway = gate::rotation(std::numbers::pi / 8);
  std::vector<Qubit> photons = apart(std::move(light));
  BitString bits(money.photons);
  for (std::size_t i = 0; i < money.photons; ++i)
    bits.set(i, one.bases[i] != two.bases[i]
                    ? measure(std::move(photons[i]), halfway, seat.random)
                    : measure(std::move(photons[i]), one.bases[i] ? Basis::x : Basis::z, seat.random));
  bank.send(BillOutcomes(bits));
  bank.send(BillOutcomes(std::move(bits)));
  co_return Verdict::accept(2);
}

Party<Verdict> answering_holder_repeats(Seat& seat, const Money& money) {
  Peer& bank = seat.peer();
  const auto number = co_await bank.receive<BillNumber>();
  auto light = co_await bank.receive_light(money.photons);
  bank.send(BillRequest(number.serial, 2));
  const auto one = co_await bank.receive<BillChallenge>();
  if (one.bases.size() != money.photons)
    co_return Verdict::reject(BillChallenge::kName, "asks for another number of photons");
  const Detections seen = measure(std::move(light), one.bases, seat.random);
  bank.send(BillOutcomes(seen.bits));
  bank.send(BillOutcomes(seen.bits));
  co_return Verdict::accept(2);
}

}  // namespace herald::money
