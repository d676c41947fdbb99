// A site's records on a PostgreSQL server, in two tables of a schema of its own:
//
//   records   key bytea, value bytea: what record_store.h says
//   site      one row: version of the schema; epoch, the number of leases so far; holder, who has the last
//
// A transaction begins by locking the row of `site` (so writers exclude one another), and, with a lease, by comparing
// the epoch. The lease itself is a lock of the session in which the records are changed: the server gives it to another
// when that session has ended, and with it every transaction in it. What is written gathers here, and goes with COMMIT
// in one round trip.
//
// The head (the empty key) has another value after every transaction, so it tells: of what was read before, all is as
// it was when the head is; a transaction whose COMMIT was not answered took place when the head is its.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <optional>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "herald/store/postgres.h"
#include "herald/store/record_store.h"

namespace herald::store {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr std::string_view kVersion = "1", kSchemaPrefix = "herald_";
constexpr std::size_t kMostName = 63;  // bytes of an identifier
constexpr std::size_t kNumber = 8, kAhead = 256, kMostBeginnings = 1024;
constexpr std::size_t kFirstRows = 8, kMostRows = 4096, kMostCached = std::size_t{32} << 20;
constexpr milliseconds kRetry{100}, kPoll{250}, kOwnLease{3000}, kOutcome{10000};

constexpr std::string_view kInsert =
    "INSERT INTO records SELECT * FROM unnest($1::bytea[], $2::bytea[]) ON CONFLICT (key) DO UPDATE SET value = "
    "excluded.value";
constexpr std::string_view kSelect = "SELECT key, value FROM records WHERE key = ANY($1::bytea[])";
constexpr std::string_view kTryLease = "SELECT pg_try_advisory_lock('site'::regclass::oid::bigint)::text";

// A holder of the lease that hangs is silent, and loses it.
constexpr std::string_view kMakeRoom = "SET idle_session_timeout = '5s'";

std::string name_of(ByteView key) { return {key.begin(), key.end()}; }
ByteView view(const std::string& name) { return {reinterpret_cast<const std::uint8_t*>(name.data()), name.size()}; }

// What was read, or nothing where nothing is; the older half is forgotten when there is too much.
class Cache {
 public:
  const std::optional<Bytes>* find(const std::string& name) {
    if (const auto at = m_young.find(name); at != m_young.end()) return &at->second;
    const auto at = m_old.find(name);
    if (at == m_old.end()) return nullptr;
    auto value = std::move(at->second);
    m_old.erase(at);
    return &keep(name, std::move(value));
  }
  const std::optional<Bytes>& keep(const std::string& name, std::optional<Bytes> value) {
    m_bytes += name.size() + (value ? value->size() : 0) + 100;
    if (m_bytes > kMostCached / 2) {
      m_old = std::exchange(m_young, {});
      m_bytes = 0;
    }
    m_old.erase(name);
    return m_young.insert_or_assign(name, std::move(value)).first->second;
  }
  void clear() {
    m_young.clear();
    m_old.clear();
    m_bytes = 0;
  }

 private:
  std::unordered_map<std::string, std::optional<Bytes>> m_young, m_old;
  std::size_t m_bytes = 0;
};

// The first name after all that begin with `prefix`; nothing when there is none.
std::optional<Bytes> after(ByteView prefix) {
  Bytes end(prefix.begin(), prefix.end());
  while (!end.empty() && end.back() == 0xff) end.pop_back();
  if (end.empty()) return std::nullopt;
  ++end.back();
  return end;
}

std::unexpected<Error> no_bytes() {
  return fail(ErrorCode::malformed, "a record of the store is no bytes: its table was changed by other hands");
}

std::unexpected<Error> no_site() {
  return fail(ErrorCode::malformed, "the table \"site\" of the store has no row: it was changed by other hands");
}

class PostgresRecords final : public RecordEngine {
 public:
  explicit PostgresRecords(PostgresPlace place) : m_place(std::move(place)) {}

  Result<void> open() {
    HERALD_TRY_VOID(connect());
    return prepare_schema();
  }
  Result<void> lease(PostgresLease lease);

