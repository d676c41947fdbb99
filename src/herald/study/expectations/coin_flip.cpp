#include <cmath>

#include "herald/cheating/coin_flip_errors.h"
#include "herald/cheating/two_bases.h"
#include "herald/protocol/coin_flip/coin_flip.h"
#include "herald/study/expectations/all.h"

namespace herald::study {
namespace {

constexpr std::string_view kArrive = "1 - P[Bin(n, t) >= n - holes]: too many photons are missing";
constexpr std::string_view kTables =
    "sum over both tables: at most the tolerated errors in the opened one, no correlation with the other";

struct Opening {
  Result<TableErrors> errors;  // in the tables, when Alice opens what she wants to win with
  std::string_view source;     // of the pass, where nothing may be wrong
};

Opening opening(const Casting& casting) {
  const std::string_view alice = casting.strategy_name("alice");
  if (alice == "honest") return {errors_honest(), "0: perfect correlation"};
  if (alice == "cheat-lie") return {errors_lie(), "(3/4)^n, n photons arriving: half of the table is a guess"};
  if (alice == "cheat-mixture") return {errors_mixture(), "(7/8)^n: half of the photons are wrong"};
  if (alice == "cheat-breidbart") return {errors_breidbart(), "((1 + cos^2(pi/8))/2)^n: Breidbart's basis"};
  if (alice == "cheat-epr")
    return {errors_epr(casting.real("storage") * casting.real("measurement")),
            "((3 + eta)/4)^n: entanglement, with a memory that works with eta"};
  if (alice == "cheat-heralded")
    return {errors_epr(casting.real("measurement")), "((3 + eta)/4)^(n - holes): what the memory lost was never sent"};
  return {errors_lie(), "(3/4)^(n - holes): empty pulses cannot be wrong"};
}

// Alice's light, and what Bob puts up with.
struct Light {
  HoleRule rule;
  double transmittance, depolarising, tolerated;

  explicit Light(const Casting& casting)
      : transmittance(casting.real("transmittance")),
        depolarising(casting.real("depolarising")),
        tolerated(casting.real("errors")) {
    const double photons = casting.real("photons"), holes = std::floor(casting.real("holes") * photons);
    rule = {static_cast<std::int64_t>(photons), static_cast<std::int64_t>(photons - holes)};
  }
  // As many as Bob insists on, over a line without loss.
  void send_fewest() {
    rule.pulses = rule.fewest_clicks;
    transmittance = 1;
  }
  bool faultless() const { return depolarising == 0 && tolerated == 0; }

  Result<double> arrive() const { return transmittance == 1 ? 1.0 : honest_accepted(rule, transmittance); }
  Result<double> pass(const TableErrors& errors) const {
    if (!faultless()) {
      HERALD_TRY(const TableErrors seen, depolarised(errors, depolarising));
      return pass_comparison(rule, transmittance, seen, {tolerated, coin_flip::kCorrelationBits});
    }
    // What is in neither table passes.
    const double each = 1 - errors.opened / 2;
    return transmittance == 1 ? all_pass(each, static_cast<double>(rule.pulses))
                              : pass_with_random_holes(rule, transmittance, each);
  }
};

void expect_of_honest(std::vector<Expectation>& all, const Light& light, double pass) {
  const std::string_view rejects = !light.faultless()         ? kTables
                                   : light.transmittance == 1 ? "0: perfect correlation"
                                                              : kArrive;
  expect(all, "bob-rejects", Relation::equal, 1 - pass, rejects);
  expect(all, "alice-wins", Relation::equal, pass / 2, "1/2, if Bob accepts: both honest");
  expect(all, "bob-wins", Relation::equal, pass * bob_guesses_basis(),
         "1/2, if Bob accepts: a string in either basis is I/2^n");
}

}  // namespace

std::vector<Expectation> expect_coin_flip(const Casting& casting) {
  std::vector<Expectation> all;
  const std::string_view alice = casting.strategy_name("alice");
  // Bob's cheat looks at no table, and misses no photon.
  if (casting.strategy_name("bob") != "honest") {
    if (alice == "honest")
      expect(all, "bob-wins", Relation::equal, bob_guesses_basis(), "1/2: a string in either basis is I/2^n");
    return all;
  }
  const auto [errors, source] = opening(casting);
  Light light(casting);
  Result<double> arrive = light.arrive();
  if (alice == "cheat-heralded") arrive = honest_accepted(light.rule, casting.real("storage"));
  if (alice == "cheat-holes" || alice == "cheat-heralded") {
    light.send_fewest();
    if (alice == "cheat-holes") arrive = 1;
  }
  if (!arrive || !errors) return all;
  const Result<double> pass = light.pass(*errors), honest_pass = light.pass(errors_honest());
  if (!pass || !honest_pass) return all;
  if (alice == "honest") {
    expect_of_honest(all, light, *pass);
    return all;
  }
  // Given that Bob goes on to guess; the heralded string has its length for certain then.
  const bool heralded = alice == "cheat-heralded";
  if (*arrive > 0)
    expect(all, "lie-passes", Relation::equal, heralded ? *pass : *pass / *arrive,
           light.faultless() ? source : kTables);
  if (alice == "cheat-lie" || alice == "cheat-holes")
    expect(all, "alice-wins", Relation::equal, (*honest_pass + *pass) / 2,
           "(honest pass + pass)/2: half of Bob's guesses need no lie");
  else
    expect(all, "alice-wins", Relation::equal, heralded ? *arrive * *pass : *pass,
           heralded ? "P[Bin(n, s) >= n - holes] pass: the memory stored enough, whatever the line is said to lose"
                    : "she needs to pass, whatever he guessed");
  // Without a memory; each number of photons takes its cube.
  const double photons = casting.real("photons"), fewest = static_cast<double>(light.rule.fewest_clicks);
  if (alice != "cheat-epr" && !heralded && fewest >= 1 && (photons - fewest + 1) * std::pow(photons, 3) <= 1e8)
    expect(all, "alice-wins", Relation::at_most,
           best_in_either_basis(light.rule.fewest_clicks, static_cast<std::int64_t>(photons), light.tolerated),
           "the optimum without a memory: the largest eigenvalue of the mean of both tests, of all numbers of photons");
  return all;
}

}  // namespace herald::study
