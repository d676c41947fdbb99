// Computation, one-sided computation, the locked key and the composed transfer beside their theory, away from the
// standard parameters.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "herald/protocol/registry.h"
#include "herald/quantum/distance.h"
#include "herald/study/expectations.h"
#include "herald/study/trials.h"

namespace herald::study {
namespace {

using Who = std::initializer_list<std::pair<std::string_view, std::string_view>>;
using Values = std::initializer_list<std::pair<std::string_view, double>>;

void compare(std::string_view protocol, Who who, Values values, std::uint64_t runs) {
  Casting casting = Casting::standard(**find_protocol(protocol));
  std::string name(protocol);
  for (const auto& [role, strategy] : who) {
    ASSERT_TRUE(casting.cast(role, strategy)) << strategy;
    name += " " + std::string(strategy);
  }
  for (const auto& [parameter, value] : values) {
    ASSERT_TRUE(casting.set(parameter, value)) << parameter;
    name += " " + std::string(parameter) + " " + std::to_string(value);
  }
  const Trials trials{casting, 5, runs, FailureProbability(1e-9)};
  const auto tally = run(trials);
  ASSERT_TRUE(tally) << tally.error().message;
  const std::vector<Expectation> all = expectations(casting);
  EXPECT_FALSE(all.empty()) << name;
  for (const Expectation& theory : all) {
    const auto event = std::ranges::find(casting.protocol->events, theory.event, &Event::name);
    const Estimate measured =
        estimate(trials, *tally, static_cast<std::size_t>(event - casting.protocol->events.begin()));
    EXPECT_TRUE(theory.possible(measured.low, measured.high))
        << name << ": " << theory.event << " " << measured.low << " to " << measured.high << ", theory "
        << sign(theory.relation) << " " << theory.value << " (" << theory.source << ")";
  }
}

TEST(ComputationTheory, WhoseCommitmentsDoNotBindReadsTheOthersNumber) {
  for (const double commitment : {0, 2}) {
    compare("two-party-computation", {{"bob", "cheat-store"}}, {{"bits", 3}, {"commitment", commitment}}, 100);
    compare("two-party-computation", {{"alice", "cheat-store"}}, {{"extended", 1}, {"commitment", commitment}}, 4);
  }
}

// Photons go one way, and only who receives them has any to store.
TEST(ComputationTheory, WhoHasNothingToStoreIsToldWhenThereWouldBe) {
  for (const bool extended : {false, true}) {
    Casting casting = Casting::standard(**find_protocol("two-party-computation"));
    ASSERT_TRUE(casting.set("extended", extended ? 1 : 0));
    ASSERT_TRUE(casting.cast(extended ? "bob" : "alice", "cheat-store"));
    const auto game = casting.protocol->set_up(casting);
    ASSERT_FALSE(game);
    EXPECT_NE(game.error().message.find(extended ? "possible is extended = 0" : "possible is extended = 1"),
              std::string::npos);
    EXPECT_TRUE(expectations(casting).empty());
  }
}

TEST(ComputationTheory, ExtendedItIsTheSame) {
  compare("two-party-computation", {}, {{"extended", 1}}, 20);
  compare("two-party-computation", {{"alice", "cheat-spoil"}}, {{"extended", 1}}, 20);
  compare("two-party-computation", {{"bob", "cheat-flip"}}, {{"bits", 1}, {"commitment", 1}}, 200);
}

TEST(ComputationTheory, OfEveryCircuitAndMoreParties) {
  for (const double circuit : {0, 2, 3})
    for (const double parties : {2, 3, 5})
      for (const std::string_view alice : {"honest", "cheat-flip"})
        compare("two-party-computation", {{"alice", alice}}, {{"circuit", circuit}, {"parties", parties}, {"bits", 5}},
                50);
  compare("two-party-computation", {}, {{"circuit", 1}}, 2);
  compare("two-party-computation", {}, {{"circuit", 1}, {"extended", 1}}, 5);
}

TEST(OneSidedTheory, OfThreeAndOfFourLevels) {
  for (const double levels : {3, 4})
    for (const std::string_view alice : {"honest", "cheat-look"})
      for (const std::string_view bob : {"honest", "cheat-lo"})
        compare("one-sided-computation", {{"alice", alice}, {"bob", bob}}, {{"levels", levels}}, 20'000);
}

TEST(KeyLockingTheory, OfFewQubitsByEitherCriterion) {
  for (const double qubits : {1, 2, 3})
    for (const double criterion : {0, 1})
      for (const std::string_view eve : {"honest", "cheat-early", "cheat-wait"})
        compare("key-locking", {{"eve", eve}}, {{"qubits", qubits}, {"criterion", criterion}}, 20'000);
}

TEST(ComposedTransferTheory, WithABoundAtTheBeginningTooTheAttackIsGone) {
  for (const double bound : {0, 1})
    for (const double memory : {0, 3, 14, 40})
      for (const std::string_view alice : {"honest", "cheat-look"})
        for (const std::string_view bob : {"honest", "cheat-store", "cheat-teleport"}) {
          if (alice == "cheat-look" && bob == "cheat-teleport") continue;  // theory has no word on two cheats
          compare("composed-transfer", {{"alice", alice}, {"bob", bob}},
                  {{"photons", 30}, {"length", 5}, {"memory", memory}, {"bound", bound}}, 4'000);
        }
}

// The states that Eve holds, for each key: their distance from what she holds of an ideal one.
TEST(KeyLockingTheory, TheTraceDistanceIsAHalfButForKeysThatNameNothing) {
  ComplexMatrix x(2, 2), y(2, 2), z(2, 2);
  x(0, 1) = x(1, 0) = 1;
  y(0, 1) = Complex(0, -1);
  y(1, 0) = Complex(0, 1);
  z(0, 0) = 1;
  z(1, 1) = -1;
  const std::array named{ComplexMatrix::identity(2), x, y, z};
  for (std::size_t n = 1; n <= 3; ++n) {
    const std::size_t keys = std::size_t{1} << (2 * n);
    ComplexMatrix ideal = ComplexMatrix::identity(std::size_t{1} << n);
    ideal *= std::pow(0.5, n);
    double sum = 0, without_last = 0;
    for (std::size_t key = 0; key < keys; ++key) {
      ComplexMatrix product = ComplexMatrix::identity(1);
      for (std::size_t i = 0; i < n; ++i) product = kron(product, named.at((key >> (2 * i)) & 3));
      product *= key == 0 ? 0 : std::pow(0.5, n);
      ComplexMatrix zero = ideal, one = ideal, either = ideal;
      zero += product;
      product *= -1;
      one += product;
      either = zero;
      either += one;
      either *= 0.5;
      sum += (trace_distance(zero, ideal) + trace_distance(one, ideal)) / 2;
      without_last += trace_distance(either, ideal);
    }
    EXPECT_NEAR(sum / static_cast<double>(keys), (1 - std::pow(0.25, n)) / 2, 1e-12);
    EXPECT_NEAR(without_last, 0, 1e-12);
  }
}

}  // namespace
}  // namespace herald::study