  Result<void> begin() override {
    if (m_is_over) return fail(ErrorCode::unavailable, *m_is_over);
    auto begun = try_begin();
    if (!begun && m_connection && m_connection->is_lost()) begun = try_begin();
    return begun;
  }
  Result<void> commit() override;
  void rollback() override {
    m_changed.clear();
    if (!std::exchange(m_is_open, false)) return;
    if (m_is_flushed) m_cache.clear();
    if (m_connection && !m_connection->run({"ROLLBACK"})) m_connection.reset();
  }

  Result<std::optional<Bytes>> read(ByteView key) override {
    const std::string name = name_of(key);
    if (const auto at = m_changed.find(name); at != m_changed.end()) return at->second;
    if (const auto* const there = m_cache.find(name)) return *there;
    if (is_next_in_a_row(name)) {
      HERALD_TRY_VOID(read_row(name));
    } else {
      HERALD_TRY_VOID(expect(std::array{key}));
    }
    return *m_cache.find(name);
  }
  Result<void> write(ByteView key, ByteView value) override {
    m_changed.insert_or_assign(name_of(key), Bytes(value.begin(), value.end()));
    return {};
  }
  Result<void> remove(ByteView key) override {
    m_changed.insert_or_assign(name_of(key), std::nullopt);
    return {};
  }
  Result<void> expect(std::span<const ByteView> keys) override;
  Result<void> scan(ByteView prefix, ByteView from, const Each& each) override;

 private:
  struct Page {
    std::vector<std::pair<Bytes, Bytes>> rows;
    bool is_last = false;
  };

  Result<void> connect();
  Result<void> prepare_schema();
  Result<void> take_lease_again();
  Result<void> try_begin();
  Result<void> settle(const Bytes& wanted);
  bool is_next_in_a_row(const std::string& name);
  Result<void> read_row(const std::string& name);
  std::vector<PgStatement> writes() const;
  Result<Page> fetch(const Bytes& begin, const std::optional<Bytes>& end, std::size_t most);
  std::unexpected<Error> give_up_lease(const std::string& why) {
    m_is_over = why;
    m_connection.reset();
    m_lease->lost(why);
    return fail(ErrorCode::unavailable, why);
  }
  // Who serves does not go on with what may be wrong: it begins anew, and answers nobody.
  std::unexpected<Error> not_known() {
    const std::string why = "the store's server was lost amid a transaction: whether it took place is not known";
    if (m_lease) return give_up_lease(why);
    return fail(ErrorCode::unavailable, why);
  }
  std::string schema() const { return std::string(kSchemaPrefix) + m_place.site; }

