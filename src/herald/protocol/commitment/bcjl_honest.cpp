#include <fmt/format.h>

#include <bit>

#include "herald/protocol/commitment/bcjl.h"
#include "herald/protocol/commitment/bcjl_words.h"
#include "herald/protocol/commitment/outcome.h"
#include "herald/protocol/fields.h"

namespace herald {

void BcjlParity::encode(Writer& writer) const { writer.fixed(mask); }
BcjlParity BcjlParity::decode(Reader& reader) { return BcjlParity(reader.fixed<std::uint64_t>()); }

void BcjlOpening::encode(Writer& writer) const {
  encode_bit(writer, bit);
  writer.fixed(codeword);
  writer.fixed(bases);
}
BcjlOpening BcjlOpening::decode(Reader& reader) {
  const bool bit = decode_bit(reader);
  const auto codeword = reader.fixed<std::uint64_t>();
  return {bit, codeword, reader.fixed<std::uint64_t>()};
}

namespace commit_bcjl {
namespace {

bool fits(std::uint64_t word, std::size_t bits) { return bits == 64 || word >> bits == 0; }

// Whether every word of the code that `basis` spans has an even number of these positions.
bool all_even(std::span<const std::uint64_t> basis, std::uint64_t positions) {
  for (const std::uint64_t word : basis)
    if (is_odd(word & positions)) return false;
  return true;
}

struct Seen {
  std::uint64_t bases = 0, bits = 0, detected = 0;
};

Verdict judge(const Seen& seen, std::uint64_t r, const BcjlOpening& opening, const BcjlCommitment& p) {
  constexpr std::string_view kPhase = BcjlOpening::kName;
  if (!fits(opening.codeword, p.photons()) || !fits(opening.bases, p.photons()))
    return Verdict::reject(kPhase, fmt::format("strings longer than {} photons", p.photons()));
  if (!all_even(p.checks, opening.codeword)) return Verdict::reject(kPhase, "her string is no word of the code");
  if (is_odd(r & opening.codeword) != opening.bit)
    return Verdict::reject(kPhase, "the bit is not the parity of her codeword");
  const std::uint64_t table = seen.detected & ~(seen.bases ^ opening.bases);
  const int entries = std::popcount(table), errors = std::popcount(table & (seen.bits ^ opening.codeword));
  if (errors > p.errors * entries)
    return Verdict::reject(kPhase, fmt::format("{} of {} photons say something else", errors, entries));
  return Verdict::accept(opening.bit ? 1 : 0);
}

}  // namespace

std::uint64_t random_parity(SimulationRandom& random, const BcjlCommitment& p) {
  for (;;)
    if (const std::uint64_t r = random_word(random, p.photons()); !all_even(p.generators, r)) return r;
}

Party<Verdict> alice(Seat& seat, const BcjlCommitment& p) {
  Peer& bob = seat.peer();
  // 1. A random parity of the agreed code's words.
  const bool bit = random_bit(seat.random);
  const std::uint64_t r = random_parity(seat.random, p);
  bob.send(BcjlParity(r));
  // 2. She commits: a random codeword with that parity, each bit a photon in a random basis.
  const std::uint64_t codeword = ParityClass(p.generators, r).word(bit, seat.random.next_word());
  const std::uint64_t bases = random_word(seat.random, p.photons());
  bob.send(prepare(string_of(codeword, p.photons()), string_of(bases, p.photons())));
  // 4. She opens: the bit, the codeword and the bases.
  bob.send(BcjlOpening(bit, codeword, bases));
  co_return Verdict::accept(commitment::opens(bit, false));
}

Party<Verdict> bob(Seat& seat, const BcjlCommitment& p) {
  Peer& alice = seat.peer();
  const auto parity = co_await alice.receive<BcjlParity>();
  if (!fits(parity.mask, p.photons()) || all_even(p.generators, parity.mask))
    co_return Verdict::reject(BcjlParity::kName, "a parity that every codeword has, or of more than there are photons");
  // 3. Each photon in a random basis.
  auto photons = co_await alice.receive_light(p.photons());
  Seen seen;
  seen.bases = random_word(seat.random, p.photons());
  const Detections found = measure(std::move(photons), string_of(seen.bases, p.photons()), seat.random);
  seen.bits = found.bits.words()[0];
  seen.detected = found.detected.words()[0];
  const auto missing = p.photons() - static_cast<std::size_t>(std::popcount(seen.detected));
  if (static_cast<double>(missing) > p.holes * static_cast<double>(p.photons()))
    co_return Verdict::reject("light", fmt::format("{} of {} photons are missing", missing, p.photons()));
  // 5. It must be a codeword with that parity, and agree with what he saw in her bases but for the line's errors.
  const auto opening = co_await alice.receive<BcjlOpening>();
  co_return judge(seen, parity.mask, opening, p);
}

}  // namespace commit_bcjl
}  // namespace herald
