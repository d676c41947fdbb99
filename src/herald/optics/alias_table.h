#pragma once
// Walker's alias method (Vose, IEEE Trans. Softw. Eng. 17, 972 (1991)): one outcome of a finite distribution from one
// word.

#include <bit>
#include <cstdint>
#include <span>
#include <vector>

#include "herald/base/result.h"

namespace herald {

class AliasTable {
 public:
  AliasTable() = default;
  // `weights` (at most 65536) are non-negative with a positive sum; they need not sum to 1.
  explicit AliasTable(std::span<const double> weights);

  // Outcome for a uniform word: the top bits choose a column, the others its outcome. The probabilities are those of
  // the weights to about 1e-15 relative to the largest.
  std::uint16_t draw(std::uint64_t word) const {
    const Column& column = m_columns[word >> m_shift];
    return (word << (64 - m_shift)) < column.threshold ? column.own : column.other;
  }

 private:
  struct Column {
    std::uint64_t threshold = 0;  // of 2^64: share of the column that is `own`
    std::uint16_t own = 0, other = 0;
  };
  std::vector<Column> m_columns;  // a power of two, at least 2
  int m_shift = 63;               // 64 - log2(columns)
};

}  // namespace herald
