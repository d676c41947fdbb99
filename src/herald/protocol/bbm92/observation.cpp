#include "herald/protocol/bbm92/observation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "herald/base/tail_bounds.h"
#include "herald/detections/disclosure.h"
#include "herald/proof/bbm92_finite.h"

namespace herald::bbm92 {
namespace {

// A public test and a party's own may each fail by chance, and so may either party's.
constexpr double kPublicShare = 0.5, kOwnShare = 0.125;

Checks flag(std::string_view name) {
  const auto found = std::ranges::find(kChecks, name);
  HERALD_CHECK(found != kChecks.end());
  return Checks{1} << (found - kChecks.begin());
}

Checks flag_unless(const AssumptionCheck& check) { return check.holds() ? 0 : flag(check.name); }

std::uint64_t horizon(const CoincidencePlan& plan) { return 4 * std::max(plan.dead_time[0], plan.dead_time[1]); }

unsigned key_basis(const Parameters& parameters) { return parameters.key_basis_is_x ? 1 : 0; }

// Calls f(pair, rank) for each one of the mask; rank counts them.
template <typename F>
void for_each_one(BitView mask, F&& f) {
  std::size_t rank = 0;
  for (std::size_t k = 0; k < mask.size(); ++k)
    if (mask[k]) f(k, rank++);
}

// Accidentals of the stretch are to be known as well as those of the whole: as many more shifts as it is shorter, as
// long as they stay within a fiftieth of it.
unsigned accidental_shifts(const Parameters& parameters, const Stretch& stretch, std::uint64_t step) {
  const double wanted = 16 * (1 - parameters.stretch) / parameters.stretch;
  const double room = 0.04 * static_cast<double>(stretch.end - stretch.begin) / static_cast<double>(step);
  return static_cast<unsigned>(std::clamp(std::min(wanted, room), 16.0, 1024.0));
}

}  // namespace

Stretch stretch_to_disclose(const TimeTags& tags, Side side, const Parameters& parameters) {
  const std::uint64_t begin = tags.time.front(), duration = tags.time.back() - begin;
  return stretch_of(tags, side, begin,
                    begin + static_cast<std::uint64_t>(parameters.stretch * static_cast<double>(duration)));
}

Result<Preparation> prepare(const Stretch& alice, const Stretch& bob, const Parameters& parameters) {
  PlanOptions options;
  options.search.range = static_cast<std::int64_t>(parameters.range);
  options.search.greatest_drift = parameters.greatest_drift;
  if (parameters.half_window != 0) options.half_window = parameters.half_window;
  if (parameters.dead_time != 0) options.dead_time = parameters.dead_time;
  Preparation result;
  HERALD_TRY(result.planned, plan_from(alice, bob, options));

  // The stretch's own pairs. Its double clicks get bits that both ends draw alike.
  CoincidencePlan plan = result.planned.plan;
  plan.key_begin = {0, 0};
  SimulationRandom same(0);
  const Events a = own_events(alice.tags, Side::alice, plan, same), b = own_events(bob.tags, Side::bob, plan, same);
  const Matches matches = match(a, coarsen(b, plan.bin_width()), plan);
  const std::uint64_t step = 2 * parameters.range;
  result.matrix = count_coincidences(matches, a, b);
  result.accidentals = count_accidentals(a, b, plan, step, accidental_shifts(parameters, alice, step));
  result.differences = time_differences(matches, a, b, plan);
  result.bob_events = b.size();
  result.key = basis_counts(result.matrix, result.accidentals, key_basis(parameters));
  const FailureProbability each = parameters.false_alarm * (kPublicShare / 2);
  for (const Stretch* stretch : {&alice, &bob})
    result.memoryless = result.memoryless && check_memoryless_detectors(stretch->tags, horizon(plan), each).holds();
  return result;
}

Result<PairKinds> kinds_of(const Pairs& pairs, const CoarseEvents& coarse, const Parameters& parameters) {
  PairKinds kinds;
  HERALD_TRY(kinds.bob, decode_sifted(pairs.indices, coarse.size()));
  if (pairs.same_basis.size() != kinds.size())
    return fail(ErrorCode::malformed,
                fmt::format("Alice names {} pairs and the bases of {}", kinds.size(), pairs.same_basis.size()));
  kinds.bob_basis = kinds.key = kinds.test = kinds.open = BitString(kinds.size());
  for (std::size_t k = 0; k < kinds.size(); ++k) {
    const bool basis = coarse.basis[kinds.bob[k]], same = pairs.same_basis[k],
               key = same && basis == parameters.key_basis_is_x;
    kinds.bob_basis.set(k, basis);
    kinds.key.set(k, key);
    kinds.test.set(k, same && !key);
    kinds.open.set(k, !key);
  }
  return kinds;
}

Result<void> count_openings(const PairKinds& pairs, const Opening& alice, const Opening& bob, BlockReport& report) {
  const std::size_t open = pairs.open.view().count_ones();
  for (const Opening* opening : {&alice, &bob})
    if (opening->bits.size() != open || opening->offset.size() != open)
      return fail(ErrorCode::malformed,
                  fmt::format("{} pairs make no key, and the peer opens {}", open, opening->bits.size()));
  report.clicks = pairs.size();
  report.key_bits = pairs.key.view().count_ones();
  report.test_bits = pairs.test.view().count_ones();
  report.test_errors = 0;
  for_each_one(pairs.open, [&](std::size_t k, std::size_t rank) {
    if (pairs.test[k]) report.test_errors += alice.bits[rank] != bob.bits[rank];
  });
  return {};
}

Checks check_in_public(const Preparation& preparation, const PairKinds& pairs, std::uint64_t bob_events,
                       const Opening& alice, const Opening& bob, const Parameters& parameters) {
  CoincidenceMatrix matrix = preparation.matrix;
  TimeDifferences differences = preparation.differences;
  for_each_one(pairs.open, [&](std::size_t k, std::size_t rank) {
    const unsigned basis = pairs.bob_basis[k], alices = pairs.test[k] ? basis : 1 - basis;
    const bool a = alice.bits[rank], b = bob.bits[rank];
    ++matrix[2 * alices + a][2 * basis + b];
    if (pairs.test[k] && a == b) differences[basis][a].push_back(bob.offset[rank] - alice.offset[rank]);
  });
  // Of the key basis only the stretch is open; of the rest, all.
  AccidentalMatrix accidentals = preparation.accidentals;
  const double growth =
      1 + static_cast<double>(bob_events) / static_cast<double>(std::max<std::uint64_t>(preparation.bob_events, 1));
  for (unsigned a = 0; a < kDetectors; ++a)
    for (unsigned b = 0; b < kDetectors; ++b)
      if (basis_of(a) != basis_of(b) || basis_of(a) != key_basis(parameters)) accidentals[a][b] *= growth;

  const FailureProbability each = parameters.false_alarm * kPublicShare;
  return flag_unless(check_conjugate_bases(matrix, accidentals, each)) |
         flag_unless(check_equal_efficiencies(matrix, accidentals, each)) |
         flag_unless(check_unbiased_bits(matrix, each)) | flag_unless(check_equal_timing(differences, each)) |
         (preparation.memoryless ? 0 : flag("memoryless-detectors"));
}

Checks check_own(const TimeTags& own, Side side, BitView key, const Preparation& preparation,
                 const Parameters& parameters) {
  const FailureProbability each = parameters.false_alarm * kOwnShare;
  const unsigned zero = 2 * key_basis(parameters);
  CoincidenceMatrix matrix{};
  matrix[zero + 1][zero + 1] = key.count_ones();
  matrix[zero][zero] = key.size() - key.count_ones();
  return flag_unless(check_unbiased_bits(matrix, each)) |
         flag_unless(check_memoryless_detectors(tags_of(own, side), horizon(preparation.planned.plan), each));
}

Checks check_own_timing(BitView key, const std::vector<std::int64_t>& offsets, const Parameters& parameters) {
  HERALD_CHECK(offsets.size() == key.size());
  TimeDifferences differences;
  for (std::size_t i = 0; i < offsets.size(); ++i) differences[key_basis(parameters)][key[i]].push_back(offsets[i]);
  return flag_unless(check_equal_timing(differences, parameters.false_alarm * kOwnShare));
}

std::vector<std::string> names_of(Checks checks, const Parameters& parameters) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < kChecks.size(); ++i)
    if ((checks >> i & 1) != 0) names.emplace_back(kChecks[i]);
  // Exact Pauli bases behind equal detectors are what two-way reconciliation goes by.
  const bool qubits = (checks & (flag("conjugate-bases") | flag("equal-efficiencies"))) == 0;
  if (!qubits && parameters.preparation_quality == 1) names.emplace_back("qubit-receiver");
  return names;
}

