#pragma once
// PostgreSQL with results for errors and owners for handles: batches of statements in one round trip, and no wait
// without an end; for source files (not installed). One thread at a time.

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "herald/base/codec.h"
#include "herald/base/result.h"

struct pg_conn;
struct pg_result;

namespace herald::store {

// What a statement gave, in binary: bytea and text as they are.
class PgRows {
 public:
  explicit PgRows(pg_result* handle) : m_handle(handle) {}
  PgRows(PgRows&& other) noexcept : m_handle(std::exchange(other.m_handle, nullptr)) {}
  PgRows& operator=(PgRows&&) = delete;
  PgRows(const PgRows&) = delete;
  ~PgRows();

  std::size_t size() const;
  std::string_view tag() const;     // what was done: COMMIT
  bool is_bytes(int column) const;  // a column of type bytea
  // NULL reads as empty.
  ByteView bytes(std::size_t row, int column) const;
  std::string text(std::size_t row, int column) const;

 private:
  pg_result* m_handle;
};

// `sql` is one statement, a literal that outlives the connection; `values` are its $1, $2, … in binary.
struct PgStatement {
  std::string_view sql;
  std::vector<Bytes> values = {};
};
Bytes pg_text(std::string_view text);
Bytes pg_array(std::span<const ByteView> values);  // bytea[]

class PgConnection {
 public:
  // Ok for a URL "postgresql://…" that holds no password. Errors: invalid_argument, insecure (a password).
  static Result<void> check(const std::string& url);
  // Of a server that can be written to. Where the URL is silent, TLS with the server's certificate verified. Errors:
  // those of check(); unavailable; insecure (a server that loses what it has acknowledged); version.
  static Result<std::unique_ptr<PgConnection>> connect(const std::string& url);
  ~PgConnection();
  PgConnection(const PgConnection&) = delete;
  PgConnection& operator=(const PgConnection&) = delete;

  // All of them, in one round trip; those behind one that fails are not carried out. Errors: unavailable (is_lost():
  // nobody knows whether they were carried out), io, malformed.
  Result<std::vector<PgRows>> exchange(std::span<const PgStatement> statements);
  Result<PgRows> run(PgStatement statement);
  bool is_lost() const;

 private:
  explicit PgConnection(pg_conn* handle) : m_handle(handle) {}
  Result<void> configure();
  // A result that is to come: that of a statement, or of its preparation.
  struct Expected {
    std::string_view sql;
    bool is_prepared;
  };
  Result<void> send(const PgStatement& statement, std::vector<Expected>& expected);
  Result<PgRows> receive(std::int64_t deadline);
  Result<void> await(std::int64_t deadline);
  std::unexpected<Error> lose(std::string_view why);

  pg_conn* m_handle;
  bool m_is_lost = false;
  std::map<std::string_view, std::string> m_prepared;  // names by text
  std::uint64_t m_next_name = 0;
};

}  // namespace herald::store
