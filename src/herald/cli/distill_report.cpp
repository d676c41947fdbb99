#include "herald/cli/distill_report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <iterator>
#include <nlohmann/json.hpp>

namespace herald::cli {
namespace {

using nlohmann::json;

constexpr std::array<const char*, 2> kBasisName{"Z", "X"}, kBasisKey{"z", "x"};

struct All {
  std::uint64_t sifted = 0, errors = 0, coincidences = 0;
  double accidentals = 0, sifted_accidentals = 0;
};
All all_of(const DistillReport& r) {
  All all;
  for (const BasisCounts& basis : r.basis) {
    all.sifted += basis.sifted, all.errors += basis.errors;
    all.sifted_accidentals += basis.accidentals;
  }
  for (unsigned a = 0; a < kDetectors; ++a)
    for (unsigned b = 0; b < kDetectors; ++b)
      all.coincidences += r.matrix[a][b], all.accidentals += r.accidentals[a][b];
  return all;
}

double share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

template <typename... Args>
void line(std::string& text, fmt::format_string<Args...> format, Args&&... args) {
  fmt::format_to(std::back_inserter(text), format, std::forward<Args>(args)...);
  text += '\n';
}

void recording_text(std::string& text, const DistillReport& r) {
  line(text, "recording      {} tags of Alice's, {} of Bob's, in {} ticks{}", r.alice_tags, r.bob_tags, r.duration,
       r.tick_seconds > 0 ? fmt::format(" ({:.3g} s)", static_cast<double>(r.duration) * r.tick_seconds) : "");
  line(text, "stretch        the first {} ticks ({:.1f} %) disclosed for what follows, then discarded", r.disclosed,
       100 * share(r.disclosed, r.duration));
  line(text, "delays         Alice {}; Bob {} ticks", fmt::join(r.plan.delays.alice, " "),
       fmt::join(r.plan.delays.bob, " "));
  line(text, "clock          Bob's is {:+.1f} ticks from Alice's, drift {:+.3g}{}", r.plan.delays.clock.offset,
       r.plan.delays.clock.drift, r.plan.tracks_clock ? ", followed" : "");
  line(text, "window         +-{} ticks around bins of {}", r.plan.half_window, r.plan.bin_width());
  line(text, "dead time      Alice {}, Bob {} ticks, for the whole party", r.plan.dead_time[0], r.plan.dead_time[1]);
  line(text,
       "events         Alice {}, Bob {} (left out while dead {} and {}; double clicks {} and {}, across bases {} and "
       "{})",
       r.events[0], r.events[1], r.while_dead[0], r.while_dead[1], r.double_clicks[0], r.double_clicks[1],
       r.cross_clicks[0], r.cross_clicks[1]);
}

void counts_text(std::string& text, const DistillReport& r) {
  line(text, "\ncoincidences (of them accidental)");
  line(text, "             {:>16}{:>16}{:>16}{:>16}", "Bob 4", "Bob 5", "Bob 6", "Bob 7");
  for (unsigned a = 0; a < kDetectors; ++a) {
    std::string row = fmt::format("  Alice {}    ", a);
    for (unsigned b = 0; b < kDetectors; ++b)
      row += fmt::format("{:>16}", fmt::format("{} ({:.1f})", r.matrix[a][b], r.accidentals[a][b]));
    line(text, "{}", row);
  }
  const All all = all_of(r);
  line(text, "\nbasis       sifted   errors   error rate   accidental   asymptotic bits   finite bits");
  for (const unsigned b : {0U, 1U})
    line(text, "  {:<7}{:>9}{:>9}{:>11.2f} %{:>13.1f}{:>18}{:>14}{}", kBasisName[b], r.basis[b].sifted,
         r.basis[b].errors, 100 * r.basis[b].error_rate(), r.basis[b].accidentals, r.as_key[b].asymptotic.bits,
         r.as_key[b].finite.bits, b == r.key_basis ? "  <- the key; the other basis bounds its phase errors" : "");
  line(text, "  {:<7}{:>9}{:>9}{:>11.2f} %{:>13.1f}{:>18}{:>14}", "all", all.sifted, all.errors,
       100 * share(all.errors, all.sifted), all.sifted_accidentals, r.key().asymptotic.bits, r.key().finite.bits);
}

void assumptions_text(std::string& text, const DistillReport& r) {
  line(text, "\nassumptions    (value, interval, what the assumption says)");
  for (const AssumptionCheck& check : r.checks) {
    line(text, "  {:<22}{:<10}{}", check.name, check.holds() ? "not refuted" : "VIOLATED",
         check.holds() ? "" : fmt::format("  {}", check.meaning));
    for (const AssumptionFigure& f : check.figures)
      if (!f.holds())
        line(text, "    {:<18}{:>9.4f}  [{:.4f}, {:.4f}]  not {:g}{}", f.what, f.value, f.low, f.high, f.expected,
             f.detail.empty() ? "" : fmt::format("; {}", f.detail));
  }
  if (!r.checks.front().holds())
    line(text,
         "  If all of that correlation came from the overlap of the bases, the preparation quality would be {:.3f}: "
         "try\n"
         "  --preparation-quality {:.3f}.",
         r.suggested_quality, r.suggested_quality);
}

void key_text(std::string& text, const DistillReport& r) {
  const KeyLength& key = r.key().finite;
  const Epsilon& e = key.epsilon;
  line(text, "\nkey            {} secret bits from basis {} by {}, epsilon {:.2g} (secrecy) + {:.2g} (correctness)",
       key.bits, kBasisName[r.key_basis], key.theorem, e.secrecy.value, e.correctness.value);
  line(text,
       "               preparation quality {:g}; phase errors at most {:.2f} %; {} bits of leak allowed for, {} to "
       "verify",
       r.preparation_quality, 100 * key.phase_error_rate.value, key.leak, key.verification_bits);
  line(text, "               (the paper's formula to the letter, with its looser bound on the phase errors: {})",
       r.key().published.bits);
  if (key.bits == 0) {
    if (std::isfinite(r.key().growth_needed)) {
      line(text, "               the data are too small: {}. A key needs {:.3g} times as many detections like these.",
           key.reason, r.key().growth_needed);
    } else {
      line(text, "               no number of detections like these leaves a key: {}.", key.reason);
    }
  }
  if (const auto violated = r.violated(); !violated.empty())
    line(text, "               marked assumptions-violated: {}", fmt::join(violated, ", "));
}

json length_json(const DistillReport& r, KeyLength DistillLength::* which) {
  json lengths;
  for (const unsigned b : {0U, 1U}) lengths[kBasisKey[b]] = (r.as_key[b].*which).bits;
  lengths["all"] = (r.key().*which).bits;
  return lengths;
}

json check_json(const AssumptionCheck& check) {
  json figures = json::array();
  for (const AssumptionFigure& f : check.figures) {
    figures.push_back({{"what", f.what},
                       {"value", f.value},
                       {"interval", {f.low, f.high}},
                       {"expected", f.expected},
                       {"threshold", f.threshold},
                       {"holds", f.holds()}});
    if (!f.detail.empty()) figures.back()["detail"] = f.detail;
  }
  return {{"name", check.name}, {"meaning", check.meaning}, {"holds", check.holds()}, {"figures", std::move(figures)}};
}

}  // namespace

std::string report_text(const DistillReport& report) {
  std::string text;
  recording_text(text, report);
  counts_text(text, report);
  assumptions_text(text, report);
  key_text(text, report);
  return text;
}

json report_json(const DistillReport& r) {
  const All all = all_of(r);
  const std::uint64_t sifted = all.sifted;
  json checks = json::array();
  for (const AssumptionCheck& check : r.checks) checks.push_back(check_json(check));
  const std::vector<std::string> violated = r.violated();
  json result = {
      {"origin", "recorded"},
      {"tags", {{"alice", r.alice_tags}, {"bob", r.bob_tags}}},
      {"duration_ticks", r.duration},
      {"disclosed_ticks", r.disclosed},
      {"qber", {{"z", r.basis[0].error_rate()}, {"x", r.basis[1].error_rate()}, {"all", share(all.errors, sifted)}}},
      {"coincidences",
       {{"matrix", r.matrix},
        {"z", r.basis[0].sifted},
        {"x", r.basis[1].sifted},
        {"sifted", sifted},
        {"all", all.coincidences}}},
      {"delays",
       {{"alice", r.plan.delays.alice},
        {"bob", r.plan.delays.bob},
        {"clock", {{"offset", r.plan.delays.clock.offset}, {"drift", r.plan.delays.clock.drift}}}}},
      {"half_window", r.plan.half_window},
      {"dead_time", {{"alice", r.plan.dead_time[0]}, {"bob", r.plan.dead_time[1]}}},
      {"accidentals",
       {{"matrix", r.accidentals},
        {"z", r.basis[0].accidentals},
        {"x", r.basis[1].accidentals},
        {"all", all.accidentals}}},
      {"double_clicks", {{"alice", r.double_clicks[0]}, {"bob", r.double_clicks[1]}}},
      {"key_basis", kBasisKey[r.key_basis]},
      {"leak_bits", r.key().leak},
      {"preparation_quality", r.preparation_quality},
      {"theorem", r.key().finite.theorem},
      {"asymptotic_bits", length_json(r, &DistillLength::asymptotic)},
      {"finite_bits", length_json(r, &DistillLength::finite)},
      {"finite_bits_as_published", length_json(r, &DistillLength::published)},
      {"epsilon",
       {{"secrecy", r.key().finite.epsilon.secrecy.value}, {"correctness", r.key().finite.epsilon.correctness.value}}},
      {"assumptions", std::move(checks)},
      {"violated", violated},
      {"marks", violated.empty() ? json::array() : json::array({"assumptions-violated"})},
  };
  // Not a number in JSON when no amount of data would do.
  result["growth_needed"] = std::isfinite(r.key().growth_needed) ? json(r.key().growth_needed) : json(nullptr);
  return result;
}

}  // namespace herald::cli
