#include "herald/store/key_store.h"

#include <chrono>
#include <cmath>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "herald/store/key_store_state.h"
#include "herald/store/new_file.h"

namespace herald::store {

const char* const kSchema = R"(
CREATE TABLE header(id INTEGER PRIMARY KEY CHECK (id = 1), version INTEGER NOT NULL, store BLOB NOT NULL,
  key_file BLOB NOT NULL, created INTEGER NOT NULL, seal BLOB NOT NULL) STRICT;
CREATE TABLE links(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, end INTEGER NOT NULL, next_block INTEGER NOT NULL,
  forgotten_before INTEGER NOT NULL, epsilon REAL NOT NULL, seal BLOB NOT NULL) STRICT;
CREATE TABLE recordings(digest BLOB PRIMARY KEY, link INTEGER NOT NULL REFERENCES links(id),
  first_block INTEGER NOT NULL, seal BLOB NOT NULL) STRICT;
CREATE TABLE blocks(link INTEGER NOT NULL REFERENCES links(id), number INTEGER NOT NULL,
  state INTEGER NOT NULL CHECK (state IN (0, 1, 2)), epsilon REAL NOT NULL, contents BLOB NOT NULL,
  created INTEGER NOT NULL, seal BLOB NOT NULL, PRIMARY KEY (link, number)) STRICT, WITHOUT ROWID;
CREATE TABLE keys(seq INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, link INTEGER NOT NULL REFERENCES links(id),
  block INTEGER NOT NULL, position INTEGER NOT NULL, pool INTEGER NOT NULL CHECK (pool IN (0, 1)),
  bits INTEGER NOT NULL CHECK (bits > 0), state INTEGER NOT NULL CHECK (state IN (0, 1)), origin INTEGER NOT NULL,
  provenance BLOB NOT NULL, created INTEGER NOT NULL, seal BLOB NOT NULL) STRICT;
CREATE INDEX keys_by_pool ON keys(link, pool, state, seq);
CREATE TABLE pad_segments(seq INTEGER PRIMARY KEY, id BLOB NOT NULL, link INTEGER NOT NULL REFERENCES links(id),
  length INTEGER NOT NULL CHECK (length > 0), owner INTEGER NOT NULL CHECK (owner IN (0, 1)), block INTEGER NOT NULL,
  spent INTEGER NOT NULL CHECK (spent BETWEEN 0 AND length), seal BLOB NOT NULL, UNIQUE (link, id)) STRICT;
CREATE TABLE pad_chunks(segment INTEGER NOT NULL REFERENCES pad_segments(seq), number INTEGER NOT NULL,
  seal BLOB NOT NULL, PRIMARY KEY (segment, number)) STRICT, WITHOUT ROWID;
CREATE TABLE pad_use(segment INTEGER NOT NULL REFERENCES pad_segments(seq), begin INTEGER NOT NULL,
  length INTEGER NOT NULL CHECK (length > 0), purpose INTEGER NOT NULL, wiped INTEGER NOT NULL CHECK (wiped IN (0, 1)),
  created INTEGER NOT NULL, seal BLOB NOT NULL, PRIMARY KEY (segment, begin)) STRICT, WITHOUT ROWID;
)";

std::string_view to_string(End end) { return end == End::alice ? "alice" : "bob"; }
std::string_view to_string(Pool pool) { return pool == Pool::alice_to_bob ? "alice_to_bob" : "bob_to_alice"; }
std::string_view to_string(KeyState state) { return state == KeyState::available ? "available" : "delivered"; }
std::string_view to_string(BlockState state) {
  switch (state) {
    case BlockState::prepared: return "prepared";
    case BlockState::committed: return "committed";
    case BlockState::dropped: return "dropped";
    case BlockState::unknown: return "unknown";
    case BlockState::forgotten: return "forgotten";
  }
  return "unknown";
}

Result<End> end_from_string(std::string_view text) {
  for (const End end : {End::alice, End::bob})
    if (text == to_string(end)) return end;
  return fail(ErrorCode::invalid_argument, fmt::format("\"{}\" is no end of a link; the ends are alice and bob", text));
}

std::uint64_t now_seconds() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(now).count());
}

