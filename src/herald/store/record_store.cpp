#include "herald/store/record_store.h"

#include <botan/mac.h>

#include <algorithm>
#include <array>
#include <utility>

#include "herald/store/row_seal.h"

namespace herald::store {
namespace {

constexpr std::size_t kNonceBytes = 24, kTagBytes = 16;
constexpr std::string_view kDomain = "herald record 1";

// A number of 256 bits, least significant word first.
using Sum = std::array<std::uint64_t, 4>;

Sum plus(const Sum& a, const Sum& b) {
  Sum sum{};
  unsigned carry = 0;
  for (std::size_t i = 0; i < sum.size(); ++i) {
    const std::uint64_t partial = a[i] + b[i];
    sum[i] = partial + carry;
    carry = (partial < a[i] || sum[i] < partial) ? 1 : 0;
  }
  return sum;
}

Sum minus(const Sum& a, const Sum& b) {
  Sum opposite{};
  for (std::size_t i = 0; i < b.size(); ++i) opposite[i] = ~b[i];
  return plus(plus(a, opposite), {1, 0, 0, 0});
}

struct Head {
  std::uint64_t count = 0;
  Sum sum{};

  Bytes encode() const {
    Writer writer;
    writer.fixed(count);
    for (const std::uint64_t word : sum) writer.fixed(word);
    return std::move(writer).take();
  }
  static Result<Head> decode(ByteView bytes) {
    Reader reader(bytes);
    Head head;
    head.count = reader.fixed<std::uint64_t>();
    for (std::uint64_t& word : head.sum) word = reader.fixed<std::uint64_t>();
    HERALD_TRY_VOID(reader.finish("the head of the store"));
    return head;
  }
};

Bytes associated(ByteView key) {
  Writer writer;
  writer.text(kDomain);
  writer.counted(key);
  return std::move(writer).take();
}

std::unexpected<Error> tampered() {
  return fail(ErrorCode::authentication,
              "the store was changed by other hands than Herald's, or belongs to another key file");
}

}  // namespace

struct RecordStore::State {
  State(std::unique_ptr<RecordEngine> records, const SecretBits& key)
      : engine(std::move(records)), seal(key), mac(Botan::MessageAuthenticationCode::create_or_throw("BLAKE2b(256)")) {
    SecretBytes bytes(32);
    to_bytes(key, bytes.expose_secret_mutable());
    mac->set_key(bytes.expose_secret());
  }

  // What a record adds to the sum.
  Sum term(ByteView key, ByteView sealed) {
    Writer writer;
    writer.text(kDomain);
    writer.counted(key);
    mac->update(writer.bytes());
    mac->update(sealed.first(kNonceBytes));
    mac->update(sealed.last(kTagBytes));
    std::array<std::uint8_t, 32> digest{};
    mac->final(digest);
    Reader reader(digest);
    Sum sum{};
    for (std::uint64_t& word : sum) word = reader.fixed<std::uint64_t>();
    return sum;
  }

  Result<SecretBytes> open(ByteView key, ByteView sealed) {
    SecretBytes value;
    if (!seal.open(associated(key), sealed, value)) return tampered();
    return value;
  }

  // Takes what is under `key` out of the sum.
  Result<bool> forget(ByteView key) {
    HERALD_TRY(const std::optional<Bytes> old, engine->read(key));
    if (!old) return false;
    if (old->size() < kNonceBytes + kTagBytes) return tampered();
    head.sum = minus(head.sum, term(key, *old));
    return true;
  }

  // Others may have changed the records since. True when there is a head.
  Result<bool> load_head() {
    head = {};
    HERALD_TRY(const std::optional<Bytes> sealed, engine->read({}));
    if (!sealed) return false;
    HERALD_TRY(const SecretBytes plain, open({}, *sealed));
    HERALD_TRY(head, Head::decode(plain.expose_secret()));
    return true;
  }

  Result<void> verify();
  Result<void> change(const std::function<Result<void>(Records&)>& work, Records& records);

