#include "herald/cheating/robust_storage.h"

#include <algorithm>
#include <cmath>

#include "herald/base/tail_bounds.h"
#include "herald/optics/click_law.h"
#include "herald/protocol/storage/parity_checks.h"
#include "herald/study/expectations/all.h"

namespace herald::study {
namespace {

// What an honest Bob sees of an honest pulse: whether it comes, and how often wrong in its own basis.
struct HonestPulse {
  double comes = 0, wrong = 0;
};

// At least `counted` of `pulses` come.
double enough_come(double pulses, double comes, double counted) {
  if (counted <= 0 || comes == 1) return 1;
  if (comes == 0) return 0;
  const double spread = 9 * std::sqrt(pulses * comes * (1 - comes)) + 40;
  double few = 0;  // the sum of the shorter side
  if (counted > pulses * comes) {
    for (double k = counted; k <= std::min(pulses, counted + spread); ++k)
      few += std::exp(binomial_log_pmf(pulses, comes, k));
    return few;
  }
  for (double k = counted - 1; k >= std::max(0.0, counted - spread); --k)
    few += std::exp(binomial_log_pmf(pulses, comes, k));
  return 1 - few;
}

void expect_honest(std::vector<Expectation>& all, const Casting& casting, const CountedPulses& light,
                   HonestPulse pulse) {
  const double enough = enough_come(light.pulses, pulse.comes, light.counted);
  expect(all, "alice-rejects", Relation::equal, 1 - enough, "the number of pulses that come is binomial");
  if (casting.strategy("alice") != 0) {
    expect(all, "choice-guessed", Relation::equal, enough / 2, "1/2: Bob sends nothing that depends on his choice");
    return;
  }
  expect(all, "bob-sees", Relation::equal, enough * (1 - std::exp2(-light.counted)),
         "one of m pulses is in his basis with 1 - 2^-m");
  if (enough > 0 && light.counted > 0)
    expect(all, "bob-errs", Relation::equal, pulse.wrong,
           "the click law of the receiver (docs/theory/optics.md), or d/2 of an even mixture");
  if (pulse.wrong > 0 && casting.real("errors") > 0) return;
  const double right = std::pow(1 - pulse.wrong / 2, light.counted);
  expect(all, "strings-agree", Relation::equal, enough * (right + (1 - right) * std::exp2(-casting.real("length"))),
         "(1 - e/2)^m, and 2^-l for a string that is not hit: half of the counted pulses are in his basis");
}

void expect_cheat(std::vector<Expectation>& all, const Casting& casting, const CountedPulses& light,
                  const LimitedMemory& memory) {
  if (casting.strategy("alice") != 0) return;  // two cheats
  const double length = casting.real("length"), errors = casting.real("errors");
  const Result<SplitAttack> attack = split_attack(light, memory, length, casting.strategy_name("bob") == "cheat-pick");
  if (!attack) return;
  expect(all, "alice-rejects", Relation::equal, attack->refused,
         "of N pulses too few are read or kept: multinomial photon numbers");
  if (errors == 0)
    expect(all, "bob-knows-both", Relation::equal, attack->both_known,
           "pulses of several photons are known, kept ones with (1 + r)/2, others with cos^2(pi/8)");
  // The two syndromes are longest when either basis has half of the counted pulses.
  const auto half = static_cast<std::size_t>(std::ceil(light.counted / 2));
  const double leaked = errors == 0 ? 0 : 2 * static_cast<double>(ParityChecks::needed(half, errors)) + 2;
  expect(
      all, "bob-knows-both", Relation::at_most, counted_pulses_both_bound(light, memory, length, leaked),
      "Pr[M > k] + 2^-l + epsilon(m - k, q + leak, l): our finite sum (docs/theory/mistrust.md) after Wehner, Curty, "
      "Schaffner, Lo 2010");
}

HonestPulse behind_threshold_detectors(const Casting& casting) {
  ReceiverModel receiver;
  receiver.misalignment = Probability(casting.real("misalignment"));
  for (DetectorModel& detector : receiver.detectors)
    detector = {Probability(casting.real("efficiency")), Probability(casting.real("dark-count"))};
  const PatternProbabilities pattern = detector_response(receiver, Basis::z,
                                                         {1,
                                                          {Basis::z, false},
                                                          PhotonStatistics::poisson,
                                                          casting.real("mean-photon-number"),
                                                          casting.real("transmittance")});
  const double comes = pattern.only_0 + pattern.only_1 + pattern.both;
  return {comes, comes > 0 ? (pattern.only_1 + pattern.both / 2) / comes : 0};
}

}  // namespace

std::vector<Expectation> expect_robust_transfer(const Casting& casting) {
  std::vector<Expectation> all;
  const double photons = casting.real("photons");
  const CountedPulses light{photons, photons - std::floor(casting.real("holes") * photons)};
  if (casting.strategy("bob") == 0)
    expect_honest(all, casting, light, {casting.real("transmittance"), casting.real("depolarising") / 2});
  else
    expect_cheat(all, casting, light, {casting.real("memory"), 1});
  return all;
}

std::vector<Expectation> expect_coherent_transfer(const Casting& casting) {
  std::vector<Expectation> all;
  const CountedPulses light{casting.real("pulses"), casting.real("clicks"), casting.real("mean-photon-number"), false};
  if (casting.strategy("bob") != 0) {
    expect_cheat(all, casting, light, {casting.real("memory"), casting.real("storage")});
  } else if (casting.strategy_name("alice") == "cheat-bright") {
    expect(all, "choice-guessed", Relation::equal, 0.5, "1/2: what fires both detectors came too");
  } else {
    expect_honest(all, casting, light, behind_threshold_detectors(casting));
  }
  return all;
}

}  // namespace herald::study