  PostgresPlace m_place;
  std::optional<PostgresLease> m_lease;
  std::string m_epoch;                   // of our lease
  std::optional<std::string> m_is_over;  // our lease is, and why
  std::unique_ptr<PgConnection> m_connection;
  std::optional<Error> m_refused;  // the last try to connect
  Clock::time_point m_refused_at;
  bool m_is_open = false;       // a transaction
  bool m_is_flushed = false;    // the cache has what it wrote
  std::optional<Bytes> m_head;  // when the transaction began
  std::map<std::string, std::optional<Bytes>> m_changed;
  Cache m_cache;
  std::unordered_set<std::string> m_rows;  // the beginnings of names that were read and end with a number
  std::map<std::pair<Bytes, std::optional<Bytes>>, Page> m_pages;  // the first rows of scans of this transaction
};

Result<void> PostgresRecords::connect() {
  if (m_refused && Clock::now() - m_refused_at < kRetry) return std::unexpected(*m_refused);
  m_connection.reset();
  m_is_open = false;
  const auto try_it = [this]() -> Result<void> {
    HERALD_TRY(m_connection, PgConnection::connect(m_place.url));
    HERALD_TRY_VOID(
        m_connection->run({"SELECT set_config('search_path', quote_ident($1::text), false)", {pg_text(schema())}}));
    return {};
  };
  auto done = try_it();
  m_refused.reset();
  if (!done) {
    m_connection.reset();
    m_refused = done.error();
    m_refused_at = Clock::now();
  }
  return done;
}

Result<void> PostgresRecords::prepare_schema() {
  const auto there = [this]() -> Result<bool> {
    HERALD_TRY(const PgRows rows,
               m_connection->run({"SELECT to_regclass('site') IS NOT NULL AND to_regclass('records') IS NOT NULL"}));
    return rows.bytes(0, 0)[0] != 0;
  };
  HERALD_TRY(bool is_there, there());
  if (!is_there) {
    // One of several that begin makes them. EXTERNAL: what is encrypted does not compress.
    const std::array<PgStatement, 8> statements{{
        {"BEGIN"},
        {"SELECT pg_advisory_xact_lock(hashtextextended($1::text, 0))", {pg_text(schema())}},
        {"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_namespace WHERE nspname = "
         "current_setting('herald.schema')) THEN EXECUTE format('CREATE SCHEMA %I', current_setting('herald.schema')); "
         "END IF; END $$"},
        {"CREATE TABLE IF NOT EXISTS records(key bytea PRIMARY KEY, value bytea NOT NULL) WITH (fillfactor = 70, "
         "autovacuum_vacuum_scale_factor = 0.02)"},
        {"ALTER TABLE records ALTER value SET STORAGE EXTERNAL"},
        {"CREATE TABLE IF NOT EXISTS site(one boolean PRIMARY KEY CHECK (one), version text NOT NULL, "
         "epoch bigint NOT NULL, holder text NOT NULL) WITH (fillfactor = 10)"},
        {"INSERT INTO site VALUES (true, $1::text, 0, '') ON CONFLICT DO NOTHING", {pg_text(kVersion)}},
        {"COMMIT"},
    }};
    HERALD_TRY_VOID(m_connection->run({"SELECT set_config('herald.schema', $1::text, false)", {pg_text(schema())}}));
    for (const PgStatement& statement : statements) HERALD_TRY_VOID(m_connection->run(statement));
  }
  HERALD_TRY(const PgRows rows, m_connection->run({"SELECT version FROM site"}));
  if (rows.size() != 1 || rows.text(0, 0) != kVersion)
    return fail(ErrorCode::version,
                fmt::format("the schema {} holds a store of version {}; this program reads {}", schema(),
                            rows.size() == 1 ? printable(rows.text(0, 0), 20) : "none", kVersion));
  return {};
}

Result<void> PostgresRecords::lease(PostgresLease lease) {
  HERALD_CHECK(lease.wait && lease.lost);
  for (;;) {
    std::string why;
    const auto attempt = [&]() -> Result<bool> {
      if (!m_connection || m_connection->is_lost()) {
        HERALD_TRY_VOID(open());
      }
      HERALD_TRY(const PgRows got, m_connection->run({kTryLease}));
      if (got.text(0, 0) == "true") {
        const std::array<PgStatement, 2> statements{
            {{"UPDATE site SET epoch = epoch + 1, holder = $1::text RETURNING epoch::text", {pg_text(lease.holder)}},
             {kMakeRoom}}};
        HERALD_TRY(const std::vector<PgRows> rows, m_connection->exchange(statements));
        if (rows[0].size() != 1) return no_site();
        m_epoch = rows[0].text(0, 0);
        return true;
      }
      HERALD_TRY(const PgRows rows, m_connection->run({"SELECT holder FROM site"}));
      why = fmt::format("{} serves this site", rows.size() == 1 ? printable(rows.text(0, 0), 200) : "another process");
      return false;
    };
    const auto got = attempt();
    if (!got && got.error().code != ErrorCode::unavailable) return std::unexpected(got.error());
    if (got && *got) break;
    if (!lease.wait(got ? why : got.error().message)) return fail(ErrorCode::interrupted, "stopped while it waited");
    std::this_thread::sleep_for(kPoll);
  }
  m_lease = std::move(lease);
  return {};
}

// After a lost connection: the server may not know yet that it is, or another was quicker.
Result<void> PostgresRecords::take_lease_again() {
  for (const auto began = Clock::now();;) {
    HERALD_TRY(const PgRows got, m_connection->run({kTryLease}));
    if (got.text(0, 0) == "true") break;
    HERALD_TRY(const PgRows rows, m_connection->run({"SELECT epoch::text FROM site"}));
    if (rows.size() != 1 || rows.text(0, 0) != m_epoch || Clock::now() - began > kOwnLease)
      return give_up_lease("the lease of this site's records was lost with the connection to their server");
    std::this_thread::sleep_for(milliseconds(50));
  }
  HERALD_TRY_VOID(m_connection->run({kMakeRoom}));
  return {};
}

Result<void> PostgresRecords::try_begin() {
  if (!m_connection || m_connection->is_lost()) {
    HERALD_TRY_VOID(connect());
    if (m_lease) {
      HERALD_TRY_VOID(take_lease_again());
    }
  }
  const std::array<PgStatement, 3> statements{
      {{"BEGIN"}, {"SELECT epoch::text FROM site FOR UPDATE"}, {"SELECT value FROM records WHERE key = ''"}}};
  m_is_open = true;
  m_is_flushed = false;
  m_pages.clear();
  auto begun = m_connection->exchange(statements);
  if (!begun) {
    const bool is_lost = m_connection->is_lost();
    if (!is_lost) rollback();
    m_is_open = false;
    return std::unexpected(begun.error());
  }
  const std::vector<PgRows>& rows = *begun;
  if (rows[1].size() != 1 || (m_lease && rows[1].text(0, 0) != m_epoch)) {
    rollback();
    if (m_lease) return give_up_lease("another process has taken this site over");
    return no_site();
  }
  if (!rows[2].is_bytes(0)) return no_bytes();
  std::optional<Bytes> head;
  if (rows[2].size() == 1) {
    const ByteView bytes = rows[2].bytes(0, 0);
    head.emplace(bytes.begin(), bytes.end());
  }
  if (!head || head != m_head) m_cache.clear();
  m_head = head;
  m_cache.keep("", std::move(head));
  return {};
}

std::vector<PgStatement> PostgresRecords::writes() const {
  std::vector<ByteView> gone, names, values;
  for (const auto& [name, value] : m_changed) {
    if (!value) {
      gone.push_back(view(name));
    } else {
      names.push_back(view(name));
      values.emplace_back(*value);
    }
  }
  std::vector<PgStatement> statements;
  if (!gone.empty()) statements.push_back({"DELETE FROM records WHERE key = ANY($1::bytea[])", {pg_array(gone)}});
  if (!names.empty()) statements.push_back({kInsert, {pg_array(names), pg_array(values)}});
  return statements;
}

Result<void> PostgresRecords::commit() {
  std::vector<PgStatement> statements = writes();
  statements.push_back({"COMMIT"});
  const auto head = m_changed.find("");
  const std::optional<Bytes> wanted = head == m_changed.end() ? std::nullopt : head->second;
  auto done = m_connection->exchange(statements);
  if (!done && !m_connection->is_lost()) return std::unexpected(done.error());  // rollback() follows
  m_is_open = false;
  if (done && done->back().tag() != "COMMIT") return fail(ErrorCode::io, "the store's server has not committed");
  if (!done) {
    if (!wanted) return std::unexpected(done.error());
    HERALD_TRY_VOID(settle(*wanted));
  }
  for (auto& [name, value] : m_changed) m_cache.keep(name, std::move(value));
  m_changed.clear();
  m_head = wanted;
  return {};
}

// A commit that was not answered: whoever locks the row of `site` after it knows its outcome.
Result<void> PostgresRecords::settle(const Bytes& wanted) {
  const std::optional<Bytes> before = m_head;
  for (const auto began = Clock::now();;) {
    auto begun = try_begin();
    if (begun) {
      const std::optional<Bytes> now = m_head;
      auto changed = std::exchange(m_changed, {});
      rollback();
      m_changed = std::move(changed);
      if (now == wanted) return {};
      m_cache.clear();
      if (now == before)
        return fail(ErrorCode::unavailable, "the store's server was lost before it wrote: nothing changed");
      return not_known();
    }
    if (m_is_over) return begun;
    if (begun.error().code != ErrorCode::unavailable || Clock::now() - began > kOutcome) return not_known();
    std::this_thread::sleep_for(kRetry);
  }
}

Result<void> PostgresRecords::expect(std::span<const ByteView> keys) {
  std::vector<ByteView> unknown;
  for (const ByteView key : keys) {
    const std::string name = name_of(key);
    if (!m_changed.contains(name) && m_cache.find(name) == nullptr) unknown.push_back(key);
  }
  if (unknown.empty()) return {};
  HERALD_TRY(const PgRows rows, m_connection->run({kSelect, {pg_array(unknown)}}));
  if (!rows.is_bytes(0) || !rows.is_bytes(1)) return no_bytes();
  std::map<std::string, Bytes> found;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const ByteView value = rows.bytes(i, 1);
    found[rows.text(i, 0)] = Bytes(value.begin(), value.end());
  }
  for (const ByteView key : unknown) {
    const auto at = found.find(name_of(key));
    m_cache.keep(name_of(key), at == found.end() ? std::nullopt : std::optional(std::move(at->second)));
  }
  return {};
}

