#include "herald/kme/journal.h"

#include <botan/hash.h>
#include <fmt/format.h>

#include <algorithm>

#include "herald/kme/record_keys.h"

namespace herald::kme {
namespace {

using store::Records;

JournalHead after(const JournalHead& before, std::string_view entry) {
  Writer writer;
  writer.raw(before.hash);
  writer.fixed(before.entries + 1);
  writer.text(entry);
  JournalHead head{before.entries + 1, {}};
  const auto hash = Botan::HashFunction::create_or_throw("SHA-256");
  hash->update(writer.bytes());
  hash->final(head.hash);
  return head;
}

Bytes encoded(const JournalHead& head, std::string_view entry = {}) {
  Writer writer;
  head.encode(writer);
  writer.text(entry);
  return std::move(writer).take();
}

Result<JournalEntry> decoded(const SecretBytes& bytes) {
  Reader reader(bytes.expose_secret());
  JournalEntry entry;
  entry.head = JournalHead::decode(reader);
  entry.text = reader.text();
  HERALD_TRY_VOID(reader.finish("an entry of the journal"));
  return entry;
}

Result<JournalHead> head_under(Records& records, const RecordKey& key) {
  HERALD_TRY(const auto bytes, records.get(key));
  if (!bytes) return JournalHead();
  HERALD_TRY(const JournalEntry entry, decoded(*bytes));
  return entry.head;
}

}  // namespace

void JournalHead::encode(Writer& writer) const {
  writer.fixed(entries);
  writer.raw(hash);
}

JournalHead JournalHead::decode(Reader& reader) {
  JournalHead head;
  head.entries = reader.fixed<std::uint64_t>();
  const ByteView bytes = reader.raw(head.hash.size());
  if (bytes.size() == head.hash.size()) std::ranges::copy(bytes, head.hash.begin());
  return head;
}

Result<JournalHead> append_to_journal(Records& records, std::string_view entry) {
  HERALD_TRY(const JournalHead before, journal_head(records));
  const JournalHead head = after(before, entry);
  records.put(RecordKey(RecordKind::journal_entry).number(head.entries), encoded(head, entry));
  records.put(RecordKey(RecordKind::journal_head), encoded(head));
  return head;
}

Result<JournalHead> journal_head(Records& records) { return head_under(records, RecordKey(RecordKind::journal_head)); }

Result<JournalHead> journal_head_at(Records& records, std::uint64_t entries) {
  if (entries == 0) return JournalHead();
  HERALD_TRY(const JournalHead head, head_under(records, RecordKey(RecordKind::journal_entry).number(entries)));
  if (head.entries != entries) return fail(ErrorCode::not_found, fmt::format("the journal has no entry {}", entries));
  return head;
}

Result<void> read_journal(Records& records, std::uint64_t first, const std::function<bool(const JournalEntry&)>& each) {
  HERALD_CHECK(first > 0);
  HERALD_TRY(JournalHead before, journal_head_at(records, first - 1));
  return records.scan(RecordKey(RecordKind::journal_entry), RecordKey(RecordKind::journal_entry).number(first),
                      [&](ByteView, SecretBytes bytes) -> Result<bool> {
                        HERALD_TRY(const JournalEntry entry, decoded(bytes));
                        if (entry.head != after(before, entry.text))
                          return fail(ErrorCode::authentication,
                                      fmt::format("the journal's chain breaks at entry {}", before.entries + 1));
                        before = entry.head;
                        return each(entry);
                      });
}

Result<void> witness(Records& records, std::string_view peer, const JournalHead& head) {
  HERALD_TRY(const JournalHead before, witnessed(records, peer));
  if (head == before) return {};
  if (head.entries <= before.entries)
    return fail(ErrorCode::insecure,
                fmt::format("the journal of {} ends at entry {}, and was at {} before: that site was put back to an "
                            "earlier state, and would deliver keys again",
                            peer, head.entries, before.entries));
  records.put(RecordKey(RecordKind::witness).name(peer), encoded(head));
  return {};
}

Result<JournalHead> witnessed(Records& records, std::string_view peer) {
  return head_under(records, RecordKey(RecordKind::witness).name(peer));
}

Result<void> forget_witnessed(Records& records, std::string_view peer) {
  HERALD_TRY_VOID(records.erase(RecordKey(RecordKind::witness).name(peer)));
  return {};
}

}  // namespace herald::kme
