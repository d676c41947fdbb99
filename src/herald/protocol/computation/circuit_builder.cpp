#include "herald/protocol/computation/circuit_builder.h"

#include <numeric>
#include <utility>

namespace herald {

CircuitBuilder::CircuitBuilder(std::vector<std::uint32_t> input_sizes)
    : m_input_sizes(std::move(input_sizes)),
      m_inputs(std::accumulate(m_input_sizes.begin(), m_input_sizes.end(), std::uint32_t{0})) {}

CircuitBuilder::Bits CircuitBuilder::input(std::size_t group) {
  HERALD_CHECK(group < m_input_sizes.size());
  const auto end = m_input_sizes.begin() + static_cast<std::ptrdiff_t>(group);
  const std::uint32_t first = std::accumulate(m_input_sizes.begin(), end, std::uint32_t{0});
  Bits bits;
  for (std::uint32_t i = 0; i < m_input_sizes[group]; ++i) bits.push_back(Bit(this, first + i));
  return bits;
}

CircuitBuilder::Bit CircuitBuilder::Bit::gate(GateKind kind, Bit right) const {
  HERALD_CHECK(m_builder != nullptr && m_builder == right.m_builder);
  HERALD_CHECK(m_builder->m_gates.size() < kMaxCircuitWires);
  const std::uint32_t output = m_builder->m_inputs + static_cast<std::uint32_t>(m_builder->m_gates.size());
  m_builder->m_gates.push_back({kind, m_wire, right.m_wire, output});
  return {m_builder, output};
}

Circuit CircuitBuilder::finish(std::span<const Bits> outputs) && {
  Bits last;
  std::vector<std::uint32_t> output_sizes;
  std::vector<bool> taken(m_inputs + m_gates.size());
  for (const Bits& group : outputs) {
    output_sizes.push_back(static_cast<std::uint32_t>(group.size()));
    for (Bit bit : group) {
      HERALD_CHECK(bit.m_builder == this);
      if (bit.m_wire < m_inputs || taken[bit.m_wire]) {
        bit = bit.gate(GateKind::eqw, Bit(this, 0));
        taken.push_back(false);
      }
      taken[bit.m_wire] = true;
      last.push_back(bit);
    }
  }
  // number[wire]: its number in the finished circuit, where the outputs come last.
  const auto wires = static_cast<std::uint32_t>(taken.size());
  std::vector<std::uint32_t> number(wires);
  std::uint32_t next = 0, next_output = wires - static_cast<std::uint32_t>(last.size());
  for (const Bit bit : last) number[bit.m_wire] = next_output++;
  for (std::uint32_t wire = 0; wire < wires; ++wire)
    if (!taken[wire]) number[wire] = next++;
  for (LogicGate& gate : m_gates) {
    gate.left = number[gate.left];
    gate.right = gate.reads_two() ? number[gate.right] : 0;
    gate.output = number[gate.output];
  }
  auto circuit = Circuit::make(std::move(m_input_sizes), std::move(output_sizes), m_gates);
  HERALD_CHECK(circuit);
  return *std::move(circuit);
}

}  // namespace herald
