#include <fmt/format.h>

#include <bit>

#include "herald/protocol/commitment/outcome.h"
#include "herald/protocol/commitment/puf.h"
#include "herald/protocol/fields.h"

namespace herald {

std::uint64_t UnclonableFunction::ask(std::uint64_t challenge, SimulationRandom& random) const {
  if (!here()) throw PartyFault{Error{ErrorCode::invalid_argument, "the device is not here"}, PufDelivery::kName};
  SimulationRandom disorder(m_device->disorder, challenge);
  std::uint64_t errors = 0;
  if (m_device->noise > 0) random.fill_bernoulli({&errors, 1}, m_device->noise);
  return (disorder.next_word() ^ errors) >> (64 - m_device->bits);
}

PufDelivery PufDelivery::decode(Reader& reader) {
  reader.fault("a device cannot be sent as bytes");
  return {};
}

void PufHandover::encode(Writer& writer) const { writer.fixed(padded); }
PufHandover PufHandover::decode(Reader& reader) {
  PufHandover handover;
  handover.padded = reader.fixed<std::uint64_t>();
  reader.fault("a device cannot be sent as bytes");
  return handover;
}

void PufOpening::encode(Writer& writer) const {
  encode_bit(writer, bit);
  writer.fixed(challenge);
}
PufOpening PufOpening::decode(Reader& reader) {
  const bool bit = decode_bit(reader);
  return {bit, reader.fixed<std::uint64_t>()};
}

namespace commit_puf {
namespace {

using commitment::opens;

// Seats: alice, bob, maker. Each one's peers.
constexpr std::size_t kAlice = 0, kBob = 0, kMaker = 1;

// 0...0 and 1...1: the two words furthest apart.
std::uint64_t codeword(bool bit, const PufCommitment& p) { return bit ? p.all_ones() : 0; }
std::uint64_t random_challenge(SimulationRandom& random, const PufCommitment& p) {
  return random.next_word() >> (64 - p.challenge_bits);
}

struct Asked {
  std::uint64_t challenge = 0, response = 0;
};

std::vector<Asked> ask_some(const UnclonableFunction& device, SimulationRandom& random, const PufCommitment& p) {
  std::vector<Asked> all(p.challenges);
  for (Asked& one : all) {
    one.challenge = random_challenge(random, p);
    one.response = device.ask(one.challenge, random);
  }
  return all;
}

}  // namespace

Party<Verdict> maker(Seat& seat, const PufCommitment& p) {
  // 1. A device of a disorder that nobody knows.
  seat.peer(kAlice).send(PufDelivery(UnclonableFunction({seat.random.next_word(), p.bits, p.noise})));
  co_return Verdict::accept();
}

Party<Verdict> alice(Seat& seat, const PufCommitment& p) {
  Peer& bob = seat.peer(kBob);
  auto delivery = co_await seat.peer(kMaker).receive<PufDelivery>();
  UnclonableFunction device = std::move(delivery.device);
  // 2. The response to a random challenge pads the codeword of her bit; she hands over both.
  const bool bit = random_bit(seat.random);
  const std::uint64_t challenge = random_challenge(seat.random, p);
  const std::uint64_t pad = device.ask(challenge, seat.random);
  bob.send(PufHandover(codeword(bit, p) ^ pad, std::move(device)));
  // 3. She opens: the bit and the challenge.
  bob.send(PufOpening(bit, challenge));
  co_return Verdict::accept(opens(bit, false));
}

Party<Verdict> bob(Seat& seat, const PufCommitment& p) {
  Peer& alice = seat.peer(kAlice);
  const auto handover = co_await alice.receive<PufHandover>();
  if (!handover.device.here()) co_return Verdict::reject(PufHandover::kName, "no device came with it");
  if (handover.padded > p.all_ones())
    co_return Verdict::reject(PufHandover::kName, fmt::format("a word longer than {} bits", p.bits));
  // 4. He asks the device, and compares.
  const auto opening = co_await alice.receive<PufOpening>();
  if (opening.challenge >> p.challenge_bits != 0)
    co_return Verdict::reject(PufOpening::kName, fmt::format("a challenge longer than {} bits", p.challenge_bits));
  const std::uint64_t pad = handover.device.ask(opening.challenge, seat.random);
  const auto wrong = static_cast<unsigned>(std::popcount(handover.padded ^ codeword(opening.bit, p) ^ pad));
  if (wrong > p.tolerated)
    co_return Verdict::reject(PufOpening::kName, fmt::format("{} of {} bits answer otherwise", wrong, p.bits));
  co_return Verdict::accept(opening.bit ? 1 : 0);
}

Party<Verdict> alice_changes(Seat& seat, const PufCommitment& p) {
  Peer& bob = seat.peer(kBob);
  auto delivery = co_await seat.peer(kMaker).receive<PufDelivery>();
  UnclonableFunction device = std::move(delivery.device);
  const bool bit = random_bit(seat.random);
  const std::uint64_t challenge = random_challenge(seat.random, p);
  const std::uint64_t padded = codeword(bit, p) ^ device.ask(challenge, seat.random);
  const std::vector<Asked> others = ask_some(device, seat.random, p);
  bob.send(PufHandover(padded, std::move(device)));
  const bool wanted = random_bit(seat.random);
  std::uint64_t opening = challenge;
  if (wanted != bit) {
    int nearest = 65;
    for (const Asked& other : others)
      if (const int wrong = std::popcount(padded ^ codeword(wanted, p) ^ other.response); wrong < nearest) {
        nearest = wrong;
        opening = other.challenge;
      }
  }
  bob.send(PufOpening(wanted, opening));
  co_return Verdict::accept(opens(wanted, wanted != bit));
}

Party<Verdict> alice_pairs(Seat& seat, const PufCommitment& p) {
  Peer& bob = seat.peer(kBob);
  auto delivery = co_await seat.peer(kMaker).receive<PufDelivery>();
  UnclonableFunction device = std::move(delivery.device);
  const std::vector<Asked> all = ask_some(device, seat.random, p);
  // Bits in which the responses do not yet open both.
  std::uint64_t between = p.all_ones();
  std::size_t zero = 0, one = 0;
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (const std::uint64_t apart = all[i].response ^ all[j].response ^ p.all_ones();
          std::popcount(apart) < std::popcount(between)) {
        between = apart;
        zero = i;
        one = j;
      }
  // What Bob lets pass of 0, to the good of 1.
  std::uint64_t padded = all[zero].response;
  for (unsigned moved = 0; moved < p.tolerated && between != 0; ++moved) {
    const std::uint64_t lowest = between & -between;
    padded ^= lowest;
    between ^= lowest;
  }
  bob.send(PufHandover(padded, std::move(device)));
  const bool wanted = random_bit(seat.random);
  bob.send(PufOpening(wanted, all[wanted ? one : zero].challenge));
  co_return Verdict::accept(opens(wanted, wanted));
}

Party<Verdict> bob_looks(Seat& seat, const PufCommitment& p) {
  Peer& alice = seat.peer(kAlice);
  const auto handover = co_await alice.receive<PufHandover>();
  if (!handover.device.here()) co_return Verdict::reject(PufHandover::kName, "no device came with it");
  // A pad under which one of the codewords comes out; else he must guess.
  bool guess = random_bit(seat.random);
  for (const Asked& asked : ask_some(handover.device, seat.random, p)) {
    const auto ones = static_cast<unsigned>(std::popcount((handover.padded & p.all_ones()) ^ asked.response));
    if (ones <= p.tolerated || p.bits - ones <= p.tolerated) guess = 2 * ones > p.bits;
  }
  const auto opening = co_await alice.receive<PufOpening>();
  co_return Verdict::accept(commitment::guesses(opening.bit, guess));
}

}  // namespace commit_puf
}  // namespace herald
