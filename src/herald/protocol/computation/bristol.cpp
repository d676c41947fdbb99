#include "herald/protocol/computation/bristol.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <optional>
#include <utility>

#include "herald/base/codec.h"

namespace herald {
namespace {

constexpr std::string_view kBlanks = " \t\r";
// "1 1 0 0 EQ": no gate is shorter, its line's end aside.
constexpr std::size_t kShortestGate = 10;

struct KindName {
  GateKind kind;
  std::string_view name;
};
constexpr std::array<KindName, 6> kKindNames{{{GateKind::xor_gate, "XOR"},
                                              {GateKind::and_gate, "AND"},
                                              {GateKind::inv, "INV"},
                                              {GateKind::eq, "EQ"},
                                              {GateKind::eqw, "EQW"},
                                              {GateKind::inv, "NOT"}}};

bool only_in_fashion(GateKind kind) { return kind == GateKind::eq || kind == GateKind::eqw; }

// The words of a text, line by line.
class Words {
 public:
  Words(std::string_view text, std::string_view name) : m_rest(text), m_name(name) {}

  // Goes to the next line that has a word; false at the end of the text.
  bool next_line() {
    while (!m_rest.empty()) {
      const std::size_t end = std::min(m_rest.find('\n'), m_rest.size());
      m_line = m_rest.substr(0, end);
      m_rest.remove_prefix(std::min(end + 1, m_rest.size()));
      ++m_number;
      skip_blanks();
      if (!m_line.empty()) return true;
    }
    m_line = {};
    return false;
  }
  // The next word of the line; empty at its end.
  std::string_view word() {
    const std::string_view found = m_line.substr(0, m_line.find_first_of(kBlanks));
    m_line.remove_prefix(found.size());
    skip_blanks();
    return found;
  }
  Result<std::uint32_t> number(std::string_view what, std::size_t least, std::size_t most) {
    const std::string_view found = word();
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(found.data(), found.data() + found.size(), value);
    if (error != std::errc() || end != found.data() + found.size() || value < least || value > most)
      return fault(fmt::format("expected {}, {} to {}; found {}", what, least, most, quoted(found)));
    return value;
  }
  Result<void> end_of_line(std::string_view after) {
    if (m_line.empty()) return {};
    return fault(fmt::format("expected the end of the line after {}; found {}", after, quoted(word())));
  }
  std::unexpected<Error> fault(std::string_view what) const {
    return fail(ErrorCode::malformed, fmt::format("{}:{}: {}", m_name, m_number, what));
  }
  static std::string quoted(std::string_view found) {
    return found.empty() ? "the end of the line" : fmt::format("\"{}\"", printable(found, 40));
  }
  std::size_t remaining() const { return m_rest.size(); }

 private:
  void skip_blanks() { m_line.remove_prefix(std::min(m_line.find_first_not_of(kBlanks), m_line.size())); }

