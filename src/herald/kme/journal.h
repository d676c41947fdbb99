#pragma once
// What a KME did, in order and for good: each entry is chained to the one before by its hash, and is durable with what
// it tells of, before a key leaves. It holds no key bytes. Its head is told to every peer concerned before anything
// leaves, so that a site put back to an earlier state meets somebody who knows better.

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "herald/base/codec.h"
#include "herald/store/record_store.h"

namespace herald::kme {

// The number of entries, and the hash over all of them: SHA-256(hash before ‖ number ‖ entry), zeros before the first.
struct JournalHead {
  std::uint64_t entries = 0;
  std::array<std::uint8_t, 32> hash{};
  bool operator==(const JournalHead&) const = default;
  void encode(Writer& writer) const;
  static JournalHead decode(Reader& reader);
};

// Adds an entry: JSON, one line.
Result<JournalHead> append_to_journal(store::Records& records, std::string_view entry);
Result<JournalHead> journal_head(store::Records& records);
// The head as it was after so many entries. Errors: not_found (there are not so many).
Result<JournalHead> journal_head_at(store::Records& records, std::uint64_t entries);

struct JournalEntry {
  JournalHead head;  // after it
  std::string text;
};
// From entry `first` (counted from 1) on, until `each` returns false. Checks the chain. Errors: authentication.
Result<void> read_journal(store::Records& records, std::uint64_t first,
                          const std::function<bool(const JournalEntry&)>& each);

// What a peer told of its journal, the highest. Errors of witness(): insecure (the peer's journal is behind what it
// told before, or is another one: it was put back to an earlier state).
Result<void> witness(store::Records& records, std::string_view peer, const JournalHead& head);
Result<JournalHead> witnessed(store::Records& records, std::string_view peer);
// As if the peer had never told anything.
Result<void> forget_witnessed(store::Records& records, std::string_view peer);

}  // namespace herald::kme
