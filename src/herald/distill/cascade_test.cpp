#include "herald/distill/cascade.h"

#include <cmath>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "herald/base/random.h"

namespace herald {
namespace {

double binary_entropy_of(double p) { return p <= 0 || p >= 1 ? 0 : -p * std::log2(p) - (1 - p) * std::log2(1 - p); }

BitString with_errors(const BitString& key, double error_rate, SimulationRandom& random) {
  BitString noisy = key;
  for (std::size_t i = 0; i < key.size(); ++i)
    if (random.next_bernoulli(error_rate)) noisy.flip(i);
  return noisy;
}

struct Conversation {
  CascadeState state;
  BitString corrected;  // when converged
  std::uint64_t disclosed, rounds, errors;
};

// Both parties, every message through its wire form.
Conversation run(BitView alices, BitView bobs, const CascadeParameters& parameters, std::uint64_t cap,
                 Kernel kernel = best_kernel()) {
  CascadeAlice alice(alices, parameters, cap, kernel);
  CascadeBob bob(bobs, parameters, cap, kernel);
  while (!bob.done()) {
    const auto queries = CascadeQueries::decode(bob.queries().encode(), parameters);
    EXPECT_TRUE(queries);
    EXPECT_EQ(*queries, bob.queries());
    const auto answers = alice.answer(*queries);
    EXPECT_TRUE(answers) << answers.error().message;
    EXPECT_TRUE(bob.absorb(*answers));
  }
  EXPECT_EQ(alice.disclosed(), bob.disclosed());
  EXPECT_EQ(alice.rounds(), bob.rounds());
  EXPECT_LE(bob.disclosed(), cap);
  Conversation result{bob.state(), {}, bob.disclosed(), bob.rounds(), bob.errors()};
  if (bob.state() == CascadeState::converged) result.corrected = BitString(std::move(bob).corrected().view());
  return result;
}

// The textbook's Cascade (Brassard, Salvail 1993): sequential, recursive, on vectors of bool, remembering top blocks
// only.
class Textbook {
 public:
  Textbook(BitView alices, BitView bobs, const CascadeParameters& parameters) : m_parameters(parameters) {
    for (std::size_t i = 0; i < alices.size(); ++i) m_difference.push_back(alices[i] != bobs[i]);
  }
  // The key differences left.
  std::vector<bool> correct() {
    for (unsigned number = 0; number < m_parameters.passes(); ++number) {
      m_passes.push_back(m_parameters.pass(number));
      for (std::uint64_t block = 0; block < m_passes.back().blocks(); ++block) correct_block(number, block);
    }
    return m_difference;
  }