  std::string_view m_rest, m_name, m_line;
  std::size_t m_number = 0;
};

struct Header {
  BristolForm form = BristolForm::fashion;
  std::size_t gates = 0, wires = 0;
  std::vector<std::uint32_t> input_sizes, output_sizes;
};

// Bristol Fashion has a third line of numbers, where the older form has a gate or nothing.
BristolForm form_of(Words words) {
  if (!words.next_line()) return BristolForm::format;
  while (true) {
    const std::string_view word = words.word();
    if (word.empty()) return BristolForm::fashion;
    if (!std::ranges::all_of(word, [](char c) { return c >= '0' && c <= '9'; })) return BristolForm::format;
  }
}

// A count and so many sizes.
Result<std::vector<std::uint32_t>> read_groups(Words& words, std::string_view what, std::size_t least,
                                               std::size_t most_bits) {
  HERALD_TRY(const std::uint32_t groups, words.number(fmt::format("the number of {} groups", what), least, most_bits));
  std::vector<std::uint32_t> sizes;
  for (std::uint32_t i = 0; i < groups; ++i) {
    HERALD_TRY(const std::uint32_t size, words.number(fmt::format("the bits of {} group {}", what, i), 1, most_bits));
    sizes.push_back(size);
  }
  HERALD_TRY_VOID(words.end_of_line(fmt::format("the {} groups", what)));
  return sizes;
}

Result<Header> read_header(Words& words) {
  Header header;
  if (!words.next_line()) return words.fault("expected the numbers of gates and wires; found the end of the text");
  HERALD_TRY(header.gates, words.number("the number of gates", 0, words.remaining() / kShortestGate));
  HERALD_TRY(header.wires, words.number("the number of wires", 1, kMaxCircuitWires));
  HERALD_TRY_VOID(words.end_of_line("the numbers of gates and wires"));
  if (!words.next_line()) return words.fault("expected the bits of the inputs; found the end of the text");
  header.form = form_of(words);
  if (header.form == BristolForm::fashion) {
    HERALD_TRY(header.input_sizes, read_groups(words, "input", 0, kMaxCircuitInputs));
    words.next_line();
    HERALD_TRY(header.output_sizes, read_groups(words, "output", 1, header.wires));
    return header;
  }
  for (const char* party : {"the first party's input bits", "the second party's input bits"}) {
    HERALD_TRY(const std::uint32_t bits, words.number(party, 0, kMaxCircuitInputs));
    if (bits != 0) header.input_sizes.push_back(bits);
  }
  HERALD_TRY(const std::uint32_t bits, words.number("the output bits", 1, header.wires));
  header.output_sizes.push_back(bits);
  HERALD_TRY_VOID(words.end_of_line("the bits of two inputs and an output"));
  return header;
}

Result<LogicGate> read_gate(Words& words, const Header& header) {
  LogicGate gate;
  HERALD_TRY(const std::uint32_t reads, words.number("the gate's number of input wires", 1, 2));
  HERALD_TRY_VOID(words.number("the gate's number of output wires", 1, 1));
  HERALD_TRY(gate.left, words.number("an input wire", 0, kMaxCircuitWires));
  if (reads == 2) {
    HERALD_TRY(gate.right, words.number("an input wire", 0, kMaxCircuitWires));
  }
  HERALD_TRY(gate.output, words.number("an output wire", 0, kMaxCircuitWires));
  const std::string_view name = words.word();
  const auto found = std::ranges::find(kKindNames, name, &KindName::name);
  const bool known = found != kKindNames.end();
  if (known) gate.kind = found->kind;
  if (!known || gate.reads_two() != (reads == 2) ||
      (header.form == BristolForm::format && only_in_fashion(gate.kind))) {
    const std::string_view expected = reads == 2                            ? "XOR or AND"
                                      : header.form == BristolForm::fashion ? "INV, EQ or EQW"
                                                                            : "INV";
    return words.fault(fmt::format("expected a gate of {}, {}; found {}", reads == 1 ? "1 input wire" : "2 input wires",
                                   expected, Words::quoted(name)));
  }
  HERALD_TRY_VOID(words.end_of_line("the gate"));
  return gate;
}

}  // namespace

Result<Circuit> read_bristol(std::string_view text, std::string_view name) {
  Words words(text, name);
  HERALD_TRY(Header header, read_header(words));
  auto draft = CircuitDraft::start(std::move(header.input_sizes), std::move(header.output_sizes), header.gates);
  if (!draft) return words.fault(draft.error().message);
  if (header.wires != draft->wires())
    return words.fault(fmt::format("expected {} wires, one per input bit and gate; the first line says {}",
                                   draft->wires(), header.wires));
  for (std::size_t i = 0; i < header.gates; ++i) {
    if (!words.next_line())
      return words.fault(fmt::format("expected {} gates; found {} and the end of the text", header.gates, i));
    HERALD_TRY(const LogicGate gate, read_gate(words, header));
    if (const auto added = draft->add(gate); !added) return words.fault(added.error().message);
  }
  if (words.next_line())
    return words.fault(fmt::format("expected the end of the text after {} gates; found {}", header.gates,
                                   Words::quoted(words.word())));
  return std::move(*draft).finish();
}

Result<std::string> write_bristol(const Circuit& circuit, BristolForm form) {
  const auto inputs = circuit.input_sizes(), outputs = circuit.output_sizes();
  std::string text = fmt::format("{} {}\n", circuit.gates().size(), circuit.wires());
  if (form == BristolForm::fashion) {
    fmt::format_to(std::back_inserter(text), "{}", inputs.size());
    for (const std::uint32_t bits : inputs) fmt::format_to(std::back_inserter(text), " {}", bits);
    fmt::format_to(std::back_inserter(text), "\n{}", outputs.size());
    for (const std::uint32_t bits : outputs) fmt::format_to(std::back_inserter(text), " {}", bits);
  } else {
    const auto beyond = [](const LogicGate& gate) { return only_in_fashion(gate.kind); };
    if (inputs.size() > 2 || outputs.size() > 1 || std::ranges::any_of(circuit.gates(), beyond))
      return fail(
          ErrorCode::invalid_argument,
          "the older Bristol Format has at most two inputs, one output, and no EQ or EQW; write Bristol Fashion");
    fmt::format_to(std::back_inserter(text), "{} {} {}", inputs.empty() ? 0 : inputs[0],
                   inputs.size() < 2 ? 0 : inputs[1], outputs[0]);
  }
  text += "\n\n";
  for (const LogicGate& gate : circuit.gates()) {
    const std::string_view name = std::ranges::find(kKindNames, gate.kind, &KindName::kind)->name;
    if (gate.reads_two())
      fmt::format_to(std::back_inserter(text), "2 1 {} {} {} {}\n", gate.left, gate.right, gate.output, name);
    else
      fmt::format_to(std::back_inserter(text), "1 1 {} {} {}\n", gate.left, gate.output, name);
  }
  return text;
}

}  // namespace herald
