#include <algorithm>
#include <utility>

#include "herald/protocol/fields.h"
#include "herald/protocol/relativistic/commit_rounds_steps.h"

namespace herald::commit_rounds {
namespace {

// Of fields whose elements can be counted.
std::uint64_t small_product(std::uint64_t a, std::uint64_t b, unsigned bits) {
  return static_cast<std::uint64_t>(field_product(a, b, bits));
}

std::uint64_t power(std::uint64_t a, std::uint64_t exponent, unsigned bits) {
  std::uint64_t result = 1;
  for (; exponent != 0; exponent >>= 1) {
    if ((exponent & 1) != 0) result = small_product(result, a, bits);
    a = small_product(a, a, bits);
  }
  return result;
}

// The points (x, secret) of a projective plane over the subfield of 2^(n/2) elements, turned so that no two have one x.
std::vector<std::uint64_t> secrets_of_subplane(unsigned bits) {
  const std::uint64_t size = std::uint64_t{1} << bits;
  std::vector<std::uint64_t> subfield, secrets(size);
  for (std::uint64_t a = 0; a < size; ++a)
    if (power(a, std::uint64_t{1} << (bits / 2), bits) == a) subfield.push_back(a);
  constexpr std::uint64_t t = 2;
  const auto times = [&](std::uint64_t a, std::uint64_t b) { return small_product(a, b, bits); };
  const auto add = [&](std::uint64_t p, std::uint64_t q, std::uint64_t r) {
    const std::uint64_t x = p ^ times(t, q) ^ times(times(t, t), r), y = q ^ times(t, r), z = times(t, p) ^ r;
    if (z == 0) return;  // far away
    const std::uint64_t scale = power(z, size - 2, bits);
    secrets[times(x, scale)] = times(y, scale);
  };
  for (const std::uint64_t u : subfield) {
    for (const std::uint64_t v : subfield) add(1, u, v);
    add(0, 1, u);
  }
  add(0, 0, 1);
  return secrets;
}

Party<Verdict> guesses_at(Seat& seat, const Commitment& commitment, std::size_t place, SustainedPad pad) {
  if (auto wrong = wrong_pad(pad, commitment)) co_return std::move(*wrong);
  Peer& bob = seat.peer(kBobOf[place]);
  const bool bit = std::exchange(pad.bit, false);
  for (std::size_t round = place; round < commitment.rounds; round += 2) {
    const auto challenge = co_await bob.receive<RoundChallenge>();
    if (!is_element(challenge.value, commitment)) co_return Verdict::reject(RoundChallenge::kName, "is too long");
    FieldWord answer = answer_to(challenge.value, round, pad, commitment);
    // With bit 1 the first secret is `x`, which one agent knows; the other knows the second challenge.
    const auto element = static_cast<std::size_t>(challenge.value);
    if (bit && round == 0)
      pad.secrets[1] = commitment.guesses.secrets[static_cast<std::size_t>(pad.secrets[0]) ^ element];
    if (bit && round == 1) answer = commitment.guesses.answers[element];
    bob.send(RoundAnswer(answer));
  }
  if (commitment.rounds % 2 == place) {
    co_await seat.until(commitment.round_starts(commitment.rounds));
    bob.send(SustainedOpening(bit, pad.secrets.back()));
  }
  co_return Verdict::accept(bit ? 1 : 0);
}

}  // namespace

SecondRoundGuesses subplane_guesses(unsigned bits) {
  HERALD_CHECK(bits % 2 == 0 && bits <= kMostSubplaneBits);
  const std::uint64_t size = std::uint64_t{1} << bits;
  SecondRoundGuesses guesses{secrets_of_subplane(bits), {}};
  std::vector<unsigned> count(size);
  for (std::uint64_t challenge = 0; challenge < size; ++challenge) {
    std::ranges::fill(count, 0);
    for (std::uint64_t x = 0; x < size; ++x) ++count[guesses.secrets[x] ^ small_product(x, challenge, bits)];
    guesses.answers.push_back(static_cast<std::uint64_t>(std::ranges::max_element(count) - count.begin()));
  }
  return guesses;
}

Party<Verdict> alice_1_guesses(Seat& seat, const Commitment& commitment) {
  SustainedPad pad = draw_pad(seat, commitment, random_bit(seat.random));
  seat.peer(kOther[0]).send(pad);
  return guesses_at(seat, commitment, 0, std::move(pad));
}

Party<Verdict> alice_2_guesses(Seat& seat, const Commitment& commitment) {
  auto pad = co_await seat.peer(kOther[1]).receive<SustainedPad>();
  auto program = guesses_at(seat, commitment, 1, std::move(pad));
  auto verdict = co_await std::move(program);
  co_return verdict;
}

}  // namespace herald::commit_rounds
