#include "herald/distill/click_positions.h"

#include <cmath>

#include <fmt/format.h>

namespace herald {
namespace {

constexpr unsigned kMostLowBits = 56;

// The k that makes the code of geometric gaps of mean (pulses - count) / count shortest. With theta = 1 - p, one more
// low bit pays while theta^(2^k) exceeds the golden ratio's inverse.
unsigned low_bits(std::uint64_t count, std::uint64_t pulses) {
  if (count == 0 || count >= pulses) return 0;
  const double log_theta = std::log1p(-static_cast<double>(count) / static_cast<double>(pulses));
  unsigned k = 0;
  while (k < kMostLowBits && std::ldexp(log_theta, static_cast<int>(k)) > -0.48121182505960347) ++k;
  return k;
}

// Eight bytes from `at`, little-endian, zeros beyond the end.
std::uint64_t load(ByteView bytes, std::size_t at) {
  std::uint64_t word = 0;
  if (at + 8 <= bytes.size()) {
    std::memcpy(&word, bytes.data() + at, 8);
  } else if (at < bytes.size()) {
    std::memcpy(&word, bytes.data() + at, bytes.size() - at);
  }
  return word;
}
static_assert(std::endian::native == std::endian::little);

}  // namespace

Bytes encode_positions(std::span<const std::uint64_t> positions, std::uint64_t pulses) {
  HERALD_CHECK(pulses <= kMostPulses && (positions.empty() || positions.back() < pulses));
  const unsigned k = low_bits(positions.size(), pulses);
  const std::uint64_t mask = (std::uint64_t{1} << k) - 1;
  std::vector<std::uint64_t> low(words_for(positions.size() * k) + 1);
  std::vector<std::uint64_t> unary(words_for((positions.empty() ? 0 : positions.back() >> k) + positions.size()) + 1);
  std::uint64_t next = 0;  // the first pulse that can be the next click
  std::size_t low_at = 0, unary_at = 0;
  for (const std::uint64_t position : positions) {
    HERALD_CHECK(position >= next);
    const std::uint64_t gap = position - next;
    next = position + 1;
    const std::uint64_t bits = gap & mask;
    low[low_at / 64] |= bits << (low_at % 64);
    if (low_at % 64 + k > 64) low[low_at / 64 + 1] = bits >> (64 - low_at % 64);
    low_at += k;
    unary_at += gap >> k;
    unary[unary_at / 64] |= std::uint64_t{1} << (unary_at % 64);
    ++unary_at;
  }
  Writer writer;
  writer.varint(positions.size());
  writer.fixed(static_cast<std::uint8_t>(k));
  writer.raw({reinterpret_cast<const std::uint8_t*>(low.data()), (low_at + 7) / 8});
  writer.raw({reinterpret_cast<const std::uint8_t*>(unary.data()), (unary_at + 7) / 8});
  return std::move(writer).take();
}

Result<std::vector<std::uint64_t>> decode_positions(ByteView bytes, std::uint64_t pulses, std::size_t limit) {
  const auto malformed = [](std::string_view what) {
    return fail(ErrorCode::malformed, fmt::format("the list of click positions is malformed: {}", what));
  };
  Reader reader(bytes);
  const std::uint64_t count = reader.varint();
  const unsigned k = reader.fixed<std::uint8_t>();
  if (!reader.ok()) return malformed("it ends too early");
  if (count > limit || count > pulses) return malformed(fmt::format("{} positions are too many", count));
  if (k > kMostLowBits || pulses > kMostPulses) return malformed("impossible parameters");
  // A position takes k + 1 bits at least: nothing is allocated that the input does not fill.
  if (count > 8 * reader.remaining() / (k + 1)) return malformed("it ends too early");
  const ByteView low = reader.raw((count * k + 7) / 8), unary = reader.raw(reader.remaining());
  if (count * k % 8 != 0 && (low.back() >> (count * k % 8)) != 0) return malformed("its padding is not zero");

  std::vector<std::uint64_t> positions(count);
  const std::uint64_t mask = (std::uint64_t{1} << k) - 1, most = pulses >> k;
  std::uint64_t next = 0, i = 0, unary_next = 0, low_at = 0;
  for (std::size_t at = 0; at < unary.size(); at += 8) {
    for (std::uint64_t word = load(unary, at); word != 0; word &= word - 1) {
      const std::uint64_t one = 8 * at + static_cast<unsigned>(std::countr_zero(word));
      const std::uint64_t quotient = one - unary_next;
      if (i == count) return malformed("more positions follow than it says");
      if (quotient > most) return malformed("a position lies beyond the block's last pulse");
      const std::uint64_t position = next + ((quotient << k) | ((load(low, low_at / 8) >> (low_at % 8)) & mask));
      if (position >= pulses) return malformed("a position lies beyond the block's last pulse");
      positions[i++] = position;
      next = position + 1;
      unary_next = one + 1;
      low_at += k;
    }
  }
  if (i != count || unary.size() != (unary_next + 7) / 8) return malformed("fewer positions follow than it says");
  return positions;
}

}  // namespace herald