// Names that differ in a number at their end, as the pieces of a lot do, are read one after the other: after the first
// they come many at once.
bool PostgresRecords::is_next_in_a_row(const std::string& name) {
  if (name.size() <= kNumber) return false;
  if (m_rows.size() > kMostBeginnings) m_rows.clear();
  return !m_rows.insert(name.substr(0, name.size() - kNumber)).second;
}

Result<void> PostgresRecords::read_row(const std::string& name) {
  const Bytes begin(name.begin(), name.end());
  HERALD_TRY(Page page, fetch(begin, after(view(name).first(name.size() - kNumber)), kAhead));
  for (auto& [key, value] : page.rows) m_cache.keep(name_of(key), std::move(value));
  if (page.rows.empty() || page.rows.front().first != begin) m_cache.keep(name, std::nullopt);
  return {};
}

Result<PostgresRecords::Page> PostgresRecords::fetch(const Bytes& begin, const std::optional<Bytes>& end,
                                                     std::size_t most) {
  // `end` is the first name that is not wanted.
  const Bytes limit = pg_text(std::to_string(most));
  HERALD_TRY(
      const PgRows rows,
      end ? m_connection->run({"SELECT key, value FROM records WHERE key >= $1::bytea AND key < $2::bytea ORDER BY "
                               "key LIMIT $3::text::bigint",
                               {begin, *end, limit}})
          : m_connection->run({"SELECT key, value FROM records WHERE key >= $1::bytea ORDER BY key LIMIT "
                               "$2::text::bigint",
                               {begin, limit}}));
  if (!rows.is_bytes(0) || !rows.is_bytes(1)) return no_bytes();
  Page page{{}, rows.size() < most};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const ByteView key = rows.bytes(i, 0), value = rows.bytes(i, 1);
    page.rows.emplace_back(Bytes(key.begin(), key.end()), Bytes(value.begin(), value.end()));
  }
  return page;
}

