#pragma once
// Cascade (Brassard, Salvail, EUROCRYPT '93): Bob corrects his key by parities that Alice discloses. Two state machines
// without wires; whoever owns a wire carries the queries and answers. All queries of a round are independent and travel
// together.
//
// Schedule: «optimised» variant (8) of Martinez-Mateo, Pacher, Peev, Elkouss, Ciurana, Martin, QIC 15, 453 (2015):
// blocks of 2^⌈α⌉, 2^⌈(α+12)/2⌉, 4096 with α = log2(1/Q) - 1/2, then random halves; parities of sub-blocks are reused.
// The halves are drawn within stretches of 2^17 bits, so that the work and the failure probability per bit do not grow
// with the key.
//
// What each side learns: Alice's answers disclose at most one bit each of her key (disclosed()); Bob's queries tell
// everybody where his errors were (docs of the ledger: reconciliation_queries).

#include <cstdint>
#include <vector>

#include "herald/base/bits.h"
#include "herald/base/codec.h"
#include "herald/base/result.h"
#include "herald/base/units.h"
#include "herald/distill/cascade_pass.h"

namespace herald {

inline constexpr std::uint64_t kMostCascadeBits = std::uint64_t{1} << 27;

// AGREEMENT: the same at both ends. The seed is public, and drawn after the last detection.
struct CascadeParameters {
  std::uint64_t size = 0;  // bits of the key
  std::uint64_t seed = 0;  // of the permutations and subsets
  std::vector<std::uint8_t>
      log_blocks;  // log_blocks[p] is log2 of the block length of pass p; p = 0 natural, others permuted
  std::uint8_t subset_passes = 0;  // after them, all opened in one round
  std::uint8_t log_subset_block = 17;

  // For keys whose error rate is expected to be `expected`. Any error rate is corrected or given up; f is best at the
  // expected one.
  static CascadeParameters choose(std::uint64_t size, ErrorRate expected, std::uint64_t seed);

  unsigned passes() const { return static_cast<unsigned>(log_blocks.size()) + subset_passes; }
  CascadePass pass(unsigned number) const;
  // Parities that opening a pass discloses: one a block. A permuted pass leaves out the last one: the total parity is
  // known.
  std::uint64_t opening_parities(unsigned number) const;
  // How many passes open together when `opened` are open: one, or all subset passes.
  unsigned opened_together(std::size_t opened) const { return opened < log_blocks.size() ? 1 : subset_passes; }
  // Errors (invalid_argument) for what would not work: from a peer, ask before use.
  Result<void> check() const;

  bool operator==(const CascadeParameters&) const = default;
  void encode(Writer& writer) const;
  static CascadeParameters decode(Reader& reader);  // marks what check() refuses as a fault
};

// What Bob asks in a round: the parities of the first halves of some intervals of opened passes, and, if `open`, then
// the block parities of the next pass (of all subset passes, when it is their turn).
struct CascadeQueries {
  struct Splits {
    std::uint8_t pass = 0;
    std::vector<std::uint64_t> begins;  // of the intervals, strictly increasing; their ends and middles both sides know
    bool operator==(const Splits&) const = default;
  };
  bool open = false;
  std::vector<Splits> splits;  // by strictly increasing pass

  bool operator==(const CascadeQueries&) const = default;
  // Wire form: flags (bit 0: open), then for each pass: 1 + pass, s (1 byte), and the begins / 2^s as counted click
  // positions. About 1 to 8 bits a query.
  Bytes encode() const;
  static Result<CascadeQueries> decode(ByteView bytes, const CascadeParameters& parameters);
};

// Alice's part. Answers no more parities than the cap, whatever Bob asks.
class CascadeAlice {
 public:
  CascadeAlice(BitView key, CascadeParameters parameters, std::uint64_t disclosure_cap, Kernel kernel = best_kernel());

  // answer[i] is the parity of query i. Errors: malformed (not what an honest Bob asks now), exhausted (beyond the
  // cap); then nothing was disclosed by this call, and the block is lost.
  Result<BitString> answer(const CascadeQueries& queries);

  std::uint64_t disclosed() const { return m_disclosed; }  // parities so far
  std::uint64_t rounds() const { return m_rounds; }

 private:
  Result<std::uint64_t> check(const CascadeQueries::Splits& splits) const;
  void split(const CascadeQueries::Splits& splits, BitString& answers);
  void open(std::vector<CascadePass> passes, BitString& answers);

  SecretBits m_key;
  CascadeParameters m_parameters;
  std::uint64_t m_cap;
  Kernel m_kernel;
  std::uint64_t m_disclosed = 0, m_rounds = 0;
  std::vector<CascadePass> m_passes;  // opened so far
};

enum class CascadeState : std::uint8_t {
  running,       // queries() waits for its answers
  converged,     // every parity known agrees: verify the key
  over_cap,      // given up: the next round would disclose more than the cap; the error rate is above what was expected
  inconsistent,  // given up: Alice's answers contradict each other
};

// Bob's part.
class CascadeBob {
 public:
  CascadeBob(BitView noisy_key, CascadeParameters parameters, std::uint64_t disclosure_cap,
             Kernel kernel = best_kernel());

  CascadeState state() const { return m_state; }
  bool done() const { return m_state != CascadeState::running; }
  const CascadeQueries& queries() const { return m_queries; }
  // How many answers queries() asks for.
  std::uint64_t expected_answers() const { return m_expected; }
  // Errors: malformed (another number of answers).
  Result<void> absorb(BitView answers);

  // The corrected key; once, after `converged`.
  SecretBits corrected() &&;

  std::uint64_t disclosed() const { return m_disclosed; }
  std::uint64_t errors() const { return m_errors; }  // bits flipped so far
  std::uint64_t rounds() const { return m_rounds; }

 private:
  // A pass, and which of its intervals have another parity at Bob than at Alice.
  struct Pass {
    CascadePass pass;
    BitString odd;        // odd[x]: the interval that begins at x
    BitString odd_words;  // whether a word of `odd` may be non-zero
    std::uint64_t odd_intervals = 0;

    void set_odd(std::uint64_t begin);
    void toggle(std::uint64_t begin);
    void collect(std::vector<std::uint64_t>& begins);
  };

  void open_passes(BitView answers, std::uint64_t at);
  void split(const CascadeQueries::Splits& splits, BitView answers, std::uint64_t at);
  void correct_singles();
  bool correct(std::uint64_t key_bit);
  void prepare();
  void ask(unsigned pass);
  void ask_to_open();

  CascadeParameters m_parameters;
  std::uint64_t m_cap;
  Kernel m_kernel;
  SecretBits m_noisy;
  CascadeState m_state = CascadeState::running;
  CascadeQueries m_queries;
  unsigned m_current = 0;  // the pass that is being bisected
  std::uint64_t m_expected = 0, m_disclosed = 0, m_errors = 0, m_rounds = 0;
  std::vector<Pass> m_passes;                                 // opened so far
  std::vector<std::pair<unsigned, std::uint64_t>> m_singles;  // pass and position of wrong bits found
};

}  // namespace herald
