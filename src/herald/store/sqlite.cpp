#include "herald/store/sqlite.h"

#include <limits>

#include <fmt/format.h>
#include <sqlite3.h>

namespace herald::store {
namespace {

constexpr int kBusyMilliseconds = 10'000;

}  // namespace

Statement::~Statement() {
  if (m_handle == nullptr) return;
  sqlite3_reset(m_handle);
  sqlite3_clear_bindings(m_handle);
  if (*m_idle == nullptr)
    *m_idle = m_handle;
  else
    sqlite3_finalize(m_handle);  // the same text was in use twice
}

void encode_value(Writer& writer, std::uint64_t value) {
  writer.fixed(std::uint8_t{SQLITE_INTEGER});
  writer.fixed(value);
}
void encode_value(Writer& writer, double value) {
  writer.fixed(std::uint8_t{SQLITE_FLOAT});
  writer.real(value);
}
void encode_value(Writer& writer, std::string_view value) {
  writer.fixed(std::uint8_t{SQLITE_TEXT});
  writer.text(value);
}
void encode_value(Writer& writer, ByteView value) {
  writer.fixed(std::uint8_t{SQLITE_BLOB});
  writer.counted(value);
}

Bytes Statement::encode(int columns) const {
  Writer writer;
  for (int i = 0; i < columns; ++i) {
    switch (sqlite3_column_type(m_handle, i)) {
      case SQLITE_INTEGER: encode_value(writer, integer(i)); break;
      case SQLITE_FLOAT: encode_value(writer, real(i)); break;
      case SQLITE_TEXT: encode_value(writer, text(i)); break;
      case SQLITE_BLOB: encode_value(writer, blob(i)); break;
      default: writer.fixed(std::uint8_t{SQLITE_NULL});
    }
  }
  return std::move(writer).take();
}

Result<bool> Statement::next() {
  const int code = sqlite3_step(m_handle);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  auto failure = m_connection->error(code);
  sqlite3_reset(m_handle);
  return failure;
}

std::uint64_t Statement::integer(int i) const { return static_cast<std::uint64_t>(sqlite3_column_int64(m_handle, i)); }
double Statement::real(int i) const { return sqlite3_column_double(m_handle, i); }
std::string Statement::text(int i) const {
  const ByteView bytes = blob(i);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
bool Statement::is_blob(int i) const { return sqlite3_column_type(m_handle, i) == SQLITE_BLOB; }

ByteView Statement::blob(int i) const {
  const void* data = sqlite3_column_blob(m_handle, i);
  return {static_cast<const std::uint8_t*>(data), static_cast<std::size_t>(sqlite3_column_bytes(m_handle, i))};
}

void Statement::bind(int i, std::uint64_t value) {
  HERALD_CHECK(value <= std::uint64_t{std::numeric_limits<std::int64_t>::max()});
  HERALD_CHECK(sqlite3_bind_int64(m_handle, i, static_cast<std::int64_t>(value)) == SQLITE_OK);
}
void Statement::bind(int i, double value) { HERALD_CHECK(sqlite3_bind_double(m_handle, i, value) == SQLITE_OK); }
void Statement::bind(int i, std::string_view value) {
  HERALD_CHECK(sqlite3_bind_text64(m_handle, i, value.data() != nullptr ? value.data() : "", value.size(),
                                   SQLITE_TRANSIENT, SQLITE_UTF8) == SQLITE_OK);
}
void Statement::bind(int i, ByteView value) {
  const void* data = value.data() != nullptr ? static_cast<const void*>(value.data()) : "";
  HERALD_CHECK(sqlite3_bind_blob64(m_handle, i, data, value.size(), SQLITE_TRANSIENT) == SQLITE_OK);
}

Result<std::unique_ptr<Connection>> Connection::open(const std::filesystem::path& path, std::uint32_t application_id) {
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE, nullptr);
  std::unique_ptr<Connection> connection(new Connection(path, handle));
  if (code != SQLITE_OK) return connection->error(code);
  sqlite3_busy_timeout(handle, kBusyMilliseconds);
  for (const int option : {SQLITE_DBCONFIG_ENABLE_TRIGGER, SQLITE_DBCONFIG_ENABLE_VIEW, SQLITE_DBCONFIG_TRUSTED_SCHEMA})
    sqlite3_db_config(handle, option, 0, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  HERALD_TRY(const std::uint64_t id, connection->number("PRAGMA application_id"));
  HERALD_TRY(const std::uint64_t tables, connection->number("SELECT count(*) FROM sqlite_schema"));
  if (id != application_id && tables + id != 0) return connection->error(SQLITE_NOTADB);
  HERALD_TRY_VOID(
      connection->script("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
                         "PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA cell_size_check = ON;"));
  return connection;
}

Connection::~Connection() {
  for (const auto& [sql, statement] : m_idle) sqlite3_finalize(statement);
  sqlite3_close(m_handle);
}

Result<Statement> Connection::prepare(std::string_view sql) {
  sqlite3_stmt*& idle = m_idle[sql];
  if (idle != nullptr) return Statement(*this, &idle, std::exchange(idle, nullptr));
  sqlite3_stmt* handle = nullptr;
  const int code = sqlite3_prepare_v3(m_handle, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                      &handle, nullptr);
  if (code != SQLITE_OK) return error(code);
  return Statement(*this, &idle, handle);
}

Result<void> Connection::script(const std::string& sql) {
  const int code = sqlite3_exec(m_handle, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return error(code);
  return {};
}

std::uint64_t Connection::changed() const { return static_cast<std::uint64_t>(sqlite3_changes64(m_handle)); }
bool Connection::in_transaction() const { return sqlite3_get_autocommit(m_handle) == 0; }

std::unexpected<Error> Connection::error(int code) const {
  const std::string name = m_path.string();
  const char* detail = m_handle != nullptr ? sqlite3_errmsg(m_handle) : sqlite3_errstr(code);
  switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return fail(ErrorCode::unavailable,
                  fmt::format("{}: another process has held the store for {} s; try again when it is done", name,
                              kBusyMilliseconds / 1000));
    case SQLITE_FULL:
      return fail(ErrorCode::io,
                  fmt::format("{}: the disk is full; nothing was changed: make room and try again", name));
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
    case SQLITE_FORMAT:
    case SQLITE_SCHEMA:
    case SQLITE_MISMATCH:
    case SQLITE_ERROR:
      return fail(ErrorCode::malformed,
                  fmt::format("{}: no key store, or a damaged one ({}); name a store that `herald key init` made", name,
                              detail));
    case SQLITE_CANTOPEN: return fail(ErrorCode::io, fmt::format("{}: cannot open the store: {}", name, detail));
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH: return fail(ErrorCode::io, fmt::format("{}: the store may not be written: {}", name, detail));
    case SQLITE_CONSTRAINT:
      return fail(ErrorCode::disagreement, fmt::format("{}: the store holds this already: {}", name, detail));
    default: return fail(ErrorCode::io, fmt::format("{}: the store cannot be read or written: {}", name, detail));
  }
}

Result<Transaction> Transaction::begin(Connection& connection) {
  HERALD_TRY_VOID(connection.run("BEGIN IMMEDIATE"));
  return Transaction(connection);
}

Result<Transaction> Transaction::begin_reading(Connection& connection) {
  HERALD_TRY_VOID(connection.run("BEGIN"));
  return Transaction(connection);
}

Transaction::~Transaction() {
  // A failed write may have rolled back already; a ROLLBACK that fails leaves nothing committed either.
  if (m_connection == nullptr || !m_connection->in_transaction()) return;
  [[maybe_unused]] const auto rolled_back = m_connection->run("ROLLBACK");
}

Result<void> Transaction::commit() {
  HERALD_TRY_VOID(m_connection->run("COMMIT"));
  m_connection = nullptr;
  return {};
}

}  // namespace herald::store