Result<void> PostgresRecords::scan(ByteView prefix, ByteView from, const Each& each) {
  if (!m_changed.empty()) {  // the server has to see them
    HERALD_TRY_VOID(m_connection->exchange(writes()));
    for (auto& [name, value] : m_changed) m_cache.keep(name, std::move(value));
    m_changed.clear();
    m_pages.clear();
    m_is_flushed = true;
  }
  const ByteView first = std::ranges::lexicographical_compare(prefix, from) ? from : prefix;
  Bytes begin(first.begin(), first.end());
  const std::optional<Bytes> end = after(prefix);
  for (std::size_t most = kFirstRows;; most = std::min(kMostRows, 8 * most)) {
    // Of the first page scans often want no more than the beginning, again and again.
    const auto known = m_pages.find({begin, end});
    Page page;
    if (most == kFirstRows && known != m_pages.end()) {
      page = known->second;
    } else {
      HERALD_TRY(page, fetch(begin, end, most));
      if (most == kFirstRows) m_pages[{begin, end}] = page;
    }
    for (const auto& [key, value] : page.rows) {
      HERALD_TRY(const bool more, each(key, value));
      if (!more) return {};
    }
    if (page.is_last) return {};
    begin = page.rows.back().first;
    begin.push_back(0);
  }
}

}  // namespace

Result<void> check_postgres_place(const PostgresPlace& place) {
  HERALD_TRY_VOID(PgConnection::check(place.url));
  if (kSchemaPrefix.size() + place.site.size() > kMostName || place.site.find('\0') != std::string::npos)
    return fail(ErrorCode::invalid_argument,
                fmt::format("a KME whose records are on a PostgreSQL server has an id of at most {} bytes",
                            kMostName - kSchemaPrefix.size()));
  return {};
}

Result<std::unique_ptr<RecordEngine>> open_postgres_records(const PostgresPlace& place) {
  HERALD_TRY_VOID(check_postgres_place(place));
  auto records = std::make_unique<PostgresRecords>(place);
  HERALD_TRY_VOID(records->open());
  return records;
}

Result<std::unique_ptr<RecordEngine>> lease_postgres_records(const PostgresPlace& place, PostgresLease lease) {
  HERALD_TRY_VOID(check_postgres_place(place));
  auto records = std::make_unique<PostgresRecords>(place);
  HERALD_TRY_VOID(records->lease(std::move(lease)));
  return records;
}

}  // namespace herald::store
