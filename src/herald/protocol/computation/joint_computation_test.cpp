#include "herald/protocol/computation/joint_computation.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <chrono>

#include "herald/base/file.h"
#include "herald/protocol/computation/bristol.h"
#include "herald/protocol/computation/circuits.h"
#include "herald/protocol/computation/random_circuit_test.h"

namespace herald {
namespace {

BitString integer(std::uint64_t value, std::size_t bits) {
  BitString string(bits);
  for (std::size_t i = 0; i < bits; ++i) string.set(i, (value >> i) & 1);
  return string;
}

TEST(JointComputation, MillionairesOfTwoBitsExhaustively) {
  const auto circuit = greater_than_circuit(2);
  ASSERT_TRUE(circuit);
  for (std::uint64_t x = 0; x < 4; ++x)
    for (std::uint64_t y = 0; y < 4; ++y) {
      const std::array inputs{integer(x, 2), integer(y, 2)};
      const auto results = compute_jointly(*circuit, inputs, {2, false, 1 + x});
      ASSERT_TRUE(results) << results.error().message;
      EXPECT_EQ((*results)[0][0], x > y) << x << " " << y;
    }
}

RC_GTEST_PROP(JointComputation, OfAnyCircuitIsWhatItEvaluatesTo, ()) {
  const auto parties = *rc::gen::inRange<std::size_t>(2, 6);
  const Circuit circuit = random_circuit({.inputs = *rc::gen::inRange<std::size_t>(0, parties + 1)});
  SimulationRandom random(*rc::gen::arbitrary<std::uint64_t>());
  std::vector<BitString> inputs;
  for (const std::uint32_t bits : circuit.input_sizes()) inputs.push_back(random_bits(random, bits));
  // Extended, the quantum transfers of seeds would take most of the time.
  const auto results = compute_jointly(circuit, inputs, {parties, false, random.next_word()});
  RC_ASSERT(results.has_value());
  RC_ASSERT(*results == evaluate(circuit, inputs));
}

TEST(JointComputation, ExtendedOfThreePartiesIsTheSame) {
  const auto circuit = adder_circuit(16);
  ASSERT_TRUE(circuit);
  const std::array inputs{integer(40'000, 16), integer(30'001, 16)};
  const auto results = compute_jointly(*circuit, inputs, {3, true, 5});
  ASSERT_TRUE(results) << results.error().message;
  EXPECT_EQ((*results)[0], integer(70'001, 17));
}

// FIPS 197, appendix B.
TEST(JointComputation, Aes128OfAKeyAndABlockThatTwoPartiesHave) {
  const std::array<std::uint8_t, 16> key{0x2b, 0x7e, 0x15, 0x16, 0x28, 0xae, 0xd2, 0xa6,
                                         0xab, 0xf7, 0x15, 0x88, 0x09, 0xcf, 0x4f, 0x3c};
  const std::array<std::uint8_t, 16> block{0x32, 0x43, 0xf6, 0xa8, 0x88, 0x5a, 0x30, 0x8d,
                                           0x31, 0x31, 0x98, 0xa2, 0xe0, 0x37, 0x07, 0x34};
  const std::array<std::uint8_t, 16> expected{0x39, 0x25, 0x84, 0x1d, 0x02, 0xdc, 0x09, 0xfb,
                                              0xdc, 0x11, 0x85, 0x97, 0x19, 0x6a, 0x0b, 0x32};
  const std::array inputs{aes_wires(key), aes_wires(block)};
  const auto results = compute_jointly(aes128_circuit(), inputs, {2, true, 2});
  ASSERT_TRUE(results) << results.error().message;
  EXPECT_EQ(aes_block((*results)[0]), expected);
}

TEST(JointComputation, OfACircuitFile) {
  const auto path = std::filesystem::path(__FILE__).parent_path() / "../../../../examples/circuits/greater-than-32.txt";
  const auto bytes = read_file(path);
  ASSERT_TRUE(bytes);
  const std::string text(bytes->begin(), bytes->end());
  const auto circuit = read_bristol(text, "greater-than-32.txt");
  ASSERT_TRUE(circuit) << circuit.error().message;
  for (const auto& [x, y] : {std::pair<std::uint64_t, std::uint64_t>{3'000'000'000, 2'999'999'999}, {7, 7}, {0, 9}}) {
    const auto results = compute_jointly(*circuit, std::array{integer(x, 32), integer(y, 32)}, {});
    ASSERT_TRUE(results) << results.error().message;
    EXPECT_EQ((*results)[0][0], x > y);
  }
}

TEST(JointComputation, WrongSizesAreRefused) {
  const auto circuit = greater_than_circuit(4);
  ASSERT_TRUE(circuit);
  const std::array right{integer(1, 4), integer(2, 4)}, wrong{integer(1, 4), integer(2, 5)};
  EXPECT_TRUE(compute_jointly(*circuit, right, {}));
  EXPECT_FALSE(compute_jointly(*circuit, wrong, {}));
  EXPECT_FALSE(compute_jointly(*circuit, std::span(right).first(1), {}));
  EXPECT_FALSE(compute_jointly(*circuit, right, {.parties = 1}));
  EXPECT_FALSE(compute_jointly(*circuit, right, {.parties = 6}));
}

// A party that says one thing of the wrong size and then nothing.
template <typename M>
Party<Verdict> sends(Seat& seat) {
  seat.peer().send(M(BitString(77)));
  co_return Verdict::accept();
}

TEST(JointComputation, AShareOfAnotherSizeEndsIt) {
  const auto game = two_party_computation_protocol().set_up(Casting::standard(two_party_computation_protocol()));
  ASSERT_TRUE(game);
  (*game)->seat_stranger(1, sends<joint_computation::InputShare>);
  (*game)->play(1, 1);
  EXPECT_EQ((*game)->verdicts()[0].phase, joint_computation::InputShare::kName);
  EXPECT_EQ((*game)->verdicts()[0].reason, "77 bits for an input of 4");
}

TEST(JointComputation, MessagesComeBackFromTheirBytes) {
  using namespace joint_computation;
  const BitString bits = integer(0x1234, 40);
  EXPECT_EQ(decode_frame<InputShare>(encode_frame(InputShare(bits)))->share, bits);
  EXPECT_EQ(decode_frame<ResultShare>(encode_frame(ResultShare(bits)))->share, bits);
  EXPECT_EQ(decode_frame<ExtensionColumns>(encode_frame(ExtensionColumns(bits)))->columns, bits);
  EXPECT_EQ(decode_frame<ExtendedBits>(encode_frame(ExtendedBits(bits, integer(3, 2))))->one, integer(3, 2));
}

}  // namespace
}  // namespace herald