SecretBytes secret_bytes(BitView bits) {
  SecretBytes bytes((bits.size() + 7) / 8);
  to_bytes(bits, bytes.expose_secret_mutable());
  return bytes;
}

SecretBits secret_bits(ByteView bytes, std::size_t size) {
  SecretBits bits(size);
  if (size != 0) from_bytes(bytes, size, bits.words());
  return bits;
}

Uuid uuid_of(ByteView bytes) {
  Uuid id;
  if (bytes.size() == id.bytes.size()) std::ranges::copy(bytes, id.bytes.begin());
  return id;
}

Bytes KeyStore::State::associated(const Table& table, ByteView columns) const {
  Writer writer;
  writer.text("herald store 1");
  writer.raw(id.bytes);
  writer.text(table.name);
  writer.raw(columns);
  return std::move(writer).take();
}

std::unexpected<Error> KeyStore::State::tampered(const Table& table) const {
  return fail(
      ErrorCode::authentication,
      fmt::format("{}: a row of the table \"{}\" was changed by other hands than Herald's; do not use this store: "
                  "make a new one at both ends, with a new pre-shared key",
                  files.database.string(), table.name));
}

Result<SecretBytes> KeyStore::State::open_row(const Table& table, const Statement& row) {
  SecretBytes secret;
  if (!seal.open(associated(table, row.encode(table.columns)), row.blob(table.columns), secret)) return tampered(table);
  return secret;
}

namespace {

Result<std::unique_ptr<Connection>> build_database(const std::filesystem::path& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0)
    return fail(ErrorCode::io, fmt::format("{}: cannot make the store here: {}", path.string(), std::strerror(errno)));
  ::close(fd);
  HERALD_TRY(auto db, Connection::open(path, kApplicationId));
  HERALD_TRY_VOID(db->script(fmt::format("PRAGMA application_id = {}", kApplicationId)));
  return db;
}

Result<void> fill_database(const StoreFiles& files, const std::filesystem::path& beside, const SecretFile& key) {
  HERALD_TRY(auto db, build_database(beside));
  KeyStore::State state(files, std::move(db), key.bits);
  SecretRandom random;
  state.id = random_uuid(random);
  HERALD_TRY(Transaction transaction, Transaction::begin(*state.db));
  HERALD_TRY_VOID(state.db->script(kSchema));
  HERALD_TRY_VOID(state.write(kHeader, "INSERT INTO header VALUES (?, ?, ?, ?, ?, ?)", {}, std::uint64_t{1},
                              kSchemaVersion, ByteView(state.id.bytes), ByteView(key.id.bytes), now_seconds()));
  return transaction.commit();
}

Result<SecretFile> key_file_of_new_store(const std::filesystem::path& path) {
  if (!std::filesystem::exists(path)) {
    SecretRandom random;
    const auto made = create_secret_file(path, SecretFileKind::store_key, kStoreKeyBits, random);
    // Another process may have made it in the meantime: that one is taken.
    if (!made && made.error().code != ErrorCode::invalid_argument) return std::unexpected(made.error());
  }
  return read_secret_file(path, SecretFileKind::store_key);
}

Result<void> check_header(KeyStore::State& state, const SecretFile& key) {
  const std::string name = state.files.database.string();
  HERALD_TRY(const std::uint64_t version, state.db->number("SELECT version FROM header"));
  if (version != kSchemaVersion)
    return fail(
        ErrorCode::version,
        fmt::format("{}: this store has version {}, and this Herald keeps version {}; open it with the Herald that "
                    "made it, or make a new one with `herald key init`",
                    name, version, kSchemaVersion));
  HERALD_TRY(Statement row, state.db->query("SELECT id, version, store, key_file, created, seal FROM header"));
  HERALD_TRY(const bool found, row.next());
  if (!found) return state.tampered(kHeader);
  if (uuid_of(row.blob(3)) != key.id)
    return fail(ErrorCode::authentication,
                fmt::format("{}: this key file belongs to another store than {}; name the right "
                            "one with --key-file",
                            state.files.key_file.string(), name));
  state.id = uuid_of(row.blob(2));
  HERALD_TRY_VOID(state.open_row(kHeader, row));
  return {};
}