Result<ReconciliationPlan> reconciliation_plan(const Preparation& preparation, ErrorRate expected,
                                               const Parameters& parameters) {
  ReconciliationPlan plan;
  plan.frame_bits = parameters.frame_bits;
  plan.correctness = parameters.epsilon.correctness;
  plan.disclosure_efficiency = parameters.disclosure_efficiency;
  plan.expected = expected;
  if (expected.value > 0) return plan;
  if (preparation.key.sifted == 0)
    return fail(ErrorCode::not_found,
                "the stretch holds no pair of the key basis to tell the error rate from; make protocol.stretch "
                "larger, or set protocol.first_error_rate");
  // One error more than were seen: none of a few is no rate of 0.
  plan.estimated_from = preparation.key.sifted;
  plan.expected = ErrorRate(
      std::min(0.5, static_cast<double>(preparation.key.errors + 1) / static_cast<double>(preparation.key.sifted)));
  return plan;
}

std::uint64_t most_key_errors(std::uint64_t key_bits, const ReconciliationPlan& plan) {
  const auto n = static_cast<double>(key_bits);
  const double q = std::min(plan.expected.value, 0.5),
               estimate = plan.estimated_from == 0 ? 0 : n / static_cast<double>(plan.estimated_from);
  return std::min(
      key_bits, static_cast<std::uint64_t>(std::ceil(n * q + 4.5 * std::sqrt(n * q * (1 - q) * (1 + estimate)) + 10)));
}

