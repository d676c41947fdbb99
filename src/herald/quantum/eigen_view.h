#pragma once
// Between ComplexMatrix and Eigen; for source files (not installed).

#include <Eigen/Dense>
#include <algorithm>

#include "herald/quantum/matrix.h"

namespace herald {

// The same entries, as long as `m` lives.
inline auto view(const ComplexMatrix& m) {
  return Eigen::Map<const Eigen::MatrixXcd>(m.data(), static_cast<Eigen::Index>(m.rows()),
                                            static_cast<Eigen::Index>(m.columns()));
}

inline ComplexMatrix value_of(const Eigen::MatrixXcd& m) {
  ComplexMatrix result(static_cast<std::size_t>(m.rows()), static_cast<std::size_t>(m.cols()));
  std::copy(m.data(), m.data() + m.size(), result.data());
  return result;
}

}  // namespace herald
