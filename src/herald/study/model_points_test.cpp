#include "herald/study/model_points.h"

#include <gtest/gtest.h>

#include "herald/study/parameters.h"

namespace herald::study {
namespace {

TEST(ModelPoints, AgreeWithWhatWasPublished) {
  for (const ModelPoint& point : model_points()) {
    const Result<double> ours = compute(point);
    ASSERT_TRUE(ours) << point.model << ", " << point.what << ": " << ours.error().message;
    EXPECT_TRUE(agrees(point, *ours)) << point.model << ", " << point.what << ": " << *ours << ", published "
                                      << point.published;
  }
}

TEST(ModelPoints, NameTheirModelsAndSources) {
  for (const ModelPoint& point : model_points()) {
    EXPECT_TRUE(find_model(point.model)) << point.model;
    EXPECT_FALSE(point.source.empty());
    EXPECT_GT(point.tolerance, 0);
  }
}

}  // namespace
}  // namespace herald::study
