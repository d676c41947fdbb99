#include "herald/store/postgres.h"

#include <fmt/format.h>
#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <utility>

namespace herald::store {
namespace {

// So long a batch of statements may take; a server that is silent for longer is given up.
constexpr std::int64_t kPatienceMs = 10000;
constexpr int kLeastVersion = 140000;  // idle_session_timeout, and libpq's pipeline
constexpr Oid kBytea = 17;

std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

// libpq's messages have lines, of which the first says what happened.
std::string first_line(const char* text) {
  const std::string_view whole(text == nullptr ? "" : text);
  return printable(whole.substr(0, whole.find('\n')), 300);
}

using Options = std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)>;

// What libpq makes of a URL; its own message may repeat the URL, and what is in it.
Result<Options> parse(const std::string& url) {
  if (!url.starts_with("postgresql://") && !url.starts_with("postgres://"))
    return fail(ErrorCode::invalid_argument, "a store on a server is named by postgresql://HOST/DATABASE");
  char* message = nullptr;
  Options options(PQconninfoParse(url.c_str(), &message), PQconninfoFree);
  PQfreemem(message);
  if (!options)
    return fail(ErrorCode::invalid_argument,
                "the store's URL is not one that PostgreSQL's library reads: postgresql://USER@HOST:PORT/DATABASE");
  return options;
}

const char* value_of(const Options& options, std::string_view keyword) {
  for (const PQconninfoOption* each = options.get(); each->keyword != nullptr; ++each)
    if (each->keyword == keyword) return each->val;
  return nullptr;
}

Result<Options> parse_and_check(const std::string& url) {
  HERALD_TRY(Options options, parse(url));
  for (const std::string_view secret : {"password", "sslpassword"})
    if (value_of(options, secret) != nullptr)
      return fail(ErrorCode::insecure,
                  "the store's URL holds a password, for everybody who lists processes or reads the configuration: "
                  "put it into ~/.pgpass (mode 0600; PGPASSFILE names another) and take it out of the URL");
  return options;
}

ErrorCode code_of(std::string_view state) {
  // 40: given up for another's sake; 53: no room or memory; 55P03: a lock was not had in time; 57: the server or
  // somebody on it interferes; XX: damaged.
  if (state.starts_with("40") || state.starts_with("53") || state == "55P03" || state.starts_with("57"))
    return ErrorCode::unavailable;
  return state.starts_with("XX") ? ErrorCode::malformed : ErrorCode::io;
}

void put_be32(Bytes& bytes, std::uint64_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<std::uint8_t>(value >> shift));
}

}  // namespace

PgRows::~PgRows() { PQclear(m_handle); }
std::size_t PgRows::size() const { return static_cast<std::size_t>(PQntuples(m_handle)); }
bool PgRows::is_bytes(int column) const { return PQftype(m_handle, column) == kBytea; }
std::string_view PgRows::tag() const { return PQcmdStatus(m_handle); }
ByteView PgRows::bytes(std::size_t row, int column) const {
  const int at = static_cast<int>(row);
  return {reinterpret_cast<const std::uint8_t*>(PQgetvalue(m_handle, at, column)),
          static_cast<std::size_t>(PQgetlength(m_handle, at, column))};
}
std::string PgRows::text(std::size_t row, int column) const {
  const ByteView value = bytes(row, column);
  return {value.begin(), value.end()};
}

Bytes pg_text(std::string_view text) { return {text.begin(), text.end()}; }

Bytes pg_array(std::span<const ByteView> values) {
  Bytes bytes;
  // Dimensions, no NULLs, type; length and lower bound of the one; length and bytes of each.
  for (const std::uint64_t each :
       {std::uint64_t{1}, std::uint64_t{0}, std::uint64_t{kBytea}, values.size(), std::uint64_t{1}})
    put_be32(bytes, each);
  for (const ByteView value : values) {
    put_be32(bytes, value.size());
    bytes.insert(bytes.end(), value.begin(), value.end());
  }
  return bytes;
}

Result<void> PgConnection::check(const std::string& url) {
  HERALD_TRY_VOID(parse_and_check(url));
  return {};
}

