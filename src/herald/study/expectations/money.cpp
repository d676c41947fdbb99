#include "herald/cheating/money.h"

#include <cmath>
#include <numbers>

#include "herald/study/expectations/all.h"

namespace herald::study {
namespace {

struct Forgery {
  Result<double> probability;
  std::string_view source;
};

// That each photon becomes known, or passes by chance, by putting known ones in its place.
Forgery by_tests(const Casting& casting) {
  const double n = casting.real("photons");
  // A state of the other basis passes all the tests of one state by mistake; two bills with it pass in 1 of 4.
  const double mistake = std::exp2(-casting.real("tests"));
  if (casting.strategy_name("bank") == "returns-all")
    return {std::pow(1 - 3.0 / 8 * (1 - (1 - mistake) * (1 - mistake)), n),
            "(1 - 3/8 (1 - (1 - 2^-t)^2))^n: t tests of |0> and of |1> in each place; Lutomirski 2010"};
  if (casting.strategy_name("bank") == "returns-valid")
    return {std::pow((1 + mistake / 2) / 4, n), "((1 + 2^-t/2)/4)^n: only |0> is never refused"};
  return {0.5 * counterfeit_optimal(n).value_or(0), "(3/4)^n / 2: a random photon passes the only test, then a clone"};
}

Forgery by_probes(const Casting& casting) {
  const double n = casting.real("photons"), turns = 2 * casting.real("probes");
  const double cosine = std::cos(std::numbers::pi / 2 / turns);
  if (casting.strategy_name("bank") == "returns-all")
    return {1, "1: a refusal only tells that the photon is in z; Brodutch, Nagaj, Sattath, Unruh 2014"};
  if (casting.strategy_name("bank") == "returns-valid")
    return {std::pow((1 + std::pow(cosine, 4 * turns)) / 2, n),
            "((1 + cos^4N(pi/2N))/2)^n: 2N weak tests of each photon; Brodutch, Nagaj, Sattath, Unruh 2014"};
  return {(1 + cosine * cosine) / 2 * counterfeit_optimal(n).value_or(0),
          "(1 + cos^2(pi/2N))/2 (3/4)^n: one weak test, then a clone"};
}

Forgery forgery(const Casting& casting) {
  const double n = casting.real("photons");
  const std::string_view holder = casting.strategy_name("holder");
  if (holder == "cheat-clone") return {counterfeit_optimal(n), "(3/4)^n: Molina, Vidick, Watrous 2012, theorem 1"};
  if (holder == "cheat-measure") return {counterfeit_measure_resend(n), "(5/8)^n: Molina, Vidick, Watrous 2012"};
  return holder == "cheat-tests" ? by_tests(casting) : by_probes(casting);
}

}  // namespace

std::vector<Expectation> expect_money(const Casting& casting) {
  std::vector<Expectation> all;
  if (casting.strategy("holder") == 0) {
    expect(all, "paid", Relation::equal, 1, "1: each photon in its basis");
    return all;
  }
  const Forgery made = forgery(casting);
  expect(all, "two-paid", Relation::equal, made.probability, made.source);
  if (casting.strategy("bank") == 0)
    expect(all, "two-paid", Relation::at_most, counterfeit_optimal(casting.real("photons")),
           "(3/4)^n: Molina, Vidick, Watrous 2012, theorem 1");
  return all;
}

std::vector<Expectation> expect_money_classical(const Casting& casting) {
  std::vector<Expectation> all;
  const double n = casting.real("photons");
  const std::string_view holder = casting.strategy_name("holder");
  if (casting.strategy("holder") == 0) {
    expect(all, "paid", Relation::equal, 1, "1: each photon as asked");
    return all;
  }
  if (holder == "cheat-repeat")
    expect(all, "two-paid", Relation::equal, std::pow(7.0 / 8, n), "(7/8)^n: one photon of eight is asked for in vain");
  expect(all, "two-paid", holder == "cheat-halfway" ? Relation::equal : Relation::at_most,
         counterfeit_classical_verification(n), "(3/4 + sqrt 2/8)^n: Molina, Vidick, Watrous 2012");
  return all;
}

}  // namespace herald::study
