#pragma once
// Small semidefinite programs over Hermitian blocks, with bounds that do not trust the solver.

#include <vector>

#include "herald/base/result.h"
#include "herald/quantum/matrix.h"

namespace herald {

// Maximise sum_j Tr(objective_j X_j) over positive X_j whose values of the linear functionals are those of `start`.
struct SemidefiniteProgram {
  struct Block {
    ComplexMatrix objective;  // Hermitian
    ComplexMatrix start;      // positive definite, and with it feasible
    double trace_bound = 0;   // no feasible X_j has a larger trace
  };
  struct Term {
    std::size_t block = 0;
    ComplexMatrix matrix;  // Hermitian
  };
  std::vector<Block> blocks;
  std::vector<std::vector<Term>> functionals;  // each the sum of Tr(matrix X_block); may depend on each other
};

// `lower` is what `solution` reaches, which is feasible; `upper` holds by duality: Tr(C X) = Tr(A X) - Tr(S X) <= that
// of the start's A plus trace_bound times what S lacks to be positive. Both but for rounding, below 1e-12 times the
// data.
struct SemidefiniteBounds {
  double lower = 0, upper = 0;
  std::vector<ComplexMatrix> solution;
};

// A barrier method: Newton's steps towards centres, until the gap is some 1e-7, which rounding leaves. Time goes with
// the sum of the blocks' squared sizes times the square of the number of functionals. Errors: invalid_argument for
// shapes that do not fit, values that are not finite, a start that is not positive definite.
Result<SemidefiniteBounds> solve(const SemidefiniteProgram& program);

}  // namespace herald
