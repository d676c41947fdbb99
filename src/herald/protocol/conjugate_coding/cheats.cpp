#include <array>
#include <cmath>
#include <cstdlib>
#include <numbers>

#include "herald/protocol/conjugate_coding/messages.h"
#include "herald/protocol/fields.h"

namespace herald::conjugate_coding {

Party<Verdict> reader_breidbart(Seat& seat, const ConjugateCoding& coding) {
  Peer& sender = seat.peer();
  const bool wanted = random_bit(seat.random);
  auto photons = co_await sender.receive_light(2 * coding.bits);
  // |0> and |+> are both 22.5 degrees away from the first outcome, |1> and |-> from the second.
  const Gate halfway = gate::rotation(std::numbers::pi / 8);
  const BitString seen = seen_or_guessed(measure(std::move(photons), halfway, seat.random), seat);
  const auto order = co_await sender.receive<PhotonOrder>();
  co_return in_order(seen, order, wanted);
}

namespace {

// A basis of two photons, each vector (index: the first photon's bit, and twice the second's) halfway between a word of
// either order: |a>|b in X>, when the first photon is that of message 0, and |a in X>|b>. Normalised by sqrt 6.
constexpr std::array<std::array<int, 4>, 4> kHalfway{{{2, 1, 1, 0}, {0, 1, -1, -2}, {1, 0, -2, 1}, {1, -2, 0, -1}}};

// The word of an order that such a vector is nearest to: their scalar product is 3, of the other words 1, times the
// same.
std::array<bool, 2> nearest_word(std::size_t vector, bool second) {
  std::array<bool, 2> nearest{};
  std::size_t near = 0;
  for (unsigned word = 0; word < 4; ++word) {
    const bool a = (word & 1) != 0, b = (word & 2) != 0;
    int product = 0;
    for (unsigned index = 0; index < 4; ++index) {
      const bool p = (index & 1) != 0, q = (index & 2) != 0;
      // In the diagonal basis the sign of 1 is the bit.
      const int amplitude = second ? (q == b ? (p && a ? -1 : 1) : 0) : (p == a ? (q && b ? -1 : 1) : 0);
      product += kHalfway[vector][index] * amplitude;
    }
    if (std::abs(product) != 3) continue;
    nearest = {a, b};
    ++near;
  }
  HERALD_CHECK(near == 1);
  return nearest;
}

// What two photons say for either order; where one is missing, what the other says halfway between the bases.
std::array<std::array<bool, 2>, 2> read_pair(std::optional<Qubit> first, std::optional<Qubit> second, Seat& seat) {
  static const ComplexMatrix kTurn = [] {
    ComplexMatrix turn(4, 4);
    for (std::size_t k = 0; k < 4; ++k)
      for (std::size_t index = 0; index < 4; ++index) turn(k, index) = kHalfway[k][index] / std::sqrt(6.0);
    return turn;
  }();
  if (first && second) {
    const std::array<Qubit*, 2> both{&*first, &*second};
    herald::apply(kTurn, both);
    const bool low = measure(std::move(*first), Basis::z, seat.random);
    const std::size_t found = (low ? 1 : 0) + (measure(std::move(*second), Basis::z, seat.random) ? 2 : 0);
    return {nearest_word(found, false), nearest_word(found, true)};
  }
  std::array<bool, 2> word{random_bit(seat.random), random_bit(seat.random)};
  const Gate halfway = gate::rotation(std::numbers::pi / 8);
  if (first) word[0] = measure(std::move(*first), halfway, seat.random);
  if (second) word[1] = measure(std::move(*second), halfway, seat.random);
  return {word, word};
}

}  // namespace

Party<Verdict> reader_measures_pairs(Seat& seat, const ConjugateCoding& coding) {
  const std::size_t n = coding.bits;
  Peer& sender = seat.peer();
  const bool wanted = random_bit(seat.random);
  auto light = co_await sender.receive_light(2 * n);
  std::vector<std::optional<Qubit>> photons = take_apart(std::move(light));
  std::array<BitString, 2> seen{BitString(2 * n), BitString(2 * n)};  // by order
  for (std::size_t i = 0; i < n; ++i) {
    const auto words = read_pair(std::move(photons[i]), std::move(photons[n + i]), seat);
    for (std::size_t order = 0; order < 2; ++order) {
      seen[order].set(i, words[order][0]);
      seen[order].set(n + i, words[order][1]);
    }
  }
  const auto order = co_await sender.receive<PhotonOrder>();
  if (order.second.size() == n)
    for (std::size_t i = 0; i < 2 * n; ++i)
      if (order.second[i % n]) seen[0].set(i, seen[1][i]);
  co_return in_order(seen[0], order, wanted);
}

Party<Verdict> reader_keeps_photons(Seat& seat, const ConjugateCoding& coding) {
  Peer& sender = seat.peer();
  const bool wanted = random_bit(seat.random);
  auto photons = co_await sender.receive_light(2 * coding.bits);
  const auto order = co_await sender.receive<PhotonOrder>();
  if (order.second.size() != coding.bits) co_return in_order(BitString(2 * coding.bits), order, wanted);
  // What the memory lost is an even mixture to him.
  depolarise(photons, 1 - coding.storage, seat.random);
  const BitString bases = bases_of(order.second);
  const BitString seen = seen_or_guessed(measure(std::move(photons), bases, seat.random), seat);
  co_return in_order(seen, order, wanted);
}

}  // namespace herald::conjugate_coding
