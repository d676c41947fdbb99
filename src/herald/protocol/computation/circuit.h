#pragma once
// A boolean circuit as a value: gates in order of evaluation over numbered wires. As in the Bristol formats, the first
// wires are the inputs, group after group, the last wires are the outputs, and every other wire is assigned by exactly
// one gate before a gate uses it.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "herald/base/bits.h"
#include "herald/base/result.h"

namespace herald {

// The gates of Bristol Fashion: left XOR right, left AND right, NOT left, a constant, a copy of left.
enum class GateKind : std::uint8_t { xor_gate, and_gate, inv, eq, eqw };

struct LogicGate {
  GateKind kind = GateKind::xor_gate;
  std::uint32_t left = 0;   // a wire; the bit itself, 0 or 1, for eq
  std::uint32_t right = 0;  // a wire for xor_gate and and_gate, else 0
  std::uint32_t output = 0;

  bool reads_two() const { return kind == GateKind::xor_gate || kind == GateKind::and_gate; }
  bool operator==(const LogicGate&) const = default;
};

inline constexpr std::size_t kMaxCircuitInputs = std::size_t{1} << 20;  // bits
inline constexpr std::size_t kMaxCircuitWires = std::size_t{1} << 24;

class Circuit {
 public:
  // Group sizes in bits, each at least 1; at least one output group. Wires: the inputs' and one per gate. Errors:
  // invalid_argument, naming the gate (counted from 0) and what is wrong with it.
  static Result<Circuit> make(std::vector<std::uint32_t> input_sizes, std::vector<std::uint32_t> output_sizes,
                              std::span<const LogicGate> gates);

  // Bits of each group: a group is one value, and in a computation by parties one party's.
  std::span<const std::uint32_t> input_sizes() const { return m_input_sizes; }
  std::span<const std::uint32_t> output_sizes() const { return m_output_sizes; }
  std::span<const LogicGate> gates() const { return m_gates; }
  std::size_t inputs() const { return m_inputs; }    // bits of all groups
  std::size_t outputs() const { return m_outputs; }  // bits of all groups
  std::size_t wires() const { return m_inputs + m_gates.size(); }
  std::size_t first_output() const { return wires() - m_outputs; }
  std::size_t and_count() const { return m_and_count; }
  // The most AND gates on a way through the circuit: the rounds of GMW.
  std::size_t and_depth() const { return m_and_depth; }

  bool operator==(const Circuit&) const = default;

 private:
  friend class CircuitDraft;
  Circuit() = default;

  std::vector<std::uint32_t> m_input_sizes, m_output_sizes;
  std::vector<LogicGate> m_gates;
  std::size_t m_inputs = 0, m_outputs = 0, m_and_count = 0, m_and_depth = 0;
};

// A circuit gate by gate, each judged as it comes. Errors: invalid_argument, without the gate's place.
class CircuitDraft {
 public:
  // Allocates for that many gates: a stranger's count is held against what the input can fill before.
  static Result<CircuitDraft> start(std::vector<std::uint32_t> input_sizes, std::vector<std::uint32_t> output_sizes,
                                    std::size_t gates);
  Result<void> add(const LogicGate& gate);
  std::size_t wires() const { return m_depth.size(); }
  // All gates are there.
  Circuit finish() &&;

 private:
  CircuitDraft() = default;
  Result<std::uint32_t> depth_of(std::uint32_t wire) const;

  Circuit m_circuit;
  std::size_t m_gates = 0;
  std::vector<std::uint32_t> m_depth;  // m_depth[wire]: AND gates on the longest way to it, or kUnassigned
};

// 64 evaluations at once: a word per input wire in, a word per output wire out, bit j of each is evaluation j.
std::vector<std::uint64_t> evaluate_sliced(const Circuit& circuit, std::span<const std::uint64_t> inputs);
// One evaluation: a string per input group, of its size, in; a string per output group out.
std::vector<BitString> evaluate(const Circuit& circuit, std::span<const BitString> inputs);

}  // namespace herald
