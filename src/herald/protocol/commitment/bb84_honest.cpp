#include <fmt/format.h>

#include <bit>

#include "herald/protocol/commitment/bb84.h"
#include "herald/protocol/commitment/outcome.h"
#include "herald/protocol/fields.h"

namespace herald {

void Bb84Opening::encode(Writer& writer) const {
  encode_bit(writer, bit);
  writer.bits(string);
}
Bb84Opening Bb84Opening::decode(Reader& reader) {
  const bool bit = decode_bit(reader);
  return {bit, reader.bits(kMostBits)};
}

namespace commit_bb84 {
namespace {

Verdict judge(const BitString& bases, const Detections& seen, const Bb84Opening& opening, const Bb84Commitment& p) {
  constexpr std::string_view kPhase = Bb84Opening::kName;
  if (opening.string.size() != p.photons)
    return Verdict::reject(kPhase, fmt::format("a string of {} bits for {} photons", opening.string.size(), p.photons));
  std::size_t entries = 0, errors = 0;
  for (std::size_t w = 0; w < bases.words().size(); ++w) {
    const std::uint64_t table = seen.detected.words()[w] & (opening.bit ? bases.words()[w] : ~bases.words()[w]);
    entries += static_cast<std::size_t>(std::popcount(table));
    errors += static_cast<std::size_t>(std::popcount(table & (opening.string.words()[w] ^ seen.bits.words()[w])));
  }
  if (static_cast<double>(errors) > p.errors * static_cast<double>(entries))
    return Verdict::reject(kPhase, fmt::format("{} of {} photons say something else than her string", errors, entries));
  return Verdict::accept(opening.bit ? 1 : 0);
}

}  // namespace

Party<Verdict> alice(Seat& seat, const Bb84Commitment& p) {
  Peer& bob = seat.peer();
  // 1. She commits: a random string of photons, all in the basis that is her bit.
  const bool bit = random_bit(seat.random);
  BitString string = random_bits(seat.random, p.photons);
  bob.send(prepare(string, bit ? Basis::x : Basis::z));
  // 3. She opens: the bit and the string.
  bob.send(Bb84Opening(bit, std::move(string)));
  co_return Verdict::accept(commitment::opens(bit, false));
}

Party<Verdict> bob(Seat& seat, const Bb84Commitment& p) {
  Peer& alice = seat.peer();
  // 2. Each photon in a random basis: two tables, with holes where no photon came.
  auto photons = co_await alice.receive_light(p.photons);
  const BitString bases = random_bits(seat.random, p.photons);
  const Detections seen = measure(std::move(photons), bases, seat.random);
  const std::size_t missing = p.photons - seen.detected.view().count_ones();
  if (static_cast<double>(missing) > p.holes * static_cast<double>(p.photons))
    co_return Verdict::reject("light", fmt::format("{} of {} photons are missing", missing, p.photons));
  // 4. Her string must be what the table of her basis says.
  const auto opening = co_await alice.receive<Bb84Opening>();
  co_return judge(bases, seen, opening, p);
}

}  // namespace commit_bb84
}  // namespace herald
