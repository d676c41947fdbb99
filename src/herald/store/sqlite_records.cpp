#include <cerrno>
#include <cstring>
#include <optional>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "herald/store/record_store.h"
#include "herald/store/sqlite.h"

namespace herald::store {
namespace {

constexpr std::uint32_t kApplicationId = 0x48524c52;  // "HRLR"
constexpr std::uint64_t kVersion = 1;

// SQLite compares texts and bytes in different ways, and knows each from a bit of its file.
std::unexpected<Error> no_bytes() {
  return fail(ErrorCode::malformed, "a record of the store is no bytes: the file was damaged, or changed");
}

class SqliteRecords final : public RecordEngine {
 public:
  explicit SqliteRecords(std::unique_ptr<Connection> db) : m_db(std::move(db)) {}

  Result<void> begin() override {
    HERALD_TRY(Transaction transaction, Transaction::begin(*m_db));
    m_transaction.emplace(std::move(transaction));
    return {};
  }
  Result<void> begin_reading() override {
    HERALD_TRY(Transaction transaction, Transaction::begin_reading(*m_db));
    m_transaction.emplace(std::move(transaction));
    return {};
  }
  Result<void> commit() override {
    auto done = m_transaction->commit();
    m_transaction.reset();
    return done;
  }
  void rollback() override { m_transaction.reset(); }

  Result<std::optional<Bytes>> read(ByteView key) override {
    HERALD_TRY(Statement row, m_db->query("SELECT value FROM records WHERE key = ?", key));
    HERALD_TRY(const bool found, row.next());
    if (!found) return std::nullopt;
    if (!row.is_blob(0)) return no_bytes();
    const ByteView value = row.blob(0);
    return Bytes(value.begin(), value.end());
  }
  Result<void> write(ByteView key, ByteView value) override {
    return m_db->run("INSERT INTO records VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", key, value);
  }
  Result<bool> insert(ByteView key, ByteView value) override {
    HERALD_TRY_VOID(m_db->run("INSERT INTO records VALUES (?, ?) ON CONFLICT DO NOTHING", key, value));
    return m_db->changed() != 0;
  }
  Result<void> remove(ByteView key) override { return m_db->run("DELETE FROM records WHERE key = ?", key); }

  Result<void> scan(ByteView prefix, ByteView from, const Each& each) override {
    const ByteView begin = std::ranges::lexicographical_compare(prefix, from) ? from : prefix;
    HERALD_TRY(Statement row, m_db->query("SELECT key, value FROM records WHERE key >= ? ORDER BY key", begin));
    for (;;) {
      HERALD_TRY(const bool found, row.next());
      if (!found) return {};
      if (!row.is_blob(0) || !row.is_blob(1)) return no_bytes();
      const ByteView key = row.blob(0);
      if (key.size() < prefix.size() || !std::ranges::equal(key.first(prefix.size()), prefix)) return {};
      HERALD_TRY(const bool more, each(key, row.blob(1)));
      if (!more) return {};
    }
  }

 private:
  std::unique_ptr<Connection> m_db;
  std::optional<Transaction> m_transaction;
};

Result<void> check_private(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  struct stat status{};
  const bool known = fd >= 0 && ::fstat(fd, &status) == 0;
  const int problem = errno;
  if (fd >= 0) ::close(fd);
  if (!known) return fail(ErrorCode::io, fmt::format("{}: cannot open the store: {}", path, std::strerror(problem)));
  if ((status.st_mode & 077) != 0)
    return fail(ErrorCode::insecure, fmt::format("{}: others than its owner may read or write it; chmod 600 it", path));
  return {};
}

}  // namespace

Result<std::unique_ptr<RecordEngine>> open_sqlite_records(const std::string& path) {
  HERALD_TRY_VOID(check_private(path));
  HERALD_TRY(auto db, Connection::open(path, kApplicationId));
  HERALD_TRY(const std::uint64_t version, db->number("PRAGMA user_version"));
  if (version == 0) {
    HERALD_TRY_VOID(
        db->script(fmt::format("BEGIN IMMEDIATE; CREATE TABLE IF NOT EXISTS records(key BLOB PRIMARY KEY, "
                               "value BLOB NOT NULL) STRICT, WITHOUT ROWID; PRAGMA application_id = {}; "
                               "PRAGMA user_version = {}; COMMIT",
                               kApplicationId, kVersion)));
  } else if (version != kVersion) {
    return fail(ErrorCode::version,
                fmt::format("{}: a store of version {}; this program reads {}", path, version, kVersion));
  }
  return std::make_unique<SqliteRecords>(std::move(db));
}

}  // namespace herald::store
