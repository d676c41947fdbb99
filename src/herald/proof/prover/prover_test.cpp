#include "herald/proof/prover/prover.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <limits>
#include <set>

#include "herald/base/entropy.h"
#include "herald/proof/b92.h"
#include "herald/proof/efficiency_mismatch.h"
#include "herald/proof/noisy_preprocessing.h"
#include "herald/proof/prover/random_protocols_test.h"

namespace herald {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

struct Outcome {
  double secret, estimate;  // bits per kept round
  SiftedPart sifted;
  double rate() const { return secret - sifted.uncertainty / sifted.kept; }
};

Outcome proved(const CharacterisedProtocol& p, const std::vector<double>& joint, double tolerance = 0) {
  const auto bound = prove(p, full_statistics(p, joint, tolerance));
  EXPECT_TRUE(bound) << bound.error().message;
  const SiftedPart sifted = sift_joint(p, joint);
  if (!bound) return {kNan, kNan, sifted};
  return {bound->secret_bits / sifted.kept, bound->estimate / sifted.kept, sifted};
}

Outcome through(const CharacterisedProtocol& p, const KrausChannel& channel) {
  return proved(p, joint_through(p, channel));
}

std::string error_of(const CharacterisedProtocol& p, const std::vector<double>& joint) {
  const auto bound = prove(p, full_statistics(p, joint, 0));
  if (bound) return "none";
  EXPECT_EQ(bound.error().code, ErrorCode::invalid_argument);
  return bound.error().message;
}

std::vector<double> bb84_joint(double error_rate = 0.05) {
  return joint_through(bb84_protocol(), depolarising(2 * error_rate, 2));
}

CharacterisedProtocol entangled_bb84() {
  CharacterisedProtocol p = bb84_protocol();
  p.entangled = true;
  for (AliceOutcome& a : p.alice) {
    a.op *= 0.5;
    a.probability = 0;
  }
  return p;
}

ComplexMatrix noisy_bell_state(double error_rate) {
  const double half = std::sqrt(0.5);
  const std::vector<Complex> bell = {half, 0, 0, half};
  return applied(depolarising(2 * error_rate, 4), ComplexMatrix::projector(bell));
}

TEST(Prover, Bb84IsCertifiedToTenDigitsAndNeverAbove) {
  for (const double e : {1e-3, 0.01, 0.05, 0.11, 0.2, 0.3, 0.45}) {
    const Outcome o = through(bb84_protocol(), depolarising(2 * e, 2));
    EXPECT_LE(o.secret, bsc_capacity(e)) << e;
    EXPECT_GE(o.secret, bsc_capacity(e) - 1e-10) << e;
    EXPECT_NEAR(o.rate(), 1 - 2 * binary_entropy(e), 1e-10) << e;
    EXPECT_NEAR(o.sifted.error_rate, e, 1e-14);
    EXPECT_NEAR(o.sifted.kept, 0.5, 1e-14);
  }
}

TEST(Prover, Bb84WithoutErrorsOrWithNothingButErrors) {
  for (const double e : {0.0, 1e-12, 1e-9, 1e-6}) {
    const Outcome o = through(bb84_protocol(), depolarising(2 * e, 2));
    EXPECT_LE(o.secret, bsc_capacity(e)) << e;
    EXPECT_GE(o.secret, bsc_capacity(e) - 3e-8) << e;
  }
  EXPECT_LE(through(bb84_protocol(), depolarising(1, 2)).secret, 1e-9);
}

TEST(Prover, Bb84WithEntanglementIsBb84) {
  const CharacterisedProtocol p = entangled_bb84();
  for (const double e : {0.01, 0.05, 0.11}) {
    const Outcome o = proved(p, joint_of(p, noisy_bell_state(e)));
    EXPECT_LE(o.secret, bsc_capacity(e)) << e;
    EXPECT_GE(o.secret, bsc_capacity(e) - 1e-10) << e;
  }
}

// A depolarising state of error rate e has the Bell weights (1 - 3e/2, e/2, e/2, e/2).
TEST(Prover, SixStatesAreCertifiedToTenDigits) {
  for (const double e : {0.01, 0.05, 0.1, 0.1261930833}) {
    const double weights[] = {1 - 1.5 * e, e / 2, e / 2, e / 2};
    const double exact = 1 + binary_entropy(e) - shannon_entropy(weights);
    const Outcome o = through(six_state_protocol(), depolarising(2 * e, 2));
    EXPECT_LE(o.secret, exact);
    EXPECT_GE(o.secret, exact - 1e-10);
  }
  EXPECT_NEAR(through(six_state_protocol(), depolarising(2 * 0.1261930833, 2)).rate(), 0, 1e-9);
}

TEST(Prover, ThreeStatesDoAsWellAsFour) {
  for (const double e : {0.01, 0.05, 0.1}) {
    const Outcome o = through(three_state_protocol(), depolarising(2 * e, 2));
    EXPECT_LE(o.secret, bsc_capacity(e) + 1e-12);
    EXPECT_GE(o.secret, bsc_capacity(e) - 1e-9) << e;
  }
}

// Kraus, Gisin, Renner: with noise added BB84 reaches 12.4 % and six states 14.1 %.
TEST(Prover, AddedNoiseHelpsBeyondElevenPercent) {
  const auto rate = [](CharacterisedProtocol p, double error_rate, double noise) {
    p.key_noise = noise;
    return through(p, depolarising(2 * error_rate, 2)).rate();
  };
  EXPECT_LT(rate(bb84_protocol(), 0.115, 0), 0);
  EXPECT_GT(rate(bb84_protocol(), 0.115, 0.25), 0);
  EXPECT_GT(rate(bb84_protocol(), 0.1238, 0.4), 0);
  EXPECT_LT(rate(bb84_protocol(), 0.1245, 0.4), 0);
  EXPECT_GT(rate(six_state_protocol(), 0.1405, 0.4), 0);
  EXPECT_LT(rate(six_state_protocol(), 0.1415, 0.4), 0);
}

TEST(Prover, MismatchedDetectorsWithoutErrorsLeaveTheEntropyOfTheBit) {
  for (const double ratio : {1.0, 0.75, 0.5, 0.25, 0.05}) {
    const Outcome o = through(mismatched_bb84_protocol(ratio), loss(1, 2));
    const double exact = binary_entropy(1 / (1 + ratio));
    EXPECT_LE(o.secret, exact) << ratio;
    EXPECT_GE(o.secret, exact - 2e-7) << ratio;
  }
}

// Fung et al. 2009 discard detections until both detectors are alike: 2r/(1+r) of them, 1 - 2h(e) from each. Eve knows
// no more of the detections than of those that are left; reconciling all of them is worth it while errors are few.
TEST(Prover, MismatchedDetectorsDoBetterThanDiscarding) {
  for (const double ratio : {0.9, 0.5, 0.2}) {
    for (const double e : {0.005, 0.02, 0.05, 0.09}) {
      const Outcome o = through(mismatched_bb84_protocol(ratio), composed(depolarising(2 * e, 2), loss(0.3, 2)));
      const double left = 2 * ratio / (1 + ratio);
      EXPECT_GE(o.secret, left * bsc_capacity(e)) << ratio << " " << e;
      if (e <= 0.05) {
        EXPECT_GE(o.rate(), left * (1 - 2 * binary_entropy(e))) << ratio << " " << e;
      }
      EXPECT_LE(o.secret, binary_entropy(1 / (1 + ratio)));
      EXPECT_LT(o.estimate - o.secret, 1e-6);
    }
  }
}

// Bochkov and Trushechkin's formula is exact for this channel.
TEST(Prover, MismatchedDetectorsAreWorthWhatTheExactFormulaSays) {
  for (const double ratio : {1.0, 0.8, 0.5, 0.2}) {
    for (const double e : {0.01, 0.03, 0.08}) {
      const Outcome o = through(mismatched_bb84_protocol(ratio), composed(depolarising(2 * e, 2), loss(1, 2)));
      const double exact = *mismatch_rate(ratio, ErrorRate(e), ErrorRate(e));
      EXPECT_LE(o.rate(), exact + 1e-12) << ratio << " " << e;
      EXPECT_GE(o.rate(), exact - 1e-8) << ratio << " " << e;
    }
  }
}

TEST(Prover, AddedNoiseIsWorthWhatTheFormulaSays) {
  for (const double e : {0.02, 0.08, 0.12}) {
    for (const double noise : {0.05, 0.2, 0.4}) {
      CharacterisedProtocol p = bb84_protocol();
      p.key_noise = noise;
      const Outcome o = through(p, depolarising(2 * e, 2));
      const double exact = *bb84_preprocessing_rate(ErrorRate(e), ErrorRate(e), noise);
      EXPECT_LE(o.rate(), exact + 1e-12) << e << " " << noise;
      EXPECT_GE(o.rate(), exact - 1e-9) << e << " " << noise;
      EXPECT_NEAR(o.sifted.error_rate, e, 1e-12);
    }
  }
}

TEST(Prover, TwoStatesAreWorthAtLeastWhatTheAnalyticBoundSays) {
  for (const double alpha2 : {0.1, 0.25, 0.4}) {
    for (const double e : {0.002, 0.01, 0.02}) {
      const CharacterisedProtocol p = b92_protocol(1 - 2 * alpha2);
      const auto joint = joint_through(p, depolarising(2 * e, 2));
      const Outcome o = proved(p, joint);
      const double analytic = *b92_rate(b92_depolarised(alpha2, Probability(1), ErrorRate(e)));
      EXPECT_GE(o.rate() * o.sifted.kept, analytic - 1e-9) << alpha2 << " " << e;
    }
  }
}

TEST(Prover, DiscardingMakesMismatchedDetectorsAlike) {
  const double ratio = 0.5, e = 0.03;
  CharacterisedProtocol p = mismatched_bb84_protocol(ratio);
  for (const std::size_t bit : {0u, 2u}) {
    BobOutcome discarded = p.bob[bit];
    p.bob[bit].op *= ratio;
    discarded.op *= 1 - ratio;
    discarded.announces = "discarded";
    p.bob.push_back(std::move(discarded));
  }
  const Outcome o = through(p, composed(depolarising(2 * e, 2), loss(1, 2)));
  EXPECT_NEAR(o.sifted.kept, ratio / 2, 1e-12);
  EXPECT_LE(o.secret, bsc_capacity(e) + 1e-12);
  EXPECT_GE(o.secret, bsc_capacity(e) - 1e-7);
}

TEST(Prover, LossCostsPhotonsAndNoSecrecy) {
  const double e = 0.04;
  for (const double transmittance : {1.0, 0.1, 1e-3}) {
    const Outcome o = through(mismatched_bb84_protocol(1), composed(depolarising(2 * e, 2), loss(transmittance, 2)));
    EXPECT_LE(o.secret, bsc_capacity(e));
    EXPECT_NEAR(o.secret, bsc_capacity(e), 1e-6) << transmittance;
    EXPECT_NEAR(o.sifted.kept, transmittance / 2, 1e-14);
  }
}

TEST(Prover, TwoStatesGiveAKeyUntilNoiseAndOverlapAreLarge) {
  double last = 1;
  for (const double p : {0.0, 0.01, 0.02, 0.04, 0.08}) {
    const Outcome o = through(b92_protocol(0.5), depolarising(p, 2));
    EXPECT_LT(o.rate(), last);
    EXPECT_LT(o.estimate - o.secret, 1e-6);
    last = o.rate();
  }
  EXPECT_LT(last, 0);
  EXPECT_GE(through(b92_protocol(0.5), depolarising(0, 2)).rate(), 1 - 1e-6);
  EXPECT_GT(through(b92_protocol(0.5), depolarising(0.02, 2)).rate(), 0);
}

TEST(Prover, RoundedStatisticsNeedATolerance) {
  std::vector<double> joint = bb84_joint();
  for (double& p : joint) p = std::round(p * 1e4 + 0.3) * 1e-4;
  const std::string message = error_of(bb84_protocol(), joint);
  EXPECT_NE(message.find("no state explains"), std::string::npos) << message;
  EXPECT_NE(message.find("tolerance"), std::string::npos);
  const Outcome loose = proved(bb84_protocol(), joint, 1e-4);
  EXPECT_LT(loose.secret, bsc_capacity(0.05));
  EXPECT_GT(loose.secret, bsc_capacity(0.05) - 0.01);
  EXPECT_LT(loose.estimate - loose.secret, 1e-7);
  EXPECT_LT(proved(bb84_protocol(), bb84_joint(), 1e-3).secret, proved(bb84_protocol(), bb84_joint(), 1e-4).secret);
}

TEST(Prover, StatisticsOfNoStateAreRefused) {
  const CharacterisedProtocol p = bb84_protocol();
  std::vector<double> joint = joint_through(p, depolarising(0, 2));
  joint[0 * 4 + 2] = 0.25 * 0.5 * 0.9;  // H is taken for D, and still always for H
  joint[0 * 4 + 3] = 0.25 * 0.5 * 0.1;
  EXPECT_NE(error_of(p, joint).find("no state explains"), std::string::npos);
  joint = bb84_joint();
  for (double& x : joint) x /= 2;
  EXPECT_NE(error_of(p, joint).find("no state explains"), std::string::npos);
  for (const double bad : {kNan, -0.1, 1.5, std::numeric_limits<double>::infinity()}) {
    joint = bb84_joint();
    joint[5] = bad;
    EXPECT_NE(error_of(p, joint), "none");
  }
  EXPECT_FALSE(prove(p, full_statistics(p, bb84_joint(), kNan)));
  EXPECT_FALSE(prove(p, std::vector<Observed>{{{{0, 9}}, 0.1, 0}}));
}

TEST(Prover, FewerStatisticsNeverMakeTheKeyLonger) {
  const CharacterisedProtocol p = bb84_protocol();
  const std::vector<double> joint = bb84_joint();
  const double full = proved(p, joint).secret;
  // The error rates of both bases alone: as good, for this channel.
  const std::vector<Observed> errors = {{{{0, 1}, {1, 0}}, joint[1] + joint[4], 0},
                                        {{{2, 3}, {3, 2}}, joint[11] + joint[14], 0}};
  const double coarse = prove(p, errors)->secret_bits / 0.5;
  EXPECT_LE(coarse, full + 1e-10);
  EXPECT_GE(coarse, full - 1e-9);
  const double one = prove(p, std::span(errors).first(1))->secret_bits / 0.5;
  EXPECT_LT(one, coarse - 0.1);
  EXPECT_LE(prove(p, {})->secret_bits, 1e-9);
}

TEST(Prover, WhatIsNoProtocolIsRefused) {
  const std::vector<double> joint = bb84_joint();
  const auto message = [&](auto change) {
    CharacterisedProtocol p = bb84_protocol();
    change(p);
    return error_of(p, joint);
  };
  const auto expect = [&](auto change, const char* text) {
    const std::string said = message(change);
    EXPECT_NE(said.find(text), std::string::npos) << said;
  };
  expect([](auto& p) { p.alice[1].op *= 0.5; }, "\"V\" is not normalised: its trace is 0.5");
  expect([](auto& p) { p.alice[1].op(0, 1) = 0.3; }, "is not Hermitian");
  expect(
      [](auto& p) {
        p.alice[1].op(0, 0) = -0.5;
        p.alice[1].op(1, 1) = 1.5;
      },
      "is not positive");
  expect([](auto& p) { p.alice[1].op(0, 0) = kNan; }, "not numbers");
  expect([](auto& p) { p.alice[1].op = ComplexMatrix(2, 3); }, "square");
  expect([](auto& p) { p.alice[1].op = ComplexMatrix::projector(std::vector<Complex>{1, 0, 0}); }, "dimensions");
  expect([](auto& p) { p.alice[0].probability = 0.3; }, "have the sum 1.05");
  expect([](auto& p) { p.alice[0].probability = -0.3; }, "is sent with probability -0.3");
  expect([](auto& p) { p.bob[0].op *= 0.5; }, "bob's measurement is no POVM");
  expect([](auto& p) { p.bob[0].op *= 5; }, "above 1");
  expect([](auto& p) { p.kept.clear(); }, "no announcement is kept");
  expect([](auto& p) { p.kept = {{"Z", "Y"}}; }, "\"Y\" is kept and never announced");
  expect([](auto& p) { p.kept = {{"Z", "Z"}, {"Z", "Z"}}; }, "kept twice");
  expect([](auto& p) { p.alice[0].key.reset(); }, "has no key symbol");
  expect(
      [](auto& p) {
        for (auto& a : p.alice) a.key = 1;
      },
      "same key symbol");
  expect([](auto& p) { p.alice[0].key = -1; }, "key symbol -1");
  expect([](auto& p) { p.key_noise = 0.7; }, "key noise");
  CharacterisedProtocol large = bb84_protocol();
  const std::size_t n = 40;
  for (AliceOutcome& a : large.alice) {
    a.op = ComplexMatrix::identity(n);
    a.op *= 1 / static_cast<double>(n);
  }
  for (BobOutcome& b : large.bob) {
    b.op = ComplexMatrix::identity(n);
    b.op *= 0.25;
  }
  EXPECT_NE(error_of(large, joint).find("too large"), std::string::npos);
}

// Against an evaluation at what the channel really does to Eve's state, for random signals, measurements and channels.
TEST(Prover, IsNeverAboveWhatEveLacksOfARandomChannel) {
  EXPECT_TRUE(rc::check([] {
    prover_test::RandomProtocols random(*rc::gen::arbitrary<std::uint64_t>());
    const Eigen::Index received = 2 + static_cast<Eigen::Index>(random.below(2));
    CharacterisedProtocol p = random.protocol(2, received);
    const auto keyed = [](const auto& outcomes, const std::string& announced) {
      std::set<int> keys;
      for (const auto& o : outcomes)
        if (o.announces == announced) keys.insert(*o.key);
      return keys.size();
    };
    p.key_from_bob = random.below(2) == 0 && keyed(p.bob, "0") == 2;
    const KrausChannel channel = random.channel(2, received, 1 + random.below(4));
    const std::vector<double> joint = joint_through(p, channel);
    const auto bound = prove(p, full_statistics(p, joint, 0));
    RC_ASSERT(bound.has_value());
    RC_ASSERT(bound->secret_bits <= prover_test::ignorance(p, channel) + 1e-13);
    RC_ASSERT(bound->estimate - bound->secret_bits <= 1e-6);
    const auto loose = prove(p, full_statistics(p, joint, 1e-3));
    RC_ASSERT(loose.has_value() && loose->secret_bits <= bound->secret_bits + 1e-9);
  }));
}

}  // namespace
}  // namespace herald
