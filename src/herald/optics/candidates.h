#pragma once
// Random material for candidate clicks in batches: for candidate i of a stream, the geometric number of gates before it
// and a word that draws its outcome. Counter-based (Philox4x32-10), so that candidate i does not depend on who asked
// for the others.

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace herald {

// Instruction sets that the kernel is compiled for; all give the same bits.
enum class CandidateKernel : std::uint8_t { portable, avx2, avx512 };
std::vector<CandidateKernel> available_candidate_kernels();  // slowest first
std::string_view to_string(CandidateKernel kernel);

// Gaps are at most this; a gap of this length means that no candidate lies in that many gates, and that the wait begins
// again (which a geometric distribution does not notice). It keeps gaps exact integers however small the probability.
inline constexpr std::uint64_t kLongestGap = std::uint64_t{1} << 48;

struct CandidateBatch {
  static constexpr std::size_t kSize = 256;
  std::array<std::uint64_t, kSize> gap;   // gates without a candidate before this one
  std::array<std::uint64_t, kSize> word;  // uniform
};

// Names a stream of random numbers: a SimulationRandom's seed and stream number.
struct CounterStream {
  std::uint64_t seed = 0;
  std::uint64_t stream = 0;
};

class CandidateSource {
 public:
  // `probability` in (0, 1] is that of a candidate in a gate.
  explicit CandidateSource(double probability);
  CandidateSource(double probability, CandidateKernel kernel);

  // Fills the batch with candidates first, first + 1, ... of the stream.
  void fill(CounterStream stream, std::uint64_t first, CandidateBatch& batch) const;
  // The words alone, as counter_words gives them: the first of each pair in place of the gap.
  void fill_words(CounterStream stream, std::uint64_t first, CandidateBatch& batch) const;

 private:
  double m_inverse_rate;  // -1 / log(1-p): mean gap of the exponential whose floor is geometric
  bool m_rare;            // p < 2^-30: 52 random bits do not resolve single gates any more
  CandidateKernel m_kernel;
};

// Two uniform words for a counter: what SimulationRandom(seed, stream) gives at words 2i and 2i + 1.
std::array<std::uint64_t, 2> counter_words(CounterStream stream, std::uint64_t counter);

// A standard exponential variate from a word: all 64 bits count, so that values down to 2^-65 have their right
// probability.
double exponential_of(std::uint64_t word);
// The same from the word's top 52 bits, as the kernel computes it: within 3 ulp of -log(1 - (top + 1/2) 2^-52).
double exponential_of_52_bits(std::uint64_t word);

}  // namespace herald
