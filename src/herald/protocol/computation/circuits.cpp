#include "herald/protocol/computation/circuits.h"

#include <fmt/format.h>

#include "herald/protocol/computation/circuit_builder.h"

namespace herald {
namespace {

using Bit = CircuitBuilder::Bit;
using Bits = CircuitBuilder::Bits;

Result<std::uint32_t> operand_bits(std::size_t bits) {
  if (bits == 0 || bits > kMaxOperandBits)
    return fail(ErrorCode::invalid_argument,
                fmt::format("integers of {} bits; possible are 1 to {}", bits, kMaxOperandBits));
  return static_cast<std::uint32_t>(bits);
}

Circuit finish(CircuitBuilder& builder, const Bits& output) {
  return std::move(builder).finish(std::span<const Bits>(&output, 1));
}

// (x ^ carry) & (y ^ carry), with its gates in one order whatever the compiler.
Bit both_against(Bit x, Bit y, Bit carry) {
  const Bit of_y = y ^ carry, of_x = x ^ carry;
  return of_x & of_y;
}

// The carry goes up: the highest bit that differs decides.
Bit greater_by_carry(const Bits& x, const Bits& y) {
  Bit carry = x[0] & ~y[0];
  for (std::size_t i = 1; i < x.size(); ++i) carry = x[i] ^ both_against(x[i], y[i], carry);
  return carry;
}

struct Comparison {
  Bit greater, equal;
};

// Of bits [begin, end); `equal` is there when asked for. The lower half is the larger one, so that the half that nobody
// asks for equality is the deeper.
Comparison compare(std::span<const Bit> x, std::span<const Bit> y, bool ask_equal) {
  if (x.size() == 1) return {x[0] & ~y[0], ask_equal ? ~(x[0] ^ y[0]) : Bit()};
  const std::size_t lower = (x.size() + 1) / 2;
  const Comparison low = compare(x.first(lower), y.first(lower), ask_equal);
  const Comparison high = compare(x.subspan(lower), y.subspan(lower), true);
  return {high.greater ^ (high.equal & low.greater), ask_equal ? high.equal & low.equal : Bit()};
}

Bit all_of(std::span<const Bit> bits) {
  if (bits.size() == 1) return bits[0];
  const Bit second = all_of(bits.subspan(bits.size() / 2)), first = all_of(bits.first(bits.size() / 2));
  return first & second;
}

}  // namespace

Result<Circuit> greater_than_circuit(std::size_t bits, Saves saves) {
  HERALD_TRY(const std::uint32_t size, operand_bits(bits));
  CircuitBuilder builder({size, size});
  const Bits x = builder.input(0), y = builder.input(1);
  return finish(builder, {saves == Saves::gates ? greater_by_carry(x, y) : compare(x, y, false).greater});
}

Result<Circuit> equality_circuit(std::size_t bits) {
  HERALD_TRY(const std::uint32_t size, operand_bits(bits));
  CircuitBuilder builder({size, size});
  const Bits x = builder.input(0), y = builder.input(1);
  Bits same;
  for (std::size_t i = 0; i < bits; ++i) same.push_back(~(x[i] ^ y[i]));
  return finish(builder, {all_of(same)});
}

Result<Circuit> adder_circuit(std::size_t bits) {
  HERALD_TRY(const std::uint32_t size, operand_bits(bits));
  CircuitBuilder builder({size, size});
  const Bits x = builder.input(0), y = builder.input(1);
  Bits sum{x[0] ^ y[0]};
  Bit carry = x[0] & y[0];
  for (std::size_t i = 1; i < bits; ++i) {
    sum.push_back(x[i] ^ y[i] ^ carry);
    carry = carry ^ both_against(x[i], y[i], carry);
  }
  sum.push_back(carry);
  return finish(builder, sum);
}

}  // namespace herald
