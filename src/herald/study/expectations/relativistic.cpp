#include "herald/cheating/relativistic.h"

#include <algorithm>
#include <cmath>

#include "herald/cheating/coin_flip_errors.h"
#include "herald/cheating/two_bases.h"
#include "herald/study/expectations/all.h"

namespace herald::study {

namespace {

constexpr std::string_view kCounted =
    "sum over photons that come and those in the basis of the bit: at most the tolerated share is wrong";

// Kent's commitment: the photons that are sent, and what Bob lets pass.
struct Photons {
  double sent, fewest, depolarising, tolerated;

  explicit Photons(const Casting& casting)
      : sent(casting.real("photons")),
        fewest(sent - std::floor(casting.real("holes") * sent)),
        depolarising(casting.real("depolarising")),
        tolerated(casting.real("errors")) {}
  bool faultless(double transmittance) const { return transmittance == 1 && depolarising == 0; }
  // Over a lossy line; or by who counts as few as Bob insists on.
  Result<double> open(const TableErrors& errors, double transmittance) const {
    return open(errors, transmittance, sent);
  }
  Result<double> open(const TableErrors& errors) const { return open(errors, 1, fewest); }

 private:
  Result<double> open(const TableErrors& errors, double transmittance, double pulses) const {
    HERALD_TRY(const TableErrors seen, depolarised(errors, depolarising));
    if (seen.opened == 0 && transmittance == 1) return 1.0;
    return pass_comparison({static_cast<std::int64_t>(pulses), static_cast<std::int64_t>(fewest)}, transmittance, seen,
                           {tolerated, kNoCorrelationTest});
  }
};

}  // namespace

std::vector<Expectation> expect_coin_flip_relativistic(const Casting& casting) {
  std::vector<Expectation> all;
  const bool apart = space_like(Seconds(casting.real("window")), Kilometre(casting.real("distance")));
  const bool alice = casting.strategy("alice") != 0, bob = casting.strategy("bob") != 0;
  if (alice && bob) {
    expect(all, "alice-rejects", Relation::equal, 1, "1: each waits for the other");
  } else if (!alice && !bob) {
    expect(all, "alice-wins", Relation::equal, relativistic_coin(), "1/2: Kent 1999");
    expect(all, "bob-wins", Relation::equal, relativistic_coin(), "1/2: Kent 1999");
  } else if (apart) {
    expect(all, alice ? "bob-rejects" : "alice-rejects", Relation::equal, 1, "1: light takes longer than the window");
    expect(all, alice ? "alice-wins" : "bob-wins", Relation::at_most, relativistic_coin(), "1/2: Kent 1999");
  } else {
    expect(all, alice ? "alice-wins" : "bob-wins", Relation::equal, 1, "1: light comes within the window");
  }
  return all;
}

std::vector<Expectation> expect_commit_relativistic(const Casting& casting) {
  std::vector<Expectation> all;
  const std::string_view alice = casting.strategy_name("alice");
  const Photons photons(casting);
  if (casting.strategy_name("bob") != "honest") {
    if (alice == "honest") expect(all, "guess-right", Relation::equal, 0.5, "1/2: no signal; she says what was lost");
    return all;
  }
  if (alice == "honest") {
    expect(all, "opens", Relation::equal, photons.open(errors_honest(), casting.real("transmittance")),
           photons.faultless(casting.real("transmittance")) ? "1: no photon is wrong" : kCounted);
    return all;
  }
  if (alice == "cheat-differ") expect(all, "opens", Relation::equal, 0, "0: the places are compared");
  const auto honest = photons.open(errors_honest()), guessed = photons.open({0.5, 0.5});
  if (alice == "cheat-delay") {
    const bool late = casting.real("delay") > casting.real("slack");
    expect(all, "opens", Relation::equal, late ? Result<double>(0) : honest,
           late ? "0: later than Bob waits" : "as an honest opening: Bob waits for longer than she");
    if (!late) return all;
  }
  const bool powers = photons.faultless(1) && photons.tolerated == 0;
  if (alice == "cheat-breidbart")
    expect(all, "opens", Relation::equal, photons.open(errors_breidbart()),
           powers
               ? "((1 + cos^2(pi/8))/2)^k, k photons that Bob insists on: half of them are in the basis of either bit"
               : kCounted);
  if (alice == "cheat-measure" && honest && guessed)
    expect(all, "opens", Relation::equal, (*honest + *guessed) / 2,
           powers ? "(1 + (3/4)^k)/2, k photons that Bob insists on: one bit is honest" : kCounted);
  const auto epsilon = kent_commitment(photons.fewest);
  if (epsilon && photons.tolerated == 0)
    expect(all, "opens", Relation::at_most, (1 + *epsilon) / 2,
           "(p_0 + p_1)/2 <= (1 + cos^2(pi/8)^k)/2, k photons that Bob insists on: Croke, Kent 2012; Kaniewski et al. "
           "2013");
  // Each number of photons takes its cube.
  if (photons.fewest >= 1 && (photons.sent - photons.fewest + 1) * std::pow(photons.sent, 3) <= 1e8)
    expect(all, "opens", Relation::at_most,
           best_in_either_basis(static_cast<std::int64_t>(photons.fewest), static_cast<std::int64_t>(photons.sent),
                                photons.tolerated),
           "the optimum: the largest eigenvalue of (a(J_z) + a(J_x))/2, of k photons or more");
  return all;
}

std::vector<Expectation> expect_commit_relativistic_rounds(const Casting& casting) {
  std::vector<Expectation> all;
  const std::string_view alice = casting.strategy_name("alice");
  const double rounds = casting.real("rounds"), bits = casting.real("bits");
  if (casting.strategy_name("bob") != "honest") {
    if (alice == "honest")
      expect(all, "guess-right", Relation::equal, 0.5, "1/2: each answer is under a secret that is used once");
    return all;
  }
  if (alice == "honest") {
    expect(all, "opens", Relation::equal, 1, "1: she knows the last secret");
    return all;
  }
  if (alice == "cheat-hope")
    expect(all, "opens", Relation::equal, (2 - std::pow(1 - std::exp2(-bits), rounds)) / 2,
           "(2 - (1 - 2^-n)^m)/2: the other bit when a challenge is 0");
  if (alice == "cheat-wait") expect(all, "opens", Relation::equal, 0.5, "1/2: 0 in time, and 1 too late");
  if (alice == "cheat-subplane") {
    const double r = std::exp2(bits / 2), guess = (r * r * r + r - 1) / std::pow(r, 4);
    const double later = std::pow(1 - std::exp2(-bits), rounds - 2);
    expect(all, "opens", Relation::equal, (2 - (1 - guess) * later) / 2,
           "(2 - (1 - w)(1 - 2^-n)^(m-2))/2, w = (r^3 + r - 1)/r^4, r = 2^(n/2): points on lines; Bavarian, Shor 2015");
  }
  const auto epsilon = sustained_commitment(rounds, bits);
  if (epsilon)
    expect(all, "opens", Relation::at_most, (1 + std::min(1.0, *epsilon)) / 2,
           "(p_0 + p_1)/2 <= (1 + m 2^((3-n)/2))/2: Chakraborty, Chailloux, Leverrier 2015");
  return all;
}

}  // namespace herald::study
