#include <fmt/format.h>

#include "herald/protocol/fields.h"
#include "herald/protocol/relativistic/commit_rounds_steps.h"
#include "herald/protocol/relativistic/places.h"

namespace herald::commit_rounds {

SustainedPad draw_pad(Seat& seat, const Commitment& commitment, bool bit) {
  std::vector<FieldWord> secrets;
  for (std::size_t k = 0; k < commitment.rounds; ++k) secrets.push_back(random_element(seat, commitment));
  return {bit, std::move(secrets)};
}

FieldWord random_element(Seat& seat, const Commitment& commitment) {
  if (commitment.bits <= 64) return seat.random.next_word() >> (64 - commitment.bits);
  const FieldWord low = seat.random.next_word(), high = seat.random.next_word() >> (128 - commitment.bits);
  return (high << 64) | low;
}

bool is_element(FieldWord word, const Commitment& commitment) {
  return commitment.bits == kMostFieldBits || word >> commitment.bits == 0;
}

FieldWord answer_to(FieldWord challenge, std::size_t round, const SustainedPad& pad, const Commitment& commitment) {
  const FieldWord committed = round == 0 ? (pad.bit ? 1 : 0) : pad.secrets[round - 1];
  return pad.secrets[round] ^ field_product(committed, challenge, commitment.bits);
}

std::optional<Verdict> wrong_pad(const SustainedPad& pad, const Commitment& commitment) {
  if (pad.secrets.size() != commitment.rounds) return Verdict::reject(SustainedPad::kName, "of another length");
  for (const FieldWord secret : pad.secrets)
    if (!is_element(secret, commitment)) return Verdict::reject(SustainedPad::kName, "has what is too long");
  return std::nullopt;
}

namespace {

Party<Verdict> alice_at(Seat& seat, const Commitment& commitment, std::size_t place, const SustainedPad& pad) {
  Peer& bob = seat.peer(kBobOf[place]);
  if (auto wrong = wrong_pad(pad, commitment)) co_return std::move(*wrong);
  for (std::size_t round = place; round < commitment.rounds; round += 2) {
    // 2. She answers at once: the last secret, or her bit, times the challenge, under a new secret.
    const auto challenge = co_await bob.receive<RoundChallenge>();
    if (!is_element(challenge.value, commitment)) co_return Verdict::reject(RoundChallenge::kName, "is too long");
    bob.send(RoundAnswer(answer_to(challenge.value, round, pad, commitment)));
  }
  // 3. She opens where the last round was not, before that could be known there.
  if (commitment.rounds % 2 == place) {
    co_await seat.until(commitment.round_starts(commitment.rounds));
    bob.send(SustainedOpening(pad.bit, pad.secrets.back()));
  }
  co_return Verdict::accept(pad.bit ? 1 : 0);
}

// What both of Bob's agents come to when they have told each other.
Verdict judge(const SustainedReport& even, const SustainedReport& odd, const Commitment& commitment) {
  const std::size_t evens = (commitment.rounds + 1) / 2, odds = commitment.rounds / 2;
  if (even.answers.size() != evens || odd.answers.size() != odds || even.challenges.size() != evens ||
      odd.challenges.size() != odds || even.opened == odd.opened)
    return Verdict::reject(SustainedReport::kName, "of another length");
  const SustainedOpening& opening = even.opened ? even.opening : odd.opening;
  // 5. From her bit, what each secret must have been.
  FieldWord secret = opening.bit ? 1 : 0;
  for (std::size_t round = 0; round < commitment.rounds; ++round) {
    const SustainedReport& there = round % 2 == 0 ? even : odd;
    const FieldWord challenge = there.challenges[round / 2], answer = there.answers[round / 2];
    if (!is_element(challenge, commitment) || !is_element(answer, commitment))
      return Verdict::reject(SustainedReport::kName, "has what is too long");
    secret = answer ^ field_product(secret, challenge, commitment.bits);
  }
  if (secret != opening.secret)
    return Verdict::reject(SustainedOpening::kName, "the secret is not the one of her bit and her answers");
  return Verdict::accept(opening.bit ? 1 : 0);
}

}  // namespace

Party<Verdict> bob_at(Seat& seat, const Commitment& commitment, std::size_t place, Challenger challenger,
                      SustainedReport& report) {
  Peer& alice = seat.peer(place == 0 ? 0 : 2);
  Peer& own = seat.peer(place == 0 ? 2 : 1);
  for (std::size_t round = place; round < commitment.rounds; round += 2) {
    // 1. In each round a random challenge, which must be answered before light can tell of the round before.
    const double time = commitment.round_starts(round);
    co_await seat.until(time);
    report.challenges.push_back(challenger(seat, commitment));
    alice.send(RoundChallenge(report.challenges.back()));
    const auto answer = co_await alice.receive<RoundAnswer>(Deadline(time + commitment.answer));
    if (arrived_before(alice, time)) co_return Verdict::reject(RoundAnswer::kName, "came before the challenge");
    if (!is_element(answer.value, commitment)) co_return Verdict::reject(RoundAnswer::kName, "is too long");
    report.answers.push_back(answer.value);
  }
  // 4. The opening, in time as well.
  const double time = commitment.round_starts(commitment.rounds);
  report.opened = commitment.rounds % 2 == place;
  if (report.opened) {
    const auto opening = co_await alice.receive<SustainedOpening>(Deadline(time + commitment.answer));
    if (arrived_before(alice, time)) co_return Verdict::reject(SustainedOpening::kName, "came too early");
    report.opening = opening;
  }
  own.send(report);
  const auto other = co_await own.receive<SustainedReport>();
  co_return place == 0 ? judge(report, other, commitment) : judge(other, report, commitment);
}

Party<Verdict> alice_1(Seat& seat, const Commitment& commitment) {
  SustainedPad pad = draw_pad(seat, commitment, random_bit(seat.random));
  seat.peer(kOther[0]).send(pad);
  auto program = alice_at(seat, commitment, 0, pad);
  auto verdict = co_await std::move(program);
  co_return verdict;
}
Party<Verdict> alice_2(Seat& seat, const Commitment& commitment) {
  const auto pad = co_await seat.peer(kOther[1]).receive<SustainedPad>();
  auto program = alice_at(seat, commitment, 1, pad);
  auto verdict = co_await std::move(program);
  co_return verdict;
}
Party<Verdict> bob_1(Seat& seat, const Commitment& commitment) {
  SustainedReport report;
  auto program = bob_at(seat, commitment, 0, random_element, report);
  auto verdict = co_await std::move(program);
  co_return verdict;
}
Party<Verdict> bob_2(Seat& seat, const Commitment& commitment) {
  SustainedReport report;
  auto program = bob_at(seat, commitment, 1, random_element, report);
  auto verdict = co_await std::move(program);
  co_return verdict;
}

}  // namespace herald::commit_rounds
