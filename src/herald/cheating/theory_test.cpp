// The closed forms against slow twins, properties and each other. Published figures: registry_test.cpp.

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "herald/base/random.h"
#include "herald/cheating/bounded_storage.h"
#include "herald/cheating/classical_storage.h"
#include "herald/cheating/coin_flip_bb84.h"
#include "herald/cheating/coin_flip_practical.h"
#include "herald/cheating/coin_flip_strong.h"
#include "herald/cheating/coin_flip_weak.h"
#include "herald/cheating/commitment.h"
#include "herald/cheating/conjugate_coding.h"
#include "herald/cheating/money.h"
#include "herald/cheating/noisy_storage.h"
#include "herald/cheating/puf.h"
#include "herald/cheating/relativistic.h"

namespace herald {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

double uniform(double low, double high) { return low + (high - low) * *rc::gen::inRange(0, 1 << 20) / (1 << 20); }

TEST(ConjugateCoding, TheClassicalCodeIsTheMajorityOfAllStrings) {
  for (int bits = 1; bits <= 9; ++bits) {
    double right = 0;
    for (unsigned s = 0; s < 1U << bits; ++s) right += std::max(std::popcount(s), bits - std::popcount(s));
    EXPECT_NEAR(*classical_random_access_code(bits), right / bits / std::exp2(bits), 1e-15) << bits;
  }
}

TEST(ConjugateCoding, NoPolarizerTellsMoreOfBothThanBreidbarts) {
  for (double angle = 0; angle < std::numbers::pi; angle += 1e-3) {
    const BothBases guess = guess_by_polarizer(angle);
    EXPECT_LE((guess.z + guess.x) / 2, breidbart_guess() + 1e-15);
  }
}

// The best guess of all four states from either outcome of a polarizer.
TEST(ConjugateCoding, BothBitsAreReachedByAPolarizerInEitherBasis) {
  double most = 0;
  for (int step = 0; step < 400; ++step) {
    const double angle = step * std::numbers::pi / 400;
    double right = 0;
    for (const double outcome : {angle, angle + std::numbers::pi / 2}) {
      double best = 0;
      for (int state = 0; state < 4; ++state)
        best = std::max(best, std::pow(std::cos(outcome - state * std::numbers::pi / 4), 2) / 4);
      right += best;
    }
    EXPECT_LE(right, both_bits() + 1e-15);
    most = std::max(most, right);
  }
  EXPECT_NEAR(most, both_bits(), 1e-15);
}

// Of n pairs, each order's word guessed in whatever way: the mean over all orders of the projectors on the words has no
// larger eigenvalue than (3/4)^n, and 4^n outcomes have the trace 4^n between them.
void expect_no_better_than_both_messages(int n, const std::vector<unsigned>& guess) {
  ComplexMatrix plus[2] = {ComplexMatrix(2, 1), ComplexMatrix(2, 1)}, zero[2] = {plus[0], plus[1]};
  for (unsigned bit = 0; bit < 2; ++bit) {
    zero[bit](bit, 0) = 1;
    plus[bit](0, 0) = std::numbers::sqrt2 / 2;
    plus[bit](1, 0) = bit == 0 ? std::numbers::sqrt2 / 2 : -std::numbers::sqrt2 / 2;
  }
  const std::size_t dimension = std::size_t{1} << (2 * n);
  ComplexMatrix mean(dimension, dimension);
  for (unsigned order = 0; order < guess.size(); ++order) {
    ComplexMatrix word = ComplexMatrix::identity(1);
    for (int pair = 0; pair < n; ++pair) {
      const unsigned zeroth = guess[order] >> (2 * pair) & 1, first = guess[order] >> (2 * pair + 1) & 1;
      word = kron(word, (order >> pair & 1) == 0 ? kron(zero[zeroth], plus[first]) : kron(plus[first], zero[zeroth]));
    }
    mean += word * word.adjoint();
  }
  mean *= -1 / static_cast<double>(guess.size());
  EXPECT_LE(-smallest_eigenvalue(mean), *both_messages(n) + 1e-12);
}

TEST(ConjugateCoding, NoMeasurementOfAllPhotonsHasMoreOfBothMessages) {
  for (unsigned one = 0; one < 4; ++one)
    for (unsigned other = 0; other < 4; ++other) expect_no_better_than_both_messages(1, {one, other});
  SimulationRandom random(3);
  for (int n = 2; n <= 3; ++n)
    for (int i = 0; i < (n == 2 ? 500 : 20); ++i) {
      std::vector<unsigned> guess(std::size_t{1} << n);
      for (unsigned& word : guess) word = static_cast<unsigned>(random.next_below(std::uint64_t{1} << (2 * n)));
      expect_no_better_than_both_messages(n, guess);
    }
  EXPECT_LT(std::pow(breidbart_guess(), 2), *both_messages(1));
  EXPECT_FALSE(both_messages(-1));
}

TEST(Money, TheClonerIsAChannelAndTreatsEveryStateAlike) {
  const KrausChannel cloner = optimal_cloner();
  ComplexMatrix rest = completeness(cloner);
  rest *= -1;
  rest += ComplexMatrix::identity(2);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_LT(std::abs(rest.data()[i]), 1e-15);
  for (const Amplitudes& state : wiesner_states()) EXPECT_NEAR(counterfeit_success(cloner, {&state, 1}), 0.75, 1e-14);
}

TEST(Money, MeasuringAndSendingAgainIsTheChannelOfTwoProjectors) {
  KrausChannel copy(2, ComplexMatrix(4, 2));
  copy[0](0, 0) = copy[1](3, 1) = 1;
  EXPECT_NEAR(counterfeit_success(copy, wiesner_states()), *counterfeit_measure_resend(1), 1e-15);
}

RC_GTEST_PROP(Money, NoMapExceedsTheDualBound, ()) {
  // A random isometry of a qubit into two qubits and an environment of one: two Kraus operators.
  KrausChannel map(2, ComplexMatrix(4, 2));
  std::array<Amplitudes, 2> columns;
  for (auto& column : columns)
    for (int i = 0; i < 8; ++i) column.emplace_back(uniform(-1, 1), uniform(-1, 1));
  Complex product = 0;
  double norm = 0;
  for (std::size_t i = 0; i < 8; ++i) norm += std::norm(columns[0][i]);
  RC_PRE(norm > 1e-3);
  for (auto& a : columns[0]) a /= std::sqrt(norm);
  for (std::size_t i = 0; i < 8; ++i) product += std::conj(columns[0][i]) * columns[1][i];
  for (std::size_t i = 0; i < 8; ++i) columns[1][i] -= product * columns[0][i];
  norm = 0;
  for (std::size_t i = 0; i < 8; ++i) norm += std::norm(columns[1][i]);
  RC_PRE(norm > 1e-3);
  for (std::size_t c = 0; c < 2; ++c)
    for (std::size_t i = 0; i < 8; ++i) map[i / 4](i % 4, c) = columns[c][i] / (c == 1 ? std::sqrt(norm) : 1.0);
  RC_ASSERT(counterfeit_success(map, wiesner_states()) <= counterfeit_bound(wiesner_states()) + 1e-12);
  RC_ASSERT(counterfeit_success(map, six_states()) <= counterfeit_bound(six_states()) + 1e-12);
}

TEST(CoinFlipBb84, OnePhotonOfEachCheatByCountingCases) {
  // Bob's basis, Alice's preparation among four states; she opens z.
  double mixture = 0;
  for (const bool bob_x : {false, true})
    for (const bool prepared_x : {false, true}) mixture += bob_x || !prepared_x ? 0.25 : 0.125;
  EXPECT_EQ(pass_mixture(), mixture);
  EXPECT_EQ(pass_polarized(0).z, 1);
  EXPECT_NEAR(pass_polarized(0).x, pass_lie(), 1e-15);
  EXPECT_NEAR(pass_polarized(std::numbers::pi / 8).x, pass_breidbart(), 1e-15);
  EXPECT_EQ(*pass_epr(0), pass_lie());
  for (int n = 1; n <= 12; ++n) {
    const double breidbart = *alice_wins_polarized(n, std::numbers::pi / 8), lie = *alice_wins_by_lying(n);
    EXPECT_NEAR(*alice_wins_polarized(n, 0), lie, 1e-15);
    EXPECT_EQ(breidbart > lie, n <= 7) << n;
  }
}

TEST(CoinFlipBb84, RandomHolesWithoutARuleAreAPower) {
  for (const double t : {0.0, 0.1, 0.7, 1.0})
    EXPECT_NEAR(*pass_with_random_holes({50, 0}, t, 0.75), std::pow(1 - t / 4, 50), 1e-12);
}

RC_GTEST_PROP(CoinFlipBb84, ChosenHolesBeatRandomOnesAndEveryOtherNumberOfPulses, ()) {
  const std::int64_t pulses = *rc::gen::inRange(1, 60), fewest = *rc::gen::inRange<std::int64_t>(0, pulses + 1);
  const double t = uniform(0.05, 1), pass = uniform(0.5, 1);
  const HoleAttack best = *pass_with_chosen_holes({pulses, fewest}, t, pass);
  for (std::int64_t filled = fewest; filled <= pulses; ++filled)
    RC_ASSERT(*pass_with_random_holes({filled, fewest}, t, pass) <= best.pass + 1e-14);
  RC_ASSERT(pass_with_chosen_holes({pulses, fewest}, 1, pass)->pass + 1e-14 >=
            *pass_with_random_holes({pulses, fewest}, t, pass));
}

TEST(CoinFlipBb84, TheHoleRuleRefusesHonestSendersSeldomButNotNever) {
  const HoleRule rule = *hole_rule(1000, 0.2, 1e-6);
  EXPECT_GE(*honest_accepted(rule, 0.2), 1 - 1e-6);
  EXPECT_LT(*honest_accepted({1000, rule.fewest_clicks + 1}, 0.2), 1 - 1e-6);
  // A memory that loses half of all photons and heralds it passes as a perfect one: its loss is in the holes.
  EXPECT_GT(*pass_epr_heralded(rule, 0.5, 1), 1 - 1e-9);
}

TEST(CoinFlipStrong, BerlinsStatesGiveBothFigures) {
  for (const double y : {0.5, 0.6, 0.9, 1.0}) {
    ComplexMatrix seen[2] = {ComplexMatrix(2, 2), ComplexMatrix(2, 2)};
    double overlap = 0;
    for (const bool basis : {false, true}) {
      for (const bool bit : {false, true}) seen[bit] += ComplexMatrix::projector(loss_tolerant_state(y, basis, bit));
      const Amplitudes a = loss_tolerant_state(y, basis, false), b = loss_tolerant_state(y, !basis, true);
      overlap = std::max(overlap, std::abs(a[0] * b[0] + a[1] * b[1]));
      const Amplitudes c = loss_tolerant_state(y, basis, true);
      EXPECT_NEAR(std::abs(a[0] * c[0] + a[1] * c[1]), 0, 1e-15);
    }
    for (ComplexMatrix& state : seen) state *= 0.5;
    EXPECT_NEAR(loss_tolerant(y)->bob, (1 + trace_distance(seen[0], seen[1])) / 2, 1e-12);
    EXPECT_NEAR(loss_tolerant(y)->alice, 0.5 + 0.25 * (1 + overlap), 1e-12);
  }
}

TEST(CoinFlipStrong, NothingBeatsKitaev) {
  for (double y = 0.5; y <= 1; y += 0.01) EXPECT_GE(loss_tolerant(y)->alice * loss_tolerant(y)->bob, 0.5);
  EXPECT_GE(ambainis().alice * ambainis().bob, 0.5);
  EXPECT_NEAR(kitaev_bound() * *kitaev_other(kitaev_bound()), 0.5, 1e-15);
}

TEST(CoinFlipPractical, TheCasesOfPhotonNumbersAreAllOfThem) {
  // Enumerated over 3 pulses of 0, 1, 2 or more photons.
  const double mu = 0.3, y = 0.85;
  const double p[4] = {std::exp(-mu), mu * std::exp(-mu), mu * mu / 2 * std::exp(-mu),
                       1 - std::exp(-mu) * (1 + mu + mu * mu / 2)};
  double bound = 0;
  for (unsigned s = 0; s < 64; ++s) {
    int count[4] = {};
    double probability = 1;
    for (unsigned pulse = 0; pulse < 3; ++pulse) {
      ++count[s >> 2 * pulse & 3];
      probability *= p[s >> 2 * pulse & 3];
    }
    const bool rest = count[3] > 0 || count[2] > 1;
    bound += probability * (rest                            ? 1
                            : count[2] == 1 && count[1] > 0 ? y * y * (3 - 2 * y)
                            : count[2] == 1 || count[1] > 0 ? y
                                                            : 0.5);
  }
  const PracticalCoin coin{.y = y, .mean_photon_number = mu, .rounds = 3};
  EXPECT_NEAR(practical_coin(coin)->bob, bound, 1e-14);
  EXPECT_LE(*practical_coin_bob_attack(coin), bound);
}

// The two-photon measurement against a search over all real rank-one measurements of that symmetry.
TEST(CoinFlipPractical, TwoPhotonsAreMeasuredAtBest) {
  for (const double y : {0.5, 0.7, 0.9, 1.0}) {
    const double c = 2 * y - 1;
    for (const double fallback : {0.5, 0.6, y}) {
      double best = 0;
      for (double u = 0; u <= 1; u += 1.0 / 1024)
        for (double w = 0; w <= 1; w += 1.0 / 1024) {
          const double a = u * std::sqrt(0.5), b = w * c * std::sqrt(0.5);
          best = std::max(best, fallback + a * b - (fallback - 0.5) * (a * a + b * b));
        }
      EXPECT_NEAR(two_photon_guess(y, fallback), best, 2e-6) << y << ' ' << fallback;
    }
    EXPECT_NEAR(two_photon_guess(y, y), y * y * (3 - 2 * y), 1e-15);
  }
}

// Between what the cases by photon number are worth at least, and at most.
TEST(CoinFlipPractical, ReadingEachPhotonIsAnAttackByPhotonNumber) {
  for (const double y : {0.5, 0.7, 0.9, 1.0})
    for (const double mu : {0.0, 1e-3, 0.02, 0.3, 3.0})
      for (const double rounds : {1.0, 3.0, 1000.0}) {
        const PracticalCoin coin{.y = y, .mean_photon_number = mu, .rounds = rounds};
        const double all = *practical_coin_bob_reads_all(coin), first = *practical_coin_bob_reads_first(coin);
        EXPECT_LE(all, practical_coin(coin)->bob + 1e-12) << y << ' ' << mu << ' ' << rounds;
        EXPECT_GE(all, *practical_coin_bob_attack(coin) - 1e-12) << y << ' ' << mu << ' ' << rounds;
        EXPECT_GE(all, first - 1e-12) << y << ' ' << mu << ' ' << rounds;
        if (rounds == 1) {
          EXPECT_NEAR(all, first, 1e-12);
        }
      }
  // Nothing to read; light enough to read everything; one bright pulse, counted by its photons.
  EXPECT_EQ(*practical_coin_bob_reads_all({.mean_photon_number = 0, .rounds = 5}), 0.5);
  EXPECT_NEAR(*practical_coin_bob_reads_all({.mean_photon_number = 50, .rounds = 5}), 1, 1e-9);
  const double mu = 0.8, y = 0.75;
  double by_number = 0;
  for (unsigned n = 0; n < 30; ++n)
    for (unsigned k = 0; k <= n; ++k) {
      const double number = std::exp(-mu + n * std::log(mu) - std::lgamma(n + 1.0));
      const double ways = std::exp(std::lgamma(n + 1.0) - std::lgamma(k + 1.0) - std::lgamma(n - k + 1.0));
      const double zeros = ways * std::pow(y, k) * std::pow(1 - y, n - k);
      by_number += number * zeros * (2 * k > n ? 1 : 2 * k == n ? 0.5 : 0);
    }
  EXPECT_NEAR(*practical_coin_bob_reads_all({.y = y, .mean_photon_number = mu, .rounds = 1}), by_number, 1e-12);
}

TEST(CoinFlipPractical, WeakLightFewRoundsIsNearlyBerlin) {
  const PracticalCoin coin{.mean_photon_number = 3e-4, .rounds = 1e4};
  EXPECT_NEAR(*practical_coin_fair(coin), loss_tolerant_fair(), 0.05);
  const double y = *practical_coin_fair(coin);
  PracticalCoin fair = coin;
  fair.y = y;
  EXPECT_NEAR(practical_coin(fair)->alice, practical_coin(fair)->bob, 1e-12);
  // Bob knows everything, or Alice alone can cheat.
  EXPECT_NEAR(*practical_coin_fair({.mean_photon_number = 3, .rounds = 1000}), 0.5, 1e-6);
  EXPECT_NEAR(*practical_coin_fair({.mean_photon_number = 1e-6, .rounds = 1}), 1, 1e-12);
}

TEST(CoinFlipPractical, AbortOfOnePulseByCountingCases) {
  const PracticalCoin coin{
      .mean_photon_number = 0.5, .rounds = 1, .transmittance = 0.4, .dark_count = 0.01, .error = 0.02};
  const double photon = 1 - std::exp(-0.2);
  const double abort = (1 - photon) * 0.99 + photon * 0.02 / 2 + (1 - photon) * 0.01 / 4;
  EXPECT_NEAR(*practical_coin_abort(coin), abort, 1e-15);
  EXPECT_EQ(*practical_coin_abort({.mean_photon_number = 0}), 1);
  EXPECT_NEAR(*practical_coin_abort({.mean_photon_number = 1, .rounds = 1e6, .error = 0.02}), 0.01, 1e-12);
}

TEST(Commitment, TheSumBoundHoldsOfFidelitiesAndDistances) {
  for (double d = 0; d <= 1; d += 0.01)
    EXPECT_GE(*open_by_superposition(1 - d) + *guess_commitment(d), commitment_sum_bound() - 1e-15);
  const OptimalCommitment best = optimal_commitment();
  EXPECT_NEAR(*optimal_opening(best.t), best.cheat, 1e-15);
}

TEST(Commitment, TheParityOfBitsInRandomBasesByEnumeration) {
  const double right = breidbart_guess();
  for (int weight = 1; weight <= 10; ++weight) {
    double distance = 0, overlap = 0;
    for (unsigned seen = 0; seen < 1U << weight; ++seen) {
      double given[2] = {};
      for (unsigned sent = 0; sent < 1U << weight; ++sent) {
        const int wrong = std::popcount(sent ^ seen);
        given[std::popcount(sent) % 2] += std::pow(right, weight - wrong) * std::pow(1 - right, wrong);
      }
      for (double& g : given) g /= std::exp2(weight - 1);
      distance += std::abs(given[0] - given[1]) / 2;
      overlap += std::sqrt(given[0] * given[1]);
    }
    EXPECT_NEAR(bcjl_parity(weight)->bob, (1 + distance) / 2, 1e-12);
    EXPECT_NEAR(bcjl_parity(weight)->alice, (1 + overlap) / 2, 1e-12);
  }
}

TEST(Relativistic, RoundsAndBitsAreTheLimits) {
  for (const double epsilon : {1e-3, 1e-9}) {
    const double m = *most_rounds(128, epsilon);
    EXPECT_LE(*sustained_commitment(m, 128), epsilon * (1 + 1e-15));
    EXPECT_GT(*sustained_commitment(m + std::max(1.0, m * 1e-12), 128), epsilon);
    const double n = *fewest_bits(5e9, epsilon);
    EXPECT_LE(*sustained_commitment(5e9, n), epsilon);
    EXPECT_GT(*sustained_commitment(5e9, n - 1), epsilon);
  }
  EXPECT_TRUE(space_like(Seconds(-17.3e-6), Kilometre(7)));
  EXPECT_FALSE(space_like(Seconds(23.4e-6), Kilometre(7)));
  EXPECT_FALSE(rounds_over(Seconds(86400), Seconds(24e-6), Kilometre(7)));
}

TEST(BoundedStorage, LimitsAreTight) {
  const double n = 1e8, length = 128, epsilon = 1e-9;
  const double q = *transfer_largest_memory(n, length, epsilon);
  EXPECT_LE(*transfer_epsilon({n, q, length}), epsilon);
  EXPECT_GT(*transfer_epsilon({n, q + 1, length}), epsilon);
  EXPECT_LT(q, transfer_memory_limit(n, length, 0));
  const double least = *transfer_fewest_photons(q, length, epsilon);
  EXPECT_LE(least, n);
  EXPECT_LE(*transfer_epsilon({least, q, length}), epsilon);
  EXPECT_GT(*transfer_epsilon({least - 1, q, length}), epsilon);
  const double half = *transfer_fewest_photons_for_share(0.125, length, epsilon);
  EXPECT_LE(*transfer_epsilon({half, half / 8, length}), epsilon);
  EXPECT_GT(*transfer_epsilon({half - 1, (half - 1) / 8, length}), epsilon);
  EXPECT_FALSE(transfer_largest_memory(1e4, length, epsilon));
  // The figures of docs/theory/mistrust.md.
  EXPECT_EQ(*transfer_fewest_photons(0, length, epsilon), 179053);
  EXPECT_EQ(*transfer_fewest_photons_for_share(0.1, length, epsilon), 689297);
}

RC_GTEST_PROP(BoundedStorage, EpsilonIsTheBestOfAllDeltas, ()) {
  const double n = std::exp(uniform(5, 25)), q = n * uniform(0, 0.3), length = uniform(1, 300);
  const double best = *transfer_epsilon({n, q, length});
  for (double delta = 1e-5; delta < 0.24; delta *= 1.3) {
    const Uncertainty u = *bounded_storage_uncertainty(Encoding::bb84, n, delta);
    RC_ASSERT(best <= 1.0001 * (2 * u.epsilon + 0.5 * std::exp2(-(u.min_entropy / 2 - 1 - q - 2 * length) / 2)));
  }
}

// Of one angle a photon, each in turn at its best, from anywhere.
double by_one_angle_each(int photons, double length) {
  const double hit = std::exp2(-length), all_right = (1 - hit) * (1 - hit), one_right = hit * (1 - hit);
  std::vector<double> angles;
  for (int i = 0; i < photons; ++i) angles.push_back(uniform(-0.1, 0.9));
  const auto products = [&](int without) {
    std::array<double, 3> product{1, 1, 1};
    for (int i = 0; i < photons; ++i) {
      if (i == without) continue;
      const BothBases guess = guess_by_polarizer(angles[static_cast<std::size_t>(i)]);
      product[0] *= (guess.z + guess.x) / 2;
      product[1] *= (1 + guess.z) / 2;
      product[2] *= (1 + guess.x) / 2;
    }
    return product;
  };
  for (int sweep = 0; sweep < 200; ++sweep)
    for (int i = 0; i < photons; ++i) {
      const auto [a, z, x] = products(i);
      angles[static_cast<std::size_t>(i)] =
          std::atan2(a * all_right + x * one_right, a * all_right + z * one_right) / 2;
    }
  const auto [a, z, x] = products(-1);
  return a * all_right + (z + x) * one_right + hit * hit;
}

RC_GTEST_PROP(BoundedStorage, NoAnglesOfTheirOwnAreBetterThanOneForAllPhotons, ()) {
  const int photons = *rc::gen::inRange(1, 9);
  const double length = *rc::gen::inRange(1, 13);
  RC_ASSERT(by_one_angle_each(photons, length) <= both_strings_by_polarizer(photons, length)->success + 1e-9);
}

TEST(BoundedStorage, TheBestPolarizerIsBetterThanEitherAndNeverAboveTheProof) {
  constexpr double kBreidbart = std::numbers::pi / 8;
  for (const double length : {1, 4, 30})
    for (const double photons : {0, 1, 7, 15, 40, 200, 100000}) {
      const BestPolarizer best = *both_strings_by_polarizer(photons, length);
      EXPECT_GE(best.success, *both_strings_guessed(photons, length, 1, 0.5));
      EXPECT_GE(best.success, *both_strings_guessed(photons, length, breidbart_guess(), breidbart_guess()));
      const BothBases guess = guess_by_polarizer(best.angle);
      EXPECT_DOUBLE_EQ(best.success, *both_strings_guessed(photons, length, guess.z, guess.x));
    }
  // Of strings of 4 bits: halfway between the bases for few photons, nearly in one of them for many; in between better
  // than both.
  EXPECT_DOUBLE_EQ(both_strings_by_polarizer(14, 4)->angle, kBreidbart);
  EXPECT_NEAR(both_strings_by_polarizer(20, 4)->success, 0.066664, 1e-6);
  EXPECT_NEAR(both_strings_by_polarizer(20, 4)->angle, 0.0662, 1e-3);
  EXPECT_NEAR(both_strings_by_polarizer(200, 4)->angle, 0, 1e-6);
  // Of a basis drawn later, Breidbart's up to 6 photons.
  EXPECT_DOUBLE_EQ(one_basis_by_polarizer(6)->angle, kBreidbart);
  EXPECT_NEAR(one_basis_by_polarizer(7)->success, 0.591759, 1e-6);
  EXPECT_NEAR(one_basis_by_polarizer(7)->angle, 0.1893, 1e-4);
  EXPECT_EQ(*transfer_attack({30, 30, 3}), 1);
  EXPECT_EQ(*commitment_attack(30, 31), 1);
  for (const double q : {0.0, 1e6, 1e7, 2e7, 9.9e7}) {
    EXPECT_LE(*transfer_attack({1e8, q, 20}), std::exp2(-20) + *transfer_epsilon({1e8, q, 20}));
    EXPECT_LE(*commitment_attack(1e8, q), *commitment_bound(1e8, q));
  }
  EXPECT_FALSE(both_strings_by_polarizer(-1, 3));
  EXPECT_FALSE(both_strings_by_polarizer(1, 0));
  EXPECT_FALSE(one_basis_by_polarizer(-1));
}

TEST(NoisyStorage, TheThresholdIsWhereCapacityTimesShareIsOneHalf) {
  for (const double share : {0.6, 1.0, 2.5, 40.0}) {
    const double r = *noisy_storage_threshold(share);
    EXPECT_NEAR(*depolarising_capacity(r) * share, 0.5, 1e-12);
    EXPECT_TRUE(*noisy_storage_secure({r - 1e-9, share}));
    EXPECT_FALSE(*noisy_storage_secure({r + 1e-9, share}));
  }
  EXPECT_TRUE(*noisy_storage_secure({1, 0.49}));
}

TEST(NoisyStorage, TheExponentIsPositiveAboveCapacityAlone) {
  for (const double r : {0.0, 0.3, 0.8, 0.99}) {
    const double capacity = *depolarising_capacity(r);
    EXPECT_NEAR(*strong_converse_exponent(r, capacity), 0, 1e-12);
    EXPECT_GT(*strong_converse_exponent(r, capacity + 0.05), 0);
    // A message is guessed with 2^-R when nothing is kept.
    if (r == 0) {
      EXPECT_NEAR(*strong_converse_exponent(r, 0.7), 0.7, 1e-9);
    }
  }
  // Noiseless: R - 1, the bits that do not fit.
  EXPECT_NEAR(*strong_converse_exponent(1, 1.5), 0.5, 1e-9);
}

TEST(NoisyStorage, StringsGrowWithPhotonsAndOnlyWhereThereIsSecurity) {
  EXPECT_EQ(*noisy_transfer_length({0.9, 1}, 1e10, 1e-9), 0);
  const double some = *noisy_transfer_length({0.1, 1}, 1e9, 1e-9), more = *noisy_transfer_length({0.1, 1}, 1e10, 1e-9);
  EXPECT_GT(some, 0);
  EXPECT_GT(more, 10 * some);
  EXPECT_GT(*noisy_transfer_length({1, 0.1}, 1e10, 1e-9), 0);
  EXPECT_GT(weak_string_erasure({0.7, 1}, 1e10, 0.01)->rate, 0);
  EXPECT_EQ(weak_string_erasure({0.9, 1}, 1e10, 0.01)->rate, 0);
  // Nothing stored: all the min-entropy stays.
  EXPECT_NEAR(weak_string_erasure({1, 0}, 1e6, 0.1)->rate, 0.4, 1e-12);
}

TEST(ClassicalStorage, OverlapsAndTheAdversaryByCounting) {
  // 3 of 6 positions each: C(3,s) C(3,3-s) / 20.
  EXPECT_NEAR(*overlap_probability(3, 6, 1), 19.0 / 20, 1e-12);
  EXPECT_NEAR(*overlap_probability(3, 6, 2), 10.0 / 20, 1e-12);
  EXPECT_NEAR(*overlap_probability(3, 6, 3), 1.0 / 20, 1e-12);
  EXPECT_EQ(*overlap_probability(5, 6, 4), 1);
  EXPECT_NEAR(*adversary_knows_overlap(3, 6, 2), 4.0 / 20, 1e-12);
  EXPECT_NEAR(*mean_overlap(3, 6), 1.5, 1e-15);
}

TEST(Puf, ABallOfResponses) {
  // The volume 9 of such a ball is bounded from above.
  EXPECT_GE(*puf_binding_failure(8, 1, 1), 9.0 / 256);
  EXPECT_LE(*puf_binding_failure(8, 1, 1), 9.5 / 256);
  EXPECT_EQ(*puf_binding_failure(8, 8, 1), 1);
  EXPECT_EQ(*puf_binding_failure(8, 0, 0), 0);
}

TEST(Cheating, ImpossibleParametersAreRefusedWithTheRange) {
  for (const double bad : {-0.1, 1.5, kNan, std::numeric_limits<double>::infinity()}) {
    EXPECT_FALSE(pass_epr(bad));
    EXPECT_FALSE(loss_tolerant(bad));
    EXPECT_FALSE(kitaev_other(bad));
    EXPECT_FALSE(classical_coin_bound(bad));
    EXPECT_FALSE(open_by_rotation(bad));
    EXPECT_FALSE(open_by_superposition(bad));
    EXPECT_FALSE(guess_commitment(bad));
    EXPECT_FALSE(optimal_opening(bad));
    EXPECT_FALSE(depolarising_capacity(bad));
    EXPECT_FALSE(individual_storage_guess(bad));
    EXPECT_FALSE(practical_coin({.y = bad}));
    EXPECT_FALSE(practical_coin_abort({.transmittance = bad}));
    EXPECT_FALSE(hole_rule(10, bad, 0.1));
    EXPECT_FALSE(pass_with_chosen_holes({10, 5}, bad, 0.5));
    EXPECT_FALSE(pass_epr_heralded({10, 5}, bad, 0.5));
    EXPECT_FALSE(transfer_largest_memory(1e8, 10, bad == 1.5 ? 2 : bad));
    EXPECT_FALSE(noisy_transfer_length({0.5, 1}, 1e6, bad));
    EXPECT_FALSE(most_rounds(128, bad));
    EXPECT_FALSE(spekkens_rudolph_other(bad));
  }
  EXPECT_FALSE(hole_rule(-1, 0.5, 0.1));
  EXPECT_FALSE(pass_with_random_holes({5, 6}, 0.5, 0.5));
  EXPECT_FALSE(counterfeit_optimal(-1));
  EXPECT_FALSE(kent_commitment(kNan));
  EXPECT_FALSE(random_access_code(4));
  EXPECT_FALSE(classical_random_access_code(0));
  EXPECT_FALSE(sustained_commitment(0, 128));
  EXPECT_FALSE(noisy_storage_threshold(-1));
  EXPECT_FALSE(weak_string_erasure({0.5, 1}, 1e6, 0.6));
  EXPECT_FALSE(transfer_fewest_photons_for_share(0.25, 10, 1e-9));
  EXPECT_FALSE(mean_overlap(7, 6));
  EXPECT_FALSE(overlap_probability(3, 6, 4));
  EXPECT_FALSE(adversary_knows_overlap(3, 6, 4));
  EXPECT_FALSE(puf_binding_failure(8, 9, 1));
  EXPECT_FALSE(bcjl_parity(0));
  EXPECT_FALSE(mochon_bias(0));
  const auto refused = pass_epr(2);
  EXPECT_NE(refused.error().message.find("0 to 1"), std::string::npos);
}

}  // namespace
}  // namespace herald
