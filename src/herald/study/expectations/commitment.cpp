#include "herald/cheating/commitment.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "herald/base/tail_bounds.h"
#include "herald/cheating/coin_flip_bb84.h"
#include "herald/protocol/commitment/bcjl.h"
#include "herald/protocol/commitment/states.h"
#include "herald/quantum/state_vector.h"
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

// k of n, each with this probability.
double exactly(double k, double n, double each) { return std::exp(binomial_log_pmf(n, each, k)); }

// That n photons over a lossy and noisy line satisfy Bob: few enough are missing, and of those measured in their basis
// few enough are wrong.
double honest_over_line(const Casting& casting, double n) {
  const double arrive = casting.real("transmittance"), wrong = casting.real("depolarising") / 2;
  double accepted = 0;
  for (double seen = n; n - seen <= casting.real("holes") * n && seen >= 0; --seen)
    for (double table = 0; table <= seen; ++table) {
      double few = 0;
      for (double errors = 0; errors <= casting.real("errors") * table; ++errors) few += exactly(errors, table, wrong);
      accepted += exactly(seen, n, arrive) * exactly(table, seen, 0.5) * few;
    }
  return std::min(1.0, accepted);
}

BcjlCommitment bcjl_of(const Casting& casting) {
  BcjlCommitment p;
  p.code = {static_cast<unsigned>(casting.whole("order")), static_cast<unsigned>(casting.whole("variables"))};
  p.generators = p.code.generators();
  p.checks = p.code.checks();
  return p;
}

// What Bob's best measurement tells, over all parities that Alice may announce.
Result<double> bcjl_guess(const BcjlCommitment& p) {
  double sum = 0, parities = 0;
  const int n = static_cast<int>(p.photons());
  for (std::uint64_t r = 1; r < std::uint64_t{1} << n; ++r) {
    const bool constant =
        std::ranges::all_of(p.generators, [r](std::uint64_t word) { return std::popcount(word & r) % 2 == 0; });
    if (constant) continue;
    HERALD_TRY(const CommitmentCheats cheats, bcjl_code(p.checks, n, r));
    sum += cheats.bob;
    ++parities;
  }
  return sum / parities;
}

// Born's rule for Mayers' attack: that Bob, who compares half of the photons, accepts what Alice measures in her
// memory.
double bcjl_opens(const BcjlCommitment& p, const Amplitudes& committed, bool rotate, bool bit) {
  const std::size_t photons = std::size_t{1} << p.photons();
  const ParityClass words(p.generators, p.parity);
  double accepted = 0;
  for (std::size_t a = 0; a < p.states.dimension_a; ++a) {
    Amplitudes his(photons);
    for (std::size_t from = 0; from < p.states.dimension_a; ++from) {
      const Complex weight = rotate ? p.attack.rotation(a, from) : Complex(from == a ? 1 : 0);
      for (std::size_t y = 0; y < photons; ++y) his[y] += weight * committed[from * photons + y];
    }
    double norm = 0;
    for (const Complex& x : his) norm += std::norm(x);
    if (norm < 1e-15) continue;
    for (Complex& x : his) x *= std::pow(norm, -0.5);
    const std::uint64_t codeword = words.word(bit, a >> p.photons()), bases = a & (photons - 1);
    StateVector light(std::move(his));
    for (std::size_t i = 0; i < p.photons(); ++i)
      if (((bases >> i) & 1) != 0) light.apply(gate::kHadamard, i);
    for (std::size_t y = 0; y < photons; ++y)
      accepted += norm * std::norm(light.amplitudes()[y]) * std::exp2(-std::popcount(y ^ codeword));
  }
  return accepted;
}

std::vector<Expectation> expect_mayers(const Casting& casting, BcjlCommitment p) {
  std::vector<Expectation> all;
  p.parity = deepest_parity(p);
  p.states = bcjl_states(p, p.parity);
  const auto attack = attack_commitment(p.states);
  const auto cheats = bcjl_code(p.checks, static_cast<int>(p.photons()), p.parity);
  if (!attack || !cheats) return all;
  p.attack = *attack;
  const double fidelity = std::min(1.0, 2 * cheats->alice - 1);
  const bool rotate = casting.strategy_name("alice") == "cheat-rotate";
  const Amplitudes& committed = rotate ? p.states.psi[0] : p.attack.superposition;
  const double opened = (bcjl_opens(p, committed, false, false) + bcjl_opens(p, committed, true, true)) / 2;
  expect(all, "opened", Relation::equal, std::min(1.0, opened), "Born's rule on the states of the attack");
  expect(all, "opened", Relation::at_least, rotate ? open_by_rotation(fidelity) : open_by_superposition(fidelity),
         rotate ? "(1 + F^2)/2: Mayers 1997; Bob's test is weaker" : "(1 + F)/2: Mayers 1997; Bob's test is weaker");
  return all;
}

}  // namespace

std::vector<Expectation> expect_commit_bcjl(const Casting& casting) {
  std::vector<Expectation> all;
  const BcjlCommitment p = bcjl_of(casting);
  const auto n = static_cast<double>(p.photons());
  const std::string_view alice = casting.strategy_name("alice");
  const bool clean = casting.real("depolarising") == 0 && casting.real("transmittance") == 1;
  if (casting.strategy_name("bob") != "honest") {
    if (alice == "honest" && clean && n <= 8)
      expect(all, "guess-right", Relation::equal, bcjl_guess(p), "(1 + D)/2: exact, all words of the dual");
    return all;
  }
  if (alice == "honest") {
    expect(all, "opened", Relation::equal, honest_over_line(casting, n), "binomials: losses, bases, errors");
    return all;
  }
  if (!clean || casting.real("errors") > 0) return all;
  const double distance = std::exp2(casting.real("variables") - casting.real("order"));
  if (alice == "cheat-lie") {
    expect(all, "change-passes", Relation::equal, all_pass(pass_lie(), distance),
           "(3/4)^d: a second codeword, in the other bases where it differs");
  } else if (alice == "cheat-breidbart") {
    expect(all, "opened", Relation::equal, all_pass(pass_breidbart(), distance),
           "((1 + cos^2(pi/8))/2)^d: photons between two codewords");
  } else {
    return expect_mayers(casting, p);
  }
  return all;
}

std::vector<Expectation> expect_commit_bb84(const Casting& casting) {
  std::vector<Expectation> all;
  const bool clean = casting.real("depolarising") == 0 && casting.real("transmittance") == 1;
  if (casting.strategy_name("bob") != "honest") {
    const auto theory = bb84_commitment(casting.real("photons"));
    if (casting.strategy("alice") == 0 && theory)
      expect(all, "guess-right", Relation::equal, theory->bob, "1/2: a string in either basis is I/2^n");
    return all;
  }
  if (casting.strategy("alice") == 0) {
    if (casting.real("photons") <= 100)
      expect(all, "opened", Relation::equal, honest_over_line(casting, casting.real("photons")),
             "binomials: losses, bases, errors");
    return all;
  }
  if (!clean || casting.real("errors") > 0) return all;
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
