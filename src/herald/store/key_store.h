#pragma once
// The store of one end: keys by pool, the stages of a block's commit, pads whose spent bits are durable before they are
// used. One SQLite file of mode 0600; every row encrypted and authenticated under a key file. Layout:
// docs/file-formats.md.
//
// A block comes into the store in two steps, because two ends must both have it or neither. An end that has computed a
// block's keys and does not know yet whether its peer has them prepares the block: durable, but nobody can draw its
// keys. Then commit() makes the keys visible and adds the block's pads, or drop() forgets them.
//
//   (nothing) ── prepare ──► prepared ── commit ──► committed ── forget_before ──► forgotten
//       └──────── drop ─────────┴─────── drop ────► dropped ──── forget_before ──► forgotten
//
// Each function is one transaction: durable when it returns ok, without effect otherwise. Threads and processes may
// share a store; a store is not carried across fork. Errors of all functions: io (a full disk too: nothing has
// changed), unavailable (another process holds the file), authentication (a row was changed by other hands), malformed;
// further ones at each.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "herald/auth/pad_book.h"
#include "herald/base/key.h"
#include "herald/base/random.h"
#include "herald/base/uuid.h"
#include "herald/store/secret_file.h"

namespace herald::store {

// The end of a link that this store serves, and which of its keys it sends with: the ends never draw from the same
// pool.
enum class End : std::uint8_t { alice = 0, bob = 1 };
enum class Pool : std::uint8_t { alice_to_bob = 0, bob_to_alice = 1 };
std::string_view to_string(End end);
std::string_view to_string(Pool pool);
Result<End> end_from_string(std::string_view text);
constexpr Pool sending_pool(End end) { return end == End::alice ? Pool::alice_to_bob : Pool::bob_to_alice; }
constexpr Pool receiving_pool(End end) { return end == End::alice ? Pool::bob_to_alice : Pool::alice_to_bob; }

// The database and its key file; by default "PATH" and "PATH.key".
struct StoreFiles {
  std::filesystem::path database, key_file;
  explicit StoreFiles(std::filesystem::path path) : database(std::move(path)), key_file(database) {
    key_file += ".key";
  }
  StoreFiles(std::filesystem::path path, std::filesystem::path key)
      : database(std::move(path)), key_file(std::move(key)) {}
};

struct NewKey {
  Pool pool = Pool::alice_to_bob;
  SecretKey key;
};

struct NewPad {
  End reserves = End::alice;  // which end draws from it; the other claims
  SecretBits bits;
};

// What one block leaves at one end. Key i gets the ID key_id(link, number, i), pad i pad_segment_id(link, number, i).
struct BlockRecord {
  std::uint64_t number = 0;
  std::vector<NewKey> keys;
  std::vector<NewPad> pads;
  FailureProbability epsilon;                // what the block spends of the link's budget
  std::optional<ErrorRate> error_rate = {};  // that was seen in the key basis
};

enum class BlockState : std::uint8_t { prepared = 0, committed = 1, dropped = 2, unknown = 3, forgotten = 4 };
std::string_view to_string(BlockState state);

enum class KeyState : std::uint8_t { available = 0, delivered = 1 };
std::string_view to_string(KeyState state);

struct LinkInfo {
  std::string name;
  End end = End::alice;
  std::uint64_t next_block = 0;  // the first number never claimed
  std::uint64_t forgotten_before = 0;
  FailureProbability epsilon_spent;  // by all blocks committed
};

// A key without its bits.
struct KeyInfo {
  Uuid id;
  std::string link;
  std::uint64_t block = 0, index = 0;
  Pool pool = Pool::alice_to_bob;
  std::size_t bits = 0;
  KeyState state = KeyState::available;
  Provenance provenance;
  std::uint64_t created = 0;  // seconds since 1970
};

struct PoolStatus {
  std::string link;
  Pool pool = Pool::alice_to_bob;
  Origin origin = Origin::simulated;
  std::uint64_t available_keys = 0, available_bits = 0, delivered_keys = 0;
};

class KeyStore {
 public:
  // Makes the database, and the key file if there is none. Errors: invalid_argument (the database exists).
  static Result<void> create(const StoreFiles& files);
  // Checks every row that still protects something. Errors: not_found, version (a store of another version), insecure
  // (others may read its files), authentication (another store's key file, or changed rows).
  static Result<KeyStore> open(const StoreFiles& files);
  static Result<KeyStore> open_or_create(const StoreFiles& files);
  ~KeyStore();
  KeyStore(KeyStore&&) noexcept;
  KeyStore& operator=(KeyStore&&) noexcept;

  // Reads and authenticates every row, those of delivered keys too.
  Result<void> verify();

