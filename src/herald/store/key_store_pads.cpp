// Pads: spent before they are used, destroyed after (auth/pad_book.h).

#include <algorithm>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "herald/store/key_store_state.h"

namespace herald::store {
namespace {

// A pad's bits lie in chunks of their own, so that taking some decrypts little and destroys exactly those.
constexpr std::uint64_t kChunkBits = 4096;
constexpr std::uint64_t kPreSharedBlock = (std::uint64_t{1} << 63) - 1;  // stands for "no block" in the table

struct SegmentRow {
  std::uint64_t seq = 0, link = 0, block = 0, spent = 0;
  PadSegment segment;
};

Result<SegmentRow> read_segment(KeyStore::State& state, const Statement& row) {
  HERALD_TRY_VOID(state.open_row(kPadSegments, row));
  return SegmentRow{row.integer(0), row.integer(2), row.integer(5), row.integer(6),
                    PadSegment{uuid_of(row.blob(1)), row.integer(3), static_cast<PadOwner>(row.integer(4))}};
}

Result<std::optional<SegmentRow>> find_segment(KeyStore::State& state, std::uint64_t link, const Uuid& id) {
  HERALD_TRY(Statement row,
             state.db->query("SELECT * FROM pad_segments WHERE link = ? AND id = ?", link, ByteView(id.bytes)));
  HERALD_TRY(const bool found, row.next());
  if (!found) return std::optional<SegmentRow>();
  HERALD_TRY(SegmentRow segment, read_segment(state, row));
  return std::optional(std::move(segment));
}

Result<void> write_segment(KeyStore::State& state, const SegmentRow& row) {
  return state.write(kPadSegments,
                     "INSERT INTO pad_segments VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (seq) DO UPDATE SET "
                     "spent = ?7, seal = ?8",
                     {}, row.seq, ByteView(row.segment.id.bytes), row.link, row.segment.length,
                     static_cast<std::uint64_t>(row.segment.owner), row.block, row.spent);
}

Result<void> write_use(KeyStore::State& state, std::string_view sql, std::uint64_t segment, const PadRange& range,
                       PadPurpose purpose, bool wiped, std::uint64_t created) {
  return state.write(kPadUse, sql, {}, segment, range.offset, range.length, static_cast<std::uint64_t>(purpose),
                     std::uint64_t{wiped}, created);
}

Result<void> write_chunk(KeyStore::State& state, std::uint64_t segment, std::uint64_t number, BitView bits) {
  return state.write(kPadChunks,
                     "INSERT INTO pad_chunks VALUES (?1, ?2, ?3) ON CONFLICT (segment, number) DO UPDATE SET seal = ?3",
                     secret_bytes(bits).expose_secret(), segment, number);
}

std::uint64_t chunk_bits(const SegmentRow& row, std::uint64_t number) {
  return std::min(kChunkBits, row.segment.length - number * kChunkBits);
}

Result<SecretBits> read_chunk(KeyStore::State& state, const SegmentRow& row, std::uint64_t number) {
  HERALD_TRY(Statement chunk,
             state.db->query("SELECT * FROM pad_chunks WHERE segment = ? AND number = ?", row.seq, number));
  HERALD_TRY(const bool found, chunk.next());
  if (!found) return state.tampered(kPadChunks);
  HERALD_TRY(const SecretBytes secret, state.open_row(kPadChunks, chunk));
  if (secret.size() != (chunk_bits(row, number) + 7) / 8) return state.tampered(kPadChunks);
  return secret_bits(secret.expose_secret(), chunk_bits(row, number));
}

Result<SecretBits> read_range(KeyStore::State& state, const SegmentRow& row, std::uint64_t begin, std::uint64_t end) {
  SecretBits bits;
  bits.reserve(end - begin);
  for (std::uint64_t at = begin; at < end;) {
    const std::uint64_t number = at / kChunkBits, stop = std::min(end, (number + 1) * kChunkBits);
    HERALD_TRY(const SecretBits chunk, read_chunk(state, row, number));
    bits.append(secret_slice(chunk, at - number * kChunkBits, stop - at));
    at = stop;
  }
  return bits;
}

// Destroys the bits of a spent range, and marks its use as wiped.
Result<void> wipe_range(KeyStore::State& state, const SegmentRow& row, const PadRange& range) {
  std::uint64_t purpose = 0, created = 0;
  {
    HERALD_TRY(Statement use,
               state.db->query("SELECT * FROM pad_use WHERE segment = ? AND begin = ?", row.seq, range.offset));
    HERALD_TRY(const bool found, use.next());
    if (!found) return {};  // another process's book has finished with the whole segment
    HERALD_TRY_VOID(state.open_row(kPadUse, use));
    if (use.integer(2) != range.length) return state.tampered(kPadUse);
    if (use.integer(4) != 0) return {};
    purpose = use.integer(3);
    created = use.integer(5);
  }
  const std::uint64_t end = range.offset + range.length;
  for (std::uint64_t at = range.offset; at < end;) {
    const std::uint64_t number = at / kChunkBits, stop = std::min(end, (number + 1) * kChunkBits);
    HERALD_TRY(SecretBits chunk, read_chunk(state, row, number));
    for (; at < stop; ++at) chunk.set(at - number * kChunkBits, false);
    HERALD_TRY_VOID(write_chunk(state, row.seq, number, chunk));
  }
  return write_use(state, "UPDATE pad_use SET wiped = ?5, seal = ?7 WHERE segment = ?1 AND begin = ?2", row.seq, range,
                   static_cast<PadPurpose>(purpose), true, created);
}

// A segment that is spent to its last bit, and wiped, keeps nothing but its row.
Result<void> close_segment(KeyStore::State& state, const SegmentRow& row) {
  if (row.spent != row.segment.length) return {};
  HERALD_TRY(const std::uint64_t open,
             state.db->number("SELECT count(*) FROM pad_use WHERE segment = ? AND wiped = 0", row.seq));
  if (open != 0) return {};
  HERALD_TRY_VOID(state.db->run("DELETE FROM pad_use WHERE segment = ?", row.seq));
  return state.db->run("DELETE FROM pad_chunks WHERE segment = ?", row.seq);
}

struct Uses {
  std::vector<PadRange> ranges;
  std::vector<PadRange> unwiped;
};

// The uses of a segment, which must be disjoint, inside it, and add up to what its row says.
Result<Uses> read_uses(KeyStore::State& state, const SegmentRow& row) {
  Uses uses;
  std::uint64_t end = 0, sum = 0;
  HERALD_TRY(Statement use, state.db->query("SELECT * FROM pad_use WHERE segment = ? ORDER BY begin", row.seq));
  for (;;) {
    HERALD_TRY(const bool more, use.next());
    if (!more) break;
    HERALD_TRY_VOID(state.open_row(kPadUse, use));
    const PadRange range{row.segment.id, use.integer(1), use.integer(2)};
    if (range.offset < end || range.offset + range.length > row.segment.length) return state.tampered(kPadUse);
    end = range.offset + range.length;
    sum += range.length;
    uses.ranges.push_back(range);
    if (use.integer(4) == 0) uses.unwiped.push_back(range);
  }
  if (uses.ranges.empty() && row.spent == row.segment.length) {
    uses.ranges.push_back({row.segment.id, 0, row.segment.length});
  } else if (sum != row.spent) {
    return state.tampered(kPadUse);
  }
  return uses;
}

Result<std::vector<SegmentRow>> read_segments(KeyStore::State& state, std::optional<std::uint64_t> link) {
  std::vector<SegmentRow> segments;
  HERALD_TRY(Statement row, link ? state.db->query("SELECT * FROM pad_segments WHERE link = ? ORDER BY seq", *link)
                                 : state.db->query("SELECT * FROM pad_segments ORDER BY seq"));
  for (;;) {
    HERALD_TRY(const bool more, row.next());
    if (!more) return segments;
    HERALD_TRY(SegmentRow segment, read_segment(state, row));
    segments.push_back(std::move(segment));
  }
}

class LinkPads : public PadStore {
 public:
  LinkPads(KeyStore::State& state, std::uint64_t link) : m_state(state), m_link(link) {}

