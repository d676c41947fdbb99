#include "herald/kme/schema.h"

#include <fmt/format.h>

#include <array>
#include <set>
#include <string>

#include "herald/kme/forget.h"
#include "herald/kme/record_keys.h"

namespace herald::kme {
namespace {

using store::Records;

// The next name of a record's key.
std::string read_name(Reader& reader) {
  std::uint64_t size = 0;
  for (const std::uint8_t byte : reader.raw(sizeof size)) size = size << 8 | byte;
  if (size > reader.remaining()) {
    reader.fault("a name that is too long");
    return {};
  }
  const ByteView bytes = reader.raw(size);
  return {bytes.begin(), bytes.end()};
}

// From version 1: whoever told of its journal, or shares a pool, is one whom this site has met.
Result<void> note_who_was_met(Records& records) {
  std::set<std::string> met;
  const auto add = [&](ByteView key, const SecretBytes&) -> Result<bool> {
    Reader reader(key.subspan(1));
    while (reader.remaining() > 0) met.insert(read_name(reader));
    HERALD_TRY_VOID(reader.finish("the name of a record"));
    return true;
  };
  for (const RecordKind kind : {RecordKind::witness, RecordKind::pool})
    HERALD_TRY_VOID(records.scan(RecordKey(kind), {}, add));
  for (const std::string& peer : met) HERALD_TRY_VOID(have_met(records, peer));
  return {};
}

// kSteps[i] leads from version i + 1 to the next.
using Step = Result<void> (*)(Records&);
constexpr std::array<Step, kSchemaVersion - 1> kSteps{note_who_was_met};

void say(Records& records, std::uint64_t version) {
  Writer writer;
  writer.fixed(version);
  records.put(RecordKey(RecordKind::schema), writer.bytes());
}

Result<bool> is_empty(Records& records) {
  bool empty = true;
  HERALD_TRY_VOID(records.scan({}, {}, [&](ByteView, const SecretBytes&) -> Result<bool> { return empty = false; }));
  return empty;
}

}  // namespace

Result<std::uint64_t> schema_version(Records& records) {
  HERALD_TRY(const auto said, records.get(RecordKey(RecordKind::schema)));
  if (!said) {
    HERALD_TRY(const bool empty, is_empty(records));
    return empty ? 0 : 1;
  }
  Reader reader(said->expose_secret());
  const auto version = reader.fixed<std::uint64_t>();
  HERALD_TRY_VOID(reader.finish("the version of the records"));
  if (version == 0) return fail(ErrorCode::malformed, "the records are of version 0, which there is not");
  return version;
}

Result<std::uint64_t> migrate(store::RecordStore& records) {
  std::uint64_t before = 0;
  const auto step = [&](Records& all) -> Result<void> {
    HERALD_TRY(before, schema_version(all));
    if (before > kSchemaVersion)
      return fail(ErrorCode::version,
                  fmt::format("the records are of version {}, written by a later program than this one, which knows up "
                              "to {}: run that program, or a later one; nothing was changed",
                              before, kSchemaVersion));
    if (before == kSchemaVersion) return {};
    for (std::uint64_t version = before; version != 0 && version < kSchemaVersion; ++version)
      HERALD_TRY_VOID(kSteps[version - 1](all));
    say(all, kSchemaVersion);
    return {};
  };
  HERALD_TRY_VOID(records.transact(step));
  return before;
}

}  // namespace herald::kme
