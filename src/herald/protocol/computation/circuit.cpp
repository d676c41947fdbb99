#include "herald/protocol/computation/circuit.h"

#include <fmt/format.h>

#include <limits>
#include <utility>

namespace herald {
namespace {

constexpr std::uint32_t kUnassigned = std::numeric_limits<std::uint32_t>::max();

// The bits of all groups, at most `limit`.
Result<std::size_t> total(std::span<const std::uint32_t> sizes, std::size_t limit, const char* what) {
  std::size_t bits = 0;
  for (const std::uint32_t size : sizes) {
    if (size == 0) return fail(ErrorCode::invalid_argument, fmt::format("an {} group has no bits", what));
    bits += size;
    if (bits > limit)
      return fail(ErrorCode::invalid_argument, fmt::format("the {}s have more than {} bits", what, limit));
  }
  return bits;
}

}  // namespace

Result<CircuitDraft> CircuitDraft::start(std::vector<std::uint32_t> input_sizes,
                                         std::vector<std::uint32_t> output_sizes, std::size_t gates) {
  CircuitDraft draft;
  Circuit& circuit = draft.m_circuit;
  HERALD_TRY(circuit.m_inputs, total(input_sizes, kMaxCircuitInputs, "input"));
  if (gates > kMaxCircuitWires - circuit.m_inputs)
    return fail(ErrorCode::invalid_argument, fmt::format("there are more than {} wires", kMaxCircuitWires));
  const std::size_t wires = circuit.m_inputs + gates;
  if (output_sizes.empty()) return fail(ErrorCode::invalid_argument, "there is no output group");
  HERALD_TRY(circuit.m_outputs, total(output_sizes, wires, "output"));
  circuit.m_input_sizes = std::move(input_sizes);
  circuit.m_output_sizes = std::move(output_sizes);
  circuit.m_gates.reserve(gates);
  draft.m_gates = gates;
  draft.m_depth.assign(wires, kUnassigned);
  std::fill_n(draft.m_depth.begin(), circuit.m_inputs, 0);
  return draft;
}

Result<std::uint32_t> CircuitDraft::depth_of(std::uint32_t wire) const {
  if (wire >= m_depth.size())
    return fail(ErrorCode::invalid_argument, fmt::format("there is no wire {}; there are {}", wire, m_depth.size()));
  if (m_depth[wire] == kUnassigned)
    return fail(ErrorCode::invalid_argument, fmt::format("wire {} is used before it is assigned", wire));
  return m_depth[wire];
}

Result<void> CircuitDraft::add(const LogicGate& gate) {
  if (m_circuit.m_gates.size() == m_gates)
    return fail(ErrorCode::invalid_argument, fmt::format("there are more than {} gates", m_gates));
  std::uint32_t depth = 0;
  if (gate.kind == GateKind::eq) {
    if (gate.left > 1)
      return fail(ErrorCode::invalid_argument, fmt::format("{} is no constant; possible are 0 and 1", gate.left));
  } else {
    HERALD_TRY(depth, depth_of(gate.left));
  }
  if (gate.reads_two()) {
    HERALD_TRY(const std::uint32_t right, depth_of(gate.right));
    depth = std::max(depth, right);
  } else if (gate.right != 0) {
    return fail(ErrorCode::invalid_argument, "a gate of one input has a second");
  }
  if (gate.output >= m_depth.size())
    return fail(ErrorCode::invalid_argument,
                fmt::format("there is no wire {}; there are {}", gate.output, m_depth.size()));
  if (gate.output < m_circuit.m_inputs)
    return fail(ErrorCode::invalid_argument, fmt::format("wire {} is an input and no gate's output", gate.output));
  if (m_depth[gate.output] != kUnassigned)
    return fail(ErrorCode::invalid_argument, fmt::format("wire {} is assigned twice", gate.output));
  if (gate.kind == GateKind::and_gate) {
    ++m_circuit.m_and_count;
    ++depth;
  }
  m_depth[gate.output] = depth;
  m_circuit.m_and_depth = std::max<std::size_t>(m_circuit.m_and_depth, depth);
  m_circuit.m_gates.push_back(gate);
  return {};
}

Circuit CircuitDraft::finish() && {
  HERALD_CHECK(m_circuit.m_gates.size() == m_gates);
  return std::move(m_circuit);
}

Result<Circuit> Circuit::make(std::vector<std::uint32_t> input_sizes, std::vector<std::uint32_t> output_sizes,
                              std::span<const LogicGate> gates) {
  HERALD_TRY(CircuitDraft draft, CircuitDraft::start(std::move(input_sizes), std::move(output_sizes), gates.size()));
  for (std::size_t i = 0; i < gates.size(); ++i)
    if (const auto added = draft.add(gates[i]); !added)
      return fail(added.error().code, fmt::format("gate {}: {}", i, added.error().message));
  return std::move(draft).finish();
}

std::vector<std::uint64_t> evaluate_sliced(const Circuit& circuit, std::span<const std::uint64_t> inputs) {
  HERALD_CHECK(inputs.size() == circuit.inputs());
  std::vector<std::uint64_t> wires(circuit.wires());
  std::ranges::copy(inputs, wires.begin());
  for (const LogicGate& gate : circuit.gates()) {
    switch (gate.kind) {
      case GateKind::xor_gate: wires[gate.output] = wires[gate.left] ^ wires[gate.right]; break;
      case GateKind::and_gate: wires[gate.output] = wires[gate.left] & wires[gate.right]; break;
      case GateKind::inv: wires[gate.output] = ~wires[gate.left]; break;
      case GateKind::eq: wires[gate.output] = -std::uint64_t{gate.left}; break;
      case GateKind::eqw: wires[gate.output] = wires[gate.left]; break;
    }
  }
  wires.erase(wires.begin(), wires.begin() + static_cast<std::ptrdiff_t>(circuit.first_output()));
  return wires;
}

std::vector<BitString> evaluate(const Circuit& circuit, std::span<const BitString> inputs) {
  HERALD_CHECK(inputs.size() == circuit.input_sizes().size());
  std::vector<std::uint64_t> words;
  words.reserve(circuit.inputs());
  for (std::size_t group = 0; group < inputs.size(); ++group) {
    HERALD_CHECK(inputs[group].size() == circuit.input_sizes()[group]);
    for (std::size_t i = 0; i < inputs[group].size(); ++i) words.push_back(inputs[group][i]);
  }
  words = evaluate_sliced(circuit, words);
  std::vector<BitString> outputs;
  std::size_t at = 0;
  for (const std::uint32_t size : circuit.output_sizes()) {
    BitString& output = outputs.emplace_back(size);
    for (std::size_t i = 0; i < size; ++i) output.set(i, words[at++] & 1);
  }
  return outputs;
}

}  // namespace herald