Result<void> check_mode(const std::filesystem::path& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0)
    return fail(errno == ENOENT ? ErrorCode::not_found : ErrorCode::io,
                fmt::format("{}: no store here: {}; `herald key init` makes one", path.string(), std::strerror(errno)));
  if (!S_ISREG(status.st_mode)) return fail(ErrorCode::malformed, fmt::format("{}: no regular file", path.string()));
  if ((status.st_mode & 022) != 0)
    return fail(ErrorCode::insecure, fmt::format("{}: others than its owner may write this store (mode {:04o}); say "
                                                 "`chmod 600 {}`",
                                                 path.string(), status.st_mode & 07777, path.string()));
  return {};
}

}  // namespace

Result<void> KeyStore::create(const StoreFiles& files) {
  HERALD_TRY_VOID(require_new(files.database));
  HERALD_TRY(const SecretFile key, key_file_of_new_store(files.key_file));
  const std::filesystem::path beside = unfinished(files.database);
  if (auto filled = fill_database(files, beside, key); !filled) {
    for (const char* suffix : {"", "-wal", "-shm"}) ::unlink((beside.string() + suffix).c_str());
    return filled;
  }
  return publish_new_file(beside, files.database);
}

Result<KeyStore> KeyStore::open(const StoreFiles& files) {
  HERALD_TRY_VOID(check_mode(files.database));
  HERALD_TRY(auto db, Connection::open(files.database, kApplicationId));
  HERALD_TRY(const SecretFile key, read_secret_file(files.key_file, SecretFileKind::store_key));
  auto state = std::make_unique<State>(files, std::move(db), key.bits);
  HERALD_TRY_VOID(check_header(*state, key));
  HERALD_TRY_VOID(state->verify(false));
  return KeyStore(std::move(state));
}

Result<KeyStore> KeyStore::open_or_create(const StoreFiles& files) {
  if (!std::filesystem::exists(files.database)) {
    const auto created = create(files);
    if (!created && created.error().code != ErrorCode::invalid_argument) return std::unexpected(created.error());
  }
  return open(files);
}

KeyStore::KeyStore(std::unique_ptr<State> state) : m_state(std::move(state)) {}
KeyStore::~KeyStore() = default;
KeyStore::KeyStore(KeyStore&&) noexcept = default;
KeyStore& KeyStore::operator=(KeyStore&&) noexcept = default;

Result<void> KeyStore::verify() {
  const std::lock_guard lock(m_state->mutex);
  return m_state->verify(true);
}

Result<void> KeyStore::State::verify(bool every_row) {
  HERALD_TRY(Transaction view, Transaction::begin_reading(*db));
  const auto check = [&](const Table& table, std::string_view sql) -> Result<void> {
    HERALD_TRY(Statement row, db->query(sql));
    for (;;) {
      HERALD_TRY(const bool more, row.next());
      if (!more) return {};
      HERALD_TRY_VOID(open_row(table, row));
    }
  };
  HERALD_TRY_VOID(check(kLinks, "SELECT * FROM links"));
  HERALD_TRY_VOID(check(kRecordings, "SELECT * FROM recordings"));
  HERALD_TRY_VOID(check(kBlocks, "SELECT * FROM blocks"));
  HERALD_TRY_VOID(check(kKeys, every_row ? "SELECT * FROM keys" : "SELECT * FROM keys WHERE state = 0"));
  HERALD_TRY_VOID(verify_pads());
  return view.commit();
}

// --- links ---

Result<LinkRow> KeyStore::State::read_link(const Statement& row) {
  HERALD_TRY_VOID(open_row(kLinks, row));
  return LinkRow{row.integer(0), row.text(1),    static_cast<End>(row.integer(2)),
                 row.integer(3), row.integer(4), row.real(5)};
}

Result<LinkRow> KeyStore::State::link(std::string_view name) {
  HERALD_TRY(Statement row, db->query("SELECT * FROM links WHERE name = ?", name));
  HERALD_TRY(const bool found, row.next());
  if (found) return read_link(row);
  return fail(
      ErrorCode::not_found,
      fmt::format("{}: this store has no link \"{}\"; `herald key init --store {} --link {} --end alice|bob` adds it",
                  files.database.string(), name, files.database.string(), name));
}

