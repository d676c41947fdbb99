#include <cmath>

#include "herald/base/tail_bounds.h"
#include "herald/protocol/computation/bristol.h"
#include "herald/protocol/computation/joint_computation.h"
#include "herald/study/expectations/all.h"

namespace herald::study {
namespace {

// That both of an honest receiver's sets are large enough in one transfer.
double sets_suffice(const ObliviousTransfer& transfer) {
  const double rest = static_cast<double>(transfer.photons - transfer.tested), set = static_cast<double>(transfer.set);
  double sum = 0;
  for (double good = set; good <= rest - set; ++good) sum += std::exp(binomial_log_pmf(rest, 0.5, good));
  return sum;
}

}  // namespace

std::vector<Expectation> expect_two_party_computation(const Casting& casting) {
  std::vector<Expectation> all;
  const double bits = casting.real("bits"), parties = casting.real("parties");
  const std::size_t circuit = casting.whole("circuit");
  const GivenText& given = casting.texts[0];
  const bool of_file = !given.from.empty(), comparison = circuit == 0 && !of_file,
             extended = casting.whole("extended") == 1;
  const std::string_view alice = casting.strategy_name("alice"), bob = casting.strategy_name("bob");
  if ((extended ? bob : alice) == "cheat-store") return all;  // refused: nothing to store
  const ObliviousTransfer transfer = extended ? transfer_of_seeds() : transfer_of_bits();
  // Two transfers an AND gate between every two; extended 128 whatever there is to compute.
  double ands = circuit == 1 ? 6400 : circuit == 2 ? bits - 1 : bits;
  if (of_file) {
    const auto read = read_bristol(given.content, given.from);
    if (!read || read->and_count() == 0) return all;
    ands = static_cast<double>(read->and_count());
  }
  const double transfers = (extended ? 128 : 2 * ands) * parties * (parties - 1) / 2;
  const bool stores = (extended ? alice : bob) == "cheat-store";
  if ((stores && (parties > 2 || !comparison)) || (alice == "cheat-spoil" && !comparison)) return all;
  if (!stores) {
    expect(all, "done", Relation::equal, std::pow(sets_suffice(transfer), transfers),
           "(1 - 2 P[Bin(n - t, 1/2) < set])^transfers: every transfer goes through");
    if (alice != "honest" || bob != "honest")
      expect(all, "caught", Relation::equal, 1 - std::pow(sets_suffice(transfer), transfers),
             "no oftener than without a cheat: nobody checks what the others say");
    // A result that somebody turned round, and somebody else again, is right.
    if (alice != "cheat-spoil") {
      expect(all, "bob-right", Relation::equal, alice == "cheat-flip" ? 0 : 1,
             alice == "cheat-flip" ? "0: semi-honest security says nothing of those who deviate" : "1: GMW is correct");
      expect(all, "alice-right", Relation::equal, bob == "cheat-flip" ? 0 : 1,
             bob == "cheat-flip" ? "0: semi-honest security says nothing of those who deviate" : "1: GMW is correct");
    } else {
      expect(all, "alice-right", Relation::equal, 0.5, "1/2: his share, which chooses the wrong bit, is uniform");
      expect(all, "bob-right", Relation::equal, 0.5, "1/2: his share, which chooses the wrong bit, is uniform");
    }
    return all;
  }
  // Who stores the photons of one transfer and is bound passes with (3/4)^tested.
  const bool binds = casting.whole("commitment") != 2;
  const std::string_view learned = extended ? "alice-learns-input" : "bob-learns-input";
  if (extended) {
    const double others = std::pow(sets_suffice(transfer), transfers - 1);
    expect(all, learned, Relation::equal, (binds ? std::pow(0.75, static_cast<double>(transfer.tested)) : 1) * others,
           "(3/4)^t, 1 without binding, times what an honest transfer needs: one column shows all choices");
  } else {
    expect(all, learned, Relation::equal, binds ? std::pow(0.75, static_cast<double>(transfer.tested) * transfers) : 1,
           "(3/4)^(t transfers), 1 without binding: both bits of each transfer show the sender's share");
  }
  return all;
}

}  // namespace herald::study
