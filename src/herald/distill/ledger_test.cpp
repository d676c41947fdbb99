#include "herald/distill/ledger.h"

#include <gtest/gtest.h>

#include <set>

namespace herald {
namespace {

TEST(Ledger, AddsUpByItemPartyAndEffect) {
  Ledger ledger;
  ledger.add(LedgerItem::reconciliation_parities, LedgerParty::alice, 100);
  ledger.add(LedgerItem::reconciliation_parities, LedgerParty::alice, 20);
  ledger.add(LedgerItem::verification_tag, LedgerParty::bob, 50);
  ledger.add(LedgerItem::reconciliation_queries, LedgerParty::bob, 700);
  ledger.add(LedgerItem::authentication_pad, LedgerParty::alice, 256);
  ledger.add(LedgerItem::authentication_pad, LedgerParty::bob, 256);
  EXPECT_EQ(ledger.bits(LedgerItem::reconciliation_parities), 120u);
  EXPECT_EQ(ledger.bits(LedgerItem::verification_tag, LedgerParty::alice), 0u);
  EXPECT_EQ(ledger.leaked(), 170u);
  EXPECT_EQ(ledger.consumed(), 512u);
  EXPECT_EQ(ledger.entries().size(), 5u);
  Ledger twice = ledger;
  EXPECT_EQ(twice, ledger);
  twice.add(ledger);
  EXPECT_NE(twice, ledger);
  EXPECT_EQ(twice.leaked(), 340u);
}

TEST(Ledger, EveryItemHasItsName) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < kLedgerItems; ++i) names.insert(to_string(static_cast<LedgerItem>(i)));
  EXPECT_EQ(names.size(), kLedgerItems);
  EXPECT_FALSE(names.contains("unknown"));
}

}  // namespace
}  // namespace herald
