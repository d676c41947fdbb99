#include "herald/cheating/bounded_storage.h"

#include <algorithm>
#include <boost/math/tools/minima.hpp>
#include <cmath>
#include <limits>
#include <numbers>

#include "herald/base/tail_bounds.h"
#include "herald/cheating/arguments.h"
#include "herald/cheating/coin_flip_bb84.h"
#include "herald/cheating/conjugate_coding.h"

namespace herald {
namespace {

constexpr double kMostPhotons = 1e15;
constexpr double kLeast = std::numeric_limits<double>::min();

double entropy_rate(Encoding encoding) { return encoding == Encoding::bb84 ? 0.5 : 2.0 / 3; }
double bases(Encoding encoding) { return encoding == Encoding::bb84 ? 2 : 3; }

Result<void> validate(const BoundedStorageTransfer& transfer) {
  HERALD_TRY_VOID(permitted("a number of photons", transfer.photons, 1, kMostPhotons));
  HERALD_TRY_VOID(permitted("a memory in qubits", transfer.memory, 0, kMostPhotons));
  return permitted("a length in bits", transfer.length, 1, kMostPhotons);
}

// ln of the uncertainty relation's epsilon.
double log_epsilon(Encoding encoding, double photons, double delta) {
  const double bits = std::log2(2 * bases(encoding) / delta);
  return -delta * delta * photons / (32 * bits * bits);
}

double epsilon_at(const BoundedStorageTransfer& t, double delta) {
  const double left = t.photons / 4 - delta * t.photons - 1 - t.memory - 2 * t.length;
  return 2 * std::exp(log_epsilon(Encoding::bb84, t.photons, delta)) + std::exp2(-1 - left / 2);
}

// At most 1. The first term of the sums falls with delta, the second rises: the least of the sum is within a factor 2
// of where they cross; a ternary search in ln delta between there is exact for unimodal sums, and any delta gives a
// valid epsilon.
template <typename Epsilon>
double least_over_delta(const Epsilon& epsilon) {
  double low = std::log(1e-12), high = std::log(0.25);
  for (int step = 0; step < 200; ++step) {
    const double a = low + (high - low) / 3, b = high - (high - low) / 3;
    if (epsilon(std::exp(a)) < epsilon(std::exp(b)))
      high = b;
    else
      low = a;
  }
  return std::min(1.0, epsilon(std::exp(low)));
}

// The smallest number in [low, high] where `holds`, which stays true from there on; false at low, true at high.
template <typename Holds>
double smallest(double low, double high, const Holds& holds) {
  while (high - low > 1) {
    const double middle = std::floor((low + high) / 2);
    (holds(middle) ? high : low) = middle;
  }
  return high;
}

Result<double> fewest_photons(double memory, double share, double length, double epsilon) {
  HERALD_TRY_VOID(permitted("an epsilon", epsilon, kLeast, 1));
  const auto secure = [&](double n) {
    return transfer_epsilon({n, memory + share * n, length}).value_or(1) <= epsilon;
  };
  if (epsilon == 1) return 1.0;
  if (!secure(kMostPhotons)) return fail(ErrorCode::invalid_argument, "no number of photons up to 1e15 is enough");
  return smallest(0, kMostPhotons, [&](double n) { return n >= 1 && secure(n); });
}

}  // namespace

Result<Uncertainty> bounded_storage_uncertainty(Encoding encoding, double photons, double delta) {
  HERALD_TRY_VOID(permitted("a number of photons", photons, 1, kMostPhotons));
  const double rate = entropy_rate(encoding);
  HERALD_TRY_VOID(permitted("a delta", delta, kLeast, rate / 2));
  return Uncertainty{(rate - 2 * delta) * photons, std::exp(log_epsilon(encoding, photons, delta))};
}

Result<double> transfer_epsilon(const BoundedStorageTransfer& transfer) {
  HERALD_TRY_VOID(validate(transfer));
  return least_over_delta([&](double delta) { return epsilon_at(transfer, delta); });
}

Result<double> transfer_largest_memory(double photons, double length, double epsilon) {
  HERALD_TRY_VOID(permitted("an epsilon", epsilon, kLeast, 1));
  HERALD_TRY(const double without, transfer_epsilon({photons, 0, length}));
  if (without > epsilon)
    return fail(ErrorCode::invalid_argument,
                fmt::format("{} photons are too few for {} bits at epsilon {} even without a memory", photons, length,
                            epsilon));
  const auto insecure = [&](double q) { return transfer_epsilon({photons, q, length}).value_or(1) > epsilon; };
  return insecure(photons) ? smallest(0, photons, insecure) - 1 : photons;
}

Result<double> transfer_fewest_photons(double memory, double length, double epsilon) {
  HERALD_TRY_VOID(validate({1, memory, length}));
  return fewest_photons(memory, 0, length, epsilon);
}

Result<double> transfer_fewest_photons_for_share(double share, double length, double epsilon) {
  HERALD_TRY_VOID(validate({1, 0, length}));
  HERALD_TRY_VOID(permitted("a share of the photons", share, 0, std::nextafter(0.25, 0)));
  return fewest_photons(0, share, length, epsilon);
}

double transfer_memory_limit(double photons, double length, double slack) { return photons / 4 - 2 * length - slack; }
double commitment_memory_limit(double photons, double length, double slack) { return photons / 2 - length - slack; }

Result<double> both_strings_guessed(double photons, double length, double guess_z, double guess_x) {
  HERALD_TRY_VOID(permitted("a number of photons", photons, 0, kMostPhotons));
  HERALD_TRY_VOID(permitted("a length in bits", length, 1, kMostPhotons));
  for (const double guess : {guess_z, guess_x}) HERALD_TRY_VOID(permitted("a probability", guess, 0, 1));
  const double collide = std::exp2(-length);
  const double all = std::pow((guess_z + guess_x) / 2, photons);
  const double z = std::pow((1 + guess_z) / 2, photons), x = std::pow((1 + guess_x) / 2, photons);
  return all + (z + x - 2 * all) * collide + (1 - z - x + all) * collide * collide;
}

namespace {

// The largest of `success` over angles in [0, pi/8], which may have a maximum at either end and none in between, or one
// near either: the best of a grid, and Brent's method about it.
template <typename Success>
BestPolarizer best_over_angles(const Success& success) {
  constexpr int kSteps = 1000, kBits = 26;
  constexpr double kMost = std::numbers::pi / 8;
  int best = kSteps;
  for (int step = 0; step < kSteps; ++step)
    if (success(kMost * step / kSteps) > success(kMost * best / kSteps)) best = step;
  const double low = kMost * std::max(best - 1, 0) / kSteps, high = kMost * std::min(best + 1, kSteps) / kSteps;
  const auto [angle, negative] =
      boost::math::tools::brent_find_minima([&](double a) { return -success(a); }, low, high, kBits);
  const double end = kMost * best / kSteps;
  return -negative > success(end) ? BestPolarizer{angle, -negative} : BestPolarizer{end, success(end)};
}

}  // namespace

Result<BestPolarizer> both_strings_by_polarizer(double photons, double length) {
  HERALD_TRY_VOID(both_strings_guessed(photons, length, 1, 1));
  return best_over_angles([&](double angle) {
    const BothBases guess = guess_by_polarizer(angle);
    return both_strings_guessed(photons, length, guess.z, guess.x).value_or(0);
  });
}

Result<BestPolarizer> one_basis_by_polarizer(double photons) {
  HERALD_TRY_VOID(alice_wins_polarized(photons, 0));
  return best_over_angles([&](double angle) { return alice_wins_polarized(photons, angle).value_or(0); });
}

Result<double> transfer_attack(const BoundedStorageTransfer& transfer) {
  HERALD_TRY_VOID(validate(transfer));
  const double measured = std::floor(std::max(0.0, transfer.photons - transfer.memory));
  HERALD_TRY(const BestPolarizer best, both_strings_by_polarizer(measured, transfer.length));
  return best.success;
}

Result<double> commitment_attack(double photons, double memory) {
  HERALD_TRY_VOID(validate({photons, memory, 1}));
  HERALD_TRY(const BestPolarizer best, one_basis_by_polarizer(std::floor(std::max(0.0, photons - memory))));
  return best.success;
}

Result<double> transfer_both_bound(const BoundedStorageTransfer& transfer) {
  HERALD_TRY(const double epsilon, transfer_epsilon(transfer));
  return std::min(1.0, std::exp2(-transfer.length) + epsilon);
}

Result<double> commitment_bound(double photons, double memory) {
  HERALD_TRY_VOID(validate({photons, memory, 1}));
  return (1 + least_over_delta([&](double delta) {
            return std::exp(log_epsilon(Encoding::bb84, photons, delta)) +
                   std::exp2(-(photons / 4 - delta * photons - 1 - memory));
          })) /
         2;
}

namespace {

constexpr Assumption kAssumptions[] = {
    {"bounded-quantum-memory", "When the bases are told the adversary holds at most q qubits; bits are unlimited."},
    {"true-single-photons", "Alice's source emits one photon a pulse; a second one would tell Bob more."},
    {"no-losses-or-errors", "Honest photons arrive and are right; otherwise error correction takes its bits as well."}};
constexpr PublishedPoint kPoints[] = {
    {"10000 photons, 128 bits, slack 64: q below", "theory sheet 8.5", 2180, 1e-15,
     [] { return transfer_memory_limit(1e4, 128, 64); }},
    {"min-entropy per photon, BB84, delta towards 0", "Damgaard et al. 2007, two bases", 0.5, 1e-9,
     [] { return bounded_storage_uncertainty(Encoding::bb84, 1, 1e-12).value_or(Uncertainty{}).min_entropy; }},
    {"min-entropy per photon, six-state, delta towards 0", "Damgaard et al. 2007, three bases; theory sheet 8.5",
     2.0 / 3, 1e-9,
     [] { return bounded_storage_uncertainty(Encoding::six_state, 1, 1e-12).value_or(Uncertainty{}).min_entropy; }}};

}  // namespace

const CheatingTheorem& bounded_storage_theorem() {
  static constexpr CheatingTheorem kTheorem = {
      .name = "bounded-storage",
      .title = "Oblivious transfer against an adversary with few qubits of memory",
      .protocol = "ot-bounded-storage",
      .paper =
          "Damgaard, Fehr, Renner, Salvail, Schaffner, CRYPTO 2007 (LNCS 4622, 360), quant-ph/0612014; Damgaard, "
          "Fehr, Salvail, Schaffner, SIAM J. Comput. 37, 1865 (2008)",
      .equations =
          "the uncertainty relation, min-entropy splitting, privacy amplification; the sums in docs/theory/mistrust.md",
      .statement = "epsilon <= 2 exp(-delta^2 n/(32 (2 - log2 delta)^2)) + 2^(-1 - (n/4 - delta n - 1 - q - 2l)/2)",
      .parameters = "n photons, q qubits of memory, l bits of either string",
      .unsettled =
          "The proof ends at q = n/4, the best known attack needs about n - 4.4 l qubits to be worth more than a "
          "guess; between them nothing is known of this protocol.",
      .assumptions = kAssumptions,
      .points = kPoints,
  };
  return kTheorem;
}

}  // namespace herald
