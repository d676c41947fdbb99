#include "herald/distill/ledger.h"

namespace herald {

std::string_view to_string(LedgerItem item) {
  switch (item) {
    case LedgerItem::click_positions: return "click_positions";
    case LedgerItem::bases: return "bases";
    case LedgerItem::test_bits: return "test_bits";
    case LedgerItem::reconciliation_parities: return "reconciliation_parities";
    case LedgerItem::verification_tag: return "verification_tag";
    case LedgerItem::reconciliation_queries: return "reconciliation_queries";
    case LedgerItem::reconciliation_seed: return "reconciliation_seed";
    case LedgerItem::verification_seed: return "verification_seed";
    case LedgerItem::amplification_seed: return "amplification_seed";
    case LedgerItem::authentication_pad: return "authentication_pad";
    case LedgerItem::opened_frames: return "opened_frames";
    case LedgerItem::assumption_checks: return "assumption_checks";
  }
  return "unknown";
}

std::string_view to_string(LedgerParty party) { return party == LedgerParty::alice ? "alice" : "bob"; }

LedgerEffect effect(LedgerItem item) {
  switch (item) {
    case LedgerItem::reconciliation_parities:
    case LedgerItem::verification_tag:
    case LedgerItem::opened_frames:
    case LedgerItem::assumption_checks: return LedgerEffect::leaked;
    case LedgerItem::authentication_pad: return LedgerEffect::consumed;
    default: return LedgerEffect::open;
  }
}

void Ledger::add(const Ledger& other) {
  for (const LedgerEntry& entry : other.entries()) add(entry.item, entry.party, entry.bits);
}

std::uint64_t Ledger::total(LedgerEffect wanted) const {
  std::uint64_t sum = 0;
  for (const LedgerEntry& entry : entries())
    if (effect(entry.item) == wanted) sum += entry.bits;
  return sum;
}

std::vector<LedgerEntry> Ledger::entries() const {
  std::vector<LedgerEntry> result;
  for (std::size_t i = 0; i < kLedgerItems; ++i)
    for (std::size_t p = 0; p < 2; ++p)
      if (m_bits[i][p] != 0) result.push_back({static_cast<LedgerItem>(i), static_cast<LedgerParty>(p), m_bits[i][p]});
  return result;
}

}  // namespace herald
