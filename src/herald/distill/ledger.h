#pragma once
// The ledger of a block: every bit that left a party or was used up, by kind. The key length is computed from it, and a
// test recomputes it from the bytes on the wire. What is in doubt counts as leaked: a frame that fails verification
// stays in.

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "herald/base/result.h"

namespace herald {

enum class LedgerItem : std::uint8_t {
  // Disclosed, independent of the key's bits.
  click_positions = 0,  // Bob's clicks, as sent
  bases = 1,            // both parties' bases, and intensities
  // Disclosed bits of the strings; those of the test basis are no part of the key.
  test_bits = 2,
  // Disclosed functions of the key: what the key length pays for.
  reconciliation_parities = 3,  // by Alice
  verification_tag = 4,
  // Bob's words during reconciliation: where his errors are. Covered as in Tupkary, Lütkenhaus, arXiv 2307.00576, not
  // by a length.
  reconciliation_queries = 5,
  // Public randomness, fresh.
  reconciliation_seed = 6,
  verification_seed = 7,
  amplification_seed = 8,
  // Secret bits used up.
  authentication_pad = 9,
  // Disclosed: frames of the key that did not verify, in clear. They stay in the key, and all their bits count.
  opened_frames = 10,
  // Disclosed: what each party says of tests on its own secret bits.
  assumption_checks = 11,
};
inline constexpr std::size_t kLedgerItems = 12;
std::string_view to_string(LedgerItem item);

// What an item does to the key.
enum class LedgerEffect : std::uint8_t {
  open,      // tells nothing of the key's bits
  leaked,    // tells at most that many bits of the key: lambda_EC and the tag
  consumed,  // was secret and is used up
};
LedgerEffect effect(LedgerItem item);

enum class LedgerParty : std::uint8_t { alice = 0, bob = 1 };  // who sent, or spent
std::string_view to_string(LedgerParty party);

struct LedgerEntry {
  LedgerItem item;
  LedgerParty party;
  std::uint64_t bits = 0;
  bool operator==(const LedgerEntry&) const = default;
};

class Ledger {
 public:
  void add(LedgerItem item, LedgerParty party, std::uint64_t bits) {
    std::uint64_t& total = m_bits[static_cast<std::size_t>(item)][static_cast<std::size_t>(party)];
    HERALD_CHECK(bits <= ~total);
    total += bits;
  }
  void add(const Ledger& other);

  std::uint64_t bits(LedgerItem item, LedgerParty party) const {
    return m_bits[static_cast<std::size_t>(item)][static_cast<std::size_t>(party)];
  }
  std::uint64_t bits(LedgerItem item) const { return bits(item, LedgerParty::alice) + bits(item, LedgerParty::bob); }
  std::uint64_t total(LedgerEffect wanted) const;
  std::uint64_t leaked() const { return total(LedgerEffect::leaked); }
  std::uint64_t consumed() const { return total(LedgerEffect::consumed); }
  // One for every item and party that has bits, in the order of the items: for tables and JSON.
  std::vector<LedgerEntry> entries() const;

  bool operator==(const Ledger&) const = default;

 private:
  std::array<std::array<std::uint64_t, 2>, kLedgerItems> m_bits{};  // m_bits[item][party]
};

}  // namespace herald
