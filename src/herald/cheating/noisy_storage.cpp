#include "herald/cheating/noisy_storage.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "herald/base/entropy.h"
#include "herald/cheating/arguments.h"
#include "herald/cheating/bounded_storage.h"
#include "herald/cheating/conjugate_coding.h"

namespace herald {
namespace {

constexpr double kLeast = std::numeric_limits<double>::min();
constexpr double kMostShare = 1e6;
constexpr double kMostPhotons = 1e15;

Result<void> validate(const NoisyMemory& memory) {
  HERALD_TRY_VOID(permitted("a probability of keeping a qubit", memory.kept, 0, 1));
  return permitted("a number of stored qubits per photon", memory.share, 0, kMostShare);
}

// Renyi's entropy of a coin, bits; order > 1.
double renyi_entropy(double p, double order) {
  const double most = std::max(p, 1 - p), ratio = std::min(p, 1 - p) / most;
  return (order * std::log2(most) + std::log1p(std::pow(ratio, order)) / std::numbers::ln2) / (1 - order);
}

// nu n gamma(bits/(nu n)); with nothing stored any message at all is lost to guessing.
double lost_bits(const NoisyMemory& memory, double photons, double bits) {
  const double uses = memory.share * photons;
  if (bits <= 0) return 0;
  if (uses == 0) return bits;
  return uses * strong_converse_exponent(memory.kept, bits / uses).value_or(0);
}

}  // namespace

Result<double> depolarising_capacity(double kept) {
  HERALD_TRY_VOID(permitted("a probability of keeping a qubit", kept, 0, 1));
  return bsc_capacity((1 + kept) / 2);
}

Result<bool> noisy_storage_secure(const NoisyMemory& memory) {
  HERALD_TRY_VOID(validate(memory));
  HERALD_TRY(const double capacity, depolarising_capacity(memory.kept));
  return capacity * memory.share < 0.5;
}

Result<double> noisy_storage_threshold(double share) {
  HERALD_TRY_VOID(validate({1, share}));
  if (share <= 0.5) return 1.0;
  return 1 - 2 * inverse_binary_entropy(1 - 0.5 / share);
}

// With t = 1 - 1/alpha in (0, 1) the exponent is concave: t (R - 1 + H) is a Legendre transform.
Result<double> strong_converse_exponent(double kept, double rate) {
  HERALD_TRY_VOID(permitted("a probability of keeping a qubit", kept, 0, 1));
  HERALD_TRY_VOID(permitted("a rate", rate, 0, std::numeric_limits<double>::max()));
  const double p = (1 + kept) / 2;
  const auto exponent = [&](double t) { return t * (rate - 1 + renyi_entropy(p, 1 / (1 - t))); };
  const double golden = (std::sqrt(5.0) - 1) / 2;
  double low = 1e-12, high = 1 - 1e-12;
  for (int step = 0; step < 100; ++step) {
    const double a = high - golden * (high - low), b = low + golden * (high - low);
    if (exponent(a) > exponent(b))
      high = b;
    else
      low = a;
  }
  // At alpha = infinity H is the min-entropy.
  return std::max({0.0, exponent(low), rate - 1 - std::log2(std::max(p, 1 - p))});
}

Result<WeakStringErasure> weak_string_erasure(const NoisyMemory& memory, double photons, double delta) {
  HERALD_TRY_VOID(validate(memory));
  HERALD_TRY_VOID(permitted("a number of photons", photons, 1, kMostPhotons));
  HERALD_TRY_VOID(permitted("a delta", delta, kLeast, 0.5));
  const double quarter = delta / 4, bits = 2 + std::log2(1 / quarter);
  return WeakStringErasure{lost_bits(memory, photons, (0.5 - delta) * photons) / photons,
                           std::min(1.0, 2 * std::exp(-quarter * quarter * photons / (32 * bits * bits)))};
}

Result<double> noisy_transfer_length(const NoisyMemory& memory, double photons, double epsilon, double leaked) {
  HERALD_TRY_VOID(permitted("a leakage in bits", leaked, 0, kMostCounted));
  HERALD_TRY_VOID(validate(memory));
  HERALD_TRY_VOID(permitted("a number of photons", photons, 1, kMostPhotons));
  HERALD_TRY_VOID(permitted("an epsilon", epsilon, kLeast, std::nextafter(1.0, 0)));
  const double part = epsilon / 6;
  // The smallest delta whose uncertainty fails with at most `part`.
  double low = 1e-12, high = 0.25;
  const auto fails_with = [&](double delta) {
    return bounded_storage_uncertainty(Encoding::bb84, photons, delta).value_or(Uncertainty{0, 1}).epsilon;
  };
  if (fails_with(high) > part) return 0.0;
  for (int step = 0; step < 100; ++step) {
    const double middle = (low + high) / 2;
    (fails_with(middle) > part ? low : high) = middle;
  }
  const auto missing = [&](double length) {  // falls with the length
    const double message = (0.25 - high) * photons - 1 - length - leaked + std::log2(part);
    return lost_bits(memory, photons, message) + 2 * std::log2(2 * part) - length;
  };
  if (missing(1) < 0) return 0.0;
  double fits = 1, too_long = photons;
  while (too_long - fits > 1) {
    const double middle = std::floor((fits + too_long) / 2);
    (missing(middle) >= 0 ? fits : too_long) = middle;
  }
  return fits;
}

Result<double> noisy_transfer_both_bound(const NoisyMemory& memory, double photons, double length, double leaked) {
  HERALD_TRY_VOID(permitted("a length in bits", length, 1, kMostPhotons));
  constexpr double kMost = 1 - 1e-9;
  HERALD_TRY(const double longest, noisy_transfer_length(memory, photons, kMost, leaked));
  if (longest < length) return 1.0;
  // The length grows with epsilon.
  double low = std::log(1e-300), high = std::log(kMost);
  for (int step = 0; step < 50; ++step) {
    const double middle = (low + high) / 2;
    HERALD_TRY(const double fits, noisy_transfer_length(memory, photons, std::exp(middle), leaked));
    (fits >= length ? high : low) = middle;
  }
  return std::min(1.0, std::exp2(-length) + std::exp(high));
}

Result<double> individual_storage_guess(double kept) {
  HERALD_TRY_VOID(permitted("a probability of keeping a qubit", kept, 0, 1));
  return std::max((1 + kept) / 2, breidbart_guess());
}

double individual_storage_threshold() { return 1 / std::numbers::sqrt2; }

namespace {

constexpr Assumption kMemory[] = {
    {"noisy-quantum-memory", "All that the adversary keeps until the bases are told passes nu n uses of the channel."},
    {"true-single-photons", "Alice's source emits one photon a pulse; a second one would tell Bob more."},
    {"no-losses-or-errors", "Honest photons arrive and are right; otherwise error correction takes its bits as well."}};
constexpr Assumption kIndividual[] = {
    {"individual-attacks", "The adversary treats each photon alone."}, kMemory[1], kMemory[2]};

double threshold(double share) { return noisy_storage_threshold(share).value_or(-1); }

constexpr std::string_view kSheet = "theory sheet 8.5, independent script";
constexpr PublishedPoint kPoints[] = {{"largest r, nu = 3/4", kSheet, 0.877019, 1e-6, [] { return threshold(0.75); }},
                                      {"largest r, nu = 1", kSheet, 0.779944, 1e-6, [] { return threshold(1); }},
                                      {"largest r, nu = 1.5", kSheet, 0.652095, 1e-6, [] { return threshold(1.5); }},
                                      {"largest r, nu = 2", kSheet, 0.570997, 1e-6, [] { return threshold(2); }},
                                      {"largest r, nu = 3", kSheet, 0.471173, 1e-6, [] { return threshold(3); }},
                                      {"largest r, nu = 1/2", kSheet, 1, 1e-15, [] { return threshold(0.5); }}};
constexpr PublishedPoint kIndividualPoints[] = {
    {"measured in Breidbart's basis", kSheet, 0.853553, 1e-6,
     [] { return individual_storage_guess(0.5).value_or(-1); }},
    {"stored at the threshold", "Schaffner, Terhal, Wehner 2009", 0.8535533906, 1e-10,
     [] { return (1 + individual_storage_threshold()) / 2; }}};

}  // namespace

const CheatingTheorem& noisy_storage_theorem() {
  static constexpr CheatingTheorem kTheorem = {
      .name = "noisy-storage",
      .title = "Two-party cryptography against an adversary with a noisy quantum memory",
      .protocol = "ot-noisy-storage",
      .paper =
          "Koenig, Wehner, Wullschleger, IEEE TIT 58, 1962 (2012), arXiv 0906.1030; Koenig, Wehner, PRL 103, "
          "070504 (2009)",
      .equations = "weak string erasure with the strong converse for depolarising channels",
      .statement = "secure for n large when C(N) nu < 1/2; the string keeps nu gamma((1/2 - delta)/nu) bits per photon",
      .parameters = "r and nu of the memory, n photons, delta or epsilon",
      .unsettled =
          "noisy_transfer_length is the simpler scheme without interactive hashing and needs C(N) nu < 1/4; its "
          "finite sums are ours.",
      .assumptions = kMemory,
      .points = kPoints,
  };
  return kTheorem;
}

const CheatingTheorem& individual_storage_theorem() {
  static constexpr CheatingTheorem kTheorem = {
      .name = "noisy-storage-individual",
      .title = "The best attack on one photon with a noisy memory",
      .protocol = "ot-noisy-storage",
      .paper = "Schaffner, Terhal, Wehner, Quantum Inf. Comput. 9, 963 (2009), arXiv 0807.1333",
      .equations = "the optimum is one of two extremes",
      .statement = "a bit is guessed with max((1 + r)/2, cos^2(pi/8)): store from r = 1/sqrt 2 on, else Breidbart",
      .parameters = "r, the probability that the memory keeps a qubit",
      .unsettled = {},
      .assumptions = kIndividual,
      .points = kIndividualPoints,
  };
  return kTheorem;
}

}  // namespace herald