Result<KeyLength> key_length(const Corrected& corrected, std::uint64_t most_errors, const Parameters& parameters,
                             BlockReport& report) {
  report.failed_frames = corrected.failed_frames;
  report.disclosed_cap = corrected.disclosed_cap;
  report.disclosed = corrected.disclosed;
  const Bbm92Observation observed{static_cast<std::int64_t>(report.key_bits),
                                  static_cast<std::int64_t>(report.test_bits),
                                  static_cast<std::int64_t>(report.test_errors), parameters.preparation_quality};
  // Bob's words are functions of Alice's and of the error pattern, save for his findings. Where the bases are not
  // conjugate that pattern costs its bits (docs/theory/two-way-reconciliation.md, sections 2 and 4).
  const bool conjugate = parameters.preparation_quality == 1;
  std::int64_t pattern = 0;
  if (!conjugate)
    pattern = static_cast<std::int64_t>(std::ceil(
        log2_hamming_ball(static_cast<std::int64_t>(report.key_bits), static_cast<std::int64_t>(most_errors))));
  Disclosure disclosure;
  disclosure.reconciliation = conjugate ? Reconciliation::two_way : Reconciliation::one_way;
  disclosure.verification_bits = static_cast<std::int64_t>(corrected.verification_bits);
  disclosure.leak = static_cast<std::int64_t>(corrected.disclosed_cap + kAliceOwnChecks + kBobOwnChecks) + pattern;
  HERALD_TRY(KeyLength length, bbm92_finite(observed, disclosure, parameters.epsilon));
  if (length.bits == 0) {
    HERALD_TRY(const double growth, bbm92_block_needed(observed, disclosure, parameters.epsilon));
    length.reason += std::isfinite(growth)
                         ? fmt::format("; {:.3g} times as many detections of this quality would leave a key", growth)
                         : "; no number of detections of this quality leaves a key";
  }
  disclosure.leak = static_cast<std::int64_t>(corrected.disclosed) + pattern;
  HERALD_TRY(const KeyLength asymptotic, bbm92_asymptotic(observed, disclosure));
  report.phase_error_rate = length.phase_error_rate.value;
  report.secret_bits = static_cast<std::uint64_t>(length.bits);
  report.asymptotic_bits = std::max(0.0, asymptotic.exact_bits);
  return length;
}

}  // namespace herald::bbm92
