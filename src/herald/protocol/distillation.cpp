#include "herald/protocol/distillation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "herald/base/entropy.h"
#include "herald/distill/cascade.h"
#include "herald/distill/leak_cap.h"
#include "herald/distill/privacy_amplification.h"
#include "herald/distill/verification.h"
#include "herald/protocol/distillation_messages.h"

namespace herald {
namespace {

[[noreturn]] void malformed(std::string what) { throw PartyFault{Error{ErrorCode::malformed, std::move(what)}}; }

// A stretch of the sifted key.
struct Frame {
  std::size_t begin, size;
  std::uint64_t cap;  // parities that may be disclosed of it
};

std::vector<Frame> cut_frames(std::size_t size, const ReconciliationPlan& plan) {
  // As even as can be: a short rest would cost more than its share.
  const std::size_t count = std::max<std::size_t>(1, (size + plan.frame_bits - 1) / plan.frame_bits);
  std::vector<Frame> frames;
  for (std::size_t i = 0, begin = 0; i < count; ++i) {
    const std::size_t end = size * (i + 1) / count;
    frames.push_back({begin, end - begin, plan.cap(end - begin)});
    begin = end;
  }
  return frames;
}

unsigned tag_bits(const Frame& frame, const ReconciliationPlan& plan, std::size_t frames) {
  return or_fault(verification_bits(frame.size, plan.correctness / static_cast<double>(frames)));
}

std::uint64_t query_bits(const ParityQueries& round) {
  std::uint64_t bits = 0;
  for (const auto& frame : round.frames) bits += 8 * frame.queries.size();
  return bits;
}

// What both ends count alike.
Corrected account(SecretBits key, Origin origin, std::span<const Frame> frames, BitView failed,
                  const ReconciliationPlan& plan) {
  Corrected corrected{CorrectedKey(std::move(key), origin), 0, 0, 0, 0, {}};
  for (std::size_t i = 0; i < frames.size(); ++i) {
    corrected.disclosed_cap += failed[i] ? frames[i].size : frames[i].cap;
    corrected.verification_bits += tag_bits(frames[i], plan, frames.size());
  }
  corrected.failed_frames = failed.count_ones();
  return corrected;
}

Refusal over_cap(const ReconciliationPlan& plan) {
  return {Phase::reconciliation,
          fmt::format(
              "more errors than the {:.2f} % that the disclosure cap was agreed for; the next block's cap is higher",
              100 * plan.expected.value)};
}

}  // namespace

std::uint64_t ReconciliationPlan::cap(std::uint64_t bits) const {
  if (disclosure_efficiency == 0) return leak_cap(bits, expected, estimated_from);
  const double entropy = binary_entropy(std::clamp(expected.value, 0.0, 0.5));
  return static_cast<std::uint64_t>(std::ceil(disclosure_efficiency * static_cast<double>(bits) * entropy));
}

Party<Reconciled> reconcile_as_alice(Wire& bob, SiftedKey sifted, ReconciliationPlan plan, SecretRandom& random,
                                     Ledger& ledger) {
  const std::vector<Frame> frames = cut_frames(sifted.size(), plan);
  ReconciliationStart start;
  std::vector<CascadeAlice> cascades;
  for (const Frame& frame : frames) {
    start.frames.push_back(CascadeParameters::choose(frame.size, plan.expected, random.next_word()));
    cascades.emplace_back(secret_slice(sifted.bits(), frame.begin, frame.size), start.frames.back(), frame.cap);
    ledger.add(LedgerItem::reconciliation_seed, LedgerParty::alice, 64);
  }
  bob.send(start);

  for (;;) {
    const auto round = co_await bob.receive<ParityQueries>();
    ledger.add(LedgerItem::reconciliation_queries, LedgerParty::bob, query_bits(round));
    if (round.frames.empty()) break;
    Parities parities;
    for (const auto& [frame, bytes] : round.frames) {
      if (frame >= cascades.size()) malformed("Bob asks about a frame that is not there");
      const CascadeQueries queries = or_fault(CascadeQueries::decode(bytes, start.frames[frame]));
      Result<BitString> answer = cascades[frame].answer(queries);
      if (!answer && answer.error().code == ErrorCode::exhausted) co_return over_cap(plan);
      if (!answer) throw PartyFault{answer.error()};
      parities.frames.push_back(std::move(*answer));
      ledger.add(LedgerItem::reconciliation_parities, LedgerParty::alice, parities.frames.back().size());
    }
    bob.send(parities);
  }

  // Each frame by a hash of its own, drawn now.
  VerificationTags tags;
  for (const Frame& frame : frames) {
    const VerificationSeed seed = VerificationSeed::draw(random);
    ledger.add(LedgerItem::verification_seed, LedgerParty::alice, kVerificationSeedBits);
    const SecretBits bits = secret_slice(sifted.bits(), frame.begin, frame.size);
    tags.frames.push_back({seed, verification_tag(bits, seed, tag_bits(frame, plan, frames.size()))});
    ledger.add(LedgerItem::verification_tag, LedgerParty::alice, tags.frames.back().tag.size());
  }
  bob.send(tags);
  const auto reply = co_await bob.receive<VerificationReply>();
  if (reply.failed.size() != frames.size()) malformed("Bob answers for other frames than there are");
  if (const std::size_t failed = reply.failed.view().count_ones(); failed != 0) {
    if (failed == frames.size())
      co_return Refusal{Phase::verification, "no frame was corrected; the error rate is far above what was expected"};
    OpenedFrames opened;
    for (std::size_t i = 0; i < frames.size(); ++i)
      if (reply.failed[i]) opened.bits.append(slice(sifted.bits(), frames[i].begin, frames[i].size));
    ledger.add(LedgerItem::opened_frames, LedgerParty::alice, opened.bits.size());
    bob.send(opened);
  }

  const Origin origin = sifted.origin();
  Corrected corrected = account(std::move(sifted).take(), origin, frames, reply.failed, plan);
  for (const CascadeAlice& cascade : cascades) corrected.disclosed += cascade.disclosed();
  co_return corrected;
}

Party<Reconciled> reconcile_as_bob(Wire& alice, SiftedKey sifted, ReconciliationPlan plan, Ledger& ledger) {
  const std::vector<Frame> frames = cut_frames(sifted.size(), plan);
  const auto start = co_await alice.receive<ReconciliationStart>();
  if (start.frames.size() != frames.size()) malformed("Alice reconciles other frames than there are");
  std::vector<CascadeBob> cascades;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    if (start.frames[i].size != frames[i].size) malformed("Alice reconciles frames of another size");
    ledger.add(LedgerItem::reconciliation_seed, LedgerParty::alice, 64);
    cascades.emplace_back(secret_slice(sifted.bits(), frames[i].begin, frames[i].size), start.frames[i], frames[i].cap);
  }