  std::unique_ptr<RecordEngine> engine;
  RowSeal seal;
  std::unique_ptr<Botan::MessageAuthenticationCode> mac;
  Head head;
  bool changed = false;
  std::optional<Error> broken;  // an attempt could not be taken back
};

Result<void> RecordStore::State::verify() {
  HERALD_TRY(const bool has_head, load_head());
  Sum sum{};
  bool any = false;
  HERALD_TRY_VOID(engine->scan({}, {}, [&](ByteView key, ByteView value) -> Result<bool> {
    if (key.empty()) return true;
    any = true;
    HERALD_TRY([[maybe_unused]] const SecretBytes plain, open(key, value));
    sum = plus(sum, term(key, value));
    return true;
  }));
  // A store without a head is a new one: nothing may be in it.
  if (sum != head.sum || (!has_head && any)) return tampered();
  return {};
}

Result<std::optional<SecretBytes>> Records::get(ByteView key) {
  HERALD_TRY(const std::optional<Bytes> sealed, m_store->m_state->engine->read(key));
  if (!sealed) return std::nullopt;
  HERALD_TRY(SecretBytes value, m_store->m_state->open(key, *sealed));
  return std::optional<SecretBytes>(std::move(value));
}

Result<void> Records::put(ByteView key, ByteView value) {
  HERALD_CHECK(!key.empty());
  RecordStore::State& state = *m_store->m_state;
  HERALD_TRY_VOID(state.forget(key));
  const Bytes sealed = state.seal.seal(associated(key), value);
  state.head.sum = plus(state.head.sum, state.term(key, sealed));
  state.changed = true;
  return state.engine->write(key, sealed);
}

Result<bool> Records::erase(ByteView key) {
  HERALD_CHECK(!key.empty());
  RecordStore::State& state = *m_store->m_state;
  HERALD_TRY(const bool was_there, state.forget(key));
  if (!was_there) return false;
  state.changed = true;
  HERALD_TRY_VOID(state.engine->remove(key));
  return true;
}

Result<void> Records::scan(ByteView prefix, ByteView from, const Each& each) {
  RecordStore::State& state = *m_store->m_state;
  return state.engine->scan(prefix, from, [&](ByteView key, ByteView sealed) -> Result<bool> {
    if (key.empty()) return true;  // the head
    HERALD_TRY(SecretBytes value, state.open(key, sealed));
    return each(key, std::move(value));
  });
}

Result<void> Records::attempt(const std::function<Result<void>()>& work) {
  RecordStore::State& state = *m_store->m_state;
  HERALD_TRY_VOID(state.engine->mark());
  const Head before = state.head;
  auto done = work();
  auto marked = done ? state.engine->forget_mark() : state.engine->back_to_mark();
  if (!done) state.head = before;
  if (marked) return done;
  state.broken = marked.error();
  return marked;
}

RecordStore::RecordStore(std::unique_ptr<State> state) : m_state(std::move(state)) {}
RecordStore::~RecordStore() = default;
RecordStore::RecordStore(RecordStore&&) noexcept = default;
RecordStore& RecordStore::operator=(RecordStore&&) noexcept = default;

Result<RecordStore> RecordStore::open(std::unique_ptr<RecordEngine> engine, const SecretBits& key) {
  auto state = std::make_unique<State>(std::move(engine), key);
  HERALD_TRY_VOID(state->engine->begin());
  const auto verified = state->verify();
  state->engine->rollback();
  HERALD_TRY_VOID(verified);
  return RecordStore(std::move(state));
}

Result<void> RecordStore::State::change(const std::function<Result<void>(Records&)>& work, Records& records) {
  HERALD_TRY_VOID(load_head());
  changed = false;
  broken.reset();
  HERALD_TRY_VOID(work(records));
  if (broken) return std::unexpected(*broken);
  if (!changed) return {};
  ++head.count;
  HERALD_TRY_VOID(engine->write({}, seal.seal(associated({}), head.encode())));
  return engine->commit();
}

Result<void> RecordStore::transact(const std::function<Result<void>(Records&)>& work) {
  HERALD_TRY_VOID(m_state->engine->begin());
  const Head before = m_state->head;
  Records records(*this);
  auto done = m_state->change(work, records);
  m_state->engine->rollback();  // of what was not committed
  if (!done) m_state->head = before;
  return done;
}

std::uint64_t RecordStore::count() const { return m_state->head.count; }

}  // namespace herald::store
