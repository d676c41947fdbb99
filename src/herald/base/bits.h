#pragma once
// Strings of bits with word access. Bit i is bit i % 64 of word i / 64; the unused bits of the last word are zero.

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "herald/base/result.h"
#include "herald/base/secret_memory.h"

namespace herald {

constexpr std::size_t words_for(std::size_t bits) { return (bits + 63) / 64; }

// A read-only look at `size` bits that somebody else owns.
class BitView {
 public:
  BitView() = default;
  BitView(const std::uint64_t* words, std::size_t size) : m_words(words), m_size(size) {}

  std::size_t size() const { return m_size; }
  bool operator[](std::size_t i) const { return (m_words[i / 64] >> (i % 64)) & 1; }
  std::span<const std::uint64_t> words() const { return {m_words, words_for(m_size)}; }

  // Bits [begin, begin+64) as a word, zeros beyond the end.
  std::uint64_t word_at(std::size_t begin) const {
    const std::size_t word = begin / 64, shift = begin % 64, count = words_for(m_size);
    std::uint64_t value = word < count ? m_words[word] >> shift : 0;
    if (shift != 0 && word + 1 < count) value |= m_words[word + 1] << (64 - shift);
    return value;
  }
  std::size_t count_ones() const {
    std::size_t ones = 0;
    for (std::uint64_t word : words()) ones += std::popcount(word);
    return ones;
  }
  bool parity() const {
    std::uint64_t sum = 0;
    for (std::uint64_t word : words()) sum ^= word;
    return std::popcount(sum) & 1;
  }

 private:
  const std::uint64_t* m_words = nullptr;
  std::size_t m_size = 0;
};

std::size_t hamming_distance(BitView a, BitView b);
// Constant time in the contents.
bool constant_time_equal(BitView a, BitView b);

template <typename Words>
class BasicBits {
 public:
  BasicBits() = default;
  explicit BasicBits(std::size_t size) : m_words(words_for(size)), m_size(size) {}

  std::size_t size() const { return m_size; }
  bool empty() const { return m_size == 0; }
  BitView view() const { return {m_words.data(), m_size}; }
  operator BitView() const { return view(); }  // NOLINT(google-explicit-constructor): a view of a string is the string
  bool operator[](std::size_t i) const { return view()[i]; }
  std::span<const std::uint64_t> words() const { return m_words; }
  // Whoever writes words directly keeps the unused bits zero (trim()).
  std::span<std::uint64_t> words() { return m_words; }
  void trim() {
    if (m_size % 64 != 0) m_words.back() &= (std::uint64_t{1} << (m_size % 64)) - 1;
  }

  void set(std::size_t i, bool value) {
    const std::uint64_t mask = std::uint64_t{1} << (i % 64);
    m_words[i / 64] = value ? m_words[i / 64] | mask : m_words[i / 64] & ~mask;
  }
  void flip(std::size_t i) { m_words[i / 64] ^= std::uint64_t{1} << (i % 64); }
  void reserve(std::size_t bits) { m_words.reserve(words_for(bits)); }
  void push_back(bool value) {
    if (m_size % 64 == 0) m_words.push_back(0);
    m_words.back() |= std::uint64_t{value} << (m_size % 64);
    ++m_size;
  }
  void append(BitView other) {
    const std::size_t shift = m_size % 64, old = m_words.size();
    m_words.resize(words_for(m_size + other.size()));
    for (std::size_t i = 0; i < other.words().size(); ++i) {
      const std::uint64_t word = other.words()[i];
      if (shift == 0) {
        m_words[old + i] = word;
      } else {
        m_words[old - 1 + i] |= word << shift;
        if (old + i < m_words.size()) m_words[old + i] = word >> (64 - shift);
      }
    }
    m_size += other.size();
  }
  void operator^=(BitView other) {
    HERALD_CHECK(other.size() == m_size);
    for (std::size_t i = 0; i < m_words.size(); ++i) m_words[i] ^= other.words()[i];
  }

 protected:
  Words m_words;
  std::size_t m_size = 0;
};

// Bits that anyone may see: copied and compared freely.
class BitString : public BasicBits<std::vector<std::uint64_t>> {
 public:
  using BasicBits::BasicBits;
  explicit BitString(BitView view) {
    m_words.assign(view.words().begin(), view.words().end());
    m_size = view.size();
  }
  friend bool operator==(const BitString& a, const BitString& b) {
    return a.m_size == b.m_size && a.m_words == b.m_words;
  }
};

// Bits that nobody else may see: move-only, wiped, compared in constant time, not printable.
class SecretBits : public BasicBits<std::vector<std::uint64_t, SecretAllocator<std::uint64_t>>> {
 public:
  using BasicBits::BasicBits;
  SecretBits() = default;
  // The base takes the words and leaves the size behind: NOLINTBEGIN(bugprone-use-after-move)
  SecretBits(SecretBits&& other) noexcept : BasicBits(std::move(other)) { other.m_size = 0; }
  SecretBits& operator=(SecretBits&& other) noexcept {
    BasicBits::operator=(std::move(other));
    other.m_size = 0;  // NOLINTEND(bugprone-use-after-move)
    return *this;
  }
  SecretBits(const SecretBits&) = delete;
  SecretBits& operator=(const SecretBits&) = delete;
  // A deliberate, greppable copy.
  static SecretBits duplicate_secret(BitView view) {
    SecretBits bits(view.size());
    std::ranges::copy(view.words(), bits.m_words.begin());
    return bits;
  }
  friend bool operator==(const SecretBits& a, const SecretBits& b) { return constant_time_equal(a.view(), b.view()); }
};

// Bits [begin, begin + size) of a string, as secret bits.
SecretBits secret_slice(BitView bits, std::size_t begin, std::size_t size);
BitString slice(BitView bits, std::size_t begin, std::size_t size);

// Bit i is bit i % 8 of byte i / 8; the last byte's unused bits are zero.
void to_bytes(BitView bits, std::span<std::uint8_t> bytes);
// Reads `size` bits; `bytes` holds at least (size + 7) / 8.
void from_bytes(std::span<const std::uint8_t> bytes, std::size_t size, std::span<std::uint64_t> words);

}  // namespace herald
