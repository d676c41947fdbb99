#pragma once
// Circuits written as formulas over bits: x ^ y, x & y, ~x.

#include <cstdint>
#include <span>
#include <vector>

#include "herald/protocol/computation/circuit.h"

namespace herald {

class CircuitBuilder {
 public:
  // A wire of the circuit that is being built.
  class Bit {
   public:
    Bit() = default;
    friend Bit operator^(Bit a, Bit b) { return a.gate(GateKind::xor_gate, b); }
    friend Bit operator&(Bit a, Bit b) { return a.gate(GateKind::and_gate, b); }
    friend Bit operator~(Bit a) { return a.gate(GateKind::inv, Bit(a.m_builder, 0)); }

   private:
    friend class CircuitBuilder;
    Bit(CircuitBuilder* builder, std::uint32_t wire) : m_builder(builder), m_wire(wire) {}
    Bit gate(GateKind kind, Bit right) const;

    CircuitBuilder* m_builder = nullptr;
    std::uint32_t m_wire = 0;
  };
  using Bits = std::vector<Bit>;

  // Group sizes in bits, each at least 1, of at most kMaxCircuitInputs together.
  explicit CircuitBuilder(std::vector<std::uint32_t> input_sizes);
  CircuitBuilder(const CircuitBuilder&) = delete;
  CircuitBuilder& operator=(const CircuitBuilder&) = delete;

  Bits input(std::size_t group);
  // The circuit whose output groups these are. An output that is an input, or comes twice, costs an EQW gate. More than
  // kMaxCircuitWires are a bug.
  Circuit finish(std::span<const Bits> outputs) &&;

 private:
  std::vector<std::uint32_t> m_input_sizes;
  std::uint32_t m_inputs = 0;
  std::vector<LogicGate> m_gates;  // gate i assigns wire m_inputs + i
};

}  // namespace herald
