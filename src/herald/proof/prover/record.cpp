#include "herald/proof/assumptions.h"
#include "herald/proof/prover/standard_protocols.h"

namespace herald {
namespace {

// Certified bits per kept round, after a channel that depolarises with error rate e.
double bits_per_kept(const CharacterisedProtocol& p, const KrausChannel& channel) {
  const std::vector<double> joint = joint_through(p, channel);
  const auto bound = prove(p, full_statistics(p, joint, 0));
  return bound ? bound->secret_bits / sift_joint(p, joint).kept : -1;
}

double rate_per_kept(const CharacterisedProtocol& p, double error_rate) {
  const KrausChannel channel = depolarising(2 * error_rate, 2);
  const SiftedPart sifted = sift_joint(p, joint_through(p, channel));
  return bits_per_kept(p, channel) - sifted.uncertainty / sifted.kept;
}

constexpr Assumption kCharacterised = {
    "characterised-devices",
    "States, measurements and their probabilities are those of the description, in the finite dimension that it has."};
constexpr Assumption kAlikeRounds = {
    "collective-attacks",
    "Eve treats every round alike; for infinitely long keys of protocols in finite dimension whose rounds may be "
    "permuted this is no loss (Renner, Nat. Phys. 3, 645 (2007); Christandl, Koenig, Renner, PRL 102, 020504 (2009))."};
constexpr Assumption kCompilerLogarithm = {
    "ieee-arithmetic",
    "Floating-point arithmetic follows IEEE 754, and the library's logarithm errs by at most four units in the last "
    "place."};
constexpr Assumption kAssumptions[] = {
    assumption::kAuthenticated, assumption::kRandomChoices, assumption::kNoSideChannels, kCharacterised, kAlikeRounds,
    kCompilerLogarithm};

constexpr PublishedPoint kPoints[] = {
    {"BB84 at 5 %: 1 - h, certified", "closed formula, independent script", 0.7136030429, 1e-9,
     [] { return bits_per_kept(bb84_protocol(), depolarising(0.1, 2)); }},
    {"BB84 at 5 %: 1 - 2h", "theory sheet 1.1, independent script", 0.427206, 2e-6,
     [] { return rate_per_kept(bb84_protocol(), 0.05); }},
    {"six-state protocol at 5 %", "theory sheet 1.1, independent script", 0.496816, 2e-6,
     [] { return rate_per_kept(six_state_protocol(), 0.05); }},
    {"efficiency mismatch 1/2 without errors: h(1/(1+r))", "theory sheet 13, independent script", 0.918296, 1e-6,
     [] { return bits_per_kept(mismatched_bb84_protocol(0.5), loss(1, 2)); }}};

}  // namespace

const Theorem& numerical_theorem() {
  static constexpr Theorem kTheorem = {
      .name = "numerical",
      .title = "Any protocol with characterised devices in finite dimension, by convex optimisation",
      .protocol = "any",
      .paper =
          "Coles, Metodiev, Luetkenhaus, Nat. Commun. 7, 11712 (2016); Winick, Luetkenhaus, Coles, Quantum 2, 77 "
          "(2018), arXiv 1710.05511",
      .equations =
          "the dual bound at a nearly optimal point; in place of the perturbed map and its continuity bound the "
          "inequality D(X||Z(X)) >= Tr X (log w - log Z(w)), true of every w > 0; in place of the solver's word a "
          "bound on the smallest eigenvalue with rounding enclosed (docs/theory/numerical-prover.md)",
      .statement =
          "rate >= min over states that explain the statistics of D(G(rho)||Z(G(rho))) - f H(Z|Y, "
          "announcements), bits per round",
      .observed =
          "signals or Alice's measurement, Bob's measurement, announcements, key map, joint probabilities of "
          "outcomes or sums of them, reconciliation inefficiency f",
      .assumptions = kAssumptions,
      .two_way_assumptions = {},
      .two_way = "Not covered: Slepian and Wolf's one-way reconciliation is counted.",
      .block_length = "None: a figure without failure probability, never the length of a key.",
      .epsilon_shares = {},
      .points = kPoints,
  };
  return kTheorem;
}

}  // namespace herald
