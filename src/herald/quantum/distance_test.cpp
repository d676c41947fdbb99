#include "herald/quantum/distance.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>
#include <numbers>
#include <random>

#include "herald/quantum/eigen_view.h"

namespace herald {
namespace {

constexpr double kHalfRoot = 1 / std::numbers::sqrt2;
const Amplitudes kZero = {1, 0}, kOne = {0, 1}, kPlus = {kHalfRoot, kHalfRoot}, kMinus = {kHalfRoot, -kHalfRoot};

ComplexMatrix pure(const Amplitudes& v) { return ComplexMatrix::projector(v); }

ComplexMatrix mixed(const Amplitudes& v, const Amplitudes& w) {
  ComplexMatrix m = pure(v);
  m += pure(w);
  m *= 0.5;
  return m;
}

class RandomStates {
 public:
  explicit RandomStates(std::uint64_t seed) : m_engine(seed) {}
  std::size_t below(std::size_t bound) { return m_engine() % bound; }
  Amplitudes vector(std::size_t dimension) {
    Amplitudes v(dimension);
    double square = 0;
    for (Complex& z : v) square += std::norm(z = {m_normal(m_engine), m_normal(m_engine)});
    for (Complex& z : v) z /= std::sqrt(square);
    return v;
  }
  ComplexMatrix state(std::size_t dimension, std::size_t rank) {
    return reduced_to_b(vector(rank * dimension), rank, dimension);
  }

