#pragma once
// SQLite with results for errors and owners for handles. One thread at a time; any number of processes on one file.

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "herald/base/codec.h"
#include "herald/base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace herald::store {

class Connection;

// A row's values as Statement::encode writes them.
void encode_value(Writer& writer, std::uint64_t value);
void encode_value(Writer& writer, double value);
void encode_value(Writer& writer, std::string_view value);
void encode_value(Writer& writer, ByteView value);

// A prepared statement with its values bound. Goes back to its connection for the next use of the same text.
class Statement {
 public:
  // `idle`: its place in the connection.
  Statement(Connection& connection, sqlite3_stmt** idle, sqlite3_stmt* handle)
      : m_connection(&connection), m_idle(idle), m_handle(handle) {}
  Statement(Statement&& other) noexcept
      : m_connection(other.m_connection), m_idle(other.m_idle), m_handle(std::exchange(other.m_handle, nullptr)) {}
  Statement& operator=(Statement&&) = delete;
  Statement(const Statement&) = delete;
  ~Statement();

  // True while there is a row to read. Errors: as Connection.
  Result<bool> next();

  // Column `i`, counted from 0, of the row; NULL and values of another type read as 0 or empty. Views live until
  // next().
  std::uint64_t integer(int i) const;
  double real(int i) const;
  std::string text(int i) const;
  ByteView blob(int i) const;
  bool is_blob(int i) const;
  // The first `columns` columns of the row, each with its type, one encoding for one row.
  Bytes encode(int columns) const;

  // Value number `i`, counted from 1. Integers are below 2^63.
  void bind(int i, std::uint64_t value);
  void bind(int i, double value);
  void bind(int i, std::string_view value);
  void bind(int i, ByteView value);

 private:
  Connection* m_connection;
  sqlite3_stmt** m_idle;
  sqlite3_stmt* m_handle;
};

// An open database file. Errors of all its functions: io (a full disk, a failed read or write), unavailable (another
// process has held the file for longer than the time-out), malformed (no database, or a damaged one), not_found.
class Connection {
 public:
  // The file must exist, and be empty or carry this application ID (malformed otherwise). Write-ahead log, every commit
  // synced, foreign keys, deleted content overwritten with zeros; triggers and views of the file are not run.
  static Result<std::unique_ptr<Connection>> open(const std::filesystem::path& path, std::uint32_t application_id);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // `sql` is one statement, a literal that outlives the connection.
  template <typename... Values>
  Result<Statement> query(std::string_view sql, const Values&... values) {
    HERALD_TRY(Statement statement, prepare(sql));
    [[maybe_unused]] int i = 0;
    (statement.bind(++i, values), ...);
    return statement;
  }
  template <typename... Values>
  Result<void> run(std::string_view sql, const Values&... values) {
    HERALD_TRY(Statement statement, query(sql, values...));
    for (;;) {
      HERALD_TRY(const bool more, statement.next());
      if (!more) return {};
    }
  }
  // The single integer that a query gives; 0 when it gives no row.
  template <typename... Values>
  Result<std::uint64_t> number(std::string_view sql, const Values&... values) {
    HERALD_TRY(Statement statement, query(sql, values...));
    HERALD_TRY(const bool found, statement.next());
    return found ? statement.integer(0) : 0;
  }
  // Several statements without values.
  Result<void> script(const std::string& sql);

  // Rows that the last statement changed.
  std::uint64_t changed() const;
  bool in_transaction() const;
  const std::filesystem::path& path() const { return m_path; }

 private:
  friend class Statement;
  Connection(std::filesystem::path path, sqlite3* handle) : m_path(std::move(path)), m_handle(handle) {}
  Result<Statement> prepare(std::string_view sql);
  std::unexpected<Error> error(int code) const;

  std::filesystem::path m_path;
  sqlite3* m_handle;
  // Prepared statements by text, those in use now without their handles.
  std::map<std::string_view, sqlite3_stmt*> m_idle;
};

// All that happens until commit() happens together or not at all; without commit(), not at all. Holds the file's write
// lock unless it only reads.
class Transaction {
 public:
  static Result<Transaction> begin(Connection& connection);
  // One unchanging view of the file for several reads; takes no lock that a writer waits for.
  static Result<Transaction> begin_reading(Connection& connection);
  Transaction(Transaction&& other) noexcept : m_connection(std::exchange(other.m_connection, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  Transaction(const Transaction&) = delete;
  ~Transaction();

  // Durable when it returns ok.
  Result<void> commit();

 private:
  explicit Transaction(Connection& connection) : m_connection(&connection) {}
  Connection* m_connection;
};

}  // namespace herald::store
