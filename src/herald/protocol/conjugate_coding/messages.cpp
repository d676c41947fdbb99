#include "herald/protocol/conjugate_coding/messages.h"

#include <fmt/format.h>

namespace herald::conjugate_coding {

BitString reordered(BitView bits, BitView order) {
  const std::size_t n = order.size();
  BitString result(bits);
  for (std::size_t i = 0; i < n; ++i)
    if (order[i]) {
      result.set(i, bits[n + i]);
      result.set(n + i, bits[i]);
    }
  return result;
}

BitString bases_of(BitView order) {
  BitString bases(order);
  for (std::size_t i = 0; i < order.size(); ++i) bases.push_back(!order[i]);
  return bases;
}

BitString seen_or_guessed(Detections seen, Seat& seat) {
  const BitString guesses = random_bits(seat.random, seen.bits.size());
  for (std::size_t w = 0; w < guesses.words().size(); ++w)
    seen.bits.words()[w] |= guesses.words()[w] & ~seen.detected.words()[w];
  return std::move(seen.bits);
}

Verdict in_order(BitView seen, const PhotonOrder& order, bool wanted) {
  if (2 * order.second.size() != seen.size())
    return Verdict::reject(PhotonOrder::kName,
                           fmt::format("an order of {} pairs for {} photons", order.second.size(), seen.size()));
  return Verdict::accept(wanted ? 1 : 0, reordered(seen, order.second));
}

}  // namespace herald::conjugate_coding
