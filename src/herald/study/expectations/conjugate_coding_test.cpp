#include "herald/study/expectations_test.h"

namespace herald::study {
namespace {

TEST(ConjugateCodingExpectations, OfShortAndNoisyMessages) {
  for (const std::string_view reader : {"honest", "cheat-breidbart", "cheat-joint", "cheat-memory"})
    for (const double bits : {1, 3})
      for (const double transmittance : {1.0, 0.7})
        expect_theory(casting_of("conjugate-coding", {{"reader", reader}},
                                 {{"bits", bits},
                                  {"transmittance", transmittance},
                                  {"depolarising", 1 - transmittance},
                                  {"storage", 0.8}}),
                      reader == "cheat-memory" ? 5 : 7, 40'000);
}

TEST(ConjugateCodingExpectations, OfOneToThreeBitsInAQubitAndInABit) {
  for (const std::string_view reader : {"honest", "cheat-all"})
    for (const double bits : {1, 2, 3})
      for (const double quantum : {0, 1}) {
        const Casting casting =
            casting_of("random-access-code", {{"reader", reader}}, {{"bits", bits}, {"quantum", quantum}});
        EXPECT_GE(expectations(casting).size(), 2u);
        compare(casting, 40'000);
      }
}

TEST(ConjugateCodingExpectations, PublishedFigures) {
  const auto value = [](const Casting& casting) { return expectations(casting).front().value; };
  const auto code = [&](double bits, double quantum) {
    return value(casting_of("random-access-code", {}, {{"bits", bits}, {"quantum", quantum}}));
  };
  EXPECT_NEAR(code(2, 1), 0.8535533906, 1e-10);
  EXPECT_NEAR(code(3, 1), 0.7886751346, 1e-10);
  EXPECT_EQ(code(2, 0), 0.75);
  const Casting breidbart = casting_of("conjugate-coding", {{"reader", "cheat-breidbart"}}, {});
  EXPECT_NEAR(theory_of(breidbart, "wanted-bit"), 0.85355, 5e-6);
  EXPECT_NEAR(theory_of(breidbart, "both-bits"), 0.72855, 5e-6);
  EXPECT_EQ(theory_of(casting_of("conjugate-coding", {{"reader", "cheat-joint"}}, {}), "both-bits"), 0.75);
  EXPECT_EQ(expectations(casting_of("random-access-code", {{"reader", "cheat-all"}}, {})).back().value, 0.5);
}

TEST(MoneyExpectations, OfBillsOfAFewPhotons) {
  for (const std::string_view bank : {"honest", "returns-valid", "returns-all"})
    for (const std::string_view holder : {"cheat-clone", "cheat-measure", "cheat-tests", "cheat-probes"})
      for (const double photons : {1, 3})
        compare(casting_of("money", {{"bank", bank}, {"holder", holder}},
                           {{"photons", photons}, {"tests", 2}, {"probes", 2}}),
                10'000);
}

TEST(MoneyExpectations, OfBillsShownByOutcomes) {
  for (const std::string_view holder : {"cheat-halfway", "cheat-repeat"})
    for (const double photons : {1, 8})
      compare(casting_of("money-classical", {{"holder", holder}}, {{"photons", photons}}), 40'000);
}

TEST(MoneyExpectations, PublishedFigures) {
  const auto forged = [](std::string_view protocol, std::string_view holder, double photons) {
    return expectations(casting_of(protocol, {{"holder", holder}}, {{"photons", photons}})).front().value;
  };
  EXPECT_NEAR(forged("money", "cheat-clone", 20), 3.171212e-3, 5e-10);
  EXPECT_NEAR(forged("money", "cheat-measure", 20), 8.2718e-5, 5e-10);
  EXPECT_NEAR(forged("money-classical", "cheat-halfway", 1), 0.92677670, 5e-9);
}

}  // namespace
}  // namespace herald::study
