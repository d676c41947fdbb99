#pragma once
// A line of text, word by word.

#include <charconv>
#include <string_view>
#include <system_error>

namespace herald::study {

class Words {
 public:
  explicit Words(std::string_view text) : m_rest(text) {}
  std::string_view rest() const { return m_rest; }
  // Up to the next `end`, which is passed over; empty when there is no more.
  std::string_view next(char end = ' ') {
    const std::size_t length = m_rest.find(end);
    const std::string_view word = m_rest.substr(0, length);
    m_rest.remove_prefix(length == std::string_view::npos ? m_rest.size() : length + 1);
    return word;
  }
  // The next word, all of it a number.
  template <typename T>
  bool number(T& value) {
    return parse(next(), value);
  }
  template <typename T>
  static bool parse(std::string_view word, T& value) {
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    return error == std::errc() && end == word.data() + word.size() && !word.empty();
  }

 private:
  std::string_view m_rest;
};

}  // namespace herald::study
