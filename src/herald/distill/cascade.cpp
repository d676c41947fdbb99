#include "herald/distill/cascade.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "herald/distill/click_positions.h"

namespace herald {
namespace {

constexpr unsigned kMostPasses = 64;
// The next permuted pass opens while at most size / 2^15 intervals are odd: without that, a chain of corrections goes
// to and fro between two passes for thousands of rounds. Measured at n = 1e6, 3 %: shift 13 gives 400 rounds and
// f 1.054, 15 gives 830 and 1.042, none 2300 and 1.031.
constexpr unsigned kTailShift = 15;

}  // namespace

CascadeParameters CascadeParameters::choose(std::uint64_t size, ErrorRate expected, std::uint64_t seed) {
  HERALD_CHECK(size >= 1 && size <= kMostCascadeBits);
  const double alpha = -std::log2(std::clamp(expected.value, 1e-4, 0.25)) - 0.5;
  const double first = std::ceil(alpha), second = std::ceil((alpha + 12) / 2);
  CascadeParameters parameters;
  parameters.size = size;
  parameters.seed = seed;
  parameters.log_blocks = {static_cast<std::uint8_t>(first), static_cast<std::uint8_t>(second),
                           static_cast<std::uint8_t>(std::max(12.0, second + 1))};
  parameters.subset_passes = static_cast<std::uint8_t>(14 + std::max(0, static_cast<int>(std::bit_width(size)) - 17));
  return parameters;
}

CascadePass CascadeParameters::pass(unsigned number) const {
  if (number >= log_blocks.size()) return {CascadePassKind::subset, size, log_subset_block, seed, number};
  return {number == 0 ? CascadePassKind::natural : CascadePassKind::permuted, size, log_blocks[number], seed, number};
}

std::uint64_t CascadeParameters::opening_parities(unsigned number) const {
  const bool permuted = number != 0 && number < log_blocks.size();
  const std::uint64_t positions = permuted ? 64 * words_for(size) : size;
  const std::uint64_t blocks =
      ((positions - 1) >> (number < log_blocks.size() ? log_blocks[number] : log_subset_block)) + 1;
  return permuted ? blocks - 1 : blocks;
}

Result<void> CascadeParameters::check() const {
  const auto bad = [](std::string_view what) {
    return fail(ErrorCode::invalid_argument, fmt::format("impossible parameters of Cascade: {}", what));
  };
  if (size < 1 || size > kMostCascadeBits) return bad(fmt::format("a key of {} bits", size));
  if (log_blocks.empty() || passes() > kMostPasses) return bad(fmt::format("{} passes", passes()));
  for (std::size_t p = 0; p < log_blocks.size(); ++p)
    if (log_blocks[p] > 27 || log_blocks[p] < (p == 0 ? 1 : 6))
      return bad(fmt::format("blocks of 2^{}", log_blocks[p]));
  if (log_subset_block < 6 || log_subset_block > 27) return bad(fmt::format("subsets of 2^{}", log_subset_block));
  return {};
}

void CascadeParameters::encode(Writer& writer) const {
  writer.varint(size);
  writer.fixed(seed);
  writer.counted(log_blocks);
  writer.fixed(subset_passes);
  writer.fixed(log_subset_block);
}

CascadeParameters CascadeParameters::decode(Reader& reader) {
  CascadeParameters parameters;
  parameters.size = reader.varint();
  parameters.seed = reader.fixed<std::uint64_t>();
  const ByteView blocks = reader.counted();
  parameters.log_blocks.assign(blocks.begin(),
                               blocks.begin() + std::min<std::ptrdiff_t>(std::ssize(blocks), kMostPasses + 1));
  parameters.subset_passes = reader.fixed<std::uint8_t>();
  parameters.log_subset_block = reader.fixed<std::uint8_t>();
  if (const auto sound = parameters.check(); reader.ok() && !sound) reader.fault(sound.error().message);
  return parameters;
}

Bytes CascadeQueries::encode() const {
  Writer writer;
  writer.fixed(static_cast<std::uint8_t>(open));
  for (const Splits& part : splits) {
    // Intervals of one length begin at its multiples: only the multiples travel.
    std::uint64_t all = 0;
    for (const std::uint64_t begin : part.begins) all |= begin;
    const unsigned shift = all == 0 ? 0 : static_cast<unsigned>(std::countr_zero(all));
    std::vector<std::uint64_t> multiples = part.begins;
    for (std::uint64_t& begin : multiples) begin >>= shift;
    writer.fixed(static_cast<std::uint8_t>(1 + part.pass));
    writer.fixed(static_cast<std::uint8_t>(shift));
    writer.counted(encode_positions(multiples, multiples.empty() ? 0 : multiples.back() + 1));
  }
  return std::move(writer).take();
}

Result<CascadeQueries> CascadeQueries::decode(ByteView bytes, const CascadeParameters& parameters) {
  const auto malformed = [](std::string_view what) {
    return fail(ErrorCode::malformed, fmt::format("the queries of a Cascade round are malformed: {}", what));
  };
  Reader reader(bytes);
  const unsigned flags = reader.fixed<std::uint8_t>();
  if (!reader.ok() || flags > 1) return malformed("no such flags");
  CascadeQueries queries;
  queries.open = flags == 1;
  const std::uint64_t positions = 64 * words_for(parameters.size);
  unsigned next = 1;
  while (reader.ok() && reader.remaining() != 0) {
    const unsigned pass = reader.fixed<std::uint8_t>(), shift = reader.fixed<std::uint8_t>();
    const ByteView begins = reader.counted();
    if (!reader.ok() || pass < next || pass > parameters.passes() || shift > 27)
      return malformed("no such pass or interval");
    Splits& part = queries.splits.emplace_back();
    part.pass = static_cast<std::uint8_t>(pass - 1);
    next = pass + 1;
    HERALD_TRY(part.begins, decode_positions(begins, (positions >> shift) + 1, positions));
    for (std::uint64_t& begin : part.begins) begin <<= shift;
  }
  HERALD_TRY_VOID(reader.finish("the queries of a Cascade round"));
  return queries;
}

CascadeAlice::CascadeAlice(BitView key, CascadeParameters parameters, std::uint64_t disclosure_cap, Kernel kernel)
    : m_key(SecretBits::duplicate_secret(key)),
      m_parameters(std::move(parameters)),
      m_cap(disclosure_cap),
      m_kernel(kernel) {
  HERALD_CHECK(m_parameters.check() && key.size() == m_parameters.size);
}

// The number of parities asked for, if an honest Bob can ask so now.
Result<std::uint64_t> CascadeAlice::check(const CascadeQueries::Splits& splits) const {
  if (splits.pass >= m_passes.size() || splits.begins.empty())
    return fail(ErrorCode::malformed, "the peer asks about a Cascade pass that is not open, or about nothing");
  const CascadePass& pass = m_passes[splits.pass];
  std::uint64_t next = 0;
  for (const std::uint64_t begin : splits.begins) {
    if (begin < next || !pass.is_boundary(begin) || pass.interval_end(begin) == begin + 1)
      return fail(
          ErrorCode::malformed,
          fmt::format("the peer bisects an interval at {} of Cascade pass {} that is not there", begin, splits.pass));
    next = begin + 1;
  }
  return splits.begins.size();
}

Result<BitString> CascadeAlice::answer(const CascadeQueries& queries) {
  std::uint64_t parities = 0;
  unsigned next = 0;
  for (const CascadeQueries::Splits& splits : queries.splits) {
    if (splits.pass < next) return fail(ErrorCode::malformed, "the peer asks about a Cascade pass twice in a round");
    next = splits.pass + 1u;
    HERALD_TRY(const std::uint64_t asked, check(splits));
    parities += asked;
  }
  std::vector<CascadePass> opened;
  if (queries.open) {
    if (m_passes.size() == m_parameters.passes())
      return fail(ErrorCode::malformed, "the peer asks for another Cascade pass where all are open");
    const unsigned first = static_cast<unsigned>(m_passes.size());
    for (unsigned number = first; number < first + m_parameters.opened_together(first); ++number) {
      opened.push_back(m_parameters.pass(number));
      parities += m_parameters.opening_parities(number);
    }
  }
  if (parities > m_cap - m_disclosed)
    return fail(
        ErrorCode::exhausted,
        fmt::format("error correction asks for {} parities where {} of the agreed {} are left: the error rate is "
                    "above the expected one; the block is given up",
                    parities, m_cap - m_disclosed, m_cap));
  m_disclosed += parities;
  ++m_rounds;
  BitString answers;
  answers.reserve(parities);
  for (const CascadeQueries::Splits& splits : queries.splits) split(splits, answers);
  open(std::move(opened), answers);
  return answers;
}

void CascadeAlice::split(const CascadeQueries::Splits& splits, BitString& answers) {
  CascadePass& pass = m_passes[splits.pass];
  for (const std::uint64_t begin : splits.begins) {
    const std::uint64_t middle = CascadePass::middle(begin, pass.interval_end(begin));
    answers.push_back(pass.parity(begin, middle));
    pass.cut(middle);
  }
}

void CascadeAlice::open(std::vector<CascadePass> passes, BitString& answers) {
  for (CascadePass& opened : passes) {
    const unsigned number = static_cast<unsigned>(m_passes.size());
    CascadePass& pass = m_passes.emplace_back(std::move(opened));
    pass.fill(m_key, m_kernel);
    for (std::uint64_t block = 0; block < m_parameters.opening_parities(number); ++block)
      answers.push_back(pass.parity(pass.block_begin(block), std::min(pass.block_begin(block + 1), pass.positions())));
  }
}

void CascadeBob::Pass::set_odd(std::uint64_t begin) {
  odd.set(begin, true);
  odd_words.set(begin / 64, true);
  ++odd_intervals;
}

void CascadeBob::Pass::toggle(std::uint64_t begin) {
  if (!odd[begin]) return set_odd(begin);
  odd.set(begin, false);
  --odd_intervals;
}

void CascadeBob::Pass::collect(std::vector<std::uint64_t>& begins) {
  begins.clear();
  begins.reserve(odd_intervals);
  const auto summaries = odd_words.words();
  for (std::size_t s = 0; s < summaries.size(); ++s) {
    for (std::uint64_t summary = summaries[s]; summary != 0; summary &= summary - 1) {
      const std::size_t word = 64 * s + static_cast<unsigned>(std::countr_zero(summary));
      std::uint64_t bits = odd.words()[word];
      if (bits == 0) odd_words.set(word, false);
      for (; bits != 0; bits &= bits - 1) begins.push_back(64 * word + static_cast<unsigned>(std::countr_zero(bits)));
    }
  }
}

CascadeBob::CascadeBob(BitView noisy_key, CascadeParameters parameters, std::uint64_t disclosure_cap, Kernel kernel)
    : m_parameters(std::move(parameters)),
      m_cap(disclosure_cap),
      m_kernel(kernel),
      m_noisy(SecretBits::duplicate_secret(noisy_key)) {
  HERALD_CHECK(m_parameters.check() && noisy_key.size() == m_parameters.size);
  prepare();
}

// Chooses the next round: the odd intervals of one pass, to the end of their bisection, so that an error that two
// passes hold is paid for once; then those of the pass that has most; near the end, or at it, the next pass.
void CascadeBob::prepare() {
  m_queries = {};
  m_expected = 0;
  std::uint64_t odd = 0;
  for (const Pass& p : m_passes) odd += p.odd_intervals;
  const bool more = m_passes.size() < m_parameters.passes(),
             permuted = m_passes.size() < m_parameters.log_blocks.size();
  if (odd == 0 && !more) {
    m_state = CascadeState::converged;
    return;
  }
  if (odd != 0) {
    if (m_passes[m_current].odd_intervals == 0)
      m_current = static_cast<unsigned>(
          std::ranges::max_element(m_passes, {}, [](const Pass& p) { return p.odd_intervals; }) - m_passes.begin());
    ask(m_current);
  }
  if (more && (odd == 0 || (permuted && odd <= m_parameters.size >> kTailShift))) ask_to_open();
  if (m_expected > m_cap - m_disclosed) m_state = CascadeState::over_cap;
}

void CascadeBob::ask(unsigned pass) {
  CascadeQueries::Splits& splits = m_queries.splits.emplace_back();
  splits.pass = static_cast<std::uint8_t>(pass);
  m_passes[pass].collect(splits.begins);
  m_expected += splits.begins.size();
}

void CascadeBob::ask_to_open() {
  m_queries.open = true;
  const unsigned first = static_cast<unsigned>(m_passes.size());
  for (unsigned number = first; number < first + m_parameters.opened_together(first); ++number)
    m_expected += m_parameters.opening_parities(number);
}

Result<void> CascadeBob::absorb(BitView answers) {
  HERALD_CHECK(m_state == CascadeState::running);
  if (answers.size() != m_expected)
    return fail(ErrorCode::malformed,
                fmt::format("the peer answers {} parities of Cascade where {} were asked", answers.size(), m_expected));
  m_disclosed += m_expected;
  ++m_rounds;
  m_singles.clear();
  std::uint64_t at = 0;
  for (const CascadeQueries::Splits& splits : m_queries.splits) {
    split(splits, answers, at);
    at += splits.begins.size();
  }
  if (m_queries.open) open_passes(answers, at);
  correct_singles();
  if (m_state == CascadeState::running) prepare();
  return {};
}

void CascadeBob::open_passes(BitView answers, std::uint64_t at) {
  const unsigned first = static_cast<unsigned>(m_passes.size()), count = m_parameters.opened_together(first);
  for (unsigned number = first; number < first + count; ++number) {
    // The first pass, in natural order, is where the corrected key grows.
    const bool total_error = number != 0 && m_passes.front().odd_intervals % 2 == 1;
    Pass& p = m_passes.emplace_back(Pass{m_parameters.pass(number), {}, {}});
    p.pass.fill(number == 0 ? m_noisy.view() : m_passes.front().pass.bits(), m_kernel);
    if (number == 0) m_noisy = SecretBits();
    p.odd = BitString(p.pass.positions());
    p.odd_words = BitString(words_for(p.pass.positions()));
    const std::uint64_t parities = m_parameters.opening_parities(number);
    bool sum = false;
    for (std::uint64_t block = 0; block < p.pass.blocks(); ++block) {
      const std::uint64_t begin = p.pass.block_begin(block),
                          end = std::min(p.pass.block_begin(block + 1), p.pass.positions());
      const bool error = block < parities ? answers[at++] != p.pass.parity(begin, end) : sum != total_error;
      sum ^= error;
      if (!error) continue;
      p.set_odd(begin);
      if (end == begin + 1) m_singles.emplace_back(number, begin);
    }
  }
}

void CascadeBob::split(const CascadeQueries::Splits& splits, BitView answers, std::uint64_t at) {
  Pass& p = m_passes[splits.pass];
  for (const std::uint64_t begin : splits.begins) {
    const std::uint64_t end = p.pass.interval_end(begin), middle = CascadePass::middle(begin, end);
    p.pass.cut(middle);
    const bool first_half_odd = answers[at++] != p.pass.parity(begin, middle);
    if (!first_half_odd) {
      p.toggle(begin);
      p.set_odd(middle);
    }
    if (first_half_odd ? middle == begin + 1 : end == middle + 1)
      m_singles.emplace_back(splits.pass, first_half_odd ? begin : middle);
  }
}

void CascadeBob::correct_singles() {
  for (const auto& [number, position] : m_singles) {
    if (!m_passes[number].odd[position]) continue;  // the same error, found in another pass
    const auto key_bit = m_passes[number].pass.key_bit_at(position);
    if (!key_bit || !correct(*key_bit)) {
      m_state = CascadeState::inconsistent;
      return;
    }
  }
}

// Flips a bit in all passes. False when some pass knows for sure that it was right.
bool CascadeBob::correct(std::uint64_t key_bit) {
  ++m_errors;
  for (Pass& p : m_passes) {
    const auto position = p.pass.position_of(key_bit);
    if (!position) continue;
    p.pass.flip(*position);
    const std::uint64_t begin = p.pass.interval_begin(*position);
    p.toggle(begin);
    const bool single = begin == *position && (begin + 1 == p.pass.positions() || p.pass.is_boundary(begin + 1));
    if (single && p.odd[begin]) return false;
  }
  return true;
}

SecretBits CascadeBob::corrected() && {
  HERALD_CHECK(m_state == CascadeState::converged && !m_passes.empty());
  SecretBits key = m_passes.front().pass.take_bits();
  m_passes.clear();
  return key;
}

}  // namespace herald
