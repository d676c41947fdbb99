#include "herald/kme/psk_rotation.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace herald::kme {
namespace {

constexpr std::size_t kMostReason = 300;  // bytes

enum class Kind : std::uint8_t { holding, propose, prepared, use, used, settled, revert, failed };

struct Message {
  Kind kind;
  Uuid id{};
  std::string reason = {};  // of failed
};

Bytes encode(const Message& message) {
  Writer writer;
  writer.fixed(std::to_underlying(message.kind));
  writer.raw(message.id.bytes);
  writer.text(printable(message.reason, kMostReason));
  return std::move(writer).take();
}

Result<Message> decode(ByteView bytes) {
  if (bytes.size() > kLongestRotationMessage) return fail(ErrorCode::malformed, "a message that is too long");
  Reader reader(bytes);
  const auto kind = reader.fixed<std::uint8_t>();
  const ByteView id = reader.raw(sizeof(Uuid::bytes));
  Message message{static_cast<Kind>(kind), {}, printable(reader.text(), kMostReason)};
  if (kind > std::to_underlying(Kind::failed)) reader.fault("a message of no kind");
  HERALD_TRY_VOID(reader.finish("a message of the other end"));
  std::ranges::copy(id, message.id.bytes.begin());
  return message;
}

std::unexpected<Error> out_of_turn() {
  return fail(ErrorCode::malformed, "the other end sends a message that does not belong here");
}

Result<DeliveredKey> of_good_size(Result<DeliveredKey> key) {
  if (key && key->bytes.size() != kPskBytes)
    return fail(ErrorCode::disagreement, fmt::format("the KME's key has {} bits; a pre-shared key has {}",
                                                     8 * key->bytes.size(), 8 * kPskBytes));
  return key;
}

}  // namespace

void RotationMaster::connected() {
  HERALD_CHECK(m_stage == Stage::down);
  m_stage = Stage::greeting;
}

void RotationMaster::disconnected() {
  const Stage was = std::exchange(m_stage, Stage::down);
  ++m_round;
  const bool is_open =
      was == Stage::down || was == Stage::greeting || was == Stage::committing || was == Stage::reverting;
  if (!is_open) m_pending.reset();
}

Result<void> RotationMaster::received(ByteView bytes) {
  HERALD_TRY(const Message message, decode(bytes));
  const bool is_ours = m_pending && message.id == m_pending->id;
  switch (message.kind) {
    case Kind::holding:
      if (m_stage != Stage::greeting) return out_of_turn();
      greet(message.id);
      return {};
    case Kind::prepared:
      if (m_stage != Stage::proposed || !is_ours) return out_of_turn();
      m_stage = Stage::committing;
      m_events.send(encode({Kind::use, message.id}));
      return {};
    case Kind::used:
      if (m_stage != Stage::committing || !is_ours) return out_of_turn();
      settle();
      return {};
    case Kind::failed:
      if (m_stage < Stage::proposed || !is_ours) return out_of_turn();
      give_up({ErrorCode::unavailable, fmt::format("the other end: {}", message.reason)});
      return {};
    default: return out_of_turn();
  }
}

void RotationMaster::greet(const Uuid& held) {
  if (m_pending && m_pending->id == held) return settle();
  m_pending.reset();
  m_stage = Stage::idle;
  if (held == Uuid() || held != m_current) rotate();
}

void RotationMaster::rotate() {
  if (m_stage != Stage::idle) return;
  m_stage = Stage::drawing;
  m_events.draw([this, round = ++m_round](Result<DeliveredKey> key) {
    if (round != m_round) return;
    key = of_good_size(std::move(key));
    if (!key) return give_up(std::move(key.error()));
    m_pending = std::move(*key);
    m_stage = Stage::proposed;
    m_events.send(encode({Kind::propose, m_pending->id}));
  });
}

void RotationMaster::settle() {
  const Uuid id = m_pending->id;
  if (const auto done = m_events.put_in_force(m_pending->bytes); !done) {
    m_stage = Stage::reverting;
    return m_events.send(encode({Kind::revert, id, done.error().message}));
  }
  m_pending.reset();
  m_current = id;
  m_stage = Stage::idle;
  m_events.send(encode({Kind::settled, id}));
  m_events.rotated(id);
}

void RotationMaster::give_up(Error why) {
  m_pending.reset();
  m_stage = Stage::idle;
  m_events.failed(std::move(why));
}

void RotationSlave::connected() { m_events.send(encode({Kind::holding, m_current})); }

void RotationSlave::disconnected() {
  ++m_round;
  m_prepared.reset();
}

Result<void> RotationSlave::received(ByteView bytes) {
  HERALD_TRY(const Message message, decode(bytes));
  switch (message.kind) {
    case Kind::propose: fetch(message.id); return {};
    case Kind::use: return use(message.id);
    case Kind::revert: return revert(message.id);
    case Kind::settled:
      if (message.id != m_current) return out_of_turn();
      m_former.reset();
      m_events.rotated(m_current);
      return {};
    default: return out_of_turn();
  }
}

void RotationSlave::fetch(const Uuid& id) {
  m_prepared.reset();
  m_events.fetch(id, [this, id, round = ++m_round](Result<DeliveredKey> key) {
    if (round != m_round) return;
    key = of_good_size(std::move(key));
    if (!key) return fail_round(id, key.error());
    m_prepared = std::move(*key);
    m_events.send(encode({Kind::prepared, id}));
  });
}

Result<void> RotationSlave::use(const Uuid& id) {
  if (!m_prepared || m_prepared->id != id) return out_of_turn();
  const DeliveredKey key = *std::exchange(m_prepared, std::nullopt);
  auto former = m_events.in_force();
  const auto done = former ? m_events.put_in_force(key.bytes) : std::unexpected(former.error());
  if (!done) {
    fail_round(id, done.error());
    return {};
  }
  m_former = std::move(*former);
  m_current = id;
  m_events.send(encode({Kind::used, id}));
  return {};
}

Result<void> RotationSlave::revert(const Uuid& id) {
  if (id != m_current || !m_former) return out_of_turn();
  const SecretBytes former = *std::exchange(m_former, std::nullopt);
  const auto done = m_events.put_in_force(former);
  m_current = {};
  fail_round(id, done ? Error{ErrorCode::unavailable, "the former key is back: the other end could not follow"}
                      : done.error());
  return {};
}

void RotationSlave::fail_round(const Uuid& id, const Error& why) {
  m_events.send(encode({Kind::failed, id, why.message}));
  m_events.failed(why);
}

}  // namespace herald::kme
