#include "herald/study/parameters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "herald/proof/registry.h"
#include "herald/study/models_test.h"

namespace herald::study {
namespace {

using ::testing::HasSubstr;
using namespace testing;  // the models

constexpr const RateModel* kModels[] = {&kSns, &kPlob, &kPlain};

TEST(FindModel, ByNameOrAliasAndTheNearestOtherwise) {
  EXPECT_EQ(*find_model("sns", kModels), &kSns);
  EXPECT_EQ(*find_model("sending-or-not-sending", kModels), &kSns);
  EXPECT_THAT(find_model("plop", kModels).error().message, HasSubstr("did you mean plob?"));
  EXPECT_EQ(find_model("", kModels).error().code, ErrorCode::not_found);
}

TEST(Settings, NamesAndNumbersAreReadStrictly) {
  EXPECT_EQ(parse_setting("intensity.signal=0.48")->value, 0.48);
  EXPECT_EQ(parse_setting("a=+1e-3")->value, 1e-3);
  for (const std::string_view bad : {"", "=", "=1", "a", "a=", "a=1x", "a=nan", "a=inf", "a=1e999", "a= 1", "a=++1"})
    EXPECT_FALSE(parse_setting(bad)) << bad;
}

TEST(Settings, MayBeMeantForOneModelOfSeveral) {
  const auto setting = parse_setting("sns:fibre.attenuation=0.16");
  ASSERT_TRUE(setting);
  EXPECT_EQ(setting->model, "sns");
  EXPECT_EQ(make_problem(kSns, {&*setting, 1})->values[0], 0.16);
  EXPECT_EQ(make_problem(kPlob, {&*setting, 1})->values[0], 0.2);
}

TEST(Settings, ABoundAmongProtocolsStaysThatOfTheFibreAlone) {
  static constexpr ParameterSpec kOfBound[] = {{"detector.efficiency", "", "", 1, 0, 1}};
  static constexpr RateModel kBound = {"b", {}, "", "", "use", true, true, kOfBound, plob_rate};
  const RateModel* const both[] = {&kSns, &kBound};
  const RateModel* const alone[] = {&kBound};
  EXPECT_TRUE(concerns(kSns, "detector.efficiency", both));
  EXPECT_FALSE(concerns(kBound, "detector.efficiency", both));
  EXPECT_TRUE(concerns(kBound, "detector.efficiency", alone));
  EXPECT_FALSE(concerns(kPlob, "detector.efficiency", both));
}

// What every record of the registry promises.
TEST(RateModels, EveryRecordIsCompleteAndNamesAreUnique) {
  std::set<std::string_view> names;
  for (const RateModel* model : rate_models()) {
    EXPECT_TRUE(names.insert(model->name).second) << model->name;
    for (const std::string_view alias : model->aliases) EXPECT_TRUE(names.insert(alias).second) << alias;
    EXPECT_TRUE(find_theorem(model->theorem)) << model->name << ": " << model->theorem;
    EXPECT_FALSE(model->title.empty() || model->use.empty()) << model->name;
    std::set<std::string_view> parameters;
    for (const ParameterSpec& spec : model->parameters) {
      EXPECT_TRUE(parameters.insert(spec.name).second) << model->name << " " << spec.name;
      EXPECT_FALSE(spec.meaning.empty()) << model->name << " " << spec.name;
      EXPECT_TRUE(spec.least <= spec.standard && spec.standard <= spec.most) << model->name << " " << spec.name;
      EXPECT_TRUE(!spec.logarithmic || spec.least > 0) << model->name << " " << spec.name;
      EXPECT_TRUE(!spec.optimised || spec.least < spec.most) << model->name << " " << spec.name;
    }
  }
}

TEST(RateModels, AreEvaluatedAtTheirStandardParameters) {
  for (const RateModel* model : rate_models())
    for (const double km : {0.0, 50.0, 1000.0}) {
      const auto point = model->evaluate(standard_values(*model), Kilometre(km));
      if (!point) continue;  // an honest refusal
      EXPECT_FALSE(std::isnan(point->rate)) << model->name << " at " << km;
      for (const auto& [name, value] : point->figures) EXPECT_FALSE(std::isnan(value)) << model->name << " " << name;
    }
}

}  // namespace
}  // namespace herald::study