  Result<State> load() override {
    const std::lock_guard lock(m_state.mutex);
    HERALD_TRY(Transaction transaction, Transaction::begin(*m_state.db));
    State loaded;
    HERALD_TRY(const std::vector<SegmentRow> segments, read_segments(m_state, m_link));
    for (const SegmentRow& row : segments) {
      loaded.segments.push_back(row.segment);
      HERALD_TRY(Uses uses, read_uses(m_state, row));
      // What was spent and not taken before a crash is never given out.
      for (const PadRange& range : uses.unwiped) HERALD_TRY_VOID(wipe_range(m_state, row, range));
      HERALD_TRY_VOID(close_segment(m_state, row));
      loaded.spent.insert(loaded.spent.end(), uses.ranges.begin(), uses.ranges.end());
    }
    HERALD_TRY_VOID(transaction.commit());
    m_taken.clear();
    return loaded;
  }

  Result<void> append(const PadSegment& segment, BitView pad) override {
    const std::lock_guard lock(m_state.mutex);
    HERALD_TRY(Transaction transaction, Transaction::begin(*m_state.db));
    HERALD_TRY(const auto there, find_segment(m_state, m_link, segment.id));
    if (there) {
      if (there->segment == segment && there->spent == 0) {
        HERALD_TRY(const SecretBits bits, read_range(m_state, *there, 0, segment.length));
        if (constant_time_equal(bits, pad)) return {};
      }
      return fail(ErrorCode::invalid_argument,
                  fmt::format("pad segment {} is in the store already; a pad is used once", to_string(segment.id)));
    }
    HERALD_TRY_VOID(m_state.insert_segment(m_link, segment, pad, std::nullopt));
    return transaction.commit();
  }

