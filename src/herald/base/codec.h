#pragma once
// Bytes of wires and files: little-endian integers, LEB128 variable-length integers, counted strings. A reader never
// reads beyond its end and never allocates more than its input can fill; the first fault sticks and is asked for once,
// at the end.

#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "herald/base/bits.h"
#include "herald/base/result.h"

namespace herald {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

// At most `limit` bytes of a stranger's text, without anything that a terminal would act upon.
std::string printable(std::string_view text, std::size_t limit);

class Writer {
 public:
  template <typename T>
    requires std::is_unsigned_v<T>
  void fixed(T value) {
    for (std::size_t i = 0; i < sizeof(T); ++i) m_bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  }
  void varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) m_bytes.push_back(static_cast<std::uint8_t>(value | 0x80));
    m_bytes.push_back(static_cast<std::uint8_t>(value));
  }
  void real(double value) { fixed(std::bit_cast<std::uint64_t>(value)); }
  void raw(ByteView bytes) { m_bytes.insert(m_bytes.end(), bytes.begin(), bytes.end()); }
  void counted(ByteView bytes) {
    varint(bytes.size());
    raw(bytes);
  }
  void text(std::string_view value) { counted({reinterpret_cast<const std::uint8_t*>(value.data()), value.size()}); }
  // Bit count, then the bits.
  void bits(BitView view) {
    varint(view.size());
    const std::size_t begin = m_bytes.size();
    m_bytes.resize(begin + (view.size() + 7) / 8);
    to_bytes(view, std::span(m_bytes).subspan(begin));
  }
  const Bytes& bytes() const { return m_bytes; }
  // From the beginning, in the memory that it has.
  void clear() { m_bytes.clear(); }
  Bytes take() && { return std::move(m_bytes); }

 private:
  Bytes m_bytes;
};

class Reader {
 public:
  explicit Reader(ByteView bytes) : m_bytes(bytes) {}

  template <typename T>
    requires std::is_unsigned_v<T>
  T fixed() {
    T value = 0;
    const ByteView bytes = raw(sizeof(T));
    for (std::size_t i = 0; i < bytes.size(); ++i)
      value = static_cast<T>(value | static_cast<T>(T{bytes[i]} << (8 * i)));
    return value;
  }
  // Refuses more than ten bytes, overflow, and longer forms than needed (one value, one encoding).
  std::uint64_t varint();
  double real() { return std::bit_cast<double>(fixed<std::uint64_t>()); }
  // The next `size` bytes; empty and faulty when there are fewer.
  ByteView raw(std::size_t size);
  ByteView counted() { return raw_or_fault(varint()); }
  std::string text() {
    const ByteView bytes = counted();
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
  // Refuses more than `limit` bits, and padding that is not zero.
  BitString bits(std::size_t limit);

  void fault(std::string_view what) {
    if (m_fault.empty()) m_fault = what;
    m_at = m_bytes.size();
  }
  bool ok() const { return m_fault.empty(); }
  std::size_t remaining() const { return m_bytes.size() - m_at; }
  // Ok when nothing was wrong and nothing is left over.
  Result<void> finish(std::string_view what) const;

 private:
  ByteView raw_or_fault(std::uint64_t size);
  ByteView m_bytes;
  std::size_t m_at = 0;
  std::string m_fault;
};

}  // namespace herald
