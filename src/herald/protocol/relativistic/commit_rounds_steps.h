#pragma once
// What honest and dishonest agents of a sustained commitment have in common.

#include "herald/protocol/relativistic/commit_rounds.h"

namespace herald::commit_rounds {

// Alice's peers, by place: Bob there, and her other agent.
inline constexpr std::size_t kBobOf[]{0, 2}, kOther[]{1, 0};

// Whether a word is one of GF(2^bits).
bool is_element(FieldWord word, const Commitment& commitment);
// What is wrong with a pad that somebody sent, if anything is.
std::optional<Verdict> wrong_pad(const SustainedPad& pad, const Commitment& commitment);

FieldWord random_element(Seat& seat, const Commitment& commitment);
SustainedPad draw_pad(Seat& seat, const Commitment& commitment, bool bit);
// Bob's agent at a place, who challenges so; what it heard there is in `report` then.
using Challenger = FieldWord (*)(Seat&, const Commitment&);
Party<Verdict> bob_at(Seat& seat, const Commitment& commitment, std::size_t place, Challenger challenger,
                      SustainedReport& report);
FieldWord answer_to(FieldWord challenge, std::size_t round, const SustainedPad& pad, const Commitment& commitment);

}  // namespace herald::commit_rounds