  Result<void> spend(const PadRange& range, PadPurpose purpose) override {
    const std::lock_guard lock(m_state.mutex);
    HERALD_TRY(Transaction transaction, Transaction::begin(*m_state.db));
    HERALD_TRY_VOID(wipe_taken());
    HERALD_TRY(auto row, find_segment(m_state, m_link, range.segment));
    if (!row)
      return fail(ErrorCode::not_found, fmt::format("the store has no pad segment {}", to_string(range.segment)));
    if (range.length == 0 || range.offset > row->segment.length || range.length > row->segment.length - range.offset)
      return fail(ErrorCode::malformed, fmt::format("{} bits from {} do not lie in pad segment {}", range.length,
                                                    range.offset, to_string(range.segment)));
    // Disjoint ranges: the last one that begins before our end is the only one that can reach into ours.
    HERALD_TRY(const std::uint64_t reached,
               m_state.db->number(
                   "SELECT begin + length FROM pad_use WHERE segment = ? AND begin < ? ORDER BY begin DESC LIMIT 1",
                   row->seq, range.offset + range.length));
    if (reached > range.offset || row->spent > row->segment.length - range.length)
      return fail(
          ErrorCode::insecure,
          fmt::format("bits {} to {} of pad segment {} are spent in the store already; does another process use this "
                      "link's store?",
                      range.offset, range.offset + range.length, to_string(range.segment)));
    HERALD_TRY_VOID(write_use(m_state, "INSERT INTO pad_use VALUES (?, ?, ?, ?, ?, ?, ?)", row->seq, range, purpose,
                              false, now_seconds()));
    row->spent += range.length;
    HERALD_TRY_VOID(write_segment(m_state, *row));
    HERALD_TRY_VOID(transaction.commit());
    m_taken.clear();
    return {};
  }

  Result<SecretBits> take(const PadRange& range) override {
    const std::lock_guard lock(m_state.mutex);
    HERALD_TRY(Transaction view, Transaction::begin_reading(*m_state.db));
    HERALD_TRY(const auto row, find_segment(m_state, m_link, range.segment));
    HERALD_TRY(
        const std::uint64_t fresh,
        m_state.db->number("SELECT count(*) FROM pad_use WHERE segment = ? AND begin = ? AND length = ? AND wiped = 0",
                           row ? row->seq : 0, range.offset, range.length));
    if (!row || fresh == 0)
      return fail(ErrorCode::insecure,
                  fmt::format("bits {} to {} of pad segment {} are gone; does another process use this link's store?",
                              range.offset, range.offset + range.length, to_string(range.segment)));
    HERALD_TRY(SecretBits bits, read_range(m_state, *row, range.offset, range.offset + range.length));
    m_taken.push_back(range);
    return bits;
  }

