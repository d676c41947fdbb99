#pragma once
// Circuits for property tests.

#include <rapidcheck.h>

#include "herald/protocol/computation/circuit.h"

namespace herald {

struct RandomCircuit {
  std::size_t inputs = 2;   // groups
  std::size_t outputs = 0;  // groups; 0: one or more
  bool constants_and_copies = true;
};

// Any gates in any order that evaluation allows, over wires in any order between inputs and outputs.
inline Circuit random_circuit(RandomCircuit shape) {
  const auto below = [](std::size_t bound) { return *rc::gen::inRange<std::size_t>(0, bound); };
  std::vector<std::uint32_t> input_sizes, output_sizes;
  std::uint32_t inputs = 0;
  for (std::size_t i = 0; i < shape.inputs; ++i)
    inputs += input_sizes.emplace_back(static_cast<std::uint32_t>(1 + below(8)));
  const std::size_t gates = (inputs == 0 ? 1 : 0) + below(60);
  // The order in which wires are assigned.
  std::vector<std::uint32_t> order;
  for (std::uint32_t i = 0; i < gates; ++i)
    order.insert(order.begin() + static_cast<std::ptrdiff_t>(below(order.size() + 1)), inputs + i);
  std::vector<std::uint32_t> assigned;
  for (std::uint32_t wire = 0; wire < inputs; ++wire) assigned.push_back(wire);
  std::vector<LogicGate> list;
  for (const std::uint32_t wire : order) {
    LogicGate gate{static_cast<GateKind>(below(shape.constants_and_copies ? 5 : 3)), 0, 0, wire};
    if (assigned.empty()) gate.kind = GateKind::eq;
    gate.left = gate.kind == GateKind::eq ? static_cast<std::uint32_t>(below(2)) : assigned[below(assigned.size())];
    if (gate.reads_two()) gate.right = assigned[below(assigned.size())];
    list.push_back(gate);
    assigned.push_back(wire);
  }
  std::size_t left = assigned.size();
  do {
    output_sizes.push_back(static_cast<std::uint32_t>(1 + below(std::min<std::size_t>(left, 8))));
    left -= output_sizes.back();
  } while (left != 0 && (shape.outputs == 0 ? below(2) == 1 : output_sizes.size() < shape.outputs));
  const auto circuit = Circuit::make(std::move(input_sizes), std::move(output_sizes), list);
  HERALD_CHECK(circuit);
  return *circuit;
}

}  // namespace herald