  // --- links ---
  // Errors: disagreement (the store serves the link's other end), invalid_argument (no name, or one longer than 255
  // bytes).
  Result<void> add_link(std::string_view name, End end);
  Result<std::vector<LinkInfo>> links();
  // Errors: not_found.
  Result<LinkInfo> link(std::string_view name);
  // Of its last committed block, where that is not forgotten and says so. Errors: not_found.
  Result<std::optional<ErrorRate>> error_rate(std::string_view link);
  // Adds to the link's spent budget outside a commit (a block that aborted after it had revealed something).
  Result<void> spend_epsilon(std::string_view link, FailureProbability epsilon);

  // A recording, named by a digest of its bytes, makes the blocks of `link` from `first_block` on, now and for good.
  // Errors: insecure (it makes others already).
  Result<void> claim_recording(std::string_view link, std::uint64_t first_block, ByteView digest);

  // --- blocks ---
  // From now on number `block`, and all below it, are never free again. Errors: disagreement (it was claimed before).
  Result<void> claim_block(std::string_view link, std::uint64_t block);
  // Claims the number too, where that was not done. Errors: disagreement (this number was prepared, committed, dropped
  // or forgotten before).
  Result<void> prepare(std::string_view link, BlockRecord record);
  // Ok without effect when it is committed already. Errors: not_found, disagreement (dropped, forgotten).
  Result<void> commit(std::string_view link, std::uint64_t block);
  // Ok without effect when it is dropped already; a number never seen is dropped for good. Errors: disagreement
  // (committed).
  Result<void> drop(std::string_view link, std::uint64_t block);
  // In the order of their numbers.
  Result<std::vector<std::uint64_t>> prepared(std::string_view link);
  Result<BlockState> decision(std::string_view link, std::uint64_t block);
  // The first number from `from` on whose block may still be committed: never seen, or prepared.
  Result<std::uint64_t> first_undecided(std::string_view link, std::uint64_t from);
  // Forgets how blocks below `block` were decided, once the peer cannot ask any more. Errors: disagreement (one is
  // prepared).
  Result<void> forget_before(std::string_view link, std::uint64_t block);

  // --- keys ---
  // Whole keys, oldest first, until their bits (or their number) suffice: all of them or none. Keys from simulated
  // light are left out unless `word` accepts them. Errors: exhausted, insecure (there would be enough, but they are
  // simulated).
  Result<std::vector<IdentifiedKey>> take_bits(std::string_view link, Pool pool, std::uint64_t bits,
                                               InsecureSimulated word);
  Result<std::vector<IdentifiedKey>> take_keys(std::string_view link, Pool pool, std::uint64_t count,
                                               InsecureSimulated word);
  // What is left of the pool's block of the lowest number, if that is below `below`, whatever light it came from;
  // nothing when there is no such key.
  Result<std::vector<IdentifiedKey>> take_block(std::string_view link, Pool pool, std::uint64_t below);
  // All of them, in this order, or none. Errors: not_found, exhausted (a key was used before), insecure (a key of the
  // other pool, or a key named twice).
  Result<std::vector<IdentifiedKey>> take_by_id(std::string_view link, Pool pool, std::span<const Uuid> ids);
  // The same without using the keys up: only to find out whether something verifies under them.
  Result<std::vector<IdentifiedKey>> peek(std::string_view link, Pool pool, std::span<const Uuid> ids);
  // One key of whatever pool, without using it up. Errors: not_found, exhausted.
  Result<IdentifiedKey> peek(const Uuid& id);
  // In the order in which they came; calls `each` for every key of the store.
  Result<void> list(const std::function<void(const KeyInfo&)>& each);
  // Errors: not_found.
  Result<KeyInfo> find(const Uuid& id);
  Result<std::vector<PoolStatus>> status();
  // Removes what is left of delivered keys of blocks below `block`; their IDs are unknown from then on, and never come
  // again.
  Result<void> forget_delivered(std::string_view link, std::uint64_t block);

  // --- pads ---
  // The link's pads, as auth's PadBook wants them. append() of a segment that is there, with the same bits and none
  // spent, is ok without effect: so a running book learns of the segments that commit() added. Lives no longer than the
  // store.
  Result<std::unique_ptr<PadStore>> pads(std::string_view link);
  // Unspent bits of the segments from which this end reserves.
  Result<std::uint64_t> pad_bits_left(std::string_view link);
  // A pre-shared key as the link's first pads: Alice reserves from its first half, Bob from its second. Errors:
  // invalid_argument (imported before).
  Result<void> import_pre_shared_key(std::string_view link, const SecretFile& key);

  struct State;
  State& state() { return *m_state; }

 private:
  explicit KeyStore(std::unique_ptr<State> state);
  std::unique_ptr<State> m_state;
};

}  // namespace herald::store
