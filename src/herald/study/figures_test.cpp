#include "herald/study/figures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace herald::study {
namespace {

using ::testing::HasSubstr;

TEST(Figures, EveryRecordNamesWhatThereIs) {
  std::set<std::string_view> names;
  for (const Figure& figure : figures()) {
    EXPECT_TRUE(names.insert(figure.name).second) << figure.name;
    EXPECT_FALSE(figure.title.empty() || figure.source.empty() || figure.note.empty()) << figure.name;
    const auto axis = parse_axis(figure.axis, figure.range, figure.name);
    ASSERT_TRUE(axis) << axis.error().message;
    EXPECT_TRUE(!figure.log_y || figure.least_y > 0) << figure.name;
    for (const FigureCurve& curve : figure.curves) {
      const auto model = find_model(curve.model);
      ASSERT_TRUE(model) << model.error().message;
      for (const FigureSetting& set : curve.set) {
        const auto index = parameter_index(**model, set.parameter);
        ASSERT_GE(index, 0) << figure.name << " " << set.parameter;
        EXPECT_TRUE(
            check_range(**model, (*model)->parameters[static_cast<std::size_t>(index)], set.value, figure.name));
      }
    }
    for (const FigureMark& mark : figure.marks) {
      EXPECT_FALSE(mark.source.empty() || mark.label.empty()) << figure.name;
      EXPECT_TRUE(mark.x >= axis->values.front() && mark.x <= axis->values.back()) << figure.name;
    }
  }
  EXPECT_THAT(find_figure("lucamarini").error().message, HasSubstr("did you mean lucamarini-1?"));
}

TEST(Figures, CurvesHaveAPointAtEachPlaceOfTheAxisEvenWhereTheyDoNotDependOnIt) {
  const Figure& figure = **find_figure("eat-finite-size");
  const auto curves = compute(figure, {});
  ASSERT_TRUE(curves) << curves.error().message;
  ASSERT_EQ(curves->size(), figure.curves.size());
  for (const auto& curve : *curves) ASSERT_EQ(curve.size(), curves->front().size());
  for (std::size_t i = 0; i < curves->front().size(); ++i)
    for (std::size_t finite = 0; finite < 3; ++finite)
      EXPECT_LT((*curves)[finite][i].rate(), (*curves)[finite + 3][i].rate());
  const Picture picture = picture_of(figure, *curves);
  EXPECT_EQ(picture.y_label, "rate (bit/round)");
  EXPECT_TRUE(script_of(picture, "a.svg"));
}

TEST(Full_Figures, AllAreComputed) {
  for (const Figure& figure : figures()) {
    const auto curves = compute(figure, {});
    ASSERT_TRUE(curves) << curves.error().message;
    for (const auto& curve : *curves)
      EXPECT_TRUE(std::ranges::any_of(curve, [](const Point& point) { return point.has_key(); })) << figure.name;
    EXPECT_TRUE(script_of(picture_of(figure, *curves), "a.svg")) << figure.name;
  }
}

}  // namespace
}  // namespace herald::study
