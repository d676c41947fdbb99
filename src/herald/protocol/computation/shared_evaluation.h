#pragma once
// A circuit on XOR shares, layer by layer (Goldreich, Micali, Wigderson, STOC 1987): XOR and INV are each party's own
// work, and all AND gates whose operands are ready meet in one round. How a round makes shares of the products of
// shared bits is the protocol's matter.
//
//   SharedEvaluation mine(schedule, first);
//   mine.set_input(group, share);                      // for every group
//   while (!mine.done()) {
//     const SharedEvaluation::Operands operands = mine.operands();
//     mine.set_products(... my shares of left AND right, after a round with the others ...);
//   }
//   mine.output(group);

#include <cstdint>
#include <span>
#include <vector>

#include "herald/base/bits.h"
#include "herald/protocol/computation/circuit.h"

namespace herald {

// The gates of a circuit by rounds: what each party evaluates alone, then the AND gates of the round. All parties of a
// run walk it in lockstep; its order follows from the circuit alone.
class Schedule {
 public:
  explicit Schedule(const Circuit& circuit);

  std::size_t rounds() const { return m_rounds; }  // the circuit's and_depth()
  // The gates before round r's AND gates, without an AND; r == rounds(): what follows the last.
  std::span<const LogicGate> local(std::size_t round) const { return part(2 * round); }
  // At least one gate; none reads another's output. round < rounds().
  std::span<const LogicGate> ands(std::size_t round) const { return part(2 * round + 1); }
  std::size_t wires() const { return m_wires; }
  // The wires of a group: the first of them, and their number.
  struct Group {
    std::uint32_t first = 0, bits = 0;
  };
  std::span<const Group> inputs() const { return m_inputs; }
  std::span<const Group> outputs() const { return m_outputs; }

 private:
  std::span<const LogicGate> part(std::size_t i) const {
    return std::span(m_gates).subspan(m_part[i], m_part[i + 1] - m_part[i]);
  }

  std::vector<LogicGate> m_gates;
  std::vector<std::size_t> m_part;  // part i is gates m_part[i] to m_part[i + 1]: local ones for even i, AND for odd
  std::vector<Group> m_inputs, m_outputs;
  std::size_t m_rounds = 0, m_wires = 0;
};

// One party's shares of the wires. A call out of turn, or of a wrong size, is a bug.
class SharedEvaluation {
 public:
  // Bit i is this party's share of an operand of gate i of the round.
  struct Operands {
    BitString left, right;
  };

  // `first` for exactly one of the parties: INV and constants change one share alone. The schedule outlives this.
  SharedEvaluation(const Schedule& schedule, bool first);

  // Once for each group.
  void set_input(std::size_t group, BitView share);
  std::size_t round() const { return m_round; }  // counted from 0
  bool done() const { return m_round == m_schedule->rounds(); }
  // Of the round, not done(). After all inputs are set.
  Operands operands();
  // Bit i is this party's share of gate i's product; the next round begins.
  void set_products(BitView shares);
  // done().
  BitString output(std::size_t group);

 private:
  void evaluate_local();

  const Schedule* m_schedule;
  bool m_first;
  bool m_local_done = false;  // of this round
  std::size_t m_round = 0;
  std::vector<bool> m_has_input;      // m_has_input[group]
  std::vector<std::uint8_t> m_share;  // m_share[wire] is 0 or 1
};

}  // namespace herald
