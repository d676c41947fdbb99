// One block at each end: start, distillation, and the two tags that are the two phases of its commit
// (docs/architecture.md).

#include <fmt/format.h>

#include "herald/link/session.h"

namespace herald::link {
namespace {

struct BlockTagKeys {
  SecretBits alice, bob;
};

BlockTagKeys tag_keys(PadBook& pads, const PadRange& range) {
  const SecretBits bits = or_fault(pads.take(range));
  return {secret_slice(bits, 0, kTagKeyBits), secret_slice(bits, kTagKeyBits, kTagKeyBits)};
}

}  // namespace

// Both tags together must be as sure as the block claims.
std::optional<std::string> Session::too_long(const Transcript& transcript) const {
  const FailureProbability claimed = m_end.protocol.epsilon().authentication, tags = transcript.failure() * 2;
  if (tags <= claimed) return std::nullopt;
  return fmt::format(
      "tags over {} bytes fail with probability {:.1e}, and the block claims {:.1e}; raise "
      "epsilon.authentication",
      transcript.bytes(), tags.value, claimed.value);
}

Party<Session::BlockEnd> Session::block_as_alice(Block& block) {
  Wire& bob = *block.peer;
  BlockStart start;
  start.block = block.number;
  start.pad = or_fault(m_pads->reserve(kBlockPadBits, PadPurpose::authentication));
  start.expected_error_rate = m_expected_error_rate.value;
  if (m_pads->remaining() < m_end.config.pad_reserve_bits) start.replenish_bits = m_end.config.replenish_bits;
  BlockTagKeys keys = tag_keys(*m_pads, start.pad);
  start.mac = claim_mac(m_end.gate_key, m_hellos, start);
  bob.send(start);

  const BlockContext asked{block.number, m_expected_error_rate};
  auto party = m_end.protocol.alice(bob, *block.lab, asked, m_end.random);
  BlockOutcome outcome = co_await std::move(party);
  if (auto* aborted = std::get_if<Aborted>(&outcome)) {
    const Abort word(fmt::format("{}: {}", to_string(aborted->phase), aborted->reason));
    bob.send(word);
    co_return std::move(*aborted);
  }
  Distilled& distilled = std::get<Distilled>(outcome);
  distilled.report.violated = distilled.key.provenance().violated;
  if (const auto weak = too_long(block.transcript)) co_return Aborted{Phase::authentication, *weak, distilled.report};
  distilled.ledger.add(LedgerItem::authentication_pad, LedgerParty::alice, kTagKeyBits);
  distilled.ledger.add(LedgerItem::authentication_pad, LedgerParty::bob, kTagKeyBits);

  const herald::Tag expected = block.transcript.tag(std::move(keys.bob));
  const auto tag = co_await bob.receive<TagMessage>();
  if (!constant_time_equal(tag.tag, expected)) {
    const Abort word("authentication: Bob's tag does not verify");
    bob.send(word);
    co_return Aborted{Phase::authentication, "Bob's tag does not verify; somebody changed the conversation",
                      distilled.report};
  }
  m_end.events.reached("alice: before prepare");
  or_fault(m_end.store.prepare(m_end.config.link, cut(block.number, distilled.report.key_error_rate(),
                                                      start.replenish_bits, std::move(distilled.key))));
  m_end.events.reached("alice: prepared");
  or_fault(m_end.store.commit(m_end.config.link, block.number));
  m_end.events.reached("alice: committed");
  m_unsettled.insert(block.number);
  const TagMessage own(block.transcript.tag(std::move(keys.alice)));
  bob.send(own);
  co_return Committed{distilled.report, distilled.ledger};
}

Party<Session::BlockEnd> Session::block_as_bob(Block& block) {
  Wire& alice = *block.peer;
  const auto start = co_await alice.receive<BlockStart>();
  if (!constant_time_equal(start.mac, claim_mac(m_end.gate_key, m_hellos, start)))
    throw PartyFault{Error{ErrorCode::authentication, "Alice's block start was changed on its way; nothing is spent"}};
  if (start.block != block.number ||
      (start.replenish_bits != 0 && start.replenish_bits != m_end.config.replenish_bits) ||
      start.pad.length != kBlockPadBits || start.pad.offset % kBlockPadBits != 0 ||
      !(start.expected_error_rate >= 0 && start.expected_error_rate <= m_end.protocol.abort_error_rate().value))
    throw PartyFault{Error{ErrorCode::malformed, "Alice's block start cannot be"}};
  // A range that cannot be claimed was changed on its way, or somebody made this end burn some of it before: the next
  // block's will do.
  if (const auto claimed = m_pads->claim(start.pad, PadPurpose::authentication); !claimed) {
    if (claimed.error().code == ErrorCode::io) throw PartyFault{claimed.error()};
    const Abort word("authentication: " + claimed.error().message);
    alice.send(word);
    co_return Aborted{Phase::authentication, claimed.error().message, BlockReport{.block = block.number}};
  }
  BlockTagKeys keys = tag_keys(*m_pads, start.pad);
  or_fault(claim_block(block.number));

  const BlockContext asked{block.number, ErrorRate(start.expected_error_rate)};
  auto party = m_end.protocol.bob(alice, *block.lab, asked, m_end.random);
  BlockOutcome outcome = co_await std::move(party);
  if (auto* aborted = std::get_if<Aborted>(&outcome)) {
    const Abort word(fmt::format("{}: {}", to_string(aborted->phase), aborted->reason));
    alice.send(word);
    co_return std::move(*aborted);
  }
  Distilled& distilled = std::get<Distilled>(outcome);
  distilled.report.violated = distilled.key.provenance().violated;
  if (const auto weak = too_long(block.transcript)) co_return Aborted{Phase::authentication, *weak, distilled.report};
  distilled.ledger.add(LedgerItem::authentication_pad, LedgerParty::alice, kTagKeyBits);
  distilled.ledger.add(LedgerItem::authentication_pad, LedgerParty::bob, kTagKeyBits);

  m_end.events.reached("bob: before prepare");
  or_fault(m_end.store.prepare(m_end.config.link, cut(block.number, distilled.report.key_error_rate(),
                                                      start.replenish_bits, std::move(distilled.key))));
  block.prepared = true;
  m_end.events.reached("bob: prepared");
  const TagMessage own(block.transcript.tag(std::move(keys.bob)));
  alice.send(own);
  const herald::Tag expected = block.transcript.tag(std::move(keys.alice));
  const auto tag = co_await alice.receive<TagMessage>();
  if (!constant_time_equal(tag.tag, expected))
    throw PartyFault{
        Error{ErrorCode::authentication, "Alice's tag does not verify; somebody changed the conversation"}};
  m_end.events.reached("bob: before commit");
  or_fault(m_end.store.commit(m_end.config.link, block.number));
  m_end.events.reached("bob: committed");
  reload_pads();
  m_control.send(Notice(Notice::Kind::settled, block.number));
  co_return Committed{distilled.report, distilled.ledger};
}

}  // namespace herald::link