 private:
  bool parity(const CascadePass& pass, std::uint64_t begin, std::uint64_t end) const {
    bool sum = false;
    for (std::uint64_t x = begin; x < end; ++x)
      if (const auto bit = pass.key_bit_at(x)) sum ^= m_difference[*bit];
    return sum;
  }
  void correct_block(unsigned number, std::uint64_t block) {
    const CascadePass& pass = m_passes[number];
    std::uint64_t begin = pass.block_begin(block), end = std::min(pass.block_begin(block + 1), pass.positions());
    if (!parity(pass, begin, end)) return;
    while (end - begin > 1) {
      const std::uint64_t middle = (begin + end) / 2;
      (parity(pass, begin, middle) ? end : begin) = middle;
    }
    const std::uint64_t bit = *pass.key_bit_at(begin);
    m_difference[bit].flip();
    for (unsigned other = 0; other < m_passes.size(); ++other)
      if (const auto position = m_passes[other].position_of(bit))
        correct_block(other, *position >> (other < m_parameters.log_blocks.size() ? m_parameters.log_blocks[other]
                                                                                  : m_parameters.log_subset_block));
  }
  CascadeParameters m_parameters;
  std::vector<bool> m_difference;
  std::vector<CascadePass> m_passes;
};

TEST(CascadePass, IsABijectionThatEveryKernelCarriesOutAlike) {
  SimulationRandom random(21);
  for (const CascadePassKind kind : {CascadePassKind::natural, CascadePassKind::permuted, CascadePassKind::subset}) {
    for (const std::size_t size : {1, 2, 63, 64, 65, 127, 1000, 1024, 1025, 5000, 70001}) {
      const BitString key = random_bits(random, size);
      CascadePass pass(kind, size, 7, size, 3);
      std::size_t held = 0;
      for (std::size_t i = 0; i < size; ++i) {
        const auto position = pass.position_of(i);
        if (!position) continue;
        ++held;
        ASSERT_LT(*position, pass.positions());
        ASSERT_EQ(pass.key_bit_at(*position), i);
      }
      ASSERT_TRUE(held == size || kind == CascadePassKind::subset);
      for (const Kernel kernel : available_kernels()) {
        pass.fill(key, kernel);
        for (std::size_t x = 0; x < pass.positions(); ++x) {
          const auto bit = pass.key_bit_at(x);
          ASSERT_EQ(pass.bits()[x], bit && key[*bit]) << size << " " << x << " " << to_string(kernel);
        }
      }
    }
  }
}

TEST(CascadePass, ParitiesAndIntervalsAreThoseOfTheSlowCount) {
  SimulationRandom random(22);
  const std::size_t size = 700;
  const BitString key = random_bits(random, size);
  CascadePass pass(CascadePassKind::natural, size, 8, 1, 0);
  pass.fill(key);
  std::vector<bool> boundary(size);
  for (std::size_t i = 0; i < size; i += 256) boundary[i] = true;
  for (int cuts = 0; cuts < 40; ++cuts) {
    const std::size_t cut = random.next_below(size);
    pass.cut(cut);
    boundary[cut] = true;
    for (std::size_t x = 0; x < size; ++x) {
      std::size_t begin = x, end = x + 1;
      while (!boundary[begin]) --begin;
      while (end < size && !boundary[end]) ++end;
      ASSERT_EQ(pass.interval_begin(x), begin);
      ASSERT_EQ(pass.interval_end(x), end);
      bool parity = false;
      for (std::size_t i = begin; i < end; ++i) parity ^= key[i];
      ASSERT_EQ(pass.parity(begin, end), parity);
    }
  }
}

TEST(Cascade, CorrectsEveryErrorPatternOfTinyKeysOrLeavesItToVerification) {
  // A wrong pattern passes 14 random halves with probability 2^-14: among 8190 patterns 0.5 are expected to; 9 or more
  // would have probability below 1e-9.
  SimulationRandom random(23);
  int wrong = 0;
  for (std::size_t size = 1; size <= 12; ++size) {
    for (std::uint64_t errors = 0; errors < std::uint64_t{1} << size; ++errors) {
      const BitString key = random_bits(random, size);
      BitString noisy = key;
      noisy.words()[0] ^= errors;
      const Conversation result = run(key, noisy, CascadeParameters::choose(size, ErrorRate(0.1), errors), 10000);
      ASSERT_EQ(result.state, CascadeState::converged);
      wrong += result.corrected != key;
    }
  }
  EXPECT_LT(wrong, 9);
}

TEST(Cascade, EndsWithAlicesKeyAsTheTextbookDoes) {
  EXPECT_TRUE(rc::check("same key", [] {
    const std::size_t size = *rc::gen::inRange<std::size_t>(100, 3000);
    const double rate = *rc::gen::inRange(0, 11) / 100.0;
    SimulationRandom random(*rc::gen::arbitrary<std::uint64_t>());
    const BitString key = random_bits(random, size), noisy = with_errors(key, rate, random);
    auto parameters = CascadeParameters::choose(size, ErrorRate(rate), random.next_word());
    parameters.subset_passes = 40;  // below 1e-12: verification has nothing to catch
    const Conversation result = run(key, noisy, parameters, 100 * size);
    RC_ASSERT(result.state == CascadeState::converged);
    RC_ASSERT(result.corrected == key);
    RC_ASSERT(result.errors == hamming_distance(key, noisy));
    RC_ASSERT(Textbook(key, noisy, parameters).correct() == std::vector<bool>(size));
  }));
}

TEST(Cascade, EveryKernelSaysTheSame) {
  SimulationRandom random(24);
  const BitString key = random_bits(random, 40000), noisy = with_errors(key, 0.03, random);
  const auto parameters = CascadeParameters::choose(key.size(), ErrorRate(0.03), 5);
  const Conversation twin = run(key, noisy, parameters, 40000, Kernel::portable);
  for (const Kernel kernel : available_kernels()) {
    const Conversation result = run(key, noisy, parameters, 40000, kernel);
    EXPECT_EQ(result.corrected, twin.corrected);
    EXPECT_EQ(result.disclosed, twin.disclosed);
  }
}

TEST(Cascade, DisclosesAtMostSixPercentMoreThanTheEntropy) {
  // docs/theory, section 14: 1.02 to 1.06 at n = 2^14. The mean of 24 frames may be off by five of its standard errors:
  // a false alarm below 1e-4 over the four rates even for Student's t.
  SimulationRandom random(25);
  const std::size_t size = 1 << 14;
  for (const double rate : {0.01, 0.03, 0.05, 0.08}) {
    double sum = 0, squares = 0;
    const int frames = 24;
    for (int frame = 0; frame < frames; ++frame) {
      const BitString key = random_bits(random, size), noisy = with_errors(key, rate, random);
      const Conversation result =
          run(key, noisy, CascadeParameters::choose(size, ErrorRate(rate), random.next_word()), size);
      const double actual = static_cast<double>(hamming_distance(key, noisy)) / static_cast<double>(size);
      const double f = static_cast<double>(result.disclosed) / (static_cast<double>(size) * binary_entropy_of(actual));
      sum += f;
      squares += f * f;
      EXPECT_EQ(result.corrected, key);
    }
    const double mean = sum / frames, error = std::sqrt((squares / frames - mean * mean) / (frames - 1));
    EXPECT_LT(mean, 1.06 + 5 * error) << rate;
    EXPECT_GT(mean, 1.0) << "less than the entropy cannot be";
  }
}

TEST(Cascade, CopesWithAnEstimateThatWasWrong) {
  SimulationRandom random(26);
  const std::size_t size = 20000;
  for (const double expected : {0.0, 0.01, 0.05, 0.11, 0.5}) {
    for (const double actual : {0.0, 0.0001, 0.02, 0.11, 0.25, 0.5}) {
      const BitString key = random_bits(random, size), noisy = with_errors(key, actual, random);
      const auto parameters = CascadeParameters::choose(size, ErrorRate(expected), random.next_word());
      const Conversation free = run(key, noisy, parameters, 100 * size);
      EXPECT_EQ(free.state, CascadeState::converged);
      EXPECT_EQ(free.corrected, key);
      const Conversation capped = run(key, noisy, parameters, size / 2);
      EXPECT_EQ(capped.state, free.disclosed <= size / 2 ? CascadeState::converged : CascadeState::over_cap);
    }
  }
}

TEST(Cascade, AliceRefusesWhatAnHonestBobDoesNotAsk) {
  SimulationRandom random(27);
  const BitString key = random_bits(random, 1000);
  const auto parameters = CascadeParameters::choose(1000, ErrorRate(0.05), 1);
  CascadeAlice alice(key, parameters, 10000);
  using Splits = CascadeQueries::Splits;
  const auto refused = [&](std::vector<Splits> splits, bool open = false) {
    const auto before = alice.disclosed();
    const auto result = alice.answer({open, std::move(splits)});
    return !result && result.error().code == ErrorCode::malformed && alice.disclosed() == before;
  };
  EXPECT_TRUE(refused({{0, {0}}})) << "nothing is open";
  ASSERT_TRUE(alice.answer({true, {}}));
  EXPECT_TRUE(refused({{0, {}}})) << "about nothing";
  EXPECT_TRUE(refused({{0, {1}}})) << "inside a block";
  EXPECT_TRUE(refused({{0, {0, 0}}})) << "twice";
  EXPECT_TRUE(refused({{0, {32, 0}}})) << "backwards";
  EXPECT_TRUE(refused({{0, {0}}, {0, {32}}})) << "a pass twice";
  EXPECT_TRUE(refused({{1, {0}}})) << "another pass";
  EXPECT_TRUE(refused({{0, {1024}}})) << "beyond the end";
  EXPECT_TRUE(refused({{0, {~std::uint64_t{0}}}}));
  EXPECT_TRUE(refused({{0, {0, 1}}}, true)) << "half right";
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(alice.answer({false, {{0, {0}}}})) << "16 bits, 8, 4, 2";
  EXPECT_TRUE(refused({{0, {0}}})) << "a single bit";
  ASSERT_TRUE(alice.answer({true, {}}));
  ASSERT_TRUE(alice.answer({true, {}}));
  ASSERT_TRUE(alice.answer({true, {}})) << "the subset passes";
  EXPECT_TRUE(refused({}, true)) << "all are open";
}

TEST(Cascade, AliceDisclosesNoMoreThanTheCapWhateverBobAsks) {
  SimulationRandom random(28);
  const BitString key = random_bits(random, 5000);
  const auto parameters = CascadeParameters::choose(5000, ErrorRate(0.03), 1);
  CascadeAlice alice(key, parameters, 1000);
  CascadeBob liar(random_bits(random, 5000), parameters, 1000000);
  std::uint64_t got = 0;
  for (;;) {
    const auto answers = alice.answer(liar.queries());
    if (!answers) {
      EXPECT_EQ(answers.error().code, ErrorCode::exhausted);
      break;
    }
    got += answers->size();
    ASSERT_TRUE(liar.absorb(*answers));
  }
  EXPECT_LE(got, 1000u);
  EXPECT_EQ(got, alice.disclosed());
}

TEST(Cascade, BobEndsWhateverAliceAnswers) {
  EXPECT_TRUE(rc::check("random answers", [] {
    SimulationRandom random(*rc::gen::arbitrary<std::uint64_t>());
    const std::size_t size = *rc::gen::inRange<std::size_t>(1, 600);
    const BitString noisy = random_bits(random, size);
    CascadeBob bob(noisy, CascadeParameters::choose(size, ErrorRate(0.05), 1), 100000);
    while (!bob.done()) {
      RC_ASSERT(!bob.absorb(BitString(bob.expected_answers() + 1)));
      RC_ASSERT(bob.absorb(random_bits(random, bob.expected_answers())).has_value());
      RC_ASSERT(bob.rounds() < 100000u);
    }
  }));
}

TEST(CascadeQueries, AnyBytesGiveAnErrorOrQueriesThatComeBack) {
  const auto parameters = CascadeParameters::choose(5000, ErrorRate(0.03), 1);
  EXPECT_TRUE(rc::check("any bytes", [&](const Bytes& bytes) {
    const auto queries = CascadeQueries::decode(bytes, parameters);
    if (queries) RC_ASSERT(CascadeQueries::decode(queries->encode(), parameters).value() == *queries);
  }));
}

TEST(CascadeParameters, ComeBackAndAreRefusedWhenImpossible) {
  const auto parameters = CascadeParameters::choose(123456, ErrorRate(0.02), 99);
  ASSERT_TRUE(parameters.check());
  Writer writer;
  parameters.encode(writer);
  Reader reader(writer.bytes());
  EXPECT_EQ(CascadeParameters::decode(reader), parameters);
  EXPECT_TRUE(reader.finish("parameters"));
  const auto refused = [&](auto change) {
    CascadeParameters bad = parameters;
    change(bad);
    Writer out;
    bad.encode(out);
    Reader in(out.bytes());
    CascadeParameters::decode(in);
    return !bad.check() && !in.finish("parameters");
  };
  EXPECT_TRUE(refused([](auto& p) { p.size = 0; }));
  EXPECT_TRUE(refused([](auto& p) { p.size = kMostCascadeBits + 1; }));
  EXPECT_TRUE(refused([](auto& p) { p.log_blocks.clear(); }));
  EXPECT_TRUE(refused([](auto& p) { p.log_blocks = {0}; }));
  EXPECT_TRUE(refused([](auto& p) { p.log_blocks = {4, 5}; }));
  EXPECT_TRUE(refused([](auto& p) { p.log_blocks.assign(65, 10); }));
  EXPECT_TRUE(refused([](auto& p) { p.log_subset_block = 63; }));
  EXPECT_TRUE(refused([](auto& p) { p.subset_passes = 255; }));
}

}  // namespace
}  // namespace herald
