#include "herald/cheating/commitment.h"

#include <algorithm>

#include "herald/cheating/coin_flip_bb84.h"
#include "herald/protocol/commitment/states.h"
#include "herald/study/expectations/all.h"

namespace herald::study {
namespace {

void expect_honest(std::vector<Expectation>& all) {
  expect(all, "opened", Relation::equal, 1, "1: both honest, no noise");
  expect(all, "bob-rejects", Relation::equal, 0, "0: both honest, no noise");
}

struct Passing {
  Result<double> probability;
  std::string_view source;
};

// That an opening survives Bob's comparison, over a perfect line and without tolerance.
Passing bb84_passing(const Casting& casting) {
  const double photons = casting.real("photons");
  const std::string_view alice = casting.strategy_name("alice");
  if (alice == "cheat-lie") return {all_pass(pass_lie(), photons), "(3/4)^n: half of the table is a guess"};
  if (alice == "cheat-mixture") return {all_pass(pass_mixture(), photons), "(7/8)^n: half of the photons are wrong"};
  if (alice == "cheat-breidbart")
    return {all_pass(pass_breidbart(), photons), "((1 + cos^2(pi/8))/2)^n: Breidbart's basis"};
  const auto each = pass_epr(casting.real("storage") * casting.real("measurement"));
  return {each ? all_pass(*each, photons) : each, "((3 + eta)/4)^n: Bennett, Brassard 1984, with a memory"};
}

// What Bob sees of the two states.
struct Seen {
  double fidelity = 0, distance = 0;
};
Seen seen_by_bob(const CommittedStates& states) {
  const ComplexMatrix zero = reduced_to_b(states.psi[0], states.dimension_a, states.dimension_b);
  const ComplexMatrix one = reduced_to_b(states.psi[1], states.dimension_a, states.dimension_b);
  return {std::min(1.0, fidelity(zero, one)), std::min(1.0, trace_distance(zero, one))};
}

std::vector<Expectation> expect_states(const Casting& casting, const CommittedStates& states) {
  std::vector<Expectation> all;
  const std::string_view alice = casting.strategy_name("alice");
  const Seen seen = seen_by_bob(states);
  if (casting.strategy_name("bob") != "honest") {
    if (alice == "honest")
      expect(all, "guess-right", Relation::equal, guess_commitment(seen.distance), "(1 + D)/2: Helstrom's measurement");
    return all;
  }
  if (alice == "honest") {
    expect_honest(all);
  } else if (alice == "cheat-lie") {
    Complex overlap = 0;
    for (std::size_t i = 0; i < states.psi[0].size(); ++i) overlap += std::conj(states.psi[1][i]) * states.psi[0][i];
    expect(all, "change-passes", Relation::equal, std::min(1.0, std::norm(overlap)), "|<psi_1|psi_0>|^2: Born");
  } else if (alice == "cheat-rotate") {
    expect(all, "change-passes", Relation::equal, seen.fidelity * seen.fidelity, "F^2: Uhlmann; Mayers; Lo, Chau 1997");
    expect(all, "opened", Relation::equal, open_by_rotation(seen.fidelity), "(1 + F^2)/2: Mayers; Lo, Chau 1997");
  } else {
    expect(all, "opened", Relation::equal, open_by_superposition(seen.fidelity), "(1 + F)/2: the optimum");
  }
  return all;
}

}  // namespace

std::vector<Expectation> expect_commit_bb84(const Casting& casting) {
  std::vector<Expectation> all;
  const bool clean = casting.real("depolarising") == 0 && casting.real("transmittance") == 1;
  if (casting.strategy_name("bob") != "honest") {
    const auto theory = bb84_commitment(casting.real("photons"));
    if (casting.strategy("alice") == 0 && theory)
      expect(all, "guess-right", Relation::equal, theory->bob, "1/2: a string in either basis is I/2^n");
    return all;
  }
  if (!clean || casting.real("errors") > 0) return all;
  if (casting.strategy("alice") == 0) {
    expect_honest(all);
    return all;
  }
  const Passing pass = bb84_passing(casting);
  expect(all, "change-passes", Relation::equal, pass.probability, pass.source);
  if (pass.probability && casting.strategy_name("alice") == "cheat-lie")
    expect(all, "opened", Relation::equal, (1 + *pass.probability) / 2, "(1 + pass)/2: half of the time no lie is due");
  return all;
}

std::vector<Expectation> expect_commit_states(const Casting& casting) {
  return expect_states(casting, angle_commitment(casting.real("angle"), casting.real("mixing")));
}

std::vector<Expectation> expect_commit_optimal(const Casting& casting) {
  const double t = casting.real("t");
  std::vector<Expectation> all = expect_states(casting, qutrit_commitment(t));
  if (casting.strategy_name("bob") == "honest" && casting.strategy_name("alice") == "cheat-superpose") {
    expect(all, "opened", Relation::equal, 1 - t / 2, "1 - t/2: F = 1 - t");
    expect(all, "opened", Relation::at_least, optimal_opening(t),
           "(1 - (1 - 1/sqrt 2) t)^2: Chailloux, Kerenidis 2011, for any commitment");
  }
  return all;
}

}  // namespace herald::study
