#pragma once
// An ordered map of sealed records whose transactions are durable, over an engine of anyone's (SQLite in a file,
// PostgreSQL on a server, memory in tests). The engine sees keys in the clear and values encrypted. A changed value, a
// value moved to another key, a record taken away or brought back from an earlier state is found when the store is
// opened: the head, one record of its own, authenticates the set of all others. What the head cannot show is the whole
// store in an earlier state; for that it counts, and whoever knows a higher count knows better.
//
//   value    nonce (24 bytes) ‖ ciphertext ‖ tag (16), XChaCha20-Poly1305, associated: "herald record 1" ‖ key
//   head     under the empty key: count of transactions (u64) ‖ sum over all records of
//            BLAKE2b-256(key file; |key| ‖ key ‖ nonce ‖ tag) modulo 2^256
// (a multiset hash by addition, Clarke et al., ASIACRYPT 2003, section 5, with a keyed hash).

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "herald/base/bits.h"
#include "herald/base/codec.h"
#include "herald/base/result.h"
#include "herald/base/secret_memory.h"

namespace herald::store {

// Where sealed records lie. Transactions do not overlap; what happens between begin() and commit() happens together
// or not at all, and is durable when commit() returns ok. Errors of all: io, unavailable, malformed.
class RecordEngine {
 public:
  virtual ~RecordEngine() = default;
  virtual Result<void> begin() = 0;
  // A transaction that only reads, all of it as it is at one moment; writers need not wait for it. Ends by rollback().
  virtual Result<void> begin_reading() { return begin(); }
  virtual Result<void> commit() = 0;
  virtual void rollback() = 0;
  virtual Result<std::optional<Bytes>> read(ByteView key) = 0;
  virtual Result<void> write(ByteView key, ByteView value) = 0;
  // False, without effect, when there is a value.
  virtual Result<bool> insert(ByteView key, ByteView value) {
    HERALD_TRY(const auto there, read(key));
    if (there) return false;
    HERALD_TRY_VOID(write(key, value));
    return true;
  }
  virtual Result<void> remove(ByteView key) = 0;
  // These will be read or inserted next: an engine for which every look costs a journey takes one for all.
  virtual Result<void> expect(std::span<const ByteView> /*keys*/) { return {}; }
  // In the order of keys (bytes, unsigned) those that begin with `prefix` and are not before `from`, until `each`
  // returns false. `each` changes nothing.
  using Each = std::function<Result<bool>(ByteView key, ByteView value)>;
  virtual Result<void> scan(ByteView prefix, ByteView from, const Each& each) = 0;
};

// SQLite in a file of mode 0600, made if it is not there. Errors: io, insecure (others may read it), malformed.
Result<std::unique_ptr<RecordEngine>> open_sqlite_records(const std::string& path);

// Where a site's records are on a PostgreSQL server (14 or later).
struct PostgresPlace {
  std::string url;   // postgresql://…, without a password
  std::string site;  // whose they are: they lie in the schema "herald_SITE"
};
// Of several processes that would serve a site's records, the one that has the lease.
struct PostgresLease {
  std::string holder;  // who we are, for the others
  // Called a few times a second while another has it, or there is no server, with how things stand; false gives up.
  std::function<bool(const std::string& why)> wait;
  // In the thread of the records: the lease is lost for good, and nothing can be read or written any more.
  std::function<void(const std::string& why)> lost;
};
// Ok for a place that can be. Errors: invalid_argument, insecure (the URL holds a password).
Result<void> check_postgres_place(const PostgresPlace& place);
// Makes schema and tables where there are none. A connection that is lost is made anew at the next transaction; until
// then everything is `unavailable`. Errors: those of check_postgres_place(); unavailable; insecure (the server loses
// what it has acknowledged); version; io.
Result<std::unique_ptr<RecordEngine>> open_postgres_records(const PostgresPlace& place);
// Waits for the lease. Every transaction sees to it that it still is ours: who lost it commits nothing more. Errors:
// besides, interrupted (`wait` gave up).
Result<std::unique_ptr<RecordEngine>> lease_postgres_records(const PostgresPlace& place, PostgresLease lease);

class RecordStore;

// The records as they are amid a transaction. What is changed is sealed and written once, at its end, however often.
class Records {
 public:
  Result<std::optional<SecretBytes>> get(ByteView key);
  // Keys are not empty.
  void put(ByteView key, ByteView value);
  // Was there anything?
  Result<bool> erase(ByteView key);
  using Each = std::function<Result<bool>(ByteView key, SecretBytes value)>;
  Result<void> scan(ByteView prefix, ByteView from, const Each& each);
  // All that `work` does, or nothing of it when it returns an error, which is returned; the transaction goes on.
  // Attempts do not nest.
  Result<void> attempt(const std::function<Result<void>()>& work);

 private:
  friend class RecordStore;
  explicit Records(RecordStore& store) : m_store(&store) {}
  RecordStore* m_store;
};

// Errors of all functions: the engine's; authentication (changed by other hands). After an error nothing has changed.
// Processes may share an engine's records.
class RecordStore {
 public:
  // Reads and authenticates every record. Errors: authentication also for another key.
  static Result<RecordStore> open(std::unique_ptr<RecordEngine> engine, const SecretBits& key);
  ~RecordStore();
  RecordStore(RecordStore&&) noexcept;
  RecordStore& operator=(RecordStore&&) noexcept;

  // All that `work` does, or nothing when it returns an error, which is then returned.
  Result<void> transact(const std::function<Result<void>(Records&)>& work);
  // Transactions that changed something, ever, as of the last one here.
  std::uint64_t count() const;

 private:
  friend class Records;
  struct State;
  explicit RecordStore(std::unique_ptr<State> state);
  std::unique_ptr<State> m_state;
};

}  // namespace herald::store
