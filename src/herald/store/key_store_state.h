#pragma once
// The inside of KeyStore: its tables, and rows sealed under the key file. Callers hold the mutex, and a transaction
// where they write.

#include <mutex>
#include <optional>

#include "herald/base/key_codec.h"
#include "herald/store/key_store.h"
#include "herald/store/row_seal.h"
#include "herald/store/sqlite.h"

namespace herald::store {

inline constexpr std::uint32_t kApplicationId = 0x48524C44;  // "HRLD"
inline constexpr std::uint64_t kSchemaVersion = 1;

// The columns of each table in the order in which they are sealed; the seal follows them in each table.
struct Table {
  std::string_view name;
  int columns;
};
inline constexpr Table kHeader{"header", 5}, kLinks{"links", 6}, kRecordings{"recordings", 3}, kBlocks{"blocks", 6},
    kKeys{"keys", 11}, kPadSegments{"pad_segments", 7}, kPadChunks{"pad_chunks", 2}, kPadUse{"pad_use", 6};

extern const char* const kSchema;

struct LinkRow {
  std::uint64_t id = 0;
  std::string name;
  End end = End::alice;
  std::uint64_t next_block = 0, forgotten_before = 0;
  double epsilon = 0;
};

struct KeyRow {
  std::uint64_t seq = 0;
  KeyInfo info;
  std::uint64_t link = 0;
  SecretBits bits;
};

struct KeyStore::State {
  State(StoreFiles where, std::unique_ptr<Connection> connection, const SecretBits& key)
      : files(std::move(where)), db(std::move(connection)), seal(key) {}

  StoreFiles files;
  std::unique_ptr<Connection> db;
  RowSeal seal;
  Uuid id;  // of this store; enters every seal, so that rows of another store do not fit
  std::mutex mutex;

  // What a row is sealed over.
  Bytes associated(const Table& table, ByteView columns) const;
  // Runs `sql` with the columns and, as the last value, their seal around `secret`.
  template <typename... Values>
  Result<void> write(const Table& table, std::string_view sql, ByteView secret, const Values&... values) {
    HERALD_CHECK(sizeof...(values) == static_cast<std::size_t>(table.columns));
    Writer columns;
    (encode_value(columns, values), ...);
    const Bytes sealed = seal.seal(associated(table, columns.bytes()), secret);
    return db->run(sql, values..., ByteView(sealed));
  }
  // The secret of the row at which `row` (all columns, then the seal) stands. Errors: authentication.
  Result<SecretBytes> open_row(const Table& table, const Statement& row);
  std::unexpected<Error> tampered(const Table& table) const;

  // Links. Errors: not_found.
  Result<LinkRow> link(std::string_view name);
  Result<void> write_link(const LinkRow& row);
  Result<LinkRow> read_link(const Statement& row);
  // Marks the numbers up to `block` as used, where that was not done.
  Result<void> claim_up_to(LinkRow& row, std::uint64_t block);

  // Keys.
  Result<KeyRow> read_key(const Statement& row);
  Result<void> insert_key(const KeyRow& row);
  // Delivered: the bits are wiped from the row.
  Result<void> deliver(const KeyRow& row);

  // Pads. A `block` of nullopt is a pre-shared key's.
  Result<void> insert_segment(std::uint64_t link, const PadSegment& segment, BitView pad,
                              std::optional<std::uint64_t> block);
  Result<void> verify_pads();

  // Every row, or only those that still protect something.
  Result<void> verify(bool every_row);
};

std::uint64_t now_seconds();
SecretBytes secret_bytes(BitView bits);
SecretBits secret_bits(ByteView bytes, std::size_t size);
Uuid uuid_of(ByteView bytes);

}  // namespace herald::store
