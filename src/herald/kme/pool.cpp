#include "herald/kme/pool.h"

#include <fmt/format.h>

#include <algorithm>

#include "herald/base/key_codec.h"
#include "herald/kme/record_keys.h"

namespace herald::kme {
namespace {

using store::Records;

// A lot's bytes lie in pieces of this size: the usual key is one, read and erased with one record.
constexpr std::uint64_t kPiece = 32;

RecordKey pool_key(const PoolName& pool) { return RecordKey(RecordKind::pool).name(pool.from).name(pool.to); }
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
  lot.used = end;
  return keep(records, pool, lot);
}

Result<DrawnBytes> take(Records& records, const PoolName& pool, Lot& lot, const Draw& draw) {
  DrawnBytes drawn{draw, SecretBytes(draw.size), lot.provenance};
  HERALD_TRY_VOID(
      consume(records, pool, lot, draw.offset, draw.offset + draw.size, drawn.bytes.expose_secret_mutable()));
  return drawn;
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
  HERALD_TRY(const std::uint64_t last, last_lot(records, pool));
  if (number <= last)
    return fail(ErrorCode::disagreement,
                fmt::format("lot {} from {} to {} comes after lot {}", number, pool.from, pool.to, last));
  Writer writer;
  writer.fixed(number);
  records.put(pool_key(pool), writer.bytes());
  for (std::uint64_t at = 0; at < bytes.size(); at += kPiece)
    records.put(piece_key(pool, number, at / kPiece),
                bytes.subspan(at, std::min<std::uint64_t>(kPiece, bytes.size() - at)));
  return keep(records, pool, {number, bytes.size(), 0, false, provenance});
}

Result<std::uint64_t> last_lot(Records& records, const PoolName& pool) {
  HERALD_TRY(const auto bytes, records.get(pool_key(pool)));
  if (!bytes) return 0;
  Reader reader(bytes->expose_secret());
  const auto last = reader.fixed<std::uint64_t>();
  HERALD_TRY_VOID(reader.finish("a pool"));
  return last;
}

Result<void> share_lot(Records& records, const PoolName& pool, std::uint64_t number, std::uint64_t size) {
  HERALD_TRY(auto lot, find_lot(records, pool, number));
  if (!lot) return no_lot(pool, number);
  if (lot->size != size)
    return fail(ErrorCode::disagreement, fmt::format("lot {} from {} to {} has {} bytes here and {} at the other end",
                                                     number, pool.from, pool.to, lot->size, size));
  if (lot->is_shared) return {};
  lot->is_shared = true;
  return keep(records, pool, *lot);
}

Result<void> drop_lot(Records& records, const PoolName& pool, std::uint64_t number) {
  HERALD_TRY(auto lot, find_lot(records, pool, number));
  if (!lot) return no_lot(pool, number);
  return forget_before(records, pool, number, lot->size);
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
  std::optional<Lot> chosen;
  bool has_simulated = false;
  HERALD_TRY_VOID(each_lot(records, pool, [&](const Lot& lot) -> Result<bool> {
    if (!lot.is_shared || lot.size - lot.used < size) return true;
    if (may_use(lot, word)) chosen = lot;
    has_simulated = has_simulated || !chosen;
    return !chosen.has_value();
  }));
  if (chosen) return take(records, pool, *chosen, {chosen->number, chosen->used, size});
  if (has_simulated)
    return fail(ErrorCode::insecure,
                fmt::format("all keys from {} to {} are of simulated light, which this node does not "
                            "deliver: start it with --insecure-simulated, for trials",
                            pool.from, pool.to));
  return fail(ErrorCode::exhausted, fmt::format("too few keys from {} to {}", pool.from, pool.to));
}

Result<DrawnBytes> draw_at(Records& records, const PoolName& pool, const Draw& draw) {
  HERALD_TRY(auto lot, find_lot(records, pool, draw.lot));
  if (!lot) {
    HERALD_TRY(const std::uint64_t last, last_lot(records, pool));
    return draw.lot <= last ? used_before(pool, draw.lot) : no_lot(pool, draw.lot);
  }
  if (draw.size == 0 || draw.offset > lot->size || draw.size > lot->size - draw.offset)
    return fail(ErrorCode::malformed, fmt::format("lot {} does not reach so far", draw.lot));
  if (draw.offset < lot->used) return used_before(pool, draw.lot);
  return take(records, pool, *lot, draw);
}

Result<PoolLevel> level(Records& records, const PoolName& pool, std::uint64_t size) {
  HERALD_CHECK(size > 0);
  PoolLevel all;
  HERALD_TRY_VOID(each_lot(records, pool, [&](const Lot& lot) -> Result<bool> {
    if (!lot.is_shared) return true;
    const std::uint64_t keys = (lot.size - lot.used) / size;
    all.keys += keys;
    all.bytes += lot.size - lot.used;
    if (lot.provenance.origin == Origin::simulated) all.simulated += keys;
    return true;
  }));
  return all;
}

}  // namespace herald::kme