  for (;;) {
    ParityQueries round;
    for (std::size_t i = 0; i < cascades.size(); ++i)
      if (!cascades[i].done()) round.frames.push_back({i, cascades[i].queries().encode()});
    ledger.add(LedgerItem::reconciliation_queries, LedgerParty::bob, query_bits(round));
    alice.send(round);
    if (round.frames.empty()) break;
    const auto parities = co_await alice.receive<Parities>();
    if (parities.frames.size() != round.frames.size()) malformed("Alice answers for other frames than were asked");
    for (std::size_t i = 0; i < round.frames.size(); ++i) {
      or_fault(cascades[round.frames[i].frame].absorb(parities.frames[i]));
      ledger.add(LedgerItem::reconciliation_parities, LedgerParty::alice, parities.frames[i].size());
    }
  }

  // A frame that Cascade gave up counts as failed whatever its hash says.
  const auto tags = co_await alice.receive<VerificationTags>();
  if (tags.frames.size() != frames.size()) malformed("Alice verifies other frames than there are");
  std::vector<SecretBits> corrected_frames;
  BitString failed(frames.size());
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const unsigned bits = tag_bits(frames[i], plan, frames.size());
    if (tags.frames[i].tag.size() != bits) malformed("a verification tag is not as long as was agreed");
    ledger.add(LedgerItem::verification_seed, LedgerParty::alice, kVerificationSeedBits);
    ledger.add(LedgerItem::verification_tag, LedgerParty::alice, bits);
    const bool converged = cascades[i].state() == CascadeState::converged;
    corrected_frames.push_back(converged ? std::move(cascades[i]).corrected() : SecretBits(frames[i].size));
    failed.set(i, !converged || verification_tag(corrected_frames[i], tags.frames[i].seed, bits) != tags.frames[i].tag);
  }
  const VerificationReply reply(failed);
  alice.send(reply);
  if (const std::size_t count = failed.view().count_ones(); count != 0) {
    if (count == frames.size())
      co_return Refusal{Phase::verification, "no frame was corrected; the error rate is far above what was expected"};
    const auto opened = co_await alice.receive<OpenedFrames>();
    ledger.add(LedgerItem::opened_frames, LedgerParty::alice, opened.bits.size());
    std::size_t at = 0;
    for (std::size_t i = 0; i < frames.size(); ++i) {
      if (!failed[i]) continue;
      if (opened.bits.size() - at < frames[i].size) malformed("Alice opens less than the frames that failed");
      corrected_frames[i] = secret_slice(opened.bits, at, frames[i].size);
      at += frames[i].size;
    }
    if (at != opened.bits.size()) malformed("Alice opens more than the frames that failed");
  }

  SecretBits key;
  for (const SecretBits& frame : corrected_frames) key.append(frame);
  BitString errors(sifted.bits());
  errors ^= key;
  Corrected corrected = account(std::move(key), sifted.origin(), frames, failed, plan);
  for (const CascadeBob& cascade : cascades) corrected.disclosed += cascade.disclosed();
  corrected.errors = std::move(errors);
  co_return corrected;
}

Party<SecretBits> amplify_as_alice(Wire& bob, CorrectedKey key, std::uint64_t length, SecretRandom& random,
                                   Ledger& ledger) {
  AmplificationSeed message;
  message.length = length;
  message.seed = random_bits(random, amplification_seed_bits(key.size()));
  ledger.add(LedgerItem::amplification_seed, LedgerParty::alice, message.seed.size());
  bob.send(message);
  co_return amplify(key.bits(), message.seed, length);
}

Party<SecretBits> amplify_as_bob(Wire& alice, CorrectedKey key, std::uint64_t length, Ledger& ledger) {
  const auto message = co_await alice.receive<AmplificationSeed>();
  if (message.length != length)
    throw PartyFault{
        Error{ErrorCode::aborted,
              fmt::format("Alice makes a key of {} bits, and the theorem gives {} here", message.length, length)}};
  if (message.seed.size() != amplification_seed_bits(key.size()))
    malformed("the amplification seed is not as long as the key needs");
  ledger.add(LedgerItem::amplification_seed, LedgerParty::alice, message.seed.size());
  co_return amplify(key.bits(), message.seed, length);
}

}  // namespace herald