 private:
  // In the caller's transaction, which clears m_taken once it is committed.
  Result<void> wipe_taken() {
    for (const PadRange& range : m_taken) {
      HERALD_TRY(const auto row, find_segment(m_state, m_link, range.segment));
      if (!row) continue;
      HERALD_TRY_VOID(wipe_range(m_state, *row, range));
      HERALD_TRY_VOID(close_segment(m_state, *row));
    }
    return {};
  }

  KeyStore::State& m_state;
  std::uint64_t m_link;
  std::vector<PadRange> m_taken;  // taken since the last write; wiped with the next
};

}  // namespace

Result<void> KeyStore::State::insert_segment(std::uint64_t link, const PadSegment& segment, BitView pad,
                                             std::optional<std::uint64_t> block) {
  HERALD_CHECK(segment.length == pad.size() && segment.length != 0);
  HERALD_TRY(const std::uint64_t last, db->number("SELECT max(seq) FROM pad_segments"));
  const SegmentRow row{last + 1, link, block.value_or(kPreSharedBlock), 0, segment};
  HERALD_TRY_VOID(write_segment(*this, row));
  for (std::uint64_t number = 0; number * kChunkBits < segment.length; ++number)
    HERALD_TRY_VOID(
        write_chunk(*this, row.seq, number, secret_slice(pad, number * kChunkBits, chunk_bits(row, number))));
  return {};
}

Result<void> KeyStore::State::verify_pads() {
  HERALD_TRY(const std::vector<SegmentRow> segments, read_segments(*this, std::nullopt));
  for (const SegmentRow& row : segments) {
    HERALD_TRY(const Uses uses, read_uses(*this, row));
    const bool closed = row.spent == row.segment.length && uses.unwiped.empty();
    if (!closed) HERALD_TRY_VOID(read_range(*this, row, 0, row.segment.length));
  }
  return {};
}

Result<std::unique_ptr<PadStore>> KeyStore::pads(std::string_view link) {
  const std::lock_guard lock(m_state->mutex);
  HERALD_TRY(const LinkRow row, m_state->link(link));
  return std::make_unique<LinkPads>(*m_state, row.id);
}

Result<std::uint64_t> KeyStore::pad_bits_left(std::string_view link) {
  const std::lock_guard lock(m_state->mutex);
  HERALD_TRY(const LinkRow row, m_state->link(link));
  return m_state->db->number("SELECT sum(length - spent) FROM pad_segments WHERE link = ? AND owner = 0", row.id);
}

Result<void> KeyStore::import_pre_shared_key(std::string_view link, const SecretFile& key) {
  const std::size_t half = key.bits.size() / 2;
  HERALD_CHECK(half != 0);
  const std::lock_guard lock(m_state->mutex);
  HERALD_TRY(Transaction transaction, Transaction::begin(*m_state->db));
  HERALD_TRY(const LinkRow row, m_state->link(link));
  for (const End reserves : {End::alice, End::bob}) {
    const PadSegment segment{pad_segment_id("psk:" + to_string(key.id), 0, static_cast<std::uint64_t>(reserves)), half,
                             reserves == row.end ? PadOwner::self : PadOwner::peer};
    // The same key under two links of a store would be used twice as well.
    HERALD_TRY(const std::uint64_t there,
               m_state->db->number("SELECT count(*) FROM pad_segments WHERE id = ?", ByteView(segment.id.bytes)));
    if (there != 0)
      return fail(ErrorCode::invalid_argument,
                  "this pre-shared key was imported before; a pad is used once: make a new one "
                  "with `herald key psk` and give it to both ends");
    HERALD_TRY_VOID(m_state->insert_segment(
        row.id, segment, secret_slice(key.bits, reserves == End::alice ? 0 : half, half), std::nullopt));
  }
  return transaction.commit();
}

}  // namespace herald::store
