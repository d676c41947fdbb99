#pragma once
// The key material that two KMEs share, by direction: one end draws, the other receives the same bytes. It comes in
// lots (a block of a link, what a relay brought), each used from its front, each byte once: bytes that were drawn are
// gone from the store with the transaction that drew them.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "herald/base/key.h"
#include "herald/store/record_store.h"

namespace herald::kme {

// Where key material goes: `from` draws it for its applications as masters.
struct PoolName {
  std::string from, to;  // KMEs
  auto operator<=>(const PoolName&) const = default;
};

// What both ends tell each other of a lot; no bytes.
struct Lot {
  std::uint64_t number = 0;  // within its pool; the same at both ends
  std::uint64_t size = 0;    // bytes
  std::uint64_t used = 0;    // from its front
  bool is_shared = false;    // the other end has it too: only then may it be drawn from
  Provenance provenance;
};

// Numbers rise, so that no lot comes twice; what is used up leaves nothing behind. Errors: disagreement (a number that
// does not rise), invalid_argument (no bytes).
Result<void> add_lot(store::Records& records, const PoolName& pool, std::uint64_t number, ByteView bytes,
                     const Provenance& provenance);
// The number of the last lot that was added; 0 when there was none. Numbers begin with 1.
Result<std::uint64_t> last_lot(store::Records& records, const PoolName& pool);
// A number for a lot that will come, or never does: above all that there were, and given once.
Result<std::uint64_t> name_lot(store::Records& records, const PoolName& pool);
// The other end has it too, of this size. Ok without effect where it is known. Errors: not_found; disagreement (the
// size is another).
Result<void> share_lot(store::Records& records, const PoolName& pool, std::uint64_t number, std::uint64_t size);
// What is left of it is forgotten: the other end does not have it.
Result<void> drop_lot(store::Records& records, const PoolName& pool, std::uint64_t number);
// Bytes before `offset` are forgotten: the other end drew them, and they never came to be used here. Errors: not_found;
// malformed (beyond its end).
Result<void> forget_before(store::Records& records, const PoolName& pool, std::uint64_t number, std::uint64_t offset);
// What is left of all its lots is forgotten; their numbers go on, and the other end is to hear of it. Bytes that were
// left.
Result<std::uint64_t> empty_pool(store::Records& records, const PoolName& pool);
// The number of the last lot when it was emptied; 0: it was not.
Result<std::uint64_t> emptied_up_to(store::Records& records, const PoolName& pool);
// An empty pool, as if there had never been any lots.
Result<void> forget_pool(store::Records& records, const PoolName& pool);
// Those with bytes left, in the order of their numbers.
Result<void> each_lot(store::Records& records, const PoolName& pool,
                      const std::function<Result<bool>(const Lot&)>& each);

// Bytes [offset, offset + size) of a lot.
struct Draw {
  std::uint64_t lot = 0, offset = 0, size = 0;
  bool operator==(const Draw&) const = default;
  void encode(Writer& writer) const;
  static Draw decode(Reader& reader);
};
struct DrawnBytes {
  std::vector<Draw> draws;  // one after the other
  SecretBytes bytes;
  Provenance provenance;  // of all of them together
};
// The next `size` bytes of the shared lots. Lots of simulated light are passed over unless `word` accepts them.
// Errors: exhausted, insecure (there would be enough, but of simulated light); then some may be drawn: undo them
// (Records::attempt).
Result<DrawnBytes> draw(store::Records& records, const PoolName& pool, std::uint64_t size, InsecureSimulated word);
// The same bytes at the other end, by its word. Bytes before them that were not drawn here are forgotten. Errors:
// malformed; not_found (a lot that is not here yet), insecure (bytes that were used before: the other end repeats
// itself).
Result<DrawnBytes> draw_at(store::Records& records, const PoolName& pool, std::span<const Draw> draws);

// Bytes that could be drawn, those of simulated light among them, and those that the other end does not have yet.
struct PoolLevel {
  std::uint64_t bytes = 0, simulated = 0, waiting = 0;
  std::uint64_t may_be_drawn(InsecureSimulated word) const {
    return word == InsecureSimulated::accept ? bytes : bytes - simulated;
  }
};
Result<PoolLevel> level(store::Records& records, const PoolName& pool);

}  // namespace herald::kme
