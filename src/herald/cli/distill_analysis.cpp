#include "herald/cli/distill_analysis.h"

#include <fmt/format.h>

#include <cmath>

#include "herald/base/entropy.h"

namespace herald::cli {
namespace {

Result<DistillLength> length_of(const BasisCounts& key, const BasisCounts& test, const DistillSettings& settings) {
  DistillLength length;
  const auto n = static_cast<double>(key.sifted);
  length.leak = static_cast<std::int64_t>(
      std::ceil(settings.reconciliation_efficiency * n * binary_entropy(std::min(key.error_rate(), 0.5))));
  const Bbm92Observation observed{static_cast<std::int64_t>(key.sifted), static_cast<std::int64_t>(test.sifted),
                                  static_cast<std::int64_t>(test.errors), settings.preparation_quality};
  const Disclosure disclosure{length.leak, verification_bits_for(settings.epsilon.correctness),
                              Reconciliation::one_way};
  HERALD_TRY(length.asymptotic, bbm92_asymptotic(observed, disclosure));
  HERALD_TRY(length.finite, bbm92_finite(observed, disclosure, settings.epsilon));
  HERALD_TRY(length.published, bbm92_finite(observed, disclosure, settings.epsilon, Accounting::as_published));
  HERALD_TRY(length.growth_needed, bbm92_block_needed(observed, disclosure, settings.epsilon));
  return length;
}

Result<void> validate(const DistillSettings& settings) {
  if (!(settings.stretch > 0 && settings.stretch < 1))
    return fail(ErrorCode::invalid_argument,
                fmt::format("a stretch of {} is not a share between 0 and 1", settings.stretch));
  if (!(settings.reconciliation_efficiency >= 1 && settings.reconciliation_efficiency <= 10))
    return fail(ErrorCode::invalid_argument,
                fmt::format("a reconciliation efficiency of {} is not between 1 (Shannon's bound) and 10",
                            settings.reconciliation_efficiency));
  return {};
}

}  // namespace

std::vector<std::string> DistillReport::violated() const {
  std::vector<std::string> names;
  for (const AssumptionCheck& check : checks)
    if (!check.holds()) names.emplace_back(check.name);
  return names;
}

Result<DistillReport> analyse(const TimeTags& alice_tags, const TimeTags& bob_tags, const DistillSettings& settings) {
  HERALD_TRY_VOID(validate(settings));
  for (const auto& [tags, whose] : {std::pair(&alice_tags, "Alice's, 0..3"), std::pair(&bob_tags, "Bob's, 4..7")})
    if (tags->empty())
      return fail(ErrorCode::invalid_argument,
                  fmt::format("no tags of {}: give one file with both parties' tags, or two", whose));
  const std::uint64_t begin = alice_tags.time.front(), duration = alice_tags.time.back() - begin;
  const auto end = begin + static_cast<std::uint64_t>(settings.stretch * static_cast<double>(duration));
  HERALD_TRY(const PlanFromStretch planned, plan_from(stretch_of(alice_tags, Side::alice, begin, end),
                                                      stretch_of(bob_tags, Side::bob, begin, end), settings.plan));
  DistillReport report;
  report.alice_tags = alice_tags.size(), report.bob_tags = bob_tags.size();
  report.duration = duration, report.disclosed = end - begin;
  report.tick_seconds = alice_tags.tick_seconds;
  report.found = planned.found, report.plan = planned.plan;

  SimulationRandom random(settings.seed);
  const Events alice = own_events(alice_tags, Side::alice, report.plan, random),
               bob = own_events(bob_tags, Side::bob, report.plan, random);
  for (const Events* events : {&alice, &bob}) {
    const auto side = static_cast<std::size_t>(events->side);
    report.events[side] = events->size(), report.while_dead[side] = events->while_dead;
    report.double_clicks[side] = events->double_clicks, report.cross_clicks[side] = events->cross_clicks;
  }
  const Matches matches = match(alice, coarsen(bob, report.plan.bin_width()), report.plan);
  report.matrix = count_coincidences(matches, alice, bob);
  const auto off_peak = static_cast<std::uint64_t>(2 * settings.plan.search.range);
  report.accidentals = count_accidentals(alice, bob, report.plan, off_peak);
  for (const unsigned basis : {0U, 1U}) report.basis[basis] = basis_counts(report.matrix, report.accidentals, basis);
  report.key_basis = settings.key_basis;
  report.preparation_quality = settings.preparation_quality;
  for (const unsigned basis : {0U, 1U}) {
    HERALD_TRY(report.as_key[basis], length_of(report.basis[basis], report.basis[1 - basis], settings));
  }

  const std::uint64_t horizon = 4 * std::max(report.plan.dead_time[0], report.plan.dead_time[1]);
  AssumptionCheck memory = check_memoryless_detectors(alice_tags, horizon, settings.false_alarm / 2);
  for (AssumptionFigure& figure : check_memoryless_detectors(bob_tags, horizon, settings.false_alarm / 2).figures)
    memory.figures.push_back(std::move(figure));
  report.checks = {check_conjugate_bases(report.matrix, report.accidentals, settings.false_alarm),
                   check_equal_efficiencies(report.matrix, report.accidentals, settings.false_alarm),
                   check_unbiased_bits(report.matrix, settings.false_alarm), std::move(memory),
                   check_equal_timing(time_differences(matches, alice, bob, report.plan), settings.false_alarm)};
  report.suggested_quality = suggested_preparation_quality(report.checks.front());
  return report;
}

}  // namespace herald::cli
