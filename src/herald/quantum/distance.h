#pragma once
// How different states are, and what that allows: distances, the best measurement between two, Schmidt's form, and the
// rotation that turns one purification into another. Exact figures of states as values; parties hold qubits (qubit.h).
//
// Density matrices are square, Hermitian, of equal size; vectors of A and B have the index a * dimension_b + b.

#include <span>
#include <vector>

#include "herald/quantum/matrix.h"

namespace herald {

using Amplitudes = std::vector<Complex>;

// F = Tr |sqrt(rho) sqrt(sigma)|, in [0, 1]; of pure states the modulus of their scalar product (not its square).
// Uhlmann, Rep. Math. Phys. 9, 273 (1976); Jozsa, J. Mod. Opt. 41, 2315 (1994).
double fidelity(const ComplexMatrix& rho, const ComplexMatrix& sigma);
// D = Tr |rho - sigma| / 2, in [0, 1].
double trace_distance(const ComplexMatrix& rho, const ComplexMatrix& sigma);
// The probability that the swap test finds two states alike: (1 + Tr(rho sigma)) / 2. Buhrman, Cleve, Watrous, de Wolf,
// PRL 87, 167902 (2001).
double swap_test_pass(const ComplexMatrix& rho, const ComplexMatrix& sigma);

// The best guess between two states: (1 + Tr |p rho - (1 - p) sigma|) / 2. Helstrom, Quantum Detection and Estimation
// Theory (1976), IV.2.
struct Discrimination {
  double success = 0;  // probability of a right guess
  ComplexMatrix rho;   // the projector that says "rho"; what it leaves says "sigma"
};
Discrimination discriminate(const ComplexMatrix& rho, const ComplexMatrix& sigma, double prior_of_rho = 0.5);

// Of a positive matrix; eigenvalues that rounding made negative count as 0.
ComplexMatrix square_root(const ComplexMatrix& matrix);

// What one side sees of a joint state.
ComplexMatrix reduced_to_a(const ComplexMatrix& state, std::size_t dimension_a, std::size_t dimension_b);
ComplexMatrix reduced_to_b(const ComplexMatrix& state, std::size_t dimension_a, std::size_t dimension_b);
ComplexMatrix reduced_to_b(std::span<const Complex> state, std::size_t dimension_a, std::size_t dimension_b);

// sum_k coefficients[k] |a_k> |b_k>, coefficients falling; a_k and b_k are the columns of `a` and `b`.
struct Schmidt {
  std::vector<double> coefficients;
  ComplexMatrix a, b;
};
Schmidt schmidt(std::span<const Complex> state, std::size_t dimension_a, std::size_t dimension_b);

// The unitary U on A that brings `from` nearest to `to`: |<to| U (x) 1 |from>| is the fidelity of what B sees of both
// (Uhlmann's theorem). With it a party who kept the purification opens a commitment as it likes: Mayers, PRL 78, 3414
// (1997); Lo, Chau, PRL 78, 3410 (1997).
ComplexMatrix uhlmann_rotation(std::span<const Complex> from, std::span<const Complex> to, std::size_t dimension_a,
                               std::size_t dimension_b);

}  // namespace herald
