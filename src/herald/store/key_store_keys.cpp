// Keys: given out once each (key_store.h).

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "herald/store/key_store_state.h"

namespace herald::store {
namespace {

std::unexpected<Error> used(const Uuid& id) {
  return fail(ErrorCode::exhausted,
              fmt::format("key {} was used already; each key is used once and is gone then", to_string(id)));
}

std::unexpected<Error> too_few(std::string_view what, std::uint64_t wanted, std::uint64_t have, Pool pool) {
  return fail(ErrorCode::exhausted,
              fmt::format("{} {} are needed, and the pool {} has {}; nothing was used: let the link run "
                          "until there are enough (`herald key status`)",
                          wanted, what, to_string(pool), have));
}

IdentifiedKey hand_out(KeyRow row) {
  return {row.info.id, row.info.block, SecretKey::restored(std::move(row.bits), std::move(row.info.provenance))};
}

// The keys of a pool, oldest first, until `enough` says so of the sums.
Result<std::vector<IdentifiedKey>> take_oldest(KeyStore::State& state, std::string_view link, Pool pool,
                                               InsecureSimulated word, std::uint64_t wanted, std::string_view what,
                                               std::uint64_t (*weight)(const KeyInfo&)) {
  HERALD_TRY(Transaction transaction, Transaction::begin(*state.db));
  HERALD_TRY(const LinkRow link_row, state.link(link));
  std::vector<KeyRow> rows;
  std::uint64_t have = 0, simulated = 0;
  {
    HERALD_TRY(Statement row,
               state.db->query("SELECT * FROM keys WHERE link = ? AND pool = ? AND state = 0 ORDER BY seq", link_row.id,
                               static_cast<std::uint64_t>(pool)));
    while (have < wanted) {
      HERALD_TRY(const bool more, row.next());
      if (!more) break;
      HERALD_TRY(KeyRow key, state.read_key(row));
      if (!require_real(key.info.provenance, word)) {
        simulated += weight(key.info);
        continue;
      }
      have += weight(key.info);
      rows.push_back(std::move(key));
    }
  }
  if (have < wanted && have + simulated >= wanted)
    return fail(
        ErrorCode::insecure,
        fmt::format("{} {} are needed, and the pool {} has {} and as many again from simulated light, which protect "
                    "nothing; for trials, say --insecure-simulated",
                    wanted, what, to_string(pool), have));
  if (have < wanted) return too_few(what, wanted, have, pool);
  std::vector<IdentifiedKey> keys;
  for (KeyRow& row : rows) {
    HERALD_TRY_VOID(state.deliver(row));
    keys.push_back(hand_out(std::move(row)));
  }
  HERALD_TRY_VOID(transaction.commit());
  return keys;
}

// The keys of these IDs, in this order, all available and of this pool.
Result<std::vector<KeyRow>> select(KeyStore::State& state, std::string_view link, Pool pool,
                                   std::span<const Uuid> ids) {
  HERALD_TRY(const LinkRow link_row, state.link(link));
  std::vector<KeyRow> rows;
  std::set<Uuid> seen;
  for (const Uuid& id : ids) {
    if (!seen.insert(id).second)
      return fail(ErrorCode::insecure, fmt::format("key {} is named twice; each key is used once", to_string(id)));
    HERALD_TRY(Statement row,
               state.db->query("SELECT * FROM keys WHERE link = ? AND id = ?", link_row.id, ByteView(id.bytes)));
    HERALD_TRY(const bool found, row.next());
    if (!found)
      return fail(ErrorCode::not_found,
                  fmt::format("{}: link \"{}\" has no key {}; is this the store of the other end, and has "
                              "its link caught up?",
                              state.files.database.string(), link, to_string(id)));
    HERALD_TRY(KeyRow key, state.read_key(row));
    if (key.info.pool != pool)
      return fail(ErrorCode::insecure,
                  fmt::format("key {} is of the pool {}, not {}: the two directions of a link never share "
                              "keys",
                              to_string(id), to_string(key.info.pool), to_string(pool)));
    if (key.info.state != KeyState::available) return used(id);
    rows.push_back(std::move(key));
  }
  return rows;
}

}  // namespace

Result<KeyRow> KeyStore::State::read_key(const Statement& row) {
  HERALD_TRY(const SecretBytes secret, open_row(kKeys, row));
  KeyRow key;
  key.seq = row.integer(0);
  key.link = row.integer(2);
  key.info.id = uuid_of(row.blob(1));
  key.info.block = row.integer(3);
  key.info.index = row.integer(4);
  key.info.pool = static_cast<Pool>(row.integer(5));
  key.info.bits = row.integer(6);
  key.info.state = static_cast<KeyState>(row.integer(7));
  Reader reader(row.blob(9));
  key.info.provenance = decode_provenance(reader);
  HERALD_TRY_VOID(reader.finish("a key's provenance"));
  key.info.created = row.integer(10);
  if (key.info.state == KeyState::available) key.bits = secret_bits(secret.expose_secret(), key.info.bits);
  return key;
}

namespace {

Bytes provenance_bytes(const Provenance& provenance) {
  Writer writer;
  encode_provenance(writer, provenance);
  return std::move(writer).take();
}

Result<void> write_key(KeyStore::State& state, std::string_view sql, const KeyRow& row, KeyState key_state,
                       ByteView secret) {
  const KeyInfo& info = row.info;
  const Bytes provenance = provenance_bytes(info.provenance);
  return state.write(kKeys, sql, secret, row.seq, ByteView(info.id.bytes), row.link, info.block, info.index,
                     static_cast<std::uint64_t>(info.pool), std::uint64_t{info.bits},
                     static_cast<std::uint64_t>(key_state), static_cast<std::uint64_t>(info.provenance.origin),
                     ByteView(provenance), info.created);
}

}  // namespace

Result<void> KeyStore::State::insert_key(const KeyRow& row) {
  return write_key(*this, "INSERT INTO keys VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row, KeyState::available,
                   secret_bytes(row.bits).expose_secret());
}

Result<void> KeyStore::State::deliver(const KeyRow& row) {
  return write_key(*this, "UPDATE keys SET state = ?8, seal = ?12 WHERE seq = ?1", row, KeyState::delivered, {});
}

Result<std::vector<IdentifiedKey>> KeyStore::take_bits(std::string_view link, Pool pool, std::uint64_t bits,
                                                       InsecureSimulated word) {
  const std::lock_guard lock(m_state->mutex);
  return take_oldest(*m_state, link, pool, word, bits, "bits of key", [](const KeyInfo& key) { return key.bits; });
}

Result<std::vector<IdentifiedKey>> KeyStore::take_keys(std::string_view link, Pool pool, std::uint64_t count,
                                                       InsecureSimulated word) {
  const std::lock_guard lock(m_state->mutex);
  return take_oldest(*m_state, link, pool, word, count, "keys", [](const KeyInfo&) { return std::uint64_t{1}; });
}

Result<std::vector<IdentifiedKey>> KeyStore::take_block(std::string_view link, Pool pool, std::uint64_t below) {
  const std::lock_guard lock(m_state->mutex);
  HERALD_TRY(Transaction transaction, Transaction::begin(*m_state->db));
  HERALD_TRY(const LinkRow link_row, m_state->link(link));
  std::vector<KeyRow> rows;
  {
    // A block's keys stand together, and blocks that were committed out of order near each other.
    HERALD_TRY(Statement lowest,
               m_state->db->query("SELECT block, min(seq) FROM (SELECT block, seq FROM keys WHERE link = ? AND pool = "
                                  "? AND state = 0 ORDER BY seq LIMIT 4096) GROUP BY block ORDER BY block LIMIT 1",
                                  link_row.id, static_cast<std::uint64_t>(pool)));
    HERALD_TRY(const bool found, lowest.next());
    if (!found || lowest.integer(0) >= below) return std::vector<IdentifiedKey>();
    HERALD_TRY(Statement row, m_state->db->query("SELECT * FROM keys WHERE link = ? AND pool = ? AND state = 0 AND seq "
                                                 ">= ? ORDER BY seq",
                                                 link_row.id, static_cast<std::uint64_t>(pool), lowest.integer(1)));
    for (;;) {
      HERALD_TRY(const bool more, row.next());
      if (!more) break;
      HERALD_TRY(KeyRow key, m_state->read_key(row));
      if (key.info.block != lowest.integer(0)) break;
      rows.push_back(std::move(key));
    }
  }
  std::vector<IdentifiedKey> keys;
  for (KeyRow& each : rows) {
    HERALD_TRY_VOID(m_state->deliver(each));
    keys.push_back(hand_out(std::move(each)));
  }
  if (!keys.empty()) HERALD_TRY_VOID(transaction.commit());
  return keys;
}

Result<std::vector<IdentifiedKey>> KeyStore::take_by_id(std::string_view link, Pool pool, std::span<const Uuid> ids) {
  const std::lock_guard lock(m_state->mutex);
  HERALD_TRY(Transaction transaction, Transaction::begin(*m_state->db));
  HERALD_TRY(std::vector<KeyRow> rows, select(*m_state, link, pool, ids));
  std::vector<IdentifiedKey> keys;
  for (KeyRow& row : rows) {
    HERALD_TRY_VOID(m_state->deliver(row));
    keys.push_back(hand_out(std::move(row)));
  }
  HERALD_TRY_VOID(transaction.commit());
  return keys;
}

Result<std::vector<IdentifiedKey>> KeyStore::peek(std::string_view link, Pool pool, std::span<const Uuid> ids) {
  const std::lock_guard lock(m_state->mutex);
  HERALD_TRY(Transaction view, Transaction::begin_reading(*m_state->db));
  HERALD_TRY(std::vector<KeyRow> rows, select(*m_state, link, pool, ids));
  std::vector<IdentifiedKey> keys;
  for (KeyRow& row : rows) keys.push_back(hand_out(std::move(row)));
  return keys;
}

namespace {

// Reads a row of keys that has its link's name as one column more, behind the seal.
Result<KeyRow> read_named_key(KeyStore::State& state, const Statement& row) {
  HERALD_TRY(KeyRow key, state.read_key(row));
  key.info.link = row.text(kKeys.columns + 1);
  return key;
}

Result<KeyRow> find_key(KeyStore::State& state, const Uuid& id) {
  HERALD_TRY(Statement row,
             state.db->query("SELECT keys.*, links.name FROM keys JOIN links ON links.id = keys.link WHERE "
                             "keys.id = ?",
                             ByteView(id.bytes)));
  HERALD_TRY(const bool found, row.next());
  if (!found)
    return fail(ErrorCode::not_found,
                fmt::format("{}: this store has no key {}", state.files.database.string(), to_string(id)));
  return read_named_key(state, row);
}

}  // namespace

Result<IdentifiedKey> KeyStore::peek(const Uuid& id) {
  const std::lock_guard lock(m_state->mutex);
  HERALD_TRY(KeyRow row, find_key(*m_state, id));
  if (row.info.state != KeyState::available) return used(id);
  return hand_out(std::move(row));
}

Result<KeyInfo> KeyStore::find(const Uuid& id) {
  const std::lock_guard lock(m_state->mutex);
  HERALD_TRY(KeyRow row, find_key(*m_state, id));
  return std::move(row.info);
}

Result<void> KeyStore::list(const std::function<void(const KeyInfo&)>& each) {
  const std::lock_guard lock(m_state->mutex);
  HERALD_TRY(Statement row,
             m_state->db->query("SELECT keys.*, links.name FROM keys JOIN links ON links.id = keys.link ORDER BY seq"));
  for (;;) {
    HERALD_TRY(const bool more, row.next());
    if (!more) return {};
    HERALD_TRY(const KeyRow key, read_named_key(*m_state, row));
    each(key.info);
  }
}

Result<std::vector<PoolStatus>> KeyStore::status() {
  const std::lock_guard lock(m_state->mutex);
  std::vector<PoolStatus> pools;
  HERALD_TRY(
      Statement row,
      m_state->db->query("SELECT links.name, pool, origin, sum(state = 0), sum(bits * (state = 0)), sum(state = 1) "
                         "FROM keys JOIN links ON links.id = keys.link GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"));
  for (;;) {
    HERALD_TRY(const bool more, row.next());
    if (!more) return pools;
    pools.push_back({row.text(0), static_cast<Pool>(row.integer(1)), static_cast<Origin>(row.integer(2)),
                     row.integer(3), row.integer(4), row.integer(5)});
  }
}

Result<void> KeyStore::forget_delivered(std::string_view link, std::uint64_t block) {
  const std::lock_guard lock(m_state->mutex);
  HERALD_TRY(Transaction transaction, Transaction::begin(*m_state->db));
  HERALD_TRY(const LinkRow row, m_state->link(link));
  HERALD_TRY_VOID(m_state->db->run("DELETE FROM keys WHERE link = ? AND state = 1 AND block < ?", row.id,
                                   std::min(block, row.next_block)));
  return transaction.commit();
}

}  // namespace herald::store
