#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <numbers>

#include "herald/protocol/coin_flip/coin_flip.h"
#include "herald/protocol/fields.h"

namespace herald::coin_flip {
namespace {

// What Bob saw: the table of a basis has the positions where he measured in it and a photon came.
struct Tables {
  BitString bases;
  Detections seen;
};

struct Comparison {
  std::size_t entries = 0, errors = 0;  // in the table of one basis
  double error_rate() const { return static_cast<double>(errors) / static_cast<double>(entries); }
};

Comparison compare(const Tables& tables, Basis basis, BitView string) {
  Comparison comparison;
  for (std::size_t w = 0; w < string.words().size(); ++w) {
    const std::uint64_t bases = tables.bases.words()[w];
    const std::uint64_t entries = tables.seen.detected.words()[w] & (basis == Basis::x ? bases : ~bases);
    comparison.entries += static_cast<std::size_t>(std::popcount(entries));
    comparison.errors +=
        static_cast<std::size_t>(std::popcount(entries & (string.words()[w] ^ tables.seen.bits.words()[w])));
  }
  return comparison;
}

// Whether a table and a string that have nothing to do with each other agree or differ so much: with probability below
// 2^-kCorrelationBits, by Hoeffding's inequality.
bool correlated(const Comparison& table) {
  const double m = static_cast<double>(table.entries);
  return table.entries > 0 &&
         std::abs(table.error_rate() - 0.5) > std::sqrt((kCorrelationBits + 1) * std::numbers::ln2 / (2 * m));
}

Verdict judge(const Tables& tables, const BasisGuess& guess, const BasisOpening& opening, const CoinFlip& flip) {
  constexpr std::string_view kPhase = BasisOpening::kName;
  if (opening.bits.size() != flip.photons)
    return Verdict::reject(kPhase,
                           fmt::format("a string of {} bits for {} photons", opening.bits.size(), flip.photons));
  const Comparison table = compare(tables, opening.basis, opening.bits);
  const double allowed = flip.errors * static_cast<double>(table.entries);
  if (static_cast<double>(table.errors) > allowed)
    return Verdict::reject(kPhase, "her string is not what the photons said in the basis that she names");
  if (correlated(compare(tables, other(opening.basis), opening.bits)))
    return Verdict::reject(kPhase, "her string has to do with both tables");
  return Verdict::accept(static_cast<std::uint64_t>(guess.basis == opening.basis ? CoinSide::bob : CoinSide::alice));
}

}  // namespace

Party<Verdict> alice(Seat& seat, const CoinFlip& flip) {
  Peer& bob = seat.peer();
  // 1. One basis for the whole string, and a random string of photons in it.
  const Basis basis = random_basis(seat.random);
  BitString bits = random_bits(seat.random, flip.photons);
  bob.send(prepare(bits, basis));
  // 4. She says who won, and proves it: her basis and her string.
  const auto guess = co_await bob.receive<BasisGuess>();
  bob.send(BasisOpening(basis, std::move(bits)));
  co_return Verdict::accept(static_cast<std::uint64_t>(guess.basis == basis ? CoinSide::bob : CoinSide::alice));
}

Party<Verdict> bob(Seat& seat, const CoinFlip& flip) {
  Peer& alice = seat.peer();
  // 2. Each photon in a random basis: two tables, with holes where no photon came.
  auto photons = co_await alice.receive_light(flip.photons);
  Tables tables{random_bits(seat.random, flip.photons), {}};
  tables.seen = measure(std::move(photons), tables.bases, seat.random);
  const std::size_t missing = flip.photons - tables.seen.detected.view().count_ones();
  if (static_cast<double>(missing) > flip.holes * static_cast<double>(flip.photons))
    co_return Verdict::reject("light", fmt::format("{} of {} photons are missing", missing, flip.photons));
  // 3. He guesses her basis.
  const BasisGuess guess(random_basis(seat.random));
  alice.send(guess);
  // 5. He compares: perfect correlation with the table of her basis, none with the other.
  const auto opening = co_await alice.receive<BasisOpening>();
  co_return judge(tables, guess, opening, flip);
}

}  // namespace herald::coin_flip
