#include "herald/cheating/robust_storage.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "herald/base/tail_bounds.h"
#include "herald/cheating/arguments.h"
#include "herald/cheating/bounded_storage.h"
#include "herald/cheating/conjugate_coding.h"
#include "herald/cheating/noisy_storage.h"

namespace herald {
namespace {

constexpr double kMostPulses = 1e9;
constexpr double kDeviations = 9;  // of a count; beyond lies less than 1e-17 of its probability

Result<void> validate(const CountedPulses& light, const LimitedMemory& memory, double length) {
  HERALD_TRY_VOID(permitted("a number of pulses", light.pulses, 1, kMostPulses));
  HERALD_TRY_VOID(permitted("a number of counted pulses", light.counted, 0, light.pulses));
  HERALD_TRY_VOID(permitted("a mean photon number", light.mean_photon_number, 0, 100));
  HERALD_TRY_VOID(permitted("a memory in qubits", memory.qubits, 0, kMostCounted));
  HERALD_TRY_VOID(permitted("a probability of keeping a qubit", memory.kept, 0, 1));
  return permitted("a length in bits", length, 1, kMostPulses);
}

struct Range {
  double from = 0, to = 0;
};
// Where nearly all of a binomial count lies.
Range likely(double n, double p) {
  const double mean = n * p, spread = kDeviations * std::sqrt(mean * (1 - p)) + 40;
  return {std::max(0.0, std::floor(mean - spread)), std::min(n, std::ceil(mean + spread))};
}

double binomial(double n, double p, double k) {
  if (p <= 0 || p >= 1) return k == (p <= 0 ? 0 : n) ? 1 : 0;
  return std::exp(binomial_log_pmf(n, p, k));
}

// One photon, and two or more.
struct PhotonNumbers {
  double one = 1, several = 0;
};
PhotonNumbers numbers(const CountedPulses& light) {
  if (light.single_photons) return {};
  const double mu = light.mean_photon_number;
  return {mu * std::exp(-mu), several_photons(mu).value_or(0)};
}

// How the counted pulses are known.
struct Known {
  double stored = 0, halfway = 0, guessed = 0;  // the others surely
};

double both_known(const Known& known, double kept, double length) {
  const double stored = (1 + kept) / 2, halfway = breidbart_guess();
  const double all = std::pow(stored, known.stored) * std::pow(halfway, known.halfway) * std::exp2(-known.guessed);
  const double one = std::pow((1 + stored) / 2, known.stored) * std::pow((1 + halfway) / 2, known.halfway) *
                     std::pow(0.75, known.guessed);
  const double collide = std::exp2(-length);
  return all + 2 * (one - all) * collide + (1 - 2 * one + all) * collide * collide;
}

}  // namespace

Result<double> several_photons(double mean_photon_number) {
  HERALD_TRY_VOID(permitted("a mean photon number", mean_photon_number, 0, 100));
  const double mu = mean_photon_number;
  // e^-mu (e^mu - 1 - mu), by its series where that cancels.
  if (mu < 1e-2) return std::exp(-mu) * mu * mu / 2 * (1 + mu / 3 * (1 + mu / 4 * (1 + mu / 5 * (1 + mu / 6))));
  return -std::expm1(-mu) - mu * std::exp(-mu);
}

Result<double> most_with_several_photons(double pulses, double mean_photon_number, double epsilon) {
  HERALD_TRY_VOID(permitted("a number of pulses", pulses, 1, kMostPulses));
  HERALD_TRY_VOID(permitted("an epsilon", epsilon, 1e-200, std::nextafter(1.0, 0)));
  HERALD_TRY(const double p, several_photons(mean_photon_number));
  if (p == 0) return 0.0;
  // From where Chernoff's bound is far below epsilon, downwards.
  const double mean = pulses * p, far = std::log(1e6 / epsilon);
  double most = std::min(pulses, std::ceil(mean + std::sqrt(3 * mean * far) + 3 * far));
  double tail = most < pulses ? chernoff_divergence_tail(pulses, p, (most + 1) / pulses).value : 0;
  while (most > 0 && tail + binomial(pulses, p, most) <= epsilon) tail += binomial(pulses, p, most--);
  return most;
}

Result<double> counted_pulses_both_bound(const CountedPulses& light, const LimitedMemory& memory, double length,
                                         double leaked) {
  HERALD_TRY_VOID(validate(light, memory, length));
  HERALD_TRY_VOID(permitted("a leakage in bits", leaked, 0, kMostCounted));
  const auto bound = [&](double singles) {
    if (singles < 1) return 1.0;
    const double few = transfer_both_bound({singles, memory.qubits + leaked, length}).value_or(1);
    if (memory.kept == 1) return few;
    return std::min(
        few, noisy_transfer_both_bound({memory.kept, memory.qubits / singles}, singles, length, leaked).value_or(1));
  };
  if (light.single_photons) return bound(light.counted);
  double best = 1;
  for (const double epsilon : {1e-3, 1e-6, 1e-9, 1e-12}) {
    HERALD_TRY(const double several, most_with_several_photons(light.pulses, light.mean_photon_number, epsilon));
    best = std::min(best, epsilon + bound(light.counted - several));
  }
  return best;
}

Result<SplitAttack> split_attack(const CountedPulses& light, const LimitedMemory& memory, double length,
                                 bool only_sure) {
  HERALD_TRY_VOID(validate(light, memory, length));
  const PhotonNumbers p = numbers(light);
  SplitAttack attack;
  const auto add = [&](double several, double singles, double weight) {
    const double wanted = std::max(0.0, light.counted - several);
    Known known;
    known.stored = std::min({wanted, std::floor(memory.qubits), singles});
    if (only_sure && known.stored < wanted) {
      attack.refused += weight;
      return;
    }
    known.halfway = std::min(wanted, singles) - known.stored;
    known.guessed = wanted - known.stored - known.halfway;
    attack.both_known += weight * both_known(known, memory.kept, length);
  };
  const Range several = likely(light.pulses, p.several);
  for (double m = several.from; m <= several.to; ++m) {
    const double weight = binomial(light.pulses, p.several, m);
    const double others = light.pulses - m, share = std::min(1.0, p.one / (1 - p.several));
    const Range singles = likely(others, share);
    if (p.one == 1 || singles.from >= light.counted - m) {  // there are enough of them
      add(m, others, weight);
    } else {
      for (double s = singles.from; s <= singles.to; ++s) add(m, s, weight * binomial(others, share, s));
    }
  }
  attack.refused = std::min(1.0, attack.refused);
  attack.both_known = std::min(1.0, attack.both_known);
  return attack;
}

namespace {

constexpr Assumption kAssumptions[] = {
    {"limited-quantum-memory", "When the bases are told the adversary's memory holds so many qubits of such quality."},
    {"random-phase", "Pulses are mixtures of photon numbers; the share of several photons in them is known."},
    {"fair-detection", "Whether honest detectors fire does not depend on the basis, whatever light arrives."}};
constexpr std::string_view kSheet = "theory sheet 1.2, p_multi";
constexpr PublishedPoint kPoints[] = {
    {"several photons at mu = 1/2: 1 - 1.5 e^-0.5", kSheet, 0.0902040104310499, 1e-12,
     [] { return several_photons(0.5).value_or(-1); }},
    {"no loss and no leak, 200000 photons, 4 bits: bounded-storage's", "Damgaard et al. 2007; our sums", 1, 1e-12, [] {
       return counted_pulses_both_bound({2e5, 2e5}, {1000, 1}, 4, 0).value_or(-1) /
              transfer_both_bound({2e5, 1000, 4}).value_or(1);
     }}};

}  // namespace

const CheatingTheorem& robust_storage_theorem() {
  static constexpr CheatingTheorem kTheorem = {
      .name = "robust-storage",
      .title = "Oblivious transfer against a limited memory with losses, errors and weak pulses",
      .protocol = "ot-storage-coherent",
      .paper = "Wehner, Curty, Schaffner, Lo, PRA 81, 052336 (2010), arXiv 0911.2302; Schaffner, PRA 82, 032308 (2010)",
      .equations =
          "the bounds of bounded-storage and noisy-storage for the counted pulses of one photon, with syndromes as "
          "memory; the sums in docs/theory/mistrust.md",
      .statement =
          "both strings with at most Pr[M > k] + 2^-l + epsilon(m - k, q + leak, l), m pulses counted, M of several "
          "photons",
      .parameters = "N pulses of mean mu, m counted, q qubits kept with r, l bits of either string, leaked bits",
      .unsettled =
          "The papers' own finite sums and figures were not at hand; ours are the simpler ones that hold for any "
          "choice of the counted pulses. Whether a better attack exists is open.",
      .assumptions = kAssumptions,
      .points = kPoints,
  };
  return kTheorem;
}

}  // namespace herald