Result<std::unique_ptr<PgConnection>> PgConnection::connect(const std::string& url) {
  HERALD_TRY(const Options options, parse_and_check(url));
  // What comes first is what the URL may say otherwise.
  std::vector<std::pair<const char*, const char*>> settings{
      {"connect_timeout", "3"},    {"application_name", "herald"}, {"target_session_attrs", "read-write"},
      {"keepalives_idle", "2"},    {"keepalives_interval", "1"},   {"keepalives_count", "3"},
      {"tcp_user_timeout", "5000"}};
  const bool says_tls = value_of(options, "sslmode") != nullptr || value_of(options, "service") != nullptr ||
                        std::getenv("PGSSLMODE") != nullptr || std::getenv("PGSERVICE") != nullptr;
  if (!says_tls) settings.emplace_back("sslmode", "verify-full");
  settings.emplace_back("dbname", url.c_str());
  std::vector<const char*> keys, values;
  for (const auto& [key, value] : settings) {
    keys.push_back(key);
    values.push_back(value);
  }
  keys.push_back(nullptr);
  values.push_back(nullptr);
  std::unique_ptr<PgConnection> connection(new PgConnection(PQconnectdbParams(keys.data(), values.data(), 1)));
  pg_conn* const handle = connection->m_handle;
  if (handle == nullptr || PQstatus(handle) != CONNECTION_OK)
    return fail(ErrorCode::unavailable,
                fmt::format("the store's server cannot be reached: {}", first_line(PQerrorMessage(handle))));
  PQsetNoticeProcessor(handle, [](void*, const char*) {}, nullptr);  // what matters comes as an error
  if (PQserverVersion(handle) < kLeastVersion)
    return fail(ErrorCode::version, fmt::format("the store's server is PostgreSQL {}; 14 or later is needed",
                                                PQserverVersion(handle) / 10000));
  if (PQsetnonblocking(handle, 1) != 0 || PQenterPipelineMode(handle) != 1) return connection->lose("no pipeline");
  HERALD_TRY_VOID(connection->configure());
  return connection;
}

// Durable commits, and an end to what a client leaves behind that hangs or is gone.
Result<void> PgConnection::configure() {
  const std::array<PgStatement, 8> statements{
      {{"SELECT current_setting('fsync'), current_setting('synchronous_commit')"},
       {"SET client_min_messages = error"},
       {"SET lock_timeout = '5s'"},
       {"SET idle_in_transaction_session_timeout = '5s'"},
       {"SET tcp_keepalives_idle = 2"},
       {"SET tcp_keepalives_interval = 1"},
       {"SET tcp_keepalives_count = 3"},
       {"SET tcp_user_timeout = '5s'"}}};
  HERALD_TRY(const std::vector<PgRows> rows, exchange(statements));
  if (rows[0].text(0, 0) != "on")
    return fail(ErrorCode::insecure,
                "the store's server runs with fsync = off: a crash would lose what it has acknowledged, and keys be "
                "delivered twice; turn it on");
  if (rows[0].text(0, 1) == "remote_apply") return {};
  HERALD_TRY_VOID(run({"SET synchronous_commit = on"}));
  return {};
}

PgConnection::~PgConnection() { PQfinish(m_handle); }

bool PgConnection::is_lost() const { return m_is_lost; }

std::unexpected<Error> PgConnection::lose(std::string_view why) {
  m_is_lost = true;
  return fail(ErrorCode::unavailable, fmt::format("the connection to the store's server was lost: {}", why));
}

Result<void> PgConnection::send(const PgStatement& statement, std::vector<Expected>& expected) {
  const auto [at, is_new] = m_prepared.try_emplace(statement.sql);
  if (is_new) {
    at->second = fmt::format("s{}", m_next_name++);
    if (PQsendPrepare(m_handle, at->second.c_str(), std::string(statement.sql).c_str(), 0, nullptr) != 1)
      return lose(first_line(PQerrorMessage(m_handle)));
    expected.push_back({statement.sql, false});
  }
  std::vector<const char*> values;
  std::vector<int> lengths, formats;
  for (const Bytes& value : statement.values) {
    // No bytes are a value too, not NULL.
    values.push_back(value.empty() ? "" : reinterpret_cast<const char*>(value.data()));
    lengths.push_back(static_cast<int>(value.size()));
    formats.push_back(1);
  }
  if (PQsendQueryPrepared(m_handle, at->second.c_str(), static_cast<int>(values.size()), values.data(), lengths.data(),
                          formats.data(), 1) != 1)
    return lose(first_line(PQerrorMessage(m_handle)));
  expected.push_back({statement.sql, true});
  return {};
}

