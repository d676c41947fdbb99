#include "herald/quantum/qubit_string.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <array>
#include <cmath>
#include <concepts>
#include <functional>
#include <numbers>

#include "herald/base/statistics.h"

namespace herald {
namespace {

static_assert(!std::copyable<QubitString> && std::movable<QubitString> &&
              std::is_nothrow_move_constructible_v<QubitString>);

// Of each test here, for its fixed seed.
constexpr double kFalseAlarm = 1e-9;
constexpr std::size_t kMany = 64 * 400 + 17, kFewer = 64 * 80 + 17;
const Gate kBreidbart = gate::rotation(std::numbers::pi / 8);

Basis basis_of(bool x) { return x ? Basis::x : Basis::z; }

BitString bits_of(std::size_t size, std::uint64_t pattern) {
  BitString bits(size);
  for (std::size_t i = 0; i < size; ++i) bits.set(i, (pattern >> i & 1) != 0);
  return bits;
}

BitString difference(const BitString& a, BitView b) {
  BitString sum = a;
  sum ^= b;
  return sum;
}

BitString both(const BitString& a, const BitString& b) {
  BitString result = a;
  for (std::size_t i = 0; i < result.words().size(); ++i) result.words()[i] &= b.words()[i];
  return result;
}

TEST(QubitString, EveryShortStringIsReadInItsOwnBases) {
  SimulationRandom random(1);
  for (std::size_t size = 0; size <= 4; ++size) {
    const BitString all = bits_of(size, ~std::uint64_t{0});
    for (std::uint64_t pattern = 0; pattern < 1u << size; ++pattern) {
      const BitString bits = bits_of(size, pattern);
      for (std::uint64_t in = 0; in < 1u << size; ++in) {
        const BitString bases = bits_of(size, in);
        QubitString photons = prepare(bits, bases);
        EXPECT_EQ(photons.size(), size);
        const Detections seen = measure(std::move(photons), bases, random);
        EXPECT_EQ(seen.bits, bits);
        EXPECT_EQ(seen.detected, all);
      }
      for (const Basis basis : {Basis::z, Basis::x}) EXPECT_EQ(measure(prepare(bits, basis), basis, random).bits, bits);
    }
  }
}

// What may happen to a string, and to a qubit alone; both leave nothing where a photon is lost.
struct Noise {
  const char* name;
  std::function<void(QubitString&, SimulationRandom&)> bulk;
  std::function<void(std::optional<Qubit>&, SimulationRandom&)> alone;
};

const std::array<Noise, 7>& noises() {
  static const auto channel = [](KrausChannel kraus) {
    return [kraus](std::optional<Qubit>& qubit, SimulationRandom& random) { apply(kraus, *qubit, random); };
  };
  static const std::array<Noise, 7> all{
      {{"none", [](auto&, auto&) {}, [](auto&, auto&) {}},
       {"loss", [](auto& s, auto& r) { lose(s, 0.7, r); },
        [](auto& q, auto& r) {
          if (!r.next_bernoulli(0.7)) q.reset();
        }},
       {"depolarising", [](auto& s, auto& r) { depolarise(s, 0.4, r); }, channel(depolarising(0.4, 2))},
       {"dephasing", [](auto& s, auto& r) { dephase(s, 0.3, r); }, channel(dephasing(0.3))},
       {"flip", [](auto& s, auto& r) { flip(s, 0.2, r); },
        [](auto& q, auto& r) {
          if (r.next_bernoulli(0.2)) apply(gate::kY, *q);
        }},
       {"damping", [](auto& s, auto& r) { apply(amplitude_damping(0.35), s, r); }, channel(amplitude_damping(0.35))},
       {"rotation", [](auto& s, auto& r) { apply(rotation(0.3, 2), s, r); }, channel(rotation(0.3, 2))}}};
  return all;
}

// How a string is measured, and a qubit.
enum class Way { bases, one_basis, frame };

Detections measure_in(Way way, QubitString&& string, BitView bases, SimulationRandom& random) {
  if (way == Way::bases) return measure(std::move(string), bases, random);
  if (way == Way::one_basis) return measure(std::move(string), Basis::x, random);
  return measure(std::move(string), kBreidbart, random);
}

// 0 or 1, and 2 for nothing.
std::size_t measure_in(Way way, std::optional<Qubit> qubit, bool x, SimulationRandom& random) {
  if (!qubit) return 2;
  if (way == Way::frame) return measure(std::move(*qubit), kBreidbart, random);
  return measure(std::move(*qubit), way == Way::one_basis ? Basis::x : basis_of(x), random);
}

std::size_t outcome(const Detections& seen, std::size_t i) { return seen.detected[i] ? seen.bits[i] : 2; }

TEST(QubitString, ConjugateCodingHasTheStatisticsOfSingleQubits) {
  SimulationRandom random(2);
  for (const Noise& noise : noises()) {
    for (const Way way : {Way::bases, Way::one_basis, Way::frame}) {
      for (const bool one_basis : {false, true}) {
        std::vector<std::uint64_t> bulk(24), twin(24);
        const BitString bits = random_bits(random, kMany), measured = random_bits(random, kMany),
                        bases = one_basis ? BitString(kMany) : random_bits(random, kMany);
        QubitString string = one_basis ? prepare(bits, Basis::z) : prepare(bits, bases);
        noise.bulk(string, random);
        const Detections seen = measure_in(way, std::move(string), measured, random);
        for (std::size_t i = 0; i < kMany; ++i) {
          const std::size_t cell = 12u * bits[i] + 6u * bases[i] + 3u * measured[i];
          ++bulk[cell + outcome(seen, i)];
          std::optional<Qubit> qubit(Qubit({basis_of(bases[i]), bits[i]}));
          noise.alone(qubit, random);
          ++twin[cell + measure_in(way, std::move(qubit), measured[i], random)];
        }
        EXPECT_GT(two_sample_chi_square_test(bulk, twin), kFalseAlarm) << noise.name << " " << static_cast<int>(way);
      }
    }
  }
}

// Noise on one half before or after the other was measured, in whatever way each of them is.
TEST(QubitString, HalvesOfPairsHaveTheJointStatisticsOfSingleQubits) {
  SimulationRandom random(3);
  for (const Noise& noise : noises()) {
    for (const bool late : {false, true}) {
      for (const auto& [first_way, way] :
           {std::pair(Way::bases, Way::bases), std::pair(Way::one_basis, Way::bases), std::pair(Way::bases, Way::frame),
            std::pair(Way::frame, Way::bases), std::pair(Way::frame, Way::frame)}) {
        std::vector<std::uint64_t> bulk(36), twin(36);
        const BitString in_a = random_bits(random, kFewer), in_b = random_bits(random, kFewer);
        auto [a, b] = epr_pairs(kFewer);
        noise.bulk(a, random);
        if (!late) noise.bulk(b, random);
        const Detections first = measure_in(first_way, std::move(a), in_a, random);
        if (late) noise.bulk(b, random);
        const Detections second = measure_in(way, std::move(b), in_b, random);
        for (std::size_t i = 0; i < kFewer; ++i) {
          const std::size_t cell = 18u * in_a[i] + 9u * in_b[i];
          ++bulk[cell + 3 * outcome(first, i) + outcome(second, i)];
          auto [qubit_a, qubit_b] = epr_pair();
          std::optional<Qubit> alone_a(std::move(qubit_a)), alone_b(std::move(qubit_b));
          noise.alone(alone_a, random);
          noise.alone(alone_b, random);
          const std::size_t at_a = measure_in(first_way, std::move(alone_a), in_a[i], random);
          ++twin[cell + 3 * at_a + measure_in(way, std::move(alone_b), in_b[i], random)];
        }
        EXPECT_GT(two_sample_chi_square_test(bulk, twin), kFalseAlarm)
            << noise.name << " " << late << " " << static_cast<int>(first_way) << " " << static_cast<int>(way);
      }
    }
  }
}

// Angles of CHSH's maximum, through strings.
TEST(QubitString, PairsReachTsirelsonsBound) {
  SimulationRandom random(4);
  const double pi = std::numbers::pi;
  double s = 0;
  for (const double a : {0.0, pi / 4}) {
    for (const double b : {pi / 8, -pi / 8}) {
      auto [alice, bob] = epr_pairs(kMany);
      const Detections at_alice = measure(std::move(alice), gate::rotation(a), random),
                       at_bob = measure(std::move(bob), gate::rotation(b), random);
      const auto differ = static_cast<double>(hamming_distance(at_alice.bits, at_bob.bits));
      const double correlation = 1 - 2 * differ / static_cast<double>(kMany);
      // Hoeffding: off by more than 0.05 with probability below 2 exp(-kMany 0.05^2 / 2) < 4e-14.
      EXPECT_NEAR(correlation, std::cos(2 * (a - b)), 0.05);
      s += a != 0 && b < 0 ? -correlation : correlation;
    }
  }
  EXPECT_NEAR(s, 2 * std::numbers::sqrt2, 0.2);
}

// A half cut into pieces that are joined again, measured, taken apart or disturbed where it does not show.
class Piecewise {
 public:
  Piecewise(QubitString string, BitView bases, SimulationRandom& random)
      : m_string(std::move(string)), m_bases(bases), m_random(random) {}

