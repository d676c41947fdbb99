#include "herald/kme/pool.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "herald/base/key_codec.h"
#include "herald/kme/record_keys.h"

namespace herald::kme {
namespace {

using store::Records;

// A lot's bytes lie in pieces of this size: the usual key is one, read and erased with one record.
constexpr std::uint64_t kPiece = 32;

RecordKey pool_key(const PoolName& pool) { return RecordKey(RecordKind::pool).name(pool.from).name(pool.to); }
RecordKey emptied_key(const PoolName& pool) { return RecordKey(RecordKind::dropped).name(pool.from).name(pool.to); }
RecordKey named_key(const PoolName& pool) { return RecordKey(RecordKind::named_lot).name(pool.from).name(pool.to); }
RecordKey lots_of(const PoolName& pool) { return RecordKey(RecordKind::lot).name(pool.from).name(pool.to); }
RecordKey lot_key(const PoolName& pool, std::uint64_t number) { return lots_of(pool).number(number); }
RecordKey piece_key(const PoolName& pool, std::uint64_t lot, std::uint64_t piece) {
  return RecordKey(RecordKind::lot_bytes).name(pool.from).name(pool.to).number(lot).number(piece);
}

Bytes encoded(const Lot& lot) {
  Writer writer;
  writer.varint(lot.number);
  writer.varint(lot.size);
  writer.varint(lot.used);
  writer.fixed(static_cast<std::uint8_t>(lot.is_shared ? 1 : 0));
  encode_provenance(writer, lot.provenance);
  return std::move(writer).take();
}

Result<Lot> decoded(const SecretBytes& bytes) {
  Reader reader(bytes.expose_secret());
  Lot lot;
  lot.number = reader.varint();
  lot.size = reader.varint();
  lot.used = reader.varint();
  lot.is_shared = reader.fixed<std::uint8_t>() != 0;
  lot.provenance = decode_provenance(reader);
  HERALD_TRY_VOID(reader.finish("a lot"));
  return lot;
}

Result<std::optional<Lot>> find_lot(Records& records, const PoolName& pool, std::uint64_t number) {
  HERALD_TRY(const auto bytes, records.get(lot_key(pool, number)));
  if (!bytes) return std::nullopt;
  HERALD_TRY(Lot lot, decoded(*bytes));
  return std::optional(std::move(lot));
}

std::unexpected<Error> no_lot(const PoolName& pool, std::uint64_t number) {
  return fail(ErrorCode::not_found, fmt::format("no lot {} from {} to {}", number, pool.from, pool.to));
}

std::unexpected<Error> used_before(const PoolName& pool, std::uint64_t number) {
  return fail(ErrorCode::insecure,
              fmt::format("bytes of lot {} from {} to {} are to be used again: one end was put back "
                          "to an earlier state",
                          number, pool.from, pool.to));
}

// What is known of a pool as a whole.
struct Summary {
  std::uint64_t last = 0;  // the number of the last lot that was added
  PoolLevel level;
};

Result<Summary> summary(Records& records, const PoolName& pool) {
  HERALD_TRY(const auto bytes, records.get(pool_key(pool)));
  if (!bytes) return Summary();
  Reader reader(bytes->expose_secret());
  Summary all;
  all.last = reader.fixed<std::uint64_t>();
  all.level.bytes = reader.varint();
  all.level.simulated = reader.varint();
  all.level.waiting = reader.varint();
  HERALD_TRY_VOID(reader.finish("a pool"));
  return all;
}

void keep(Records& records, const PoolName& pool, const Summary& all) {
  Writer writer;
  writer.fixed(all.last);
  writer.varint(all.level.bytes);
  writer.varint(all.level.simulated);
  writer.varint(all.level.waiting);
  records.put(pool_key(pool), writer.bytes());
}

// The pool's sums, with a lot that now is `now` (if it is there) and was `before`.
Result<void> count(Records& records, const PoolName& pool, const Lot& before, const Lot& now) {
  HERALD_TRY(Summary all, summary(records, pool));
  const auto change = [](std::uint64_t& sum, bool was, std::uint64_t fewer, bool is, std::uint64_t more) {
    sum += is ? more : 0;
    if (was && sum < fewer) return false;
    sum -= was ? fewer : 0;
    return true;
  };
  const std::uint64_t fewer = before.size - before.used, more = now.size - now.used;
  const bool is_simulated = now.provenance.origin == Origin::simulated;
  if (!change(all.level.bytes, before.is_shared, fewer, now.is_shared, more) ||
      !change(all.level.simulated, before.is_shared && is_simulated, fewer, now.is_shared && is_simulated, more) ||
      !change(all.level.waiting, !before.is_shared, fewer, !now.is_shared, more))
    return fail(ErrorCode::authentication, "the sum over a pool is wrong");
  keep(records, pool, all);
  return {};
}

Result<void> keep(Records& records, const PoolName& pool, const Lot& lot) {
  const RecordKey key = lot_key(pool, lot.number);
  if (lot.used < lot.size) {
    records.put(key, encoded(lot));
    return {};
  }
  HERALD_TRY_VOID(records.erase(key));
  return {};
}

// Takes bytes [used, end) away; copies those from `begin` on to `out`.
Result<void> consume(Records& records, const PoolName& pool, Lot& lot, std::uint64_t begin, std::uint64_t end,
                     std::span<std::uint8_t> out) {
  for (std::uint64_t piece = lot.used / kPiece; piece * kPiece < end; ++piece) {
    const RecordKey key = piece_key(pool, lot.number, piece);
    HERALD_TRY(auto bytes, records.get(key));
    const std::uint64_t first = piece * kPiece;
    if (!bytes || bytes->size() != std::min(kPiece, lot.size - first))
      return fail(ErrorCode::authentication, fmt::format("a piece of lot {} is missing", lot.number));
    const auto plain = bytes->expose_secret_mutable();
    const std::uint64_t from = std::max(begin, first), to = std::min(end, first + plain.size());
    if (from < to) std::ranges::copy(plain.subspan(from - first, to - from), out.begin() + (from - begin));
    if (to == first + plain.size()) {
      HERALD_TRY_VOID(records.erase(key));
    } else {
      std::ranges::fill(plain.first(to - first), std::uint8_t{0});
      records.put(key, plain);
    }
  }
  const Lot before = std::exchange(lot, {lot.number, lot.size, end, lot.is_shared, lot.provenance});
  HERALD_TRY_VOID(count(records, pool, before, lot));
  return keep(records, pool, lot);
}

// Bytes [draw.offset, draw.offset + draw.size) of a lot, to `drawn` from `at` on.
Result<void> take(Records& records, const PoolName& pool, Lot& lot, const Draw& draw, std::uint64_t at,
                  DrawnBytes& drawn) {
  drawn.provenance = drawn.draws.empty() ? lot.provenance : combined(drawn.provenance, lot.provenance);
  drawn.draws.push_back(draw);
  return consume(records, pool, lot, draw.offset, draw.offset + draw.size,
                 drawn.bytes.expose_secret_mutable().subspan(at, draw.size));
}

bool may_use(const Lot& lot, InsecureSimulated word) { return require_real(lot.provenance, word).has_value(); }

}  // namespace

void Draw::encode(Writer& writer) const {
  writer.varint(lot);
  writer.varint(offset);
  writer.varint(size);
}

Draw Draw::decode(Reader& reader) {
  Draw draw;
  draw.lot = reader.varint();
  draw.offset = reader.varint();
  draw.size = reader.varint();
  return draw;
}

Result<void> add_lot(Records& records, const PoolName& pool, std::uint64_t number, ByteView bytes,
                     const Provenance& provenance) {
  if (bytes.empty()) return fail(ErrorCode::invalid_argument, "a lot without bytes");
  HERALD_TRY(Summary all, summary(records, pool));
  if (number <= all.last)
    return fail(ErrorCode::disagreement,
                fmt::format("lot {} from {} to {} comes after lot {}", number, pool.from, pool.to, all.last));
  all.last = number;
  all.level.waiting += bytes.size();
  keep(records, pool, all);
  for (std::uint64_t at = 0; at < bytes.size(); at += kPiece)
    records.put(piece_key(pool, number, at / kPiece),
                bytes.subspan(at, std::min<std::uint64_t>(kPiece, bytes.size() - at)));
  return keep(records, pool, {number, bytes.size(), 0, false, provenance});
}

Result<std::uint64_t> last_lot(Records& records, const PoolName& pool) {
  HERALD_TRY(const Summary all, summary(records, pool));
  return all.last;
}

Result<std::uint64_t> name_lot(Records& records, const PoolName& pool) {
  HERALD_TRY(std::uint64_t last, last_lot(records, pool));
  const RecordKey key = named_key(pool);
  HERALD_TRY(const auto bytes, records.get(key));
  if (bytes) {
    Reader reader(bytes->expose_secret());
    last = std::max(last, reader.fixed<std::uint64_t>());
    HERALD_TRY_VOID(reader.finish("the number of a lot"));
  }
  Writer writer;
  writer.fixed(++last);
  records.put(key, writer.bytes());
  return last;
}

Result<void> share_lot(Records& records, const PoolName& pool, std::uint64_t number, std::uint64_t size) {
  HERALD_TRY(auto lot, find_lot(records, pool, number));
  if (!lot) return no_lot(pool, number);
  if (lot->size != size)
    return fail(ErrorCode::disagreement, fmt::format("lot {} from {} to {} has {} bytes here and {} at the other end",
                                                     number, pool.from, pool.to, lot->size, size));
  if (lot->is_shared) return {};
  const Lot before = *lot;
  lot->is_shared = true;
  HERALD_TRY_VOID(count(records, pool, before, *lot));
  return keep(records, pool, *lot);
}

Result<void> drop_lot(Records& records, const PoolName& pool, std::uint64_t number) {
  HERALD_TRY(auto lot, find_lot(records, pool, number));
  if (!lot) return no_lot(pool, number);
  return forget_before(records, pool, number, lot->size);
}

Result<std::uint64_t> empty_pool(Records& records, const PoolName& pool) {
  std::vector<std::uint64_t> numbers;
  std::uint64_t bytes = 0;
  HERALD_TRY_VOID(each_lot(records, pool, [&](const Lot& lot) -> Result<bool> {
    numbers.push_back(lot.number);
    bytes += lot.size - lot.used;
    return true;
  }));
  for (const std::uint64_t number : numbers) HERALD_TRY_VOID(drop_lot(records, pool, number));
  HERALD_TRY(const std::uint64_t last, last_lot(records, pool));
  Writer writer;
  writer.fixed(last);
  records.put(emptied_key(pool), writer.bytes());
  return bytes;
}

Result<std::uint64_t> emptied_up_to(Records& records, const PoolName& pool) {
  HERALD_TRY(const auto bytes, records.get(emptied_key(pool)));
  if (!bytes) return 0;
  Reader reader(bytes->expose_secret());
  const auto last = reader.fixed<std::uint64_t>();
  HERALD_TRY_VOID(reader.finish("where a pool was emptied"));
  return last;
}

Result<void> forget_pool(Records& records, const PoolName& pool) {
  for (const RecordKey& key : {pool_key(pool), emptied_key(pool), named_key(pool)}) HERALD_TRY_VOID(records.erase(key));
  return {};
}

Result<void> forget_before(Records& records, const PoolName& pool, std::uint64_t number, std::uint64_t offset) {
  HERALD_TRY(auto lot, find_lot(records, pool, number));
  if (!lot) return no_lot(pool, number);
  if (offset > lot->size) return fail(ErrorCode::malformed, fmt::format("lot {} does not reach so far", number));
  if (offset <= lot->used) return {};
  return consume(records, pool, *lot, offset, offset, {});
}

Result<void> each_lot(Records& records, const PoolName& pool, const std::function<Result<bool>(const Lot&)>& each) {
  return records.scan(lots_of(pool), {}, [&](ByteView, SecretBytes bytes) -> Result<bool> {
    HERALD_TRY(const Lot lot, decoded(bytes));
    return each(lot);
  });
}

Result<DrawnBytes> draw(Records& records, const PoolName& pool, std::uint64_t size, InsecureSimulated word) {
  HERALD_CHECK(size > 0);
  std::vector<Lot> chosen;
  std::uint64_t found = 0, simulated = 0;
  HERALD_TRY_VOID(each_lot(records, pool, [&](const Lot& lot) -> Result<bool> {
    if (!lot.is_shared) return true;
    if (!may_use(lot, word)) {
      simulated += lot.size - lot.used;
    } else {
      found += lot.size - lot.used;
      chosen.push_back(lot);
    }
    return found < size;
  }));
  if (found < size && found + simulated >= size)
    return fail(ErrorCode::insecure,
                fmt::format("the keys from {} to {} are of simulated light, which this node does not deliver: start it "
                            "with --insecure-simulated, for trials",
                            pool.from, pool.to));
  if (found < size) return fail(ErrorCode::exhausted, fmt::format("too few keys from {} to {}", pool.from, pool.to));
  DrawnBytes drawn{{}, SecretBytes(size), {}};
  std::uint64_t at = 0;
  for (Lot& lot : chosen) {
    const std::uint64_t bytes = std::min(size - at, lot.size - lot.used);
    HERALD_TRY_VOID(take(records, pool, lot, {lot.number, lot.used, bytes}, at, drawn));
    at += bytes;
  }
  return drawn;
}

Result<DrawnBytes> draw_at(Records& records, const PoolName& pool, std::span<const Draw> draws) {
  std::vector<Lot> lots;
  std::uint64_t size = 0;
  for (const Draw& draw : draws) {
    HERALD_TRY(auto lot, find_lot(records, pool, draw.lot));
    if (!lot) {
      HERALD_TRY(const std::uint64_t last, last_lot(records, pool));
      HERALD_TRY(const std::uint64_t emptied, emptied_up_to(records, pool));
      return emptied < draw.lot && draw.lot <= last ? used_before(pool, draw.lot) : no_lot(pool, draw.lot);
    }
    if (draw.size == 0 || draw.offset > lot->size || draw.size > lot->size - draw.offset)
      return fail(ErrorCode::malformed, fmt::format("lot {} does not reach so far", draw.lot));
    if (draw.offset < lot->used) return used_before(pool, draw.lot);
    if (!lots.empty() && draw.lot <= lots.back().number)
      return fail(ErrorCode::malformed, "bytes of lots out of order");
    lots.push_back(std::move(*lot));
    size += draw.size;
  }
  DrawnBytes drawn{{}, SecretBytes(size), {}};
  std::uint64_t at = 0;
  for (std::size_t i = 0; i < lots.size(); ++i) {
    HERALD_TRY_VOID(take(records, pool, lots[i], draws[i], at, drawn));
    at += draws[i].size;
  }
  return drawn;
}

Result<PoolLevel> level(Records& records, const PoolName& pool) {
  HERALD_TRY(const Summary all, summary(records, pool));
  return all.level;
}

}  // namespace herald::kme