// Until there is something to read, or to be told.
Result<void> PgConnection::await(std::int64_t deadline) {
  for (;;) {
    const int unsent = PQflush(m_handle);
    if (unsent < 0) return lose(first_line(PQerrorMessage(m_handle)));
    if (PQisBusy(m_handle) == 0) return {};
    pollfd watched{PQsocket(m_handle), static_cast<short>(unsent > 0 ? POLLIN | POLLOUT : POLLIN), 0};
    const std::int64_t left = deadline - now_ms();
    const int ready = left > 0 ? ::poll(&watched, 1, static_cast<int>(left)) : 0;
    if (ready < 0 && errno != EINTR) return lose(std::strerror(errno));
    if (ready == 0) return lose("no answer in time");
    if (PQconsumeInput(m_handle) != 1) return lose(first_line(PQerrorMessage(m_handle)));
  }
}

Result<PgRows> PgConnection::receive(std::int64_t deadline) {
  HERALD_TRY_VOID(await(deadline));
  pg_result* const handle = PQgetResult(m_handle);
  if (handle == nullptr) return lose("no result");
  PgRows rows(handle);
  HERALD_TRY_VOID(await(deadline));
  const ExecStatusType status = PQresultStatus(handle);
  if (status != PGRES_PIPELINE_SYNC) PQclear(PQgetResult(m_handle));  // nothing: the end of this statement's results
  if (PQstatus(m_handle) != CONNECTION_OK) return lose(first_line(PQerrorMessage(m_handle)));
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_PIPELINE_SYNC) return rows;
  if (status == PGRES_PIPELINE_ABORTED) return fail(ErrorCode::io, "not carried out");
  const std::string what = first_line(PQresultErrorField(handle, PG_DIAG_MESSAGE_PRIMARY));
  const char* const severity = PQresultErrorField(handle, PG_DIAG_SEVERITY_NONLOCALIZED);
  if (severity == nullptr || std::string_view(severity) != "ERROR") return lose(what);  // the end of the session
  const char* const state = PQresultErrorField(handle, PG_DIAG_SQLSTATE);
  return fail(code_of(state == nullptr ? "" : state), fmt::format("the store's server: {}", what));
}

Result<std::vector<PgRows>> PgConnection::exchange(std::span<const PgStatement> statements) {
  if (m_is_lost) return lose("it was before");
  const std::int64_t deadline = now_ms() + kPatienceMs;
  std::vector<Expected> expected;
  for (const PgStatement& statement : statements) HERALD_TRY_VOID(send(statement, expected));
  if (PQpipelineSync(m_handle) != 1) return lose(first_line(PQerrorMessage(m_handle)));
  std::vector<PgRows> all;
  std::optional<Error> problem;
  for (std::size_t i = 0; i <= expected.size(); ++i) {  // the last is the synchronisation's
    auto rows = receive(deadline);
    if (m_is_lost) return std::unexpected(problem.value_or(rows ? Error() : rows.error()));
    if (!rows && !problem) problem = rows.error();
    if (i == expected.size()) break;
    if (!rows && !expected[i].is_prepared) m_prepared.erase(expected[i].sql);
    if (rows && expected[i].is_prepared) all.push_back(std::move(*rows));
  }
  if (problem) return std::unexpected(*problem);
  return all;
}

Result<PgRows> PgConnection::run(PgStatement statement) {
  const std::array<PgStatement, 1> one{std::move(statement)};
  HERALD_TRY(std::vector<PgRows> rows, exchange(one));
  return std::move(rows.front());
}

}  // namespace herald::store
