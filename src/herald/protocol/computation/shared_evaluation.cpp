#include "herald/protocol/computation/shared_evaluation.h"

#include <algorithm>
#include <functional>
#include <numeric>

namespace herald {
namespace {

std::vector<Schedule::Group> groups_of(std::span<const std::uint32_t> sizes, std::size_t first) {
  std::vector<Schedule::Group> groups;
  auto next = static_cast<std::uint32_t>(first);
  for (const std::uint32_t bits : sizes) {
    groups.push_back({next, bits});
    next += bits;
  }
  return groups;
}

}  // namespace

Schedule::Schedule(const Circuit& circuit)
    : m_gates(circuit.gates().size()),
      m_part(2 * circuit.and_depth() + 2),
      m_inputs(groups_of(circuit.input_sizes(), 0)),
      m_outputs(groups_of(circuit.output_sizes(), circuit.first_output())),
      m_rounds(circuit.and_depth()),
      m_wires(circuit.wires()) {
  // depth[wire]: AND gates on the longest way to it. An AND gate of depth d is of round d - 1.
  std::vector<std::uint32_t> depth(m_wires), part_of;
  part_of.reserve(m_gates.size());
  for (const LogicGate& gate : circuit.gates()) {
    std::uint32_t before = gate.kind == GateKind::eq ? 0 : depth[gate.left];
    if (gate.reads_two()) before = std::max(before, depth[gate.right]);
    const bool is_and = gate.kind == GateKind::and_gate;
    depth[gate.output] = before + is_and;
    part_of.push_back(2 * before + is_and);
    ++m_part[part_of.back() + 1];
  }
  std::partial_sum(m_part.begin(), m_part.end(), m_part.begin());
  std::vector<std::size_t> next(m_part);
  for (std::size_t i = 0; i < m_gates.size(); ++i) m_gates[next[part_of[i]]++] = circuit.gates()[i];
}

SharedEvaluation::SharedEvaluation(const Schedule& schedule, bool first)
    : m_schedule(&schedule), m_first(first), m_has_input(schedule.inputs().size()), m_share(schedule.wires()) {}

void SharedEvaluation::set_input(std::size_t group, BitView share) {
  HERALD_CHECK(group < m_has_input.size() && !m_has_input[group]);
  const auto [first, bits] = m_schedule->inputs()[group];
  HERALD_CHECK(share.size() == bits);
  for (std::uint32_t i = 0; i < bits; ++i) m_share[first + i] = share[i];
  m_has_input[group] = true;
}

void SharedEvaluation::evaluate_local() {
  if (m_local_done) return;
  HERALD_CHECK(std::ranges::all_of(m_has_input, std::identity()));
  m_local_done = true;
  for (const LogicGate& gate : m_schedule->local(m_round)) {
    std::uint8_t& output = m_share[gate.output];
    switch (gate.kind) {
      case GateKind::xor_gate: output = m_share[gate.left] ^ m_share[gate.right]; break;
      case GateKind::inv: output = m_share[gate.left] ^ std::uint8_t{m_first}; break;
      case GateKind::eq: output = gate.left != 0 && m_first; break;
      case GateKind::eqw: output = m_share[gate.left]; break;
      case GateKind::and_gate: HERALD_CHECK(false);  // no AND is local
    }
  }
}

SharedEvaluation::Operands SharedEvaluation::operands() {
  HERALD_CHECK(!done());
  evaluate_local();
  const auto gates = m_schedule->ands(m_round);
  Operands operands{BitString(gates.size()), BitString(gates.size())};
  for (std::size_t i = 0; i < gates.size(); ++i) {
    operands.left.words()[i / 64] |= std::uint64_t{m_share[gates[i].left]} << (i % 64);
    operands.right.words()[i / 64] |= std::uint64_t{m_share[gates[i].right]} << (i % 64);
  }
  return operands;
}

void SharedEvaluation::set_products(BitView shares) {
  HERALD_CHECK(!done());
  evaluate_local();
  const auto gates = m_schedule->ands(m_round);
  HERALD_CHECK(shares.size() == gates.size());
  for (std::size_t i = 0; i < gates.size(); ++i) m_share[gates[i].output] = shares[i];
  ++m_round;
  m_local_done = false;
}

BitString SharedEvaluation::output(std::size_t group) {
  HERALD_CHECK(done() && group < m_schedule->outputs().size());
  evaluate_local();
  const auto [first, bits] = m_schedule->outputs()[group];
  BitString output(bits);
  for (std::uint32_t i = 0; i < bits; ++i) output.set(i, m_share[first + i] != 0);
  return output;
}

}  // namespace herald
