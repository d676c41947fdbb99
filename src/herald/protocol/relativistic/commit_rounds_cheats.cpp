#include "herald/protocol/commitment/outcome.h"
#include "herald/protocol/fields.h"
#include "herald/protocol/relativistic/commit_rounds_steps.h"

namespace herald::commit_rounds {
namespace {

// With challenges b_0 to b_(m-1), the last secret of bit 1 differs from that of bit 0 by their product.
FieldWord product_of(const std::vector<FieldWord>& challenges, unsigned bits) {
  FieldWord product = 1;
  for (const FieldWord challenge : challenges) product = field_product(product, challenge, bits);
  return product;
}

Party<Verdict> cheats_at(Seat& seat, const Commitment& commitment, std::size_t place, SustainedPad pad, bool waits) {
  if (auto wrong = wrong_pad(pad, commitment)) co_return std::move(*wrong);
  Peer& bob = seat.peer(kBobOf[place]);
  Peer& other = seat.peer(kOther[place]);
  std::vector<FieldWord> challenges;
  for (std::size_t round = place; round < commitment.rounds; round += 2) {
    const auto challenge = co_await bob.receive<RoundChallenge>();
    if (!is_element(challenge.value, commitment)) co_return Verdict::reject(RoundChallenge::kName, "is too long");
    bob.send(RoundAnswer(answer_to(challenge.value, round, pad, commitment)));
    challenges.push_back(challenge.value);
    if (waits) other.send(RoundRelay(challenge.value));
  }
  if (commitment.rounds % 2 != place) co_return Verdict::accept();
  const bool bit = random_bit(seat.random);
  if (bit && waits) {
    for (std::size_t round = 1 - place; round < commitment.rounds; round += 2) {
      const auto relayed = co_await other.receive<RoundRelay>();
      if (!is_element(relayed.value, commitment)) co_return Verdict::reject(RoundRelay::kName, "is too long");
      challenges.push_back(relayed.value);
    }
    bob.send(SustainedOpening(true, pad.secrets.back() ^ product_of(challenges, commitment.bits)));
    co_return Verdict::accept(1);
  }
  co_await seat.until(commitment.round_starts(commitment.rounds));
  bob.send(SustainedOpening(bit, pad.secrets.back()));
  co_return Verdict::accept(bit ? 1 : 0);
}

Party<Verdict> first_cheats(Seat& seat, const Commitment& commitment, bool waits) {
  SustainedPad pad = draw_pad(seat, commitment, false);
  seat.peer(kOther[0]).send(pad);
  return cheats_at(seat, commitment, 0, std::move(pad), waits);
}

Party<Verdict> second_cheats(Seat& seat, const Commitment& commitment, bool waits) {
  auto pad = co_await seat.peer(kOther[1]).receive<SustainedPad>();
  auto program = cheats_at(seat, commitment, 1, std::move(pad), waits);
  auto verdict = co_await std::move(program);
  co_return verdict;
}

FieldWord one(Seat&, const Commitment&) { return 1; }

}  // namespace

Party<Verdict> bob_1_looks(Seat& seat, const Commitment& commitment) {
  SustainedReport report;
  auto program = bob_at(seat, commitment, 0, one, report);
  auto verdict = co_await std::move(program);
  // The bit is there, but under a secret that nobody has seen: yet he must say something.
  if (verdict.accepted) verdict.value = herald::commitment::guesses(verdict.value == 1, (report.answers[0] & 1) != 0);
  co_return verdict;
}
Party<Verdict> bob_2_looks(Seat& seat, const Commitment& commitment) {
  SustainedReport report;
  auto program = bob_at(seat, commitment, 1, one, report);
  auto verdict = co_await std::move(program);
  co_return verdict;
}

Party<Verdict> alice_1_hopes(Seat& seat, const Commitment& commitment) { return first_cheats(seat, commitment, false); }
Party<Verdict> alice_2_hopes(Seat& seat, const Commitment& commitment) {
  return second_cheats(seat, commitment, false);
}
Party<Verdict> alice_1_waits(Seat& seat, const Commitment& commitment) { return first_cheats(seat, commitment, true); }
Party<Verdict> alice_2_waits(Seat& seat, const Commitment& commitment) { return second_cheats(seat, commitment, true); }

}  // namespace herald::commit_rounds
