// The stages of a block's commit (key_store.h).

#include <cmath>

#include <fmt/format.h>

#include "herald/store/key_store_state.h"

namespace herald::store {
namespace {

constexpr std::uint64_t kBlockLimit = std::uint64_t{1} << 62;

struct BlockRow {
  BlockState state = BlockState::unknown;
  double epsilon = 0;
  Bytes contents;      // what the secret is made of; once decided, the error rate or nothing
  SecretBytes secret;  // the bits of the keys, then of the pads, each begun at a byte; empty once decided
};

Bytes describe(const BlockRecord& record) {
  Writer writer;
  writer.varint(record.keys.size());
  for (const NewKey& key : record.keys) {
    writer.fixed(static_cast<std::uint8_t>(key.pool));
    writer.varint(key.key.size());
    encode_provenance(writer, key.key.provenance());
  }
  writer.varint(record.pads.size());
  for (const NewPad& pad : record.pads) {
    writer.fixed(static_cast<std::uint8_t>(pad.reserves));
    writer.varint(pad.bits.size());
  }
  if (record.error_rate) writer.real(record.error_rate->value);
  return std::move(writer).take();
}

// What is kept of a block that was committed.
Bytes report_of(const BlockRecord& record) {
  Writer writer;
  if (record.error_rate) writer.real(record.error_rate->value);
  return std::move(writer).take();
}

SecretBytes gather(const BlockRecord& record) {
  std::size_t size = 0;
  for (const NewKey& key : record.keys) size += (key.key.size() + 7) / 8;
  for (const NewPad& pad : record.pads) size += (pad.bits.size() + 7) / 8;
  SecretBytes secret(size);
  auto rest = secret.expose_secret_mutable();
  const auto add = [&](BitView bits) {
    to_bytes(bits, rest.first((bits.size() + 7) / 8));
    rest = rest.subspan((bits.size() + 7) / 8);
  };
  for (const NewKey& key : record.keys) add(key.key.expose_secret());
  for (const NewPad& pad : record.pads) add(pad.bits);
  return secret;
}

// Undoes describe() and gather(). Both come out of a row that was sealed here.
Result<BlockRecord> restore(std::uint64_t number, const BlockRow& row) {
  BlockRecord record;
  record.number = number;
  Reader reader(row.contents), secret(row.secret.expose_secret());
  const auto bits = [&](std::uint64_t size) {
    const ByteView bytes = size / 8 <= secret.remaining() ? secret.raw((size + 7) / 8) : ByteView{};
    return bytes.empty() ? SecretBits() : secret_bits(bytes, size);
  };
  const std::uint64_t keys = reader.varint();
  for (std::uint64_t i = 0; i < keys && reader.ok(); ++i) {
    const auto pool = static_cast<Pool>(reader.fixed<std::uint8_t>());
    const std::uint64_t size = reader.varint();
    Provenance provenance = decode_provenance(reader);
    record.keys.push_back({pool, SecretKey::restored(bits(size), std::move(provenance))});
  }
  const std::uint64_t pads = reader.varint();
  for (std::uint64_t i = 0; i < pads && reader.ok(); ++i) {
    const auto reserves = static_cast<End>(reader.fixed<std::uint8_t>());
    record.pads.push_back({reserves, bits(reader.varint())});
  }
  if (reader.remaining() != 0) record.error_rate = ErrorRate(reader.real());
  record.epsilon = FailureProbability(row.epsilon);
  HERALD_TRY_VOID(reader.finish("a prepared block"));
  HERALD_TRY_VOID(secret.finish("a prepared block's secret"));
  return record;
}

Result<BlockRow> find_block(KeyStore::State& state, const LinkRow& link, std::uint64_t number) {
  BlockRow found;
  if (number >= kBlockLimit) return found;
  HERALD_TRY(Statement row, state.db->query("SELECT * FROM blocks WHERE link = ? AND number = ?", link.id, number));
  HERALD_TRY(const bool there, row.next());
  if (!there) {
    if (number < link.forgotten_before) found.state = BlockState::forgotten;
    return found;
  }
  HERALD_TRY(found.secret, state.open_row(kBlocks, row));
  found.state = static_cast<BlockState>(row.integer(2));
  found.epsilon = row.real(3);
  found.contents.assign(row.blob(4).begin(), row.blob(4).end());
  return found;
}

Result<void> write_block(KeyStore::State& state, const LinkRow& link, std::uint64_t number, const BlockRow& row) {
  return state.write(kBlocks,
                     "INSERT INTO blocks VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (link, number) DO UPDATE SET "
                     "state = ?3, epsilon = ?4, contents = ?5, created = ?6, seal = ?7",
                     row.secret.expose_secret(), link.id, number, static_cast<std::uint64_t>(row.state), row.epsilon,
                     ByteView(row.contents), now_seconds());
}

std::unexpected<Error> decided(const LinkRow& link, std::uint64_t number, BlockState state) {
  return fail(ErrorCode::disagreement,
              fmt::format("block {} of link \"{}\" is {} already; a block's number is used once", number, link.name,
                          to_string(state)));
}

Result<void> require_number(std::uint64_t block) {
  if (block < kBlockLimit) return {};
  return fail(ErrorCode::invalid_argument, fmt::format("{} is too large for a block's number", block));
}

// Makes keys and pads of a prepared block visible.
Result<void> publish(KeyStore::State& state, const LinkRow& link, BlockRecord record) {
  HERALD_TRY(const std::uint64_t last, state.db->number("SELECT max(seq) FROM keys"));
  KeyRow row;
  row.seq = last;
  row.link = link.id;
  row.info.block = record.number;
  row.info.created = now_seconds();
  for (NewKey& key : record.keys) {
    ++row.seq;
    row.info.id = key_id(link.name, record.number, row.info.index);
    row.info.pool = key.pool;
    row.info.bits = key.key.size();
    row.info.provenance = key.key.provenance();
    row.bits = SecretBits::duplicate_secret(key.key.expose_secret());
    HERALD_TRY_VOID(state.insert_key(row));
    ++row.info.index;
  }
  for (std::size_t i = 0; i < record.pads.size(); ++i) {
    const NewPad& pad = record.pads[i];
    const PadSegment segment{pad_segment_id(link.name, record.number, i), pad.bits.size(),
                             pad.reserves == link.end ? PadOwner::self : PadOwner::peer};
    HERALD_TRY_VOID(state.insert_segment(link.id, segment, pad.bits, record.number));
  }
  return {};
}

}  // namespace

Result<void> KeyStore::State::claim_up_to(LinkRow& row, std::uint64_t block) {
  if (block < row.next_block) return {};
  row.next_block = block + 1;
  return write_link(row);
}

Result<void> KeyStore::claim_block(std::string_view link, std::uint64_t block) {
  HERALD_TRY_VOID(require_number(block));
  const std::lock_guard lock(m_state->mutex);
  HERALD_TRY(Transaction transaction, Transaction::begin(*m_state->db));
  HERALD_TRY(LinkRow row, m_state->link(link));
  if (block < row.next_block)
    return fail(ErrorCode::disagreement,
                fmt::format("block {} of link \"{}\" was claimed before; the next free number is {}", block, link,
                            row.next_block));
  HERALD_TRY_VOID(m_state->claim_up_to(row, block));
  return transaction.commit();
}

Result<void> KeyStore::prepare(std::string_view link, BlockRecord record) {
  HERALD_TRY_VOID(require_number(record.number));
  HERALD_CHECK(std::isfinite(record.epsilon.value) && record.epsilon.value >= 0);
  for (const NewKey& key : record.keys) HERALD_CHECK(key.key.size() != 0);
  for (const NewPad& pad : record.pads) HERALD_CHECK(pad.bits.size() != 0);
  const std::lock_guard lock(m_state->mutex);
  HERALD_TRY(Transaction transaction, Transaction::begin(*m_state->db));
  HERALD_TRY(LinkRow row, m_state->link(link));
  HERALD_TRY(const BlockRow block, find_block(*m_state, row, record.number));
  if (block.state != BlockState::unknown) return decided(row, record.number, block.state);
  HERALD_TRY_VOID(m_state->claim_up_to(row, record.number));
  HERALD_TRY_VOID(write_block(*m_state, row, record.number,
                              {BlockState::prepared, record.epsilon.value, describe(record), gather(record)}));
  return transaction.commit();
}

Result<void> KeyStore::commit(std::string_view link, std::uint64_t number) {
  const std::lock_guard lock(m_state->mutex);
  HERALD_TRY(Transaction transaction, Transaction::begin(*m_state->db));
  HERALD_TRY(LinkRow row, m_state->link(link));
  HERALD_TRY(BlockRow block, find_block(*m_state, row, number));
  if (block.state == BlockState::committed) return {};
  if (block.state == BlockState::unknown)
    return fail(ErrorCode::not_found, fmt::format("block {} of link \"{}\" was not prepared", number, link));
  if (block.state != BlockState::prepared) return decided(row, number, block.state);
  HERALD_TRY(BlockRecord record, restore(number, block));
  Bytes report = report_of(record);
  HERALD_TRY_VOID(publish(*m_state, row, std::move(record)));
  row.epsilon += block.epsilon;
  HERALD_TRY_VOID(m_state->write_link(row));
  HERALD_TRY_VOID(write_block(*m_state, row, number, {BlockState::committed, block.epsilon, std::move(report), {}}));
  return transaction.commit();
}

Result<void> KeyStore::drop(std::string_view link, std::uint64_t number) {
  HERALD_TRY_VOID(require_number(number));
  const std::lock_guard lock(m_state->mutex);
  HERALD_TRY(Transaction transaction, Transaction::begin(*m_state->db));
  HERALD_TRY(LinkRow row, m_state->link(link));
  HERALD_TRY(const BlockRow block, find_block(*m_state, row, number));
  if (block.state == BlockState::dropped) return {};
  if (block.state == BlockState::committed || block.state == BlockState::forgotten)
    return decided(row, number, block.state);
  HERALD_TRY_VOID(m_state->claim_up_to(row, number));
  HERALD_TRY_VOID(write_block(*m_state, row, number, {BlockState::dropped, 0, {}, {}}));
  return transaction.commit();
}

Result<std::vector<std::uint64_t>> KeyStore::prepared(std::string_view link) {
  const std::lock_guard lock(m_state->mutex);
  HERALD_TRY(const LinkRow row, m_state->link(link));
  std::vector<std::uint64_t> numbers;
  HERALD_TRY(Statement block,
             m_state->db->query("SELECT * FROM blocks WHERE link = ? AND state = 0 ORDER BY number", row.id));
  for (;;) {
    HERALD_TRY(const bool more, block.next());
    if (!more) return numbers;
    HERALD_TRY_VOID(m_state->open_row(kBlocks, block));
    numbers.push_back(block.integer(1));
  }
}

Result<BlockState> KeyStore::decision(std::string_view link, std::uint64_t number) {
  const std::lock_guard lock(m_state->mutex);
  HERALD_TRY(Transaction view, Transaction::begin_reading(*m_state->db));
  HERALD_TRY(const LinkRow row, m_state->link(link));
  HERALD_TRY(const BlockRow block, find_block(*m_state, row, number));
  return block.state;
}

Result<std::optional<ErrorRate>> KeyStore::error_rate(std::string_view link) {
  const std::lock_guard lock(m_state->mutex);
  HERALD_TRY(const LinkRow row, m_state->link(link));
  HERALD_TRY(
      Statement block,
      m_state->db->query("SELECT * FROM blocks WHERE link = ? AND state = 1 ORDER BY number DESC LIMIT 1", row.id));
  HERALD_TRY(const bool there, block.next());
  if (!there) return std::nullopt;
  HERALD_TRY_VOID(m_state->open_row(kBlocks, block));
  Reader reader(block.blob(4));
  if (reader.remaining() == 0) return std::nullopt;
  const ErrorRate rate(reader.real());
  HERALD_TRY_VOID(reader.finish("what is kept of a block"));
  return std::optional(rate);
}

Result<std::uint64_t> KeyStore::first_undecided(std::string_view link, std::uint64_t from) {
  const std::lock_guard lock(m_state->mutex);
  HERALD_TRY(const LinkRow row, m_state->link(link));
  std::uint64_t number = std::max(from, row.forgotten_before);
  HERALD_TRY(Statement block,
             m_state->db->query("SELECT * FROM blocks WHERE link = ? AND number >= ? ORDER BY number", row.id, number));
  for (;; ++number) {
    HERALD_TRY(const bool more, block.next());
    if (!more || block.integer(1) != number || static_cast<BlockState>(block.integer(2)) == BlockState::prepared)
      return number;
    HERALD_TRY_VOID(m_state->open_row(kBlocks, block));
  }
}

Result<void> KeyStore::forget_before(std::string_view link, std::uint64_t number) {
  HERALD_TRY_VOID(require_number(number));
  const std::lock_guard lock(m_state->mutex);
  HERALD_TRY(Transaction transaction, Transaction::begin(*m_state->db));
  HERALD_TRY(LinkRow row, m_state->link(link));
  HERALD_TRY(const std::uint64_t open,
             m_state->db->number("SELECT count(*) FROM blocks WHERE link = ? AND number < ? AND "
                                 "state = 0",
                                 row.id, number));
  if (open != 0)
    return fail(ErrorCode::disagreement,
                fmt::format("{} blocks of link \"{}\" below {} are prepared and not yet decided", open, link, number));
  HERALD_TRY_VOID(m_state->db->run("DELETE FROM blocks WHERE link = ? AND number < ?", row.id, number));
  // Pads of those blocks that are used up: their IDs never come again.
  HERALD_TRY_VOID(
      m_state->db->run("DELETE FROM pad_segments WHERE link = ?1 AND block < ?2 AND spent = length AND NOT EXISTS "
                       "(SELECT 1 FROM pad_use WHERE segment = pad_segments.seq)",
                       row.id, number));
  row.forgotten_before = std::max(row.forgotten_before, number);
  HERALD_TRY_VOID(m_state->claim_up_to(row, number == 0 ? 0 : number - 1));
  HERALD_TRY_VOID(m_state->write_link(row));
  return transaction.commit();
}

}  // namespace herald::store
