#include "herald/protocol/computation/circuits.h"

#include <botan/block_cipher.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <filesystem>

#include "herald/base/file.h"
#include "herald/base/random.h"
#include "herald/protocol/computation/aes_sbox.h"
#include "herald/protocol/computation/bristol.h"

namespace herald {
namespace {

using Block = std::array<std::uint8_t, 16>;

BitString integer(std::uint64_t value, std::size_t bits) {
  BitString string(bits);
  for (std::size_t i = 0; i < bits; ++i) string.set(i, (value >> i) & 1);
  return string;
}

std::uint64_t answer(const Circuit& circuit, std::uint64_t x, std::uint64_t y) {
  const std::size_t bits = circuit.input_sizes()[0];
  const auto outputs = evaluate(circuit, std::array{integer(x, bits), integer(y, bits)});
  return outputs[0].view().word_at(0);
}

std::size_t ceil_log2(std::size_t n) { return static_cast<std::size_t>(std::bit_width(n - 1)); }

TEST(Circuits, IntegersOfFewBitsExhaustively) {
  for (std::size_t bits = 1; bits <= 5; ++bits) {
    const auto few_gates = greater_than_circuit(bits), few_rounds = greater_than_circuit(bits, Saves::rounds),
               equal = equality_circuit(bits), sum = adder_circuit(bits);
    ASSERT_TRUE(few_gates && few_rounds && equal && sum);
    for (std::uint64_t x = 0; x < 1U << bits; ++x) {
      for (std::uint64_t y = 0; y < 1U << bits; ++y) {
        ASSERT_EQ(answer(*few_gates, x, y), x > y) << x << ' ' << y;
        ASSERT_EQ(answer(*few_rounds, x, y), x > y) << x << ' ' << y;
        ASSERT_EQ(answer(*equal, x, y), x == y) << x << ' ' << y;
        ASSERT_EQ(answer(*sum, x, y), x + y) << x << ' ' << y;
      }
    }
  }
}

TEST(Circuits, IntegersOfUpTo63Bits) {
  EXPECT_TRUE(rc::check([] {
    const auto bits = *rc::gen::inRange<std::size_t>(1, 64);
    const std::uint64_t mask = (std::uint64_t{1} << bits) - 1;
    const auto x = *rc::gen::arbitrary<std::uint64_t>() & mask;
    // Often the same but for one bit.
    const auto y = *rc::gen::arbitrary<bool>() ? *rc::gen::arbitrary<std::uint64_t>() & mask
                                               : x ^ (std::uint64_t{1} << *rc::gen::inRange<std::size_t>(0, bits));
    RC_ASSERT(answer(*greater_than_circuit(bits), x, y) == (x > y));
    RC_ASSERT(answer(*greater_than_circuit(bits, Saves::rounds), x, y) == (x > y));
    RC_ASSERT(answer(*equality_circuit(bits), x, y) == (x == y));
    RC_ASSERT(answer(*equality_circuit(bits), x, x) == 1);
    RC_ASSERT(answer(*adder_circuit(bits), x, y) == x + y);
  }));
}

TEST(Circuits, CostWhatTheirFormulasSay) {
  for (const std::size_t n : {1, 2, 3, 4, 5, 7, 8, 31, 32, 33, 64, 100, 4096}) {
    const auto few_gates = greater_than_circuit(n), few_rounds = greater_than_circuit(n, Saves::rounds),
               equal = equality_circuit(n), sum = adder_circuit(n);
    EXPECT_EQ(few_gates->and_count(), n);
    EXPECT_EQ(few_gates->and_depth(), n);
    EXPECT_EQ(few_rounds->and_count(), 3 * n - 2 - ceil_log2(n)) << n;
    EXPECT_EQ(few_rounds->and_depth(), 1 + ceil_log2(n)) << n;
    EXPECT_EQ(equal->and_count(), n - 1);
    EXPECT_EQ(equal->and_depth(), ceil_log2(n));
    EXPECT_EQ(sum->and_count(), n);
    EXPECT_EQ(sum->and_depth(), n);
  }
}

TEST(Circuits, ImpossibleSizesAreRefusedWithTheRange) {
  for (const std::size_t bits : {std::size_t{0}, kMaxOperandBits + 1, ~std::size_t{0}})
    for (const auto& circuit : {greater_than_circuit(bits), equality_circuit(bits), adder_circuit(bits)})
      EXPECT_THAT(circuit.error().message, testing::HasSubstr("possible are 1 to 4096"));
}

// FIPS 197, 4.2 and 5.1.1: the inverse in GF(2^8) modulo x^8 + x^4 + x^3 + x + 1, then the affine map.
std::uint8_t product(std::uint8_t a, std::uint8_t b) {
  unsigned sum = 0, shifted = a;
  for (unsigned i = 0; i < 8; ++i) {
    if ((b >> i) & 1) sum ^= shifted;
    shifted = shifted << 1 ^ (shifted & 0x80 ? 0x11b : 0);
  }
  return static_cast<std::uint8_t>(sum);
}

std::uint8_t plain_sbox(std::uint8_t x) {
  std::uint8_t inverse = 0;
  for (unsigned candidate = 1; candidate < 256; ++candidate)
    if (product(x, static_cast<std::uint8_t>(candidate)) == 1) inverse = static_cast<std::uint8_t>(candidate);
  std::uint8_t image = 0x63;
  for (int turn = 0; turn < 5; ++turn) image ^= std::rotl(inverse, turn);
  return image;
}

TEST(AesSbox, IsTheInverseAndTheAffineMapOnAllBytesWith32AndGates) {
  CircuitBuilder builder({8});
  const auto input = builder.input(0);
  AesByte x;
  std::ranges::reverse_copy(input, x.begin());
  const AesByte s = aes_sbox(x);
  const CircuitBuilder::Bits output(s.rbegin(), s.rend());
  const Circuit circuit = std::move(builder).finish(std::span(&output, 1));
  EXPECT_EQ(circuit.and_count(), 32);
  EXPECT_EQ(circuit.and_depth(), 6);
  const auto xors = std::ranges::count(circuit.gates(), GateKind::xor_gate, &LogicGate::kind);
  EXPECT_EQ(xors, 83);  // of them 4 followed by INV
  EXPECT_EQ(circuit.gates().size(), 115 + 4);
  for (unsigned byte = 0; byte < 256; ++byte) {
    const auto image = evaluate(circuit, std::array{integer(byte, 8)});
    ASSERT_EQ(image[0].view().word_at(0), plain_sbox(static_cast<std::uint8_t>(byte))) << byte;
  }
}

Block encrypt(const Circuit& circuit, const Block& key, const Block& plaintext) {
  return aes_block(evaluate(circuit, std::array{aes_wires(key), aes_wires(plaintext)})[0]);
}

Block sequence(std::uint8_t step) {
  Block block;
  for (std::size_t i = 0; i < 16; ++i) block[i] = static_cast<std::uint8_t>(i * step);
  return block;
}

TEST(AesCircuit, HasTheSizeThatItsSBoxesGive) {
  const Circuit circuit = aes128_circuit();
  EXPECT_EQ(circuit.and_count(), 32 * (160 + 40));
  EXPECT_EQ(circuit.and_depth(), 60);
  EXPECT_THAT(circuit.input_sizes(), testing::ElementsAre(128, 128));
  EXPECT_THAT(circuit.output_sizes(), testing::ElementsAre(128));
}

TEST(AesCircuit, GivesTheExamplesOfFips197) {
  const Circuit circuit = aes128_circuit();
  // Appendix B.
  EXPECT_EQ(
      encrypt(circuit, {0x2b, 0x7e, 0x15, 0x16, 0x28, 0xae, 0xd2, 0xa6, 0xab, 0xf7, 0x15, 0x88, 0x09, 0xcf, 0x4f, 0x3c},
              {0x32, 0x43, 0xf6, 0xa8, 0x88, 0x5a, 0x30, 0x8d, 0x31, 0x31, 0x98, 0xa2, 0xe0, 0x37, 0x07, 0x34}),
      (Block{0x39, 0x25, 0x84, 0x1d, 0x02, 0xdc, 0x09, 0xfb, 0xdc, 0x11, 0x85, 0x97, 0x19, 0x6a, 0x0b, 0x32}));
  // Appendix C.1.
  EXPECT_EQ(encrypt(circuit, sequence(0x01), sequence(0x11)),
            (Block{0x69, 0xc4, 0xe0, 0xd8, 0x6a, 0x7b, 0x04, 0x30, 0xd8, 0xcd, 0xb7, 0x80, 0x70, 0xb4, 0xc5, 0x5a}));
}

TEST(AesCircuit, WireOrderIsBristolFashions) {
  // The first byte's highest bit is wire 127, the last byte's lowest is wire 0.
  Block block{};
  block[0] = 0x80;
  EXPECT_EQ(aes_wires(block).words()[1], std::uint64_t{1} << 63);
  block = {};
  block[15] = 0x01;
  EXPECT_EQ(aes_wires(block).words()[0], 1);
  EXPECT_EQ(aes_block(aes_wires(sequence(7))), sequence(7));
}

TEST(AesCircuit, AgreesWithBotanOn64RandomKeysAtOnce) {
  SimulationRandom random(1);
  const Circuit circuit = aes128_circuit();
  std::vector<std::uint64_t> words(256);
  random.fill(words);
  const auto outputs = evaluate_sliced(circuit, words);
  const auto lane = [](std::span<const std::uint64_t> wires, std::size_t j) {
    BitString bits(128);
    for (std::size_t i = 0; i < 128; ++i) bits.set(i, (wires[i] >> j) & 1);
    return aes_block(bits);
  };
  const auto aes = Botan::BlockCipher::create_or_throw("AES-128");
  for (std::size_t j = 0; j < 64; ++j) {
    Block block = lane(std::span(words).subspan(128), j);
    aes->set_key(lane(words, j));
    aes->encrypt(block.data());
    ASSERT_EQ(lane(outputs, j), block) << j;
  }
}

TEST(CircuitExamples, AreWhatTheBuildersWrite) {
  const auto folder = std::filesystem::path(__FILE__).parent_path() / "../../../../examples/circuits";
  const auto bytes = read_file(folder / "greater-than-32.txt");
  ASSERT_TRUE(bytes) << bytes.error().message;
  const std::string text(bytes->begin(), bytes->end());
  EXPECT_EQ(text, write_bristol(*greater_than_circuit(32)));
  EXPECT_EQ(read_bristol(text, "greater-than-32.txt"), greater_than_circuit(32));
}

}  // namespace
}  // namespace herald
