#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "herald/protocol/computation/joint_computation.h"

namespace herald {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

Result<BitString> read_hexadecimal(std::string_view digits) {
  BitString number(4 * digits.size());
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const char c = digits[digits.size() - 1 - i];
    const std::size_t value = kDigits.find(c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c);
    if (value == std::string_view::npos) return fail(ErrorCode::invalid_argument, "no hexadecimal digits after 0x");
    for (std::size_t bit = 0; bit < 4; ++bit) number.set(4 * i + bit, ((value >> bit) & 1) != 0);
  }
  return number;
}

}  // namespace

Result<BitString> read_input(std::string_view text, std::size_t bits) {
  BitString number;
  if (text.starts_with("0x") && text.size() > 2 && text.size() <= 2 + kMaxCircuitInputs / 4) {
    HERALD_TRY(number, read_hexadecimal(text.substr(2)));
  } else {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
      return fail(ErrorCode::invalid_argument, "expected 0x and hexadecimal digits, or a number below 2^64");
    number = BitString(64);
    number.words()[0] = value;
  }
  std::size_t size = number.size();
  while (size > 0 && !number[size - 1]) --size;
  if (size > bits) return fail(ErrorCode::invalid_argument, fmt::format("{} bits where {} are taken", size, bits));
  BitString input = slice(number, 0, std::min(bits, number.size()));
  input.append(BitString(bits - input.size()));
  return input;
}

std::string hexadecimal(BitView number) {
  std::string text = "0x";
  for (std::size_t digit = (number.size() + 3) / 4; digit-- > 0;) {
    unsigned value = 0;
    for (std::size_t bit = 0; bit < 4 && 4 * digit + bit < number.size(); ++bit)
      value |= unsigned{number[4 * digit + bit]} << bit;
    text.push_back(kDigits[value]);
  }
  return text;
}

}  // namespace herald