Result<void> KeyStore::State::write_link(const LinkRow& row) {
  return write(kLinks,
               "INSERT INTO links VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (id) DO UPDATE SET next_block = ?4, "
               "forgotten_before = ?5, epsilon = ?6, seal = ?7",
               {}, row.id, std::string_view(row.name), static_cast<std::uint64_t>(row.end), row.next_block,
               row.forgotten_before, row.epsilon);
}

Result<void> KeyStore::add_link(std::string_view name, End end) {
  if (name.empty() || name.size() > 255 || name.find('\0') != std::string_view::npos)
    return fail(ErrorCode::invalid_argument, "a link's name has 1 to 255 bytes, none of them zero");
  const std::lock_guard lock(m_state->mutex);
  HERALD_TRY(Transaction transaction, Transaction::begin(*m_state->db));
  const auto known = m_state->link(name);
  if (known && known->end == end) return {};
  if (known)
    return fail(ErrorCode::disagreement,
                fmt::format("{}: this store is {}'s end of the link \"{}\", not {}'s; each end has a store of its own",
                            m_state->files.database.string(), to_string(known->end), name, to_string(end)));
  if (known.error().code != ErrorCode::not_found) return std::unexpected(known.error());
  HERALD_TRY(const std::uint64_t last, m_state->db->number("SELECT max(id) FROM links"));
  HERALD_TRY_VOID(m_state->write_link({last + 1, std::string(name), end, 0, 0, 0}));
  return transaction.commit();
}

namespace {

LinkInfo info_of(LinkRow row) {
  return {std::move(row.name), row.end, row.next_block, row.forgotten_before, FailureProbability(row.epsilon)};
}

}  // namespace

Result<std::vector<LinkInfo>> KeyStore::links() {
  const std::lock_guard lock(m_state->mutex);
  std::vector<LinkInfo> links;
  HERALD_TRY(Statement row, m_state->db->query("SELECT * FROM links ORDER BY name"));
  for (;;) {
    HERALD_TRY(const bool more, row.next());
    if (!more) return links;
    HERALD_TRY(LinkRow link, m_state->read_link(row));
    links.push_back(info_of(std::move(link)));
  }
}

Result<LinkInfo> KeyStore::link(std::string_view name) {
  const std::lock_guard lock(m_state->mutex);
  HERALD_TRY(LinkRow row, m_state->link(name));
  return info_of(std::move(row));
}

Result<void> KeyStore::claim_recording(std::string_view link, std::uint64_t first_block, ByteView digest) {
  const std::lock_guard lock(m_state->mutex);
  HERALD_TRY(Transaction transaction, Transaction::begin(*m_state->db));
  HERALD_TRY(const LinkRow row, m_state->link(link));
  HERALD_TRY(Statement known, m_state->db->query("SELECT recordings.*, links.name FROM recordings JOIN links ON "
                                                 "links.id = recordings.link WHERE digest = ?",
                                                 digest));
  HERALD_TRY(const bool found, known.next());
  if (found) {
    HERALD_TRY_VOID(m_state->open_row(kRecordings, known));
    if (known.integer(1) == row.id && known.integer(2) == first_block) return {};
    return fail(
        ErrorCode::insecure,
        fmt::format("this recording serves link \"{}\" from block {} on already; the same detections would make "
                    "the same secret twice",
                    known.text(4), known.integer(2)));
  }
  HERALD_TRY_VOID(
      m_state->write(kRecordings, "INSERT INTO recordings VALUES (?, ?, ?, ?)", {}, digest, row.id, first_block));
  return transaction.commit();
}

Result<void> KeyStore::spend_epsilon(std::string_view link, FailureProbability epsilon) {
  HERALD_CHECK(std::isfinite(epsilon.value) && epsilon.value >= 0);
  const std::lock_guard lock(m_state->mutex);
  HERALD_TRY(Transaction transaction, Transaction::begin(*m_state->db));
  HERALD_TRY(LinkRow row, m_state->link(link));
  row.epsilon += epsilon.value;
  HERALD_TRY_VOID(m_state->write_link(row));
  return transaction.commit();
}

}  // namespace herald::store
