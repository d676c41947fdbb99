#include "herald/protocol/computation/circuit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "herald/base/random.h"
#include "herald/protocol/computation/circuit_builder.h"
#include "herald/protocol/computation/random_circuit_test.h"

namespace herald {
namespace {

// What a wire carries, from its definition: the slow twin of the evaluation in order.
bool value_of(const Circuit& circuit, std::uint32_t wire, const BitString& inputs) {
  if (wire < circuit.inputs()) return inputs[wire];
  const LogicGate gate = *std::ranges::find(circuit.gates(), wire, &LogicGate::output);
  switch (gate.kind) {
    case GateKind::xor_gate: return value_of(circuit, gate.left, inputs) != value_of(circuit, gate.right, inputs);
    case GateKind::and_gate: return value_of(circuit, gate.left, inputs) && value_of(circuit, gate.right, inputs);
    case GateKind::inv: return !value_of(circuit, gate.left, inputs);
    case GateKind::eq: return gate.left == 1;
    case GateKind::eqw: return value_of(circuit, gate.left, inputs);
  }
  return false;
}

std::size_t depth_of(const Circuit& circuit, std::uint32_t wire) {
  if (wire < circuit.inputs()) return 0;
  const LogicGate gate = *std::ranges::find(circuit.gates(), wire, &LogicGate::output);
  std::size_t depth = gate.kind == GateKind::eq ? 0 : depth_of(circuit, gate.left);
  if (gate.reads_two()) depth = std::max(depth, depth_of(circuit, gate.right));
  return depth + (gate.kind == GateKind::and_gate);
}

// x0 = x AND x, x1 = x0 AND x0 ...: the twins above take every way through the circuit.
bool small_enough_for_the_twin(const Circuit& circuit) {
  std::vector<std::uint64_t> ways(circuit.wires(), 1);
  for (const LogicGate& gate : circuit.gates())
    if (gate.kind != GateKind::eq) ways[gate.output] = 1 + ways[gate.left] + (gate.reads_two() ? ways[gate.right] : 0);
  return std::ranges::max(ways) < 2'000;
}

TEST(Circuit, EvaluatesAsItsWiresAreDefined) {
  EXPECT_TRUE(rc::check([] {
    const Circuit circuit = random_circuit({.inputs = *rc::gen::inRange<std::size_t>(0, 4)});
    RC_PRE(small_enough_for_the_twin(circuit));
    SimulationRandom random(*rc::gen::arbitrary<std::uint64_t>());
    std::vector<std::uint64_t> words(circuit.inputs());
    random.fill(words);
    const auto sliced = evaluate_sliced(circuit, words);
    for (const std::size_t j : {0, 31, 63}) {
      BitString all;
      std::vector<BitString> groups;
      for (const std::uint32_t size : circuit.input_sizes()) {
        groups.emplace_back();
        for (std::uint32_t i = 0; i < size; ++i) {
          const bool bit = (words[all.size()] >> j) & 1;
          groups.back().push_back(bit);
          all.push_back(bit);
        }
      }
      const auto outputs = evaluate(circuit, groups);
      RC_ASSERT(outputs.size() == circuit.output_sizes().size());
      std::size_t at = 0;
      for (std::size_t group = 0; group < outputs.size(); ++group) {
        RC_ASSERT(outputs[group].size() == circuit.output_sizes()[group]);
        for (std::size_t i = 0; i < outputs[group].size(); ++i, ++at) {
          const auto wire = static_cast<std::uint32_t>(circuit.first_output() + at);
          RC_ASSERT(outputs[group][i] == value_of(circuit, wire, all));
          RC_ASSERT(outputs[group][i] == ((sliced[at] >> j) & 1));
        }
      }
    }
  }));
}

TEST(Circuit, CountsItsAndGatesAndTheirLayers) {
  EXPECT_TRUE(rc::check([] {
    const Circuit circuit = random_circuit({});
    RC_PRE(small_enough_for_the_twin(circuit));
    const auto ands = std::ranges::count(circuit.gates(), GateKind::and_gate, &LogicGate::kind);
    RC_ASSERT(circuit.and_count() == static_cast<std::size_t>(ands));
    std::size_t depth = 0;
    for (std::uint32_t wire = 0; wire < circuit.wires(); ++wire) depth = std::max(depth, depth_of(circuit, wire));
    RC_ASSERT(circuit.and_depth() == depth);
  }));
}

TEST(Circuit, WhatIsNoCircuitIsRefused) {
  const auto fault = [](std::vector<std::uint32_t> inputs, std::vector<std::uint32_t> outputs,
                        const std::vector<LogicGate>& gates) {
    const auto circuit = Circuit::make(std::move(inputs), std::move(outputs), gates);
    return circuit ? "accepted" : circuit.error().message;
  };
  using enum GateKind;
  EXPECT_EQ(fault({2}, {1}, {}), "accepted");
  EXPECT_EQ(fault({2}, {}, {}), "there is no output group");
  EXPECT_EQ(fault({2, 0}, {1}, {}), "an input group has no bits");
  EXPECT_EQ(fault({2}, {1, 2}, {}), "the outputs have more than 2 bits");
  EXPECT_EQ(fault({1U << 31, 1U << 31}, {1}, {}), "the inputs have more than 1048576 bits");
  EXPECT_EQ(fault({2}, {1}, {{xor_gate, 0, 1, 2}, {xor_gate, 2, 1, 2}}), "gate 1: wire 2 is assigned twice");
  EXPECT_EQ(fault({2}, {1}, {{xor_gate, 0, 3, 2}, {inv, 2, 0, 3}}), "gate 0: wire 3 is used before it is assigned");
  EXPECT_EQ(fault({2}, {1}, {{xor_gate, 0, 3, 2}}), "gate 0: there is no wire 3; there are 3");
  EXPECT_EQ(fault({2}, {1}, {{xor_gate, 0, 1, 0}}), "gate 0: wire 0 is an input and no gate's output");
  EXPECT_EQ(fault({2}, {1}, {{inv, 0, 1, 2}}), "gate 0: a gate of one input has a second");
  EXPECT_EQ(fault({2}, {1}, {{eq, 2, 0, 2}}), "gate 0: 2 is no constant; possible are 0 and 1");
  EXPECT_EQ(CircuitDraft::start({1}, {1}, kMaxCircuitWires).error().message, "there are more than 16777216 wires");
  auto draft = CircuitDraft::start({1}, {1}, 0);
  EXPECT_EQ(draft->add({inv, 0, 0, 1}).error().message, "there are more than 0 gates");
}

TEST(CircuitBuilder, OutputsMayBeInputsOrComeTwice) {
  CircuitBuilder builder({1, 1});
  const auto x = builder.input(0)[0], y = builder.input(1)[0];
  const auto sum = x ^ y, both = x & y;
  const std::vector<CircuitBuilder::Bits> outputs{{sum, x, sum}, {~both, both}};
  const Circuit circuit = std::move(builder).finish(outputs);
  EXPECT_THAT(circuit.output_sizes(), testing::ElementsAre(3, 2));
  EXPECT_EQ(circuit.gates().size(), 5);  // three formulas, two copies
  const auto words = evaluate_sliced(circuit, std::array<std::uint64_t, 2>{0b0011, 0b0101});
  const std::uint64_t four = 0b1111;
  EXPECT_EQ(words[0] & four, 0b0110);
  EXPECT_EQ(words[1] & four, 0b0011);
  EXPECT_EQ(words[2] & four, 0b0110);
  EXPECT_EQ(words[3] & four, 0b1110);
  EXPECT_EQ(words[4] & four, 0b0001);
}

}  // namespace
}  // namespace herald
