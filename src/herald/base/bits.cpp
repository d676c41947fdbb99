#include "herald/base/bits.h"

namespace herald {
namespace {

void copy_slice(BitView bits, std::size_t begin, std::size_t size, std::span<std::uint64_t> words) {
  HERALD_CHECK(begin <= bits.size() && size <= bits.size() - begin);
  for (std::size_t i = 0; i < words.size(); ++i) words[i] = bits.word_at(begin + 64 * i);
}

}  // namespace

std::size_t hamming_distance(BitView a, BitView b) {
  HERALD_CHECK(a.size() == b.size());
  std::size_t distance = 0;
  for (std::size_t i = 0; i < a.words().size(); ++i) distance += std::popcount(a.words()[i] ^ b.words()[i]);
  return distance;
}

bool constant_time_equal(BitView a, BitView b) {
  if (a.size() != b.size()) return false;
  std::uint64_t difference = 0;
  for (std::size_t i = 0; i < a.words().size(); ++i) difference |= a.words()[i] ^ b.words()[i];
  return difference == 0;
}

SecretBits secret_slice(BitView bits, std::size_t begin, std::size_t size) {
  SecretBits result(size);
  copy_slice(bits, begin, size, result.words());
  result.trim();
  return result;
}

BitString slice(BitView bits, std::size_t begin, std::size_t size) {
  BitString result(size);
  copy_slice(bits, begin, size, result.words());
  result.trim();
  return result;
}

void to_bytes(BitView bits, std::span<std::uint8_t> bytes) {
  HERALD_CHECK(bytes.size() == (bits.size() + 7) / 8);
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<std::uint8_t>(bits.words()[i / 8] >> (8 * (i % 8)));
}

void from_bytes(std::span<const std::uint8_t> bytes, std::size_t size, std::span<std::uint64_t> words) {
  HERALD_CHECK(bytes.size() >= (size + 7) / 8 && words.size() == words_for(size));
  std::ranges::fill(words, 0);
  for (std::size_t i = 0; i < (size + 7) / 8; ++i) words[i / 8] |= std::uint64_t{bytes[i]} << (8 * (i % 8));
  if (size % 64 != 0) words.back() &= (std::uint64_t{1} << (size % 64)) - 1;
}

}  // namespace herald
