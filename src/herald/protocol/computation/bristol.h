#pragma once
// Circuits as text, in the two forms of https://nigelsmart.github.io/MPC-Circuits/:
//
//   Bristol Fashion                 the older Bristol Format
//     gates wires                     gates wires
//     niv ni_1 ... ni_niv             n1 n2 n3
//     nov no_1 ... no_nov
//     inputs outputs wires KIND       inputs outputs wires KIND
//
// niv input groups and nov output groups with their bits; n1 and n2 bits of two parties (n2 = 0: one party alone) and
// n3 of output. Then a gate a line: `2 1 left right output XOR`, AND; `1 1 left output INV`; in Bristol Fashion also
// `1 1 bit output EQ` and `1 1 left output EQW`. NOT is read as INV. Words are separated by blanks or tabs, lines end
// with LF or CR LF, and lines without a word are skipped.

#include <string>
#include <string_view>

#include "herald/protocol/computation/circuit.h"

namespace herald {

enum class BristolForm { format, fashion };

// The forms are told apart by the third line: all numbers in Bristol Fashion, else a gate or nothing. Limits: those of
// Circuit, and no count beyond what the rest of the text can hold. Errors: malformed, with `name`, the line, and what
// is expected there.
Result<Circuit> read_bristol(std::string_view text, std::string_view name);

// Errors: invalid_argument when the older form has no words for the circuit: more than two input groups, more than one
// output group, EQ or EQW.
Result<std::string> write_bristol(const Circuit& circuit, BristolForm form = BristolForm::fashion);

}  // namespace herald
