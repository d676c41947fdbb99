#include "herald/cheating/memory_channels.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "herald/base/entropy.h"
#include "herald/base/tail_bounds.h"
#include "herald/cheating/arguments.h"
#include "herald/cheating/conjugate_coding.h"

namespace herald {
namespace {

constexpr double kMostShare = 1e6;
constexpr double kMostPhotons = 1e15;

Result<void> validate(const MemoryChannel& memory) {
  return permitted("a probability of keeping a qubit", memory.kept, 0, 1);
}

// Where a function with one maximum on [low, high] has it, to 1e-10 of the interval.
template <typename Function>
double where_largest(double low, double high, const Function& function) {
  const double golden = (std::sqrt(5.0) - 1) / 2;
  double a = high - golden * (high - low), b = low + golden * (high - low);
  double at_a = function(a), at_b = function(b);
  for (int step = 0; step < 48; ++step) {
    if (at_a > at_b) {
      high = b;
      b = a;
      at_b = at_a;
      a = high - golden * (high - low);
      at_a = function(a);
    } else {
      low = a;
      a = b;
      at_a = at_b;
      b = low + golden * (high - low);
      at_b = function(b);
    }
  }
  return (low + high) / 2;
}

// C_E of amplitude damping: concave in the excited population p.
double assisted_capacity(double kept) {
  const auto information = [&](double p) {
    return binary_entropy(p) + binary_entropy(kept * p) - binary_entropy((1 - kept) * p);
  };
  return information(where_largest(0, 1, information));
}

// I_a of amplitude damping. Phases are a symmetry, so input and sigma are diagonal, with excited populations p and s;
// the channel's two Kraus operators lead to orthogonal vectors, and the trace has two terms.
double renyi_information(double kept, double order) {
  const double t = (1 - order) / order;
  const auto divergence = [&](double p, double s) {
    const double undecayed = (1 - p) * std::pow((1 - p) * (1 - s), t) + p * kept * std::pow(p * s, t);
    const double decayed = p * (1 - kept) * std::pow(p * (1 - s), t);
    return std::log2(std::pow(undecayed, order) + std::pow(decayed, order)) / (order - 1);
  };
  const auto least = [&](double p) {
    const double s = where_largest(1e-9, 1 - 1e-9, [&](double at) { return -divergence(p, at); });
    return divergence(p, s);
  };
  return least(where_largest(1e-9, 1 - 1e-9, least));
}

double damping_exponent(double kept, double rate) {
  if (rate <= assisted_capacity(kept)) return std::max(0.0, rate - 1);
  const auto exponent = [&](double t) { return t * (rate - renyi_information(kept, 1 / (1 - t))); };  // t = 1 - 1/a
  // Any t gives a bound.
  return std::max({0.0, rate - 1, exponent(where_largest(1e-6, 0.999, exponent))});
}

double erasure_exponent(double kept, double rate) {
  const auto exponent = [&](double s) { return s * rate - std::log2(1 - kept + kept * std::exp2(s)); };
  return std::max({0.0, exponent(1), exponent(where_largest(0, 1, exponent))});
}

// Of a quarter of the rows.
double set_size(const HashedRows& string) { return std::floor(string.rows / 4); }

Result<void> validate(const HashedRows& string, double length) {
  HERALD_TRY_VOID(permitted("a number of rows", string.rows, 4, kMostCounted));
  HERALD_TRY_VOID(permitted("a number of columns", string.columns, 1, kMostCounted));
  return permitted("a length in bits", length, 1, kMostPhotons);
}

// Probability that a random set of `size` of `rows` has `chosen` of `marked` ones.
double in_set(double rows, double marked, double size, double chosen) {
  if (chosen < std::max(0.0, size - (rows - marked)) || chosen > std::min(marked, size)) return 0;
  const auto whole = [](double number) { return static_cast<std::int64_t>(number); };
  return std::exp(hypergeometric_log_pmf(whole(rows), whole(marked), whole(size), whole(chosen)));
}

}  // namespace

Result<double> memory_capacity(const MemoryChannel& memory) {
  HERALD_TRY_VOID(validate(memory));
  switch (memory.kind) {
    case MemoryKind::depolarising: return depolarising_capacity(memory.kept);
    case MemoryKind::erasure: return memory.kept;
    case MemoryKind::dephasing: return 1.0;
    case MemoryKind::amplitude_damping: break;
  }
  return std::min(1.0, assisted_capacity(memory.kept));
}

Result<bool> memory_secure(const MemoryChannel& memory, double share) {
  HERALD_TRY_VOID(permitted("a number of stored qubits per photon", share, 0, kMostShare));
  HERALD_TRY(const double capacity, memory_capacity(memory));
  return capacity * share < 0.5;
}

Result<double> memory_threshold(MemoryKind kind, double share) {
  HERALD_TRY_VOID(permitted("a number of stored qubits per photon", share, 0, kMostShare));
  if (share <= 0.5) return 1.0;
  const auto capacity = [&](double kept) { return memory_capacity({kind, kept}).value_or(1); };
  if (capacity(0) * share >= 0.5)
    return fail(ErrorCode::invalid_argument, "no noise of this kind makes so many qubits harmless");
  double low = 0, high = 1;
  for (int step = 0; step < 60; ++step) {
    const double middle = (low + high) / 2;
    (capacity(middle) * share < 0.5 ? low : high) = middle;
  }
  return low;
}

Result<double> strong_converse_exponent(const MemoryChannel& memory, double rate) {
  HERALD_TRY_VOID(validate(memory));
  HERALD_TRY_VOID(permitted("a rate", rate, 0, std::numeric_limits<double>::max()));
  switch (memory.kind) {
    case MemoryKind::depolarising: return strong_converse_exponent(memory.kept, rate);
    case MemoryKind::erasure: return erasure_exponent(memory.kept, rate);
    case MemoryKind::dephasing: return std::max(0.0, rate - 1);
    case MemoryKind::amplitude_damping: break;
  }
  return damping_exponent(memory.kept, rate);
}

Result<WeakStringErasure> weak_string_erasure(const MemoryChannel& memory, double share, double photons, double delta) {
  HERALD_TRY(const WeakStringErasure without, weak_string_erasure(NoisyMemory{0, 0}, photons, delta));
  HERALD_TRY_VOID(permitted("a number of stored qubits per photon", share, 0, kMostShare));
  if (share == 0) return without;  // all that is not known is lacking
  HERALD_TRY(const double exponent, strong_converse_exponent(memory, (0.5 - delta) / share));
  return WeakStringErasure{share * exponent, without.epsilon};
}

Result<double> hashing_transfer_both_bound(const MemoryChannel& memory, double share, const HashedRows& string,
                                           double length) {
  HERALD_TRY_VOID(validate(string, length));
  const double bits = string.rows * string.columns, block = string.columns;
  HERALD_TRY_VOID(permitted("a number of bits", bits, 1, kMostPhotons));
  double best = 1;
  if (block < 67) return best;
  for (double delta = 0.5; delta > 1e-6; delta /= 1.5) {
    HERALD_TRY(const WeakStringErasure erasure, weak_string_erasure(memory, share, bits, delta));
    if (erasure.epsilon >= 1) break;  // and for smaller ones
    for (double w = 2; w < 64; w *= 1.25) {
      const double lost = erasure.rate * erasure.rate / (512 * w * w * block);
      if (block < 256 * w * w / (erasure.rate * erasure.rate)) break;
      if (length > std::floor(((1 - 1 / w) * erasure.rate / 8 - lost) * bits - 0.5)) continue;
      best = std::min(best, std::exp2(-length) + 43 * std::exp2(-lost * bits) + 2 * erasure.epsilon);
    }
  }
  return best;
}

Result<double> stored_guess(const MemoryChannel& memory) {
  HERALD_TRY_VOID(validate(memory));
  const double r = memory.kept;
  switch (memory.kind) {
    case MemoryKind::depolarising:
    case MemoryKind::erasure: return (1 + r) / 2;
    case MemoryKind::dephasing: return (1 + std::sqrt((1 + r * r) / 2)) / 2;
    case MemoryKind::amplitude_damping: break;
  }
  return (1 + std::sqrt(r)) / 2;
}

Result<double> individual_guess(const MemoryChannel& memory) {
  HERALD_TRY(const double stored, stored_guess(memory));
  return std::max(stored, breidbart_guess());
}

Result<double> both_sets_guessed(const HashedRows& string, double length, double guess) {
  HERALD_TRY_VOID(validate(string, length));
  HERALD_TRY_VOID(permitted("a probability", guess, 0, 1));
  const double size = set_size(string), collide = std::exp2(-length);
  const double one = std::pow(guess, size * string.columns);
  double both = 0;
  for (double common = 0; common <= size; ++common) {
    const double all = std::pow(guess, (2 * size - common) * string.columns);
    both += in_set(string.rows, size, size, common) *
            (all + 2 * (one - all) * collide + (1 - 2 * one + all) * collide * collide);
  }
  return both;
}

Result<double> both_sets_with_erasures(const HashedRows& string, double length, double kept) {
  HERALD_TRY_VOID(validate(string, length));
  HERALD_TRY_VOID(validate({MemoryKind::erasure, kept}));
  const double bits = string.rows * string.columns, size = set_size(string), collide = std::exp2(-length);
  const auto known = [&](double k) {
    return kept == 0 || kept == 1 ? (k == kept * bits ? 1 : 0) : std::exp(binomial_log_pmf(bits, kept, k));
  };
  const auto guessed = [&](double lacking) { return std::exp2(-lacking) + (1 - std::exp2(-lacking)) * collide; };
  double both = 0, too_few = 0;
  for (double k = 0; k <= bits; ++k) {
    const double weight = known(k);
    if (k < size * string.columns) too_few += weight;
    if (k < size * string.columns || weight < 1e-15) continue;
    // Rows that he lacks wholly, and one that he may lack in part.
    const double lacking = string.rows - std::ceil(k / string.columns);
    const double part = std::ceil(k / string.columns) * string.columns - k;
    for (double rows = 0; rows <= std::min(lacking, size); ++rows) {
      const double chosen = in_set(string.rows, lacking, size, rows), others = string.rows - lacking;
      const double partly = part > 0 ? (size - rows) / others : 0;  // one of those that he has, in whole or in part
      both += weight * chosen *
              (partly * guessed(rows * string.columns + part) + (1 - partly) * guessed(rows * string.columns));
    }
  }
  if (too_few > 1e-12) return fail(ErrorCode::invalid_argument, "he may know too few bits for one set");
  return both;
}

namespace {

constexpr Assumption kAssumptions[] = {
    {"noisy-quantum-memory", "All that the adversary keeps until the bases are told passes nu n uses of the channel."},
    {"true-single-photons", "Alice's source emits one photon a pulse; a second one would tell Bob more."},
    {"no-losses-or-errors", "Honest photons arrive and are right; otherwise error correction takes its bits as well."}};
double threshold(MemoryKind kind, double share) { return memory_threshold(kind, share).value_or(-1); }
constexpr std::string_view kSheet = "theory sheet 8.5, independent script";
constexpr PublishedPoint kPoints[] = {
    {"largest r, depolarising, nu = 1", kSheet, 0.779944, 1e-6, [] { return threshold(MemoryKind::depolarising, 1); }},
    {"largest r, depolarising, nu = 2", kSheet, 0.570997, 1e-6, [] { return threshold(MemoryKind::depolarising, 2); }},
    {"largest r, erasure, nu = 1", "Koenig, Wehner, Wullschleger 2012: C nu < 1/2 with C = r", 0.5, 1e-12,
     [] { return threshold(MemoryKind::erasure, 1); }}};

}  // namespace

const CheatingTheorem& memory_channels_theorem() {
  static constexpr CheatingTheorem kTheorem = {
      .name = "memory-channels",
      .title = "Oblivious transfer by interactive hashing against memories of several kinds",
      .protocol = "ot-noisy-storage-hashing",
      .paper =
          "Koenig, Wehner, Wullschleger, IEEE TIT 58, 1962 (2012), arXiv 0906.1030; Koenig, Wehner, PRL 103, 070504 "
          "(2009); Gupta, Wilde, Commun. Math. Phys. 334, 867 (2015)",
      .equations = "weak string erasure and its transfer, quoted from memory; strong converses of the channels",
      .statement =
          "secure for n large when C(N) nu < 1/2, the full range of the model: twice that of the transfer without "
          "interactive hashing",
      .parameters = "the memory's kind and r, nu, rows and columns of the string, l bits",
      .unsettled =
          "The classical capacity of amplitude damping is not known; the assisted one stands in for it. Dephasing "
          "leaves a bit per qubit, so this theorem promises nothing from nu = 1/2 on; bounds by the quantum capacity "
          "(Berta, Fawzi, Wehner 2014) are of another encoding. The constants of the transfer's theorem ask for about "
          "1e12 bits and more.",
      .assumptions = kAssumptions,
      .points = kPoints,
  };
  return kTheorem;
}

}  // namespace herald
