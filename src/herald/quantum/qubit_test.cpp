#include "herald/quantum/qubit.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <array>
#include <cmath>
#include <concepts>
#include <functional>
#include <numbers>
#include <optional>

namespace herald {
namespace {

static_assert(!std::copyable<Qubit> && std::movable<Qubit> && sizeof(Qubit) <= 16);

// Whether `hits` of `trials` fits probability p: off by more than 6 sigma with probability < 2e-9.
void expect_frequency(std::uint64_t hits, std::uint64_t trials, double p) {
  const auto n = static_cast<double>(trials);
  const double sigma = std::sqrt(n * p * (1 - p));
  EXPECT_NEAR(static_cast<double>(hits), n * p, 6 * sigma + 1e-9) << "of " << trials << " with " << p;
}

std::uint64_t count(std::uint64_t trials, const std::function<bool()>& once) {
  std::uint64_t hits = 0;
  for (std::uint64_t i = 0; i < trials; ++i) hits += once();
  return hits;
}

constexpr std::uint64_t kTrials = 20'000;

TEST(Qubit, ConjugateCodingIsMalussLaw) {
  SimulationRandom random(1);
  for (const Basis prepared : {Basis::z, Basis::x})
    for (const bool bit : {false, true})
      for (const Basis measured : {Basis::z, Basis::x})
        expect_frequency(count(kTrials, [&] { return measure(Qubit({prepared, bit}), measured, random); }), kTrials,
                         prepared == measured ? bit : 0.5);
  for (const double angle : {0.1, std::numbers::pi / 8, 1.0})
    expect_frequency(count(kTrials, [&] { return measure(Qubit(), gate::rotation(angle), random); }), kTrials,
                     std::pow(std::sin(angle), 2));
  expect_frequency(count(kTrials, [&] { return measure(Qubit(0.6, Complex(0, 0.8)), Basis::z, random); }), kTrials,
                   0.64);
}

TEST(Qubit, HalvesOfAPairAgreeInEveryBasisAndNeitherSaysMoreThanAFairCoin) {
  SimulationRandom random(2);
  for (const Basis a : {Basis::z, Basis::x}) {
    for (const Basis b : {Basis::z, Basis::x}) {
      std::uint64_t ones = 0;
      const std::uint64_t alike = count(kTrials, [&] {
        auto [mine, yours] = epr_pair();
        const bool first = measure(std::move(mine), a, random);
        ones += first;
        return first == measure(std::move(yours), b, random);
      });
      expect_frequency(ones, kTrials, 0.5);
      expect_frequency(alike, kTrials, a == b ? 1 : 0.5);
    }
  }
}

// Angles of CHSH's maximum: S = 2 sqrt 2, whoever measures first.
TEST(Qubit, PairsReachTsirelsonsBound) {
  SimulationRandom random(3);
  const double pi = std::numbers::pi;
  for (const bool bob_first : {false, true}) {
    for (const double a : {0.0, pi / 4}) {
      for (const double b : {pi / 8, -pi / 8}) {
        const std::uint64_t alike = count(kTrials, [&] {
          auto [alice, bob] = epr_pair();
          Qubit &first = bob_first ? bob : alice, &second = bob_first ? alice : bob;
          const bool earlier = measure(std::move(first), gate::rotation(bob_first ? b : a), random);
          return earlier == measure(std::move(second), gate::rotation(bob_first ? a : b), random);
        });
        expect_frequency(alike, kTrials, std::pow(std::cos(a - b), 2));
      }
    }
  }
}

TEST(Qubit, TeleportationMovesAnyState) {
  SimulationRandom random(4);
  for (const double angle : {0.0, 0.4, 1.3}) {
    const std::uint64_t ones = count(kTrials / 4, [&] {
      auto [here, there] = epr_pair();
      Qubit state(std::cos(angle), std::polar(std::sin(angle), 0.7));
      apply_controlled(gate::kX, state, here);
      const bool phase = measure(std::move(state), Basis::x, random);
      const bool flip = measure(std::move(here), Basis::z, random);
      if (flip) apply(gate::kX, there);
      if (phase) apply(gate::kZ, there);
      apply(gate::phase(-0.7), there);
      return measure(std::move(there), gate::rotation(angle), random);
    });
    EXPECT_EQ(ones, 0u) << angle;
  }
}

TEST(Qubit, ASwapEntanglesWhatNeverMet) {
  SimulationRandom random(5);
  for (const Basis basis : {Basis::z, Basis::x}) {
    const std::uint64_t alike = count(kTrials / 4, [&] {
      auto [a, left] = epr_pair();
      auto [right, b] = epr_pair();
      apply_controlled(gate::kX, left, right);
      const bool phase = measure(std::move(left), Basis::x, random), flip = measure(std::move(right), Basis::z, random);
      if (flip) apply(gate::kX, b);
      if (phase) apply(gate::kZ, b);
      return measure(std::move(a), basis, random) == measure(std::move(b), basis, random);
    });
    EXPECT_EQ(alike, kTrials / 4);
  }
}

TEST(Qubit, ChannelsDoToQubitsWhatTheyDoToStates) {
  SimulationRandom random(10);
  const std::vector<std::pair<const char*, KrausChannel>> channels = {{"depolarising", depolarising(0.3, 2)},
                                                                      {"dephasing", dephasing(0.2)},
                                                                      {"damping", amplitude_damping(0.4)},
                                                                      {"rotation", rotation(0.2, 2)}};
  for (const auto& [name, channel] : channels) {
    SCOPED_TRACE(name);
    const ComplexMatrix whole = completeness(channel);
    EXPECT_NEAR(std::abs(whole(0, 1)) + std::abs(whole(0, 0) - 1.0) + std::abs(whole(1, 1) - 1.0), 0, 1e-14);
    for (const double angle : {0.0, 0.5, 1.2}) {
      const Amplitudes sent = {std::cos(angle), std::sin(angle)};
      const ComplexMatrix received = applied(channel, ComplexMatrix::projector(sent));
      for (const Basis basis : {Basis::z, Basis::x}) {
        const double p = basis == Basis::z ? received(1, 1).real() : 0.5 - received(0, 1).real();
        const std::uint64_t ones = count(kTrials, [&] {
          Qubit qubit(sent[0], sent[1]);
          apply(channel, qubit, random);
          return measure(std::move(qubit), basis, random);
        });
        expect_frequency(ones, kTrials, p);
      }
    }
  }
  // On a half of a pair: it then differs from the other half in Z with p/2.
  const std::uint64_t differ = count(kTrials, [&] {
    auto [a, b] = epr_pair();
    apply(depolarising(0.3, 2), b, random);
    return measure(std::move(a), Basis::z, random) != measure(std::move(b), Basis::z, random);
  });
  expect_frequency(differ, kTrials, 0.15);
}

// Three real states 120 degrees apart, each excluded by an element of the measurement ("anti-trine").
TEST(Qubit, GeneralMeasurementsHaveTheirProbabilitiesAndTellOfTheOtherHalf) {
  SimulationRandom random(11);
  const auto at = [](double degrees) {
    const double angle = degrees * std::numbers::pi / 180;
    return Amplitudes{std::cos(angle), std::sin(angle)};
  };
  std::vector<ComplexMatrix> povm;
  for (const double degrees : {90.0, 150.0, 210.0}) {
    povm.push_back(ComplexMatrix::projector(at(degrees)));
    povm.back() *= 2.0 / 3;
  }
  std::array<std::uint64_t, 3> found{};
  for (std::uint64_t i = 0; i < kTrials; ++i) {
    const Amplitudes sent = at(60);
    ++found[measure(Qubit(sent[0], sent[1]), povm, random)];
  }
  EXPECT_EQ(found[1], 0u);
  expect_frequency(found[0], kTrials, 0.5);
  const std::uint64_t wrong = count(kTrials / 4, [&] {
    auto [here, there] = epr_pair();
    const std::size_t outcome = measure(std::move(here), povm, random);
    return measure(std::move(there), gate::rotation((90 + 60 * static_cast<double>(outcome)) * std::numbers::pi / 180),
                   random);
  });
  EXPECT_EQ(wrong, 0u);
}

TEST(Qubit, WhatIsDroppedLeavesAMixture) {
  SimulationRandom random(6);
  const auto ghz = [] {
    std::array<Qubit, 3> q;
    apply(gate::kHadamard, q[0]);
    apply_controlled(gate::kX, q[0], q[1]);
    apply_controlled(gate::kX, q[1], q[2]);
    return q;
  };
  // Of three, all are needed for coherence: two of them agree in Z, and in X by chance alone.
  for (const Basis basis : {Basis::z, Basis::x}) {
    const std::uint64_t alike = count(kTrials, [&] {
      auto q = ghz();
      {
        const Qubit dropped = std::move(q[1]);
      }
      return measure(std::move(q[0]), basis, random) == measure(std::move(q[2]), basis, random);
    });
    expect_frequency(alike, kTrials, basis == Basis::z ? 1 : 0.5);
  }
  const std::uint64_t odd = count(kTrials, [&] {
    auto q = ghz();
    bool parity = false;
    for (Qubit& each : q) parity ^= measure(std::move(each), Basis::x, random);
    return parity;
  });
  EXPECT_EQ(odd, 0u);
  // The other half of a pair, gone before it was ever touched, or after.
  expect_frequency(count(kTrials, [&] { return measure(epr_pair().first, gate::rotation(0.3), random); }), kTrials,
                   0.5);
  expect_frequency(count(kTrials,
                         [&] {
                           auto pair = epr_pair();
                           apply(gate::rotation(0.3), pair.first);
                           {
                             const Qubit dropped = std::move(pair.first);
                           }
                           return measure(std::move(pair.second), Basis::z, random);
                         }),
                   kTrials, 0.5);
}

TEST(Qubit, AnAncillaThatIsUndoneLeavesNoTrace) {
  SimulationRandom random(7);
  Qubit kept(0.6, 0.8);
  for (int i = 0; i < 200; ++i) {  // and no growing state: 200 qubits would not fit
    Qubit ancilla;
    apply_controlled(gate::kX, kept, ancilla);
    apply_controlled(gate::kX, kept, ancilla);
    EXPECT_FALSE(measure(std::move(ancilla), Basis::z, random));
  }
  apply(Gate{{0.6, 0.8, -0.8, 0.6}}, kept);
  EXPECT_FALSE(measure(std::move(kept), Basis::z, random));
}

TEST(Qubit, TwentyShareOneStateAndAMillionPairsSomeBytesEach) {
  SimulationRandom random(8);
  std::vector<Qubit> all(20);
  apply(gate::kHadamard, all[0]);
  for (std::size_t k = 1; k < all.size(); ++k) apply_controlled(gate::kX, all[k - 1], all[k]);
  const bool first = measure(std::move(all[7]), Basis::z, random);
  for (std::size_t k = 0; k < all.size(); ++k)
    EXPECT_TRUE(k == 7 || measure(std::move(all[k]), Basis::z, random) == first);
  std::vector<std::pair<Qubit, Qubit>> pairs;
  for (int i = 0; i < 1'000'000; ++i) pairs.push_back(epr_pair());
  std::uint64_t alike = 0;
  for (auto& [a, b] : pairs)
    alike += measure(std::move(a), Basis::x, random) == measure(std::move(b), Basis::x, random);
  EXPECT_EQ(alike, pairs.size());
}

// Random circuits over qubits in any of their forms, beside one state vector of all of them: outcomes of the former,
// forced on the latter, are never impossible, and their frequencies fit.
TEST(Qubit, AnyCircuitDoesWhatOneStateOfAllWouldDo) {
  EXPECT_TRUE(rc::check([] {
    SimulationRandom random(*rc::gen::arbitrary<std::uint64_t>());
    std::vector<std::optional<Qubit>> qubits;
    StateVector whole(0);
    std::vector<std::size_t> place;  // in `whole`
    const auto add = [&](Qubit qubit) {
      qubits.emplace_back(std::move(qubit));
      place.push_back(qubits.size() - 1);
    };
    for (int i = 0; i < 2; ++i) {
      auto [a, b] = epr_pair();
      add(std::move(a)), add(std::move(b));
      whole.append(StateVector(Amplitudes{1 / std::numbers::sqrt2, 0, 0, 1 / std::numbers::sqrt2}));
      add(Qubit({Basis::x, true}));
      whole.append(StateVector(Amplitudes{1 / std::numbers::sqrt2, -1 / std::numbers::sqrt2}));
    }
    std::size_t left = qubits.size();
    const auto pick = [&] {
      std::size_t k = random.next_below(qubits.size());
      while (!qubits[k]) k = (k + 1) % qubits.size();
      return k;
    };
    while (left > 0) {
      const std::size_t k = pick(), l = pick();
      const Gate turn =
          gate::rotation(static_cast<double>(random.next_below(8)) * std::numbers::pi / 8) * gate::phase(0.3);
      switch (random.next_below(4)) {
        case 0: apply(turn, *qubits[k]), whole.apply(turn, place[k]); break;
        case 1: apply(gate::kHadamard, *qubits[k]), whole.apply(gate::kHadamard, place[k]); break;
        case 2:
          if (k == l) break;
          apply_controlled(turn, *qubits[k], *qubits[l]), whole.apply_controlled(turn, place[k], place[l]);
          break;
        default: {
          const bool in_x = random.next_below(2) == 0;
          if (in_x) whole.apply(gate::kHadamard, place[k]);
          const double p = whole.probability_of_one(place[k]);
          const bool outcome = measure(std::move(*qubits[k]), in_x ? Basis::x : Basis::z, random);
          RC_ASSERT((outcome ? p : 1 - p) > 1e-9);
          whole.take_out(place[k], outcome);
          qubits[k].reset();
          for (std::size_t& other : place) other -= other > place[k];
          --left;
        }
      }
    }
  }));
}

TEST(QubitDeath, AQubitThatWasMovedAwayIsNobodys) {
  SimulationRandom random(9);
  Qubit qubit;
  Qubit taken = std::move(qubit);
  EXPECT_DEATH(measure(std::move(qubit), Basis::z, random), "");  // NOLINT(bugprone-use-after-move)
  EXPECT_FALSE(measure(std::move(taken), Basis::z, random));
  EXPECT_DEATH(apply(gate::kX, taken), "");  // NOLINT(bugprone-use-after-move)
}

// One that stays meets thousands that are measured, dropped, or stay some time themselves.
TEST(Qubit, WhatIsRememberedOfThoseThatAreNoMoreIsBounded) {
  SimulationRandom random(7);
  Qubit stays;
  std::vector<Qubit> others;
  constexpr std::size_t kMost = 5;
  std::size_t most = 0;
  for (int k = 0; k < 20'000; ++k) {
    auto [near, far] = epr_pair();
    apply_controlled(gate::kX, near, stays);
    const bool bit = measure(std::move(near), Basis::z, random);
    if (bit) apply(gate::kX, stays);  // |0> again
    if (k % 3 == 0) {
      others.push_back(std::move(far));
      if (others.size() > kMost) others.erase(others.begin() + static_cast<std::ptrdiff_t>(random.next_below(kMost)));
      apply_controlled(gate::kX, stays, others.back());  // does nothing, but they have met
    }
    most = std::max(most, places_kept(stays));
  }
  EXPECT_LE(most, 2 * 3 * (2 * kMost + 2));
  EXPECT_FALSE(measure(std::move(stays), Basis::z, random));
}

// A state of four whose halves are measured and replaced again and again, in every order: what is left behaves as new.
TEST(Qubit, PlacesThatAreUsedAgainAreAsNew) {
  SimulationRandom random(8);
  std::vector<std::pair<Qubit, Qubit>> pairs;
  Qubit hub;
  for (int k = 0; k < 4'000; ++k) {
    while (pairs.size() < 4) {
      auto& [a, b] = pairs.emplace_back(Qubit(), Qubit());
      apply_controlled(gate::kX, hub, a);  // the hub is |0>: they meet and nothing happens
      apply(gate::kHadamard, a);
      apply_controlled(gate::kX, a, b);
    }
    const auto at = pairs.begin() + static_cast<std::ptrdiff_t>(random.next_below(pairs.size()));
    auto [a, b] = std::move(*at);
    pairs.erase(at);
    const Basis basis = (random.next_word() & 1) != 0 ? Basis::x : Basis::z;
    const bool dropped = random.next_below(4) == 0;
    if (dropped) continue;
    const bool one = measure(std::move(a), basis, random);
    ASSERT_EQ(measure(std::move(b), basis, random), one) << k;
    ASSERT_LE(places_kept(hub), 100u) << k;
  }
  EXPECT_FALSE(measure(std::move(hub), Basis::z, random));
}

}  // namespace
}  // namespace herald