 private:
  std::mt19937_64 m_engine;
  std::normal_distribution<double> m_normal;
};

// |<to| U (x) 1 |from>|
double overlap_after(const ComplexMatrix& u, const Amplitudes& from, const Amplitudes& to, std::size_t b) {
  const ComplexMatrix whole = kron(u, ComplexMatrix::identity(b));
  Complex sum = 0;
  for (std::size_t j = 0; j < to.size(); ++j)
    for (std::size_t k = 0; k < from.size(); ++k) sum += std::conj(to[j]) * whole(j, k) * from[k];
  return std::abs(sum);
}

TEST(Distance, OfConjugateStates) {
  EXPECT_NEAR(fidelity(pure(kZero), pure(kPlus)), kHalfRoot, 1e-14);
  EXPECT_NEAR(trace_distance(pure(kZero), pure(kPlus)), kHalfRoot, 1e-14);
  EXPECT_NEAR(fidelity(pure(kZero), pure(kOne)), 0, 1e-14);
  EXPECT_NEAR(trace_distance(pure(kZero), pure(kOne)), 1, 1e-14);
  // Who sends a random bit in Z or in X shows the same to whom does not know it.
  EXPECT_NEAR(trace_distance(mixed(kZero, kOne), mixed(kPlus, kMinus)), 0, 1e-14);
  EXPECT_NEAR(fidelity(mixed(kZero, kOne), mixed(kPlus, kMinus)), 1, 1e-14);
}

// Breidbart's: the best guess between bits whose basis is unknown, cos^2(pi/8).
TEST(Distance, TheBestGuessOfABitInAnUnknownBasis) {
  const Discrimination best = discriminate(mixed(kZero, kPlus), mixed(kOne, kMinus));
  EXPECT_NEAR(best.success, 0.8535533905932737, 1e-14);
  EXPECT_NEAR(trace_product(best.rho, pure(kZero)), best.success, 1e-14);
  EXPECT_NEAR(trace_product(best.rho, pure(kMinus)), 1 - best.success, 1e-14);
  EXPECT_NEAR(discriminate(pure(kZero), pure(kOne), 0.3).success, 1, 1e-14);
  EXPECT_NEAR(discriminate(pure(kZero), pure(kZero), 0.3).success, 0.7, 1e-14);
}

TEST(Distance, SwapTest) {
  EXPECT_NEAR(swap_test_pass(pure(kZero), pure(kZero)), 1, 1e-14);
  EXPECT_NEAR(swap_test_pass(pure(kZero), pure(kOne)), 0.5, 1e-14);
  EXPECT_NEAR(swap_test_pass(pure(kZero), pure(kPlus)), 0.75, 1e-14);
}

TEST(Distance, FuchsAndVanDeGraafBoundEachByTheOther) {
  EXPECT_TRUE(rc::check([] {
    RandomStates random(*rc::gen::arbitrary<std::uint64_t>());
    const std::size_t dimension = 2 + random.below(4);
    const ComplexMatrix rho = random.state(dimension, 1 + random.below(4)), sigma = random.state(dimension, 2);
    const double f = fidelity(rho, sigma), d = trace_distance(rho, sigma);
    RC_ASSERT(1 - f <= d + 1e-10);
    RC_ASSERT(d <= std::sqrt(std::max(0.0, 1 - f * f)) + 1e-10);
    RC_ASSERT(std::abs(f - fidelity(sigma, rho)) < 1e-9);
    const Discrimination best = discriminate(rho, sigma);
    RC_ASSERT(std::abs(best.success - (1 + d) / 2) < 1e-12);
    const double reached = (trace_product(best.rho, rho) + 1 - trace_product(best.rho, sigma)) / 2;
    RC_ASSERT(std::abs(reached - best.success) < 1e-10);
  }));
}

TEST(Distance, SchmidtsFormIsTheState) {
  EXPECT_TRUE(rc::check([] {
    RandomStates random(*rc::gen::arbitrary<std::uint64_t>());
    const std::size_t a = 1 + random.below(4), b = 1 + random.below(5);
    const Amplitudes psi = random.vector(a * b);
    const Schmidt form = schmidt(psi, a, b);
    RC_ASSERT(form.coefficients.size() == std::min(a, b));
    RC_ASSERT(std::ranges::is_sorted(form.coefficients, std::greater()));
    for (std::size_t j = 0; j < a; ++j) {
      for (std::size_t k = 0; k < b; ++k) {
        Complex sum = 0;
        for (std::size_t i = 0; i < form.coefficients.size(); ++i)
          sum += form.coefficients[i] * form.a(j, i) * form.b(k, i);
        RC_ASSERT(std::abs(sum - psi[j * b + k]) < 1e-12);
      }
    }
    const ComplexMatrix whole = ComplexMatrix::projector(psi);
    RC_ASSERT(trace_distance(reduced_to_b(whole, a, b), reduced_to_b(psi, a, b)) < 1e-12);
    double purity = 0;
    for (const double c : form.coefficients) purity += std::pow(c, 4);
    RC_ASSERT(std::abs(trace_product(reduced_to_a(whole, a, b), reduced_to_a(whole, a, b)) - purity) < 1e-12);
  }));
}

// Uhlmann: no rotation of A does better than the fidelity of what B has, and this one reaches it.
TEST(Distance, TheRotationReachesTheFidelityAndNoOtherDoesBetter) {
  EXPECT_TRUE(rc::check([] {
    RandomStates random(*rc::gen::arbitrary<std::uint64_t>());
    const std::size_t a = 2 + random.below(3), b = 2 + random.below(2);
    const Amplitudes from = random.vector(a * b), to = random.vector(a * b);
    const ComplexMatrix u = uhlmann_rotation(from, to, a, b);
    const ComplexMatrix product = u * u.adjoint();
    for (std::size_t j = 0; j < a; ++j)
      for (std::size_t k = 0; k < a; ++k) RC_ASSERT(std::abs(product(j, k) - (j == k ? 1.0 : 0.0)) < 1e-12);
    const double f = fidelity(reduced_to_b(from, a, b), reduced_to_b(to, a, b));
    RC_ASSERT(std::abs(overlap_after(u, from, to, b) - f) < 1e-9);
    const ComplexMatrix other = uhlmann_rotation(random.vector(a * b), random.vector(a * b), a, b);
    RC_ASSERT(overlap_after(other, from, to, b) <= f + 1e-9);
  }));
}

// Mayers, Lo and Chau on the commitment by BB84's states: the committed bit is the basis, half of a pair stays with
// Alice, and she opens as the bit that she likes.
TEST(Distance, TheRotationOpensABb84CommitmentEitherWay) {
  const Amplitudes as_z = {kHalfRoot, 0, 0, kHalfRoot};  // sum_x |x> |x>
  const Amplitudes as_x = {0.5, 0.5, 0.5, -0.5};         // |0> |+> + |1> |->
  const ComplexMatrix u = uhlmann_rotation(as_z, as_x, 2, 2);
  EXPECT_NEAR(overlap_after(u, as_z, as_x, 2), 1, 1e-12);
}

}  // namespace
}  // namespace herald
