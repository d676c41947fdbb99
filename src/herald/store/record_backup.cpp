#include "herald/store/record_backup.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "herald/store/new_file.h"

namespace herald::store {
namespace {

namespace fs = std::filesystem;

// What SQLite makes beside a database is gone when the last connection has ended well.
constexpr std::array kBeside{"-wal", "-shm"};

// A database that is being made; nothing of it is left unless it is published.
class Unfinished {
 public:
  explicit Unfinished(const fs::path& path) : m_path(unfinished(path)) {}
  Unfinished(const Unfinished&) = delete;
  Unfinished& operator=(const Unfinished&) = delete;
  ~Unfinished() {
    std::error_code ignored;
    fs::remove(m_path, ignored);
    for (const char* const suffix : kBeside) fs::remove(m_path.string() + suffix, ignored);
  }
  const fs::path& path() const { return m_path; }
  Result<void> publish(const fs::path& path) const {
    std::error_code ignored;
    if (fs::exists(m_path.string() + kBeside[0], ignored))
      return fail(ErrorCode::io, fmt::format("{}: the copy could not be finished; is the disk full?", path.string()));
    return publish_new_file(m_path, path);
  }

 private:
  fs::path m_path;
};

Result<std::uint64_t> copy(RecordEngine& from, RecordEngine& to) {
  std::uint64_t records = 0;
  HERALD_TRY_VOID(from.begin_reading());
  const auto write = [&](ByteView key, ByteView value) -> Result<bool> {
    records += key.empty() ? 0 : 1;
    HERALD_TRY_VOID(to.write(key, value));
    return true;
  };
  const auto done = [&]() -> Result<void> {
    HERALD_TRY_VOID(to.begin());
    HERALD_TRY_VOID(from.scan({}, {}, write));
    return to.commit();
  }();
  to.rollback();
  from.rollback();
  HERALD_TRY_VOID(done);
  return records;
}

}  // namespace

Result<RecordBackup> back_up_records(RecordEngine& from, const SecretBits& key, const fs::path& file) {
  HERALD_TRY_VOID(require_new(file));
  const Unfinished copied(file);
  RecordBackup backup;
  {
    HERALD_TRY(const auto to, open_sqlite_records(copied.path().string()));
    HERALD_TRY(backup.records, copy(from, *to));
  }
  {
    HERALD_TRY(auto to, open_sqlite_records(copied.path().string()));
    HERALD_TRY(RecordStore records, RecordStore::open(std::move(to), key));
    backup.count = records.count();
  }
  HERALD_TRY_VOID(copied.publish(file));
  return backup;
}

}  // namespace herald::store
