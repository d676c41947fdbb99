#include "herald/protocol/computation/shared_evaluation.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <array>

#include "herald/protocol/computation/circuits.h"
#include "herald/protocol/computation/random_circuit_test.h"
#include "herald/protocol/computation/sharing.h"

namespace herald {
namespace {

// GMW with a trusted helper in place of the transfers: it sees the operands and deals fresh shares of their products.
std::vector<BitString> with_a_trusted_helper(const Circuit& circuit, std::span<const BitString> inputs,
                                             std::size_t parties, SimulationRandom& random) {
  const Schedule schedule(circuit);
  std::vector<SharedEvaluation> all;
  for (std::size_t party = 0; party < parties; ++party) all.emplace_back(schedule, party == 0);
  for (std::size_t group = 0; group < inputs.size(); ++group) {
    const auto shares = share(inputs[group], parties, random);
    for (std::size_t party = 0; party < parties; ++party) all[party].set_input(group, shares[party]);
  }
  while (!all.front().done()) {
    std::vector<BitString> left, right;
    for (SharedEvaluation& one : all) {
      auto operands = one.operands();
      left.push_back(std::move(operands.left));
      right.push_back(std::move(operands.right));
    }
    BitString products = reconstruct(left);
    const BitString other = reconstruct(right);
    for (std::size_t i = 0; i < products.words().size(); ++i) products.words()[i] &= other.words()[i];
    const auto shares = share(products, parties, random);
    for (std::size_t party = 0; party < parties; ++party) all[party].set_products(shares[party]);
  }
  std::vector<BitString> outputs;
  for (std::size_t group = 0; group < circuit.output_sizes().size(); ++group) {
    std::vector<BitString> shares;
    for (SharedEvaluation& one : all) shares.push_back(one.output(group));
    outputs.push_back(reconstruct(shares));
  }
  return outputs;
}

TEST(SharedEvaluation, GivesWhatTheClearEvaluationGives) {
  EXPECT_TRUE(rc::check([] {
    const Circuit circuit = random_circuit({.inputs = *rc::gen::inRange<std::size_t>(0, 5)});
    SimulationRandom random(*rc::gen::arbitrary<std::uint64_t>());
    std::vector<BitString> inputs;
    for (const std::uint32_t bits : circuit.input_sizes()) inputs.push_back(random_bits(random, bits));
    const auto parties = *rc::gen::inRange<std::size_t>(1, 6);
    RC_ASSERT(with_a_trusted_helper(circuit, inputs, parties, random) == evaluate(circuit, inputs));
  }));
}

TEST(SharedEvaluation, EncryptsWithAesBetweenTwoAndThreeParties) {
  const Circuit circuit = aes128_circuit();
  SimulationRandom random(1);
  for (const std::size_t parties : {2, 3}) {
    const std::array inputs{random_bits(random, 128), random_bits(random, 128)};
    EXPECT_EQ(with_a_trusted_helper(circuit, inputs, parties, random), evaluate(circuit, inputs));
  }
}

TEST(Schedule, HoldsEveryGateOnceInAnOrderThatEvaluates) {
  EXPECT_TRUE(rc::check([] {
    const Circuit circuit = random_circuit({});
    const Schedule schedule(circuit);
    RC_ASSERT(schedule.rounds() == circuit.and_depth());
    std::vector<LogicGate> order;
    for (std::size_t round = 0; round <= schedule.rounds(); ++round) {
      for (const LogicGate& gate : schedule.local(round)) {
        RC_ASSERT(gate.kind != GateKind::and_gate);
        order.push_back(gate);
      }
      if (round == schedule.rounds()) break;
      const auto ands = schedule.ands(round);
      RC_ASSERT(!ands.empty());
      for (const LogicGate& gate : ands) {
        RC_ASSERT(gate.kind == GateKind::and_gate);
        for (const LogicGate& other : ands) RC_ASSERT(gate.left != other.output && gate.right != other.output);
        order.push_back(gate);
      }
    }
    RC_ASSERT(order.size() == circuit.gates().size());
    // Assigned once and before use, by Circuit's own judgement, and the same gates.
    const auto sizes = [](std::span<const std::uint32_t> groups) {
      return std::vector<std::uint32_t>(groups.begin(), groups.end());
    };
    RC_ASSERT(Circuit::make(sizes(circuit.input_sizes()), sizes(circuit.output_sizes()), order).has_value());
    for (const LogicGate& gate : circuit.gates()) RC_ASSERT(std::ranges::count(order, gate) == 1);
  }));
}

TEST(Schedule, OfAesIs60Rounds) {
  const Schedule schedule(aes128_circuit());
  ASSERT_EQ(schedule.rounds(), 60);
  // 20 S-boxes at once, 16 of the state and 4 of the key, each beginning with 9 products.
  EXPECT_EQ(schedule.ands(0).size(), 180);
  std::size_t ands = 0;
  for (std::size_t round = 0; round < 60; ++round) ands += schedule.ands(round).size();
  EXPECT_EQ(ands, 6400);
}

using SharedEvaluationDeathTest = testing::Test;
TEST(SharedEvaluationDeathTest, ACallOutOfTurnIsABug) {
  const Schedule schedule(*greater_than_circuit(4));
  const BitString share(4);
  SharedEvaluation one(schedule, true);
  EXPECT_DEATH(one.operands(), "m_has_input");
  EXPECT_DEATH(one.output(0), "done");
  EXPECT_DEATH(one.set_input(0, BitString(3)), "share.size");
  one.set_input(0, share);
  EXPECT_DEATH(one.set_input(0, share), "m_has_input");
  one.set_input(1, share);
  EXPECT_DEATH(one.set_products(BitString(2)), "shares.size");
}

}  // namespace
}  // namespace herald
