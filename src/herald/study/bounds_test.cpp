#include "herald/study/bounds.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "herald/base/statistics.h"
#include "herald/cheating/registry.h"
#include "herald/study/bound_figures.h"

namespace herald::study {
namespace {

using ::testing::HasSubstr;

double value_of(std::string_view bound, std::initializer_list<std::pair<std::string_view, double>> set = {}) {
  Question question(**find_bound(bound));
  for (const auto& [name, value] : set) EXPECT_TRUE(question.set(name, value)) << name;
  return question.answer().value();
}

TEST(Bounds, EveryRecordHasATheoremAndAValueAtItsStandardParameters) {
  std::set<std::string_view> names;
  for (const Bound& bound : bounds()) {
    EXPECT_TRUE(names.insert(bound.name).second) << bound.name;
    EXPECT_TRUE(find_cheating_theorem(bound.theorem)) << bound.name;
    EXPECT_FALSE(bound.meaning.empty() || bound.parameters.empty()) << bound.name;
    Question question(bound);
    for (const ProtocolParameter& spec : bound.parameters)
      EXPECT_TRUE(question.set(spec.name, spec.standard)) << bound.name << " " << spec.name;
    const auto value = question.answer();
    ASSERT_TRUE(value) << bound.name << ": " << value.error().message;
    EXPECT_TRUE(std::isfinite(*value)) << bound.name;
  }
  EXPECT_THAT(find_bound("transfer-memry").error().message, HasSubstr("did you mean transfer-memory"));
}

// Whatever is permitted has a value or is refused, and no probability is outside [0, 1].
RC_GTEST_PROP(Bounds, AnyPermittedParametersHaveAValueOrAReason, ()) {
  for (const Bound& bound : bounds()) {
    constexpr std::array<std::string_view, 4> kLongSums{"classical-meet", "classical-guesses", "coin-flip-holes",
                                                        "light-transfer-attack"};
    if (std::ranges::find(kLongSums, bound.name) != kLongSums.end()) continue;
    Question question(bound);
    for (const ProtocolParameter& spec : bound.parameters) {
      const double share = *rc::gen::inRange(0, 1001) / 1000.0;
      const double low = std::max(spec.least, spec.most * 1e-12);
      const double value = *rc::gen::arbitrary<bool>() ? low * std::pow(spec.most / low, share)
                                                       : spec.least + (spec.most - spec.least) * share;
      const double inside = std::clamp(value, spec.least, spec.most);
      RC_ASSERT(question.set(spec.name, spec.whole ? std::round(inside) : inside).has_value());
    }
    if (const auto value = question.answer())
      RC_ASSERT(!std::isnan(*value));
    else
      RC_ASSERT(!value.error().message.empty());
  }
}

// The theory sheet's figures, through the names that a user asks for.
TEST(Bounds, PublishedFigures) {
  EXPECT_DOUBLE_EQ(value_of("transfer-memory-plain", {{"photons", 1e4}, {"length", 128}, {"slack", 64}}), 2180);
  EXPECT_DOUBLE_EQ(value_of("transfer-photons", {{"memory", 0}, {"length", 128}, {"epsilon", 1e-9}}), 179'053);
  EXPECT_NEAR(value_of("noisy-threshold", {{"share", 1}}), 0.779944, 1e-6);
  EXPECT_NEAR(value_of("noisy-threshold", {{"share", 3}}), 0.471173, 1e-6);
  EXPECT_NEAR(value_of("commitment-single-round"), 15.601e-3, 1e-6);
  EXPECT_NEAR(value_of("commitment-sustained"), 7.667e-10, 1e-13);
  EXPECT_NEAR(value_of("commitment-kent", {{"photons", 100}}), 1.3276e-7, 1e-11);
  EXPECT_NEAR(value_of("commitment-kent-errors", {{"photons", 1}, {"errors", 0}}), 0.8535533906, 1e-10);
  EXPECT_NEAR(value_of("coin-flip-no-memory", {{"photons", 7}}), 0.626061, 1e-6);
  EXPECT_EQ(value_of("conjugate-coding-both"), 0.75);
  EXPECT_NEAR(value_of("commitment-optimal", {{"bob", 0.739296}}), 0.739296, 1e-6);
  EXPECT_NEAR(value_of("coin-flip-berlin-alice", {{"y", 0.9}}), 0.9, 1e-12);
  EXPECT_NEAR(value_of("coin-flip-kitaev", {{"alice", std::sqrt(0.5)}}), 0.70710678, 1e-8);
  EXPECT_NEAR(value_of("coin-flip-epr", {{"photons", 100}, {"storage", 0.99}}), 0.77856, 1e-5);
  EXPECT_NEAR(value_of("memory-threshold", {{"channel", 0}, {"share", 1}}), 0.779944, 1e-6);
  EXPECT_NEAR(value_of("memory-threshold", {{"channel", 1}, {"share", 1}}), 0.5, 1e-9);
  EXPECT_NEAR(value_of("coin-flip-classical", {{"abort", 0.02}}), 0.9, 1e-12);
  EXPECT_NEAR(value_of("random-access-code", {{"bits", 3}}), 0.7886751346, 1e-9);
  EXPECT_NEAR(value_of("noisy-individual", {{"storage", 0.5}}), 0.853553, 1e-6);
}

TEST(Bounds, RefuseWhatIsNotPermitted) {
  Question question(**find_bound("transfer-memory"));
  EXPECT_THAT(question.set("photons", 0.5).error().message, HasSubstr("permits a whole number from 1 to 1e+15"));
  EXPECT_THAT(question.set("epsilon", 0).error().message, HasSubstr("permits a number from 1e-300 to 1"));
  EXPECT_THAT(question.set("memory", 1).error().message, HasSubstr("it has photons, length, epsilon"));
  ASSERT_TRUE(question.set("photons", 1000));
  EXPECT_THAT(question.answer().error().message, HasSubstr("too few"));
}

// Each cheat is played a few times, at each place.
TEST(BoundFigures, EveryRecordNamesWhatThereIs) {
  std::set<std::string_view> names;
  for (BoundFigure figure : bound_figures()) {
    EXPECT_TRUE(names.insert(figure.name).second) << figure.name;
    EXPECT_FALSE(figure.title.empty() || figure.source.empty() || figure.note.empty()) << figure.name;
    std::vector<PlayedCheat> few(figure.cheats.begin(), figure.cheats.end());
    for (PlayedCheat& cheat : few) cheat.runs = 2;
    figure.cheats = few;
    const auto points = compute(figure);
    ASSERT_TRUE(points) << figure.name << ": " << points.error().message;
    for (const auto& curve : points->curves)
      EXPECT_TRUE(std::ranges::all_of(curve, [](const auto& at) { return std::isfinite(at.second); })) << figure.name;
    EXPECT_TRUE(script_of(picture_of(figure, *points), "a.svg")) << figure.name;
  }
  EXPECT_THAT(find_bound_figure("trade-off").error().message, HasSubstr("coin-flip-trade-off"));
}

// Where a cheat has a curve, it lies on it.
TEST(BoundFigures, PlayedCheatsLieOnTheirCurves) {
  const auto on_curve = [](std::string_view name, std::size_t curve, std::size_t cheat) {
    BoundFigure figure = **find_bound_figure(name);
    std::vector<PlayedCheat> played{figure.cheats[cheat]};
    played[0].runs = 2000;
    figure.cheats = played;
    const BoundFigurePoints points = compute(figure).value();
    for (const auto& [x, measured] : points.cheats[0]) {
      const auto at = std::ranges::find_if(points.curves[curve], [&](auto& p) { return std::abs(p.first - x) < 1e-9; });
      ASSERT_NE(at, points.curves[curve].end()) << name << " " << x;
      const auto [low, high] = binomial_interval(measured.happened, measured.among, FailureProbability(1e-11));
      EXPECT_TRUE(low.value <= at->second && at->second <= high.value) << name << " " << x;
    }
  };
  on_curve("bounded-storage-attack", 0, 0);
  on_curve("bounded-storage-attack", 1, 2);
  on_curve("coin-flip-trade-off", 0, 0);
  for (std::size_t i = 0; i < 4; ++i) on_curve("coin-flip-string", i, i);
  on_curve("coin-flip-coherent", 2, 0);
  on_curve("coin-flip-coherent", 3, 1);
  on_curve("coin-flip-weak", 0, 0);
  on_curve("commitment-trade-off", 0, 0);
  on_curve("commitment-trade-off", 1, 1);
  on_curve("noisy-storage-individual", 0, 0);
}

}  // namespace
}  // namespace herald::study