  std::size_t left() const { return m_string.size(); }
  void measure_some(std::size_t count) {
    const BitString bases = slice(m_bases, m_seen.bits.size(), count);
    const Detections seen = measure(m_string.take_front(count), bases, m_random);
    RC_ASSERT(seen.bits.size() == count && seen.detected.size() == count);
    m_seen.bits.append(seen.bits);
    m_seen.detected.append(seen.detected);
  }
  void cut_and_join(std::size_t count) {
    QubitString front = m_string.take_front(count);
    RC_ASSERT(front.size() == count);
    front.append(std::move(m_string));
    m_string = std::move(front);
  }
  void make_qubits(std::size_t count) {
    QubitString front = m_string.take_front(count);
    apply({ComplexMatrix::identity(2)}, front, m_random);
    front.append(std::move(m_string));
    m_string = std::move(front);
  }
  QubitString& string() { return m_string; }
  const Detections& seen() const { return m_seen; }

 private:
  QubitString m_string;
  BitView m_bases;
  SimulationRandom& m_random;
  Detections m_seen;
};

TEST(QubitString, HalvesAgreeHoweverTheyAreCutAndWhoeverMeasuresFirst) {
  EXPECT_TRUE(rc::check([] {
    SimulationRandom random(*rc::gen::arbitrary<std::uint64_t>());
    const auto size = *rc::gen::inRange<std::size_t>(0, 300);
    const BitString bases = random_bits(random, size);
    BitString flipped(size);
    auto halves = epr_pairs(size);
    std::array<Piecewise, 2> sides{Piecewise(std::move(halves.first), bases, random),
                                   Piecewise(std::move(halves.second), bases, random)};
    while (sides[0].left() + sides[1].left() > 0) {
      Piecewise& side = sides[random.next_below(2)];
      const std::size_t done = size - side.left();
      switch (const std::size_t count = random.next_below(side.left() + 1); random.next_below(8)) {
        case 0: side.cut_and_join(count); break;
        case 1:
          if (random.next_below(4) == 0) side.make_qubits(count);
          break;
        case 2: lose(side.string(), 0.9, random); break;
        case 3:  // Y on all
          flip(side.string(), 1, random);
          for (std::size_t i = done; i < size; ++i) flipped.flip(i);
          break;
        case 4:  // Z on all
          dephase(side.string(), 1, random);
          for (std::size_t i = done; i < size; ++i)
            if (bases[i]) flipped.flip(i);
          break;
        case 5: side.cut_and_join(0); break;
        default: side.measure_some(count);
      }
    }
    const BitString compared = both(sides[0].seen().detected, sides[1].seen().detected);
    RC_ASSERT(both(difference(sides[0].seen().bits, sides[1].seen().bits), compared) == both(flipped, compared));
    for (const Piecewise& side : sides) RC_ASSERT(both(side.seen().bits, side.seen().detected) == side.seen().bits);
  }));
}

TEST(QubitString, StatesOfConjugateCodingSurviveCuttingAndJoining) {
  EXPECT_TRUE(rc::check([] {
    SimulationRandom random(*rc::gen::arbitrary<std::uint64_t>());
    QubitString string;
    BitString bits, bases;
    for (std::size_t parts = *rc::gen::inRange<std::size_t>(0, 6); parts-- > 0;) {
      const std::size_t size = random.next_below(150);
      const BitString more = random_bits(random, size);
      const bool x = random.next_below(2) == 1;
      BitString in = random.next_below(2) == 0 ? random_bits(random, size) : BitString(size);
      if (in.view().count_ones() == 0 && x)
        for (std::size_t i = 0; i < size; ++i) in.set(i, true);
      QubitString next = in.view().count_ones() == size * (x ? 1 : 0) ? prepare(more, basis_of(x)) : prepare(more, in);
      if (random.next_below(8) == 0)
        next = QubitString([&] {
          std::vector<Qubit> qubits;
          for (auto& qubit : take_apart(std::move(next))) qubits.push_back(std::move(*qubit));
          return qubits;
        }());
      string.append(std::move(next));
      bits.append(more);
      bases.append(in);
      QubitString front = string.take_front(random.next_below(string.size() + 1));
      front.append(std::move(string));
      string = std::move(front);
    }
    if (random.next_below(2) == 0) {
      RC_ASSERT(measure(std::move(string), bases, random).bits == bits);
    } else {
      std::size_t i = 0;
      for (auto& qubit : take_apart(std::move(string))) {
        RC_ASSERT(measure(std::move(*qubit), basis_of(bases[i]), random) == bits[i]);
        ++i;
      }
      RC_ASSERT(i == bits.size());
    }
  }));
}

TEST(QubitString, PutTogetherIsAsTakenApart) {
  SimulationRandom random(6);
  const BitString bits = random_bits(random, 70), bases = random_bits(random, 70);
  QubitString string = prepare(bits, bases);
  lose(string, 0.5, random);
  std::vector<std::optional<Qubit>> qubits = take_apart(std::move(string));
  std::vector<bool> there;
  for (const auto& qubit : qubits) there.push_back(qubit.has_value());
  const Detections seen = measure(put_together(std::move(qubits)), bases, random);
  ASSERT_EQ(seen.detected.size(), 70u);
  for (std::size_t i = 0; i < 70; ++i) {
    EXPECT_EQ(seen.detected[i], there[i]);
    EXPECT_EQ(seen.bits[i], there[i] && bits[i]);
  }
}

TEST(QubitString, ALostPhotonIsNothingInTheStringAndOfItsPairAMixture) {
  SimulationRandom random(5);
  QubitString string = prepare(BitString(100), Basis::z);
  lose(string, 1, random);
  lose(string, 0, random);
  EXPECT_EQ(string.size(), 100u);
  auto [a, b] = epr_pairs(kMany);
  lose(a, 0, random);
  for (const std::optional<Qubit>& qubit : take_apart(std::move(string))) EXPECT_FALSE(qubit.has_value());
  const Detections none = measure(std::move(a), Basis::z, random), all = measure(std::move(b), Basis::z, random);
  EXPECT_EQ(none.detected.view().count_ones() + none.bits.view().count_ones(), 0u);
  EXPECT_EQ(all.detected.view().count_ones(), kMany);
  const auto [low, high] = binomial_interval(all.bits.view().count_ones(), kMany, FailureProbability(kFalseAlarm));
  EXPECT_TRUE(low.value <= 0.5 && high.value >= 0.5);
}

TEST(QubitString, QubitsOfAStringTakenApartAreStillPairs) {
  SimulationRandom random(6);
  auto [a, b] = epr_pairs(200);
  const Detections front = measure(a.take_front(70), Basis::x, random);
  auto qubits = take_apart(std::move(b));
  const Detections rest = measure(std::move(a), Basis::z, random);
  for (std::size_t i = 0; i < qubits.size(); ++i)
    EXPECT_EQ(measure(std::move(*qubits[i]), i < 70 ? Basis::x : Basis::z, random),
              i < 70 ? front.bits[i] : rest.bits[i - 70]);
}

TEST(QubitString, PiecesJoinedInAnotherOrderAreStillHalvesOfTheirPairs) {
  SimulationRandom random(9);
  for (const bool lost : {false, true}) {
    auto [a, b] = epr_pairs(100);
    auto [c, d] = epr_pairs(30);
    if (lost) lose(c, 0.5, random);
    QubitString front = a.take_front(37);
    a.append(std::move(front));
    a.append(std::move(c));
    const Detections at_a = measure(std::move(a), Basis::x, random);
    const BitString at_b = measure(std::move(b), Basis::x, random).bits;
    BitString expected = slice(at_b, 37, 63);
    expected.append(slice(at_b, 0, 37));
    expected.append(measure(std::move(d), Basis::x, random).bits);
    EXPECT_EQ(both(expected, at_a.detected), at_a.bits);
    EXPECT_EQ(at_a.detected.view().count_ones() == 130, !lost);
  }
}

TEST(QubitString, AMillionPairsAreThreeBitsEach) {
  SimulationRandom random(7);
  const std::size_t size = 1'000'000;
  auto [a, b] = epr_pairs(size);
  const BitString bases = random_bits(random, size);
  EXPECT_EQ(measure(std::move(a), bases, random).bits, measure(std::move(b), bases, random).bits);
}

TEST(QubitStringDeath, AStringThatWasMovedAwayOrMeasuredIsNobodys) {
  SimulationRandom random(8);
  QubitString string = prepare(BitString(3), Basis::z);
  QubitString taken = std::move(string);
  // NOLINTBEGIN(bugprone-use-after-move, clang-analyzer-cplusplus.Move)
  EXPECT_DEATH(string.size(), "bug");
  EXPECT_DEATH(measure(std::move(string), Basis::z, random), "bug");
  EXPECT_DEATH(measure(std::move(taken), BitString(2), random), "bug");
  EXPECT_DEATH(taken.take_front(4), "bug");
  EXPECT_DEATH(lose(taken, 1.5, random), "bug");
  EXPECT_DEATH(taken.append(std::move(taken)), "bug");
  EXPECT_DEATH(prepare(BitString(2), BitString(3)), "bug");
  EXPECT_EQ(measure(std::move(taken), Basis::z, random).bits, BitString(3));
  EXPECT_DEATH(take_apart(std::move(taken)), "bug");
  EXPECT_DEATH(flip(taken, 0.5, random), "bug");
  // NOLINTEND(bugprone-use-after-move, clang-analyzer-cplusplus.Move)
}

}  // namespace
}  // namespace herald
