#include "herald/distill/privacy_amplification.h"

#include <algorithm>
#include <limits>

#include "herald/distill/gf2_polynomial.h"

namespace herald {
namespace {

// The matrix in words, cut into square tiles.
struct Tiling {
  std::size_t side;  // words
  std::size_t rows, columns;
};

Tiling best_tiling(std::size_t row_words, std::size_t column_words) {
  Tiling best{};
  double least = std::numeric_limits<double>::infinity();
  const std::size_t most = gf2_next_size(std::max(row_words, column_words));
  for (std::size_t side = 8; side <= most; side = gf2_next_size(side + 1)) {
    const std::size_t rows = (row_words + side - 1) / side, columns = (column_words + side - 1) / side;
    const double cost = static_cast<double>(rows * columns) * gf2_cost(side);
    if (cost >= least) continue;
    least = cost;
    best = {side, rows, columns};
  }
  return best;
}

// Word p holds seed bits from 64 (p - lead) + (m - 1) % 64 on, zeros where there are none.
std::vector<std::uint64_t> aligned_seed(BitView seed, std::size_t m, std::size_t lead, std::size_t size) {
  const std::size_t shift = (m - 1) % 64;
  std::vector<std::uint64_t> words(size);
  if (shift != 0 && lead != 0) words[lead - 1] = seed.word_at(0) << (64 - shift);
  for (std::size_t p = lead; p < size && 64 * (p - lead) + shift < seed.size(); ++p)
    words[p] = seed.word_at(64 * (p - lead) + shift);
  return words;
}

}  // namespace

SecretBits amplify(BitView key, BitView seed, std::size_t l, Kernel kernel) {
  const std::size_t n = key.size();
  HERALD_CHECK(n <= kMostAmplifiedBits && seed.size() == amplification_seed_bits(n) && l <= n);
  const std::size_t m = n - l;
  SecretBits output = secret_slice(key, m, l);
  if (l == 0 || m == 0) return output;

  const Tiling tiling = best_tiling(words_for(l), words_for(m));
  const std::size_t side = tiling.side;
  // Tile (r, c) uses the seed's words from side (r - c - 1) + (m - 1) / 64 on, 2 side of them.
  const std::size_t lead = side * tiling.columns - (m - 1) / 64;
  const auto aligned = aligned_seed(seed, m, lead, side * (tiling.rows + tiling.columns));
  SecretBits x = secret_slice(key, 0, m), y(64 * side * tiling.rows), scratch(64 * gf2_scratch_words(side));
  SecretBits padded(64 * side * tiling.columns);
  std::ranges::copy(x.words(), padded.words().begin());
  for (std::size_t r = 0; r < tiling.rows; ++r) {
    for (std::size_t c = 0; c < tiling.columns; ++c) {
      const auto window = std::span(aligned).subspan(side * (r + tiling.columns - c - 1), 2 * side);
      gf2_middle_product(window, std::span(padded.words()).subspan(side * c, side),
                         std::span(y.words()).subspan(side * r, side), scratch.words(), kernel);
    }
  }
  for (std::size_t i = 0; i < output.words().size(); ++i) output.words()[i] ^= y.words()[i];
  output.trim();
  return output;
}

SecretBits amplify_slow(BitView key, BitView seed, std::size_t l) {
  const std::size_t m = key.size() - l;
  SecretBits output(l);
  for (std::size_t i = 0; i < l; ++i) {
    bool bit = key[m + i];
    for (std::size_t j = 0; j < m; ++j) bit ^= seed[i + m - 1 - j] && key[j];
    output.set(i, bit);
  }
  return output;
}

}  // namespace herald
