#include "herald/protocol/computation/bristol.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "herald/base/random.h"
#include "herald/protocol/computation/circuits.h"
#include "herald/protocol/computation/random_circuit_test.h"

namespace herald {
namespace {

std::string fault(std::string_view text) {
  const auto circuit = read_bristol(text, "x.txt");
  return circuit ? "read" : circuit.error().message;
}

std::vector<std::uint64_t> on_random_inputs(const Circuit& circuit) {
  SimulationRandom random(1);
  std::vector<std::uint64_t> inputs(circuit.inputs());
  random.fill(inputs);
  return evaluate_sliced(circuit, inputs);
}

TEST(Bristol, FashionIsReadAsItIsWritten) {
  EXPECT_TRUE(rc::check([] {
    const Circuit circuit = random_circuit({.inputs = *rc::gen::inRange<std::size_t>(0, 5)});
    const auto text = write_bristol(circuit);
    RC_ASSERT(text.has_value());
    const auto read = read_bristol(*text, "x");
    RC_ASSERT(read.has_value());
    RC_ASSERT(*read == circuit);
    RC_ASSERT(on_random_inputs(*read) == on_random_inputs(circuit));
    RC_ASSERT(*write_bristol(*read) == *text);
  }));
}

TEST(Bristol, TheOlderFormatIsReadAsItIsWritten) {
  EXPECT_TRUE(rc::check([] {
    const Circuit circuit =
        random_circuit({.inputs = *rc::gen::inRange<std::size_t>(1, 3), .outputs = 1, .constants_and_copies = false});
    const auto text = write_bristol(circuit, BristolForm::format);
    RC_ASSERT(text.has_value());
    RC_ASSERT(read_bristol(*text, "x").value() == circuit);
  }));
}

TEST(Bristol, TheOlderFormatHasNoWordsForEveryCircuit) {
  const LogicGate constant{GateKind::eq, 1, 0, 1};
  for (const auto& circuit : {Circuit::make({1, 1, 1}, {1}, {}), Circuit::make({2}, {1, 1}, {}),
                              Circuit::make({1}, {1}, std::span(&constant, 1))}) {
    ASSERT_TRUE(circuit) << circuit.error().message;
    EXPECT_THAT(write_bristol(*circuit, BristolForm::format).error().message, testing::HasSubstr("Bristol Fashion"));
    EXPECT_EQ(read_bristol(*write_bristol(*circuit), "x"), circuit);
  }
}

TEST(Bristol, WritesTheWordsOfTheFormats) {
  const std::vector<LogicGate> gates{
      {GateKind::xor_gate, 0, 2, 3}, {GateKind::and_gate, 3, 1, 4}, {GateKind::inv, 4, 0, 5}};
  const auto circuit = Circuit::make({2, 1}, {2}, gates);
  ASSERT_TRUE(circuit);
  EXPECT_EQ(*write_bristol(*circuit), "3 6\n2 2 1\n1 2\n\n2 1 0 2 3 XOR\n2 1 3 1 4 AND\n1 1 4 5 INV\n");
  EXPECT_EQ(*write_bristol(*circuit, BristolForm::format), "3 6\n2 1 2\n\n2 1 0 2 3 XOR\n2 1 3 1 4 AND\n1 1 4 5 INV\n");
}

TEST(Bristol, BlanksTabsCarriageReturnsAndNotAreRead) {
  const auto circuit = read_bristol("\n 2\t3 \r\n1 1\r\n1 1\r\n\r\n1 1 0 1 NOT\r\n\r\n1  1 1 2\tEQW", "x");
  ASSERT_TRUE(circuit) << circuit.error().message;
  EXPECT_EQ(*write_bristol(*circuit), "2 3\n1 1\n1 1\n\n1 1 0 1 INV\n1 1 1 2 EQW\n");
  const auto constant = read_bristol("1 1\n0\n1 1\n1 1 1 0 EQ\n", "x");
  ASSERT_TRUE(constant) << constant.error().message;
  EXPECT_TRUE(evaluate(*constant, {})[0][0]);
}

TEST(Bristol, AFaultNamesTheLineAndWhatIsExpected) {
  const std::vector<std::pair<std::string_view, std::string_view>> cases{
      {"", "x.txt:0: expected the numbers of gates and wires; found the end of the text"},
      {"\n\n", "x.txt:2: expected the numbers of gates and wires; found the end of the text"},
      {"one", "x.txt:1: expected the number of gates, 0 to 0; found \"one\""},
      {"0", "x.txt:1: expected the number of wires, 1 to 16777216; found the end of the line"},
      {"0 2 3", "x.txt:1: expected the end of the line after the numbers of gates and wires; found \"3\""},
      {"0 2", "x.txt:1: expected the bits of the inputs; found the end of the text"},
      {"1 3\n1 2\n1 1\n", "x.txt:1: expected the number of gates, 0 to 0; found \"1\""},
      {"0 2\n-1 2\n1 1\n", "x.txt:2: expected the number of input groups, 0 to 1048576; found \"-1\""},
      {"0 2\n1 2 3\n1 1\n", "x.txt:2: expected the end of the line after the input groups; found \"3\""},
      {"0 2\n2 2\n1 1\n", "x.txt:2: expected the bits of input group 1, 1 to 1048576; found the end of the line"},
      {"0 2\n1 0\n1 1\n", "x.txt:2: expected the bits of input group 0, 1 to 1048576; found \"0\""},
      {"0 2\n1 2\n0\n", "x.txt:3: expected the number of output groups, 1 to 2; found \"0\""},
      {"0 2\n1 2\n1 3\n", "x.txt:3: expected the bits of output group 0, 1 to 2; found \"3\""},
      {"0 2\n1 2\n2 2 1\n", "x.txt:3: the outputs have more than 2 bits"},
      {"0 2\n1 1 3\n", "x.txt:2: expected the output bits, 1 to 2; found \"3\""},
      {"0 3\n1 2\n1 1\n", "x.txt:3: expected 2 wires, one per input bit and gate; the first line says 3"},
      {"1 3\n1 2\n1 1\n1 1 0 2 INV\n1 1 0 2 INV\n", "x.txt:5: expected the end of the text after 1 gates; found \"1\""},
      {"2 4\n1 2\n1 1\n2 1 0 1 2 AND\n\n", "x.txt:5: expected 2 gates; found 1 and the end of the text"},
  };
  for (const auto& [text, message] : cases) EXPECT_EQ(fault(text), message) << text;
}

TEST(Bristol, AFaultyGateIsNamed) {
  // Three inputs, two gates, the first of which is given and stands on line 5.
  const auto gate = [](std::string_view line) {
    return fault(fmt::format("2 5\n1 3\n1 1\n\n{}\n2 1 0 1 4 AND\n", line));
  };
  EXPECT_EQ(gate("2 1 0 1 3 XOR"), "read");
  const std::vector<std::pair<std::string_view, std::string_view>> cases{
      {"3 1 0 1 3 XOR", "expected the gate's number of input wires, 1 to 2; found \"3\""},
      {"2 2 0 1 0 1 3 4 MAND", "expected the gate's number of output wires, 1 to 1; found \"2\""},
      {"2 1 0 1 XOR", "expected an output wire, 0 to 16777216; found \"XOR\""},
      {"2 1 0 1 3", "expected a gate of 2 input wires, XOR or AND; found the end of the line"},
      {"2 1 0 1 3 NAND", "expected a gate of 2 input wires, XOR or AND; found \"NAND\""},
      {"2 1 0 1 3 xor", "expected a gate of 2 input wires, XOR or AND; found \"xor\""},
      {"2 1 0 1 3 INV", "expected a gate of 2 input wires, XOR or AND; found \"INV\""},
      {"1 1 0 3 AND", "expected a gate of 1 input wire, INV, EQ or EQW; found \"AND\""},
      {"1 1 0 3 \x1b[2J", "expected a gate of 1 input wire, INV, EQ or EQW; found \"?[2J\""},
      {"1 1 2 3 EQ", "2 is no constant; possible are 0 and 1"},
      {"2 1 0 1 3 XOR 7", "expected the end of the line after the gate; found \"7\""},
      {"2 1 0 4 3 XOR", "wire 4 is used before it is assigned"},
      {"2 1 3 0 3 XOR", "wire 3 is used before it is assigned"},
      {"2 1 0 5 3 XOR", "there is no wire 5; there are 5"},
      {"2 1 0 1 5 XOR", "there is no wire 5; there are 5"},
      {"2 1 0 1 2 XOR", "wire 2 is an input and no gate's output"},
      {"2 1 0 99999999999 3 XOR", "expected an input wire, 0 to 16777216; found \"99999999999\""},
      {"2 1 0 +1 3 XOR", "expected an input wire, 0 to 16777216; found \"+1\""},
      {"2 1 0 1 3.5 XOR", "expected an output wire, 0 to 16777216; found \"3.5\""},
  };
  for (const auto& [line, message] : cases) EXPECT_EQ(gate(line), fmt::format("x.txt:5: {}", message)) << line;
  EXPECT_EQ(gate("2 1 0 1 4 XOR"), "x.txt:6: wire 4 is assigned twice");
  EXPECT_EQ(fault("1 3\n2 0 1\n1 1 0 2 EQW\n"), "x.txt:3: expected a gate of 1 input wire, INV; found \"EQW\"");
}

TEST(Bristol, CountsBeyondTheTextAreRefusedBeforeAnythingIsAllocated) {
  EXPECT_EQ(fault("4294967295 4294967296\n1 1\n1 1\n1 1 0 1 INV\n"),
            "x.txt:1: expected the number of gates, 0 to 2; found \"4294967295\"");
  EXPECT_THAT(fault("0 99999999\n1 1\n1 1\n"), testing::HasSubstr("the number of wires, 1 to 16777216"));
  EXPECT_THAT(fault("0 16777216\n1 16777216\n1 1\n"), testing::HasSubstr("the bits of input group 0, 1 to 1048576"));
  EXPECT_EQ(fault("0 1048577\n2 1048576 1\n1 1\n"), "x.txt:3: the inputs have more than 1048576 bits");
  EXPECT_THAT(fault("0 1\n1048576 1\n1 1\n"), testing::HasSubstr("the bits of input group 1"));
}

TEST(Bristol, EveryTruncationIsAnErrorOrACircuit) {
  const std::string text = *write_bristol(*greater_than_circuit(4));
  for (std::size_t size = 0; size + 1 < text.size(); ++size) {
    const std::string message = fault(std::string_view(text).substr(0, size));
    EXPECT_TRUE(message.starts_with("x.txt:")) << size << ": " << message;
  }
  EXPECT_EQ(fault(std::string_view(text).substr(0, text.size() - 1)), "read");  // but for the last line's end
}

TEST(Bristol, AnyFlippedByteIsAnErrorOrACircuit) {
  const std::string text = *write_bristol(*greater_than_circuit(4));
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string flipped = text;
      flipped[i] = static_cast<char>(flipped[i] ^ (1 << bit));
      if (const auto circuit = read_bristol(flipped, "x")) {
        EXPECT_EQ(read_bristol(*write_bristol(*circuit), "x"), circuit);
      }
    }
  }
}

TEST(Bristol, AesIsReadAsItIsWritten) {
  const Circuit circuit = aes128_circuit();
  const auto text = write_bristol(circuit);
  ASSERT_TRUE(text);
  EXPECT_EQ(read_bristol(*text, "aes"), circuit);
}

}  // namespace
}  // namespace herald
