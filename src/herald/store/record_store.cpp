#include "herald/store/record_store.h"

#include <botan/mac.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

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

// What a transaction, or an attempt in it, has changed: new values, and nothing for what was erased.
using Changes = std::map<std::string, std::optional<SecretBytes>>;

std::string name_of(ByteView key) { return {key.begin(), key.end()}; }
ByteView view(const std::string& name) { return {reinterpret_cast<const std::uint8_t*>(name.data()), name.size()}; }

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

  // A record as it was before the transaction; each is read once.
  Result<const std::optional<Bytes>*> before(const std::string& name) {
    const auto [at, is_new] = known.try_emplace(name);
    if (!is_new) return &at->second;
    auto sealed = engine->read(view(name));
    if (!sealed) {
      known.erase(at);
      return std::unexpected(sealed.error());
    }
    at->second = std::move(*sealed);
    return &at->second;
  }

  // What the transaction has made of a record; nothing when it has not touched it.
  const std::optional<SecretBytes>* changed(const std::string& name) const {
    for (const Changes* const layer : {attempt.has_value() ? &*attempt : nullptr, &changes})
      if (layer != nullptr)
        if (const auto at = layer->find(name); at != layer->end()) return &at->second;
    return nullptr;
  }
  void change(std::string name, std::optional<SecretBytes> value) {
    HERALD_CHECK(!name.empty());
    (attempt ? *attempt : changes).insert_or_assign(std::move(name), std::move(value));
  }

  // Seals and writes what has changed, and the head.
  Result<void> write_changes() {
    std::vector<ByteView> unknown;
    for (const auto& [name, value] : changes)
      if (!known.contains(name)) unknown.push_back(view(name));
    HERALD_TRY_VOID(engine->expect(unknown));
    for (const auto& [name, value] : changes) {
      Bytes sealed;
      if (value) {
        sealed = seal.seal(associated(view(name)), value->expose_secret());
        head.sum = plus(head.sum, term(view(name), sealed));
        if (!known.contains(name)) {  // what nobody has looked for is most often new
          HERALD_TRY(const bool is_new, engine->insert(view(name), sealed));
          if (is_new) continue;
        }
      }
      HERALD_TRY(const std::optional<Bytes>* const old, before(name));
      if (*old && (*old)->size() < kNonceBytes + kTagBytes) return tampered();
      if (*old) head.sum = minus(head.sum, term(view(name), **old));
      if (value) {
        HERALD_TRY_VOID(engine->write(view(name), sealed));
      } else if (*old) {
        HERALD_TRY_VOID(engine->remove(view(name)));
      }
    }
    ++head.count;
    return engine->write({}, seal.seal(associated({}), head.encode()));
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
  Result<void> carry_out(const std::function<Result<void>(Records&)>& work, Records& records);

  std::unique_ptr<RecordEngine> engine;
  RowSeal seal;
  std::unique_ptr<Botan::MessageAuthenticationCode> mac;
  Head head;
  std::unordered_map<std::string, std::optional<Bytes>> known;  // sealed, before the transaction
  Changes changes;
  std::optional<Changes> attempt;
};

Result<void> RecordStore::State::verify() {
  HERALD_TRY(const bool has_head, load_head());
  Sum sum{};
  bool any = false;
  Bytes last;
  HERALD_TRY_VOID(engine->scan({}, {}, [&](ByteView key, ByteView value) -> Result<bool> {
    // An engine out of order would not find what it has.
    if (any && !std::ranges::lexicographical_compare(last, key)) return tampered();
    if (key.empty()) return true;
    any = true;
    last.assign(key.begin(), key.end());
    HERALD_TRY([[maybe_unused]] const SecretBytes plain, open(key, value));
    sum = plus(sum, term(key, value));
    return true;
  }));
  // A store without a head is a new one: nothing may be in it.
  if (sum != head.sum || (!has_head && any)) return tampered();
  return {};
}

Result<std::optional<SecretBytes>> Records::get(ByteView key) {
  RecordStore::State& state = *m_store->m_state;
  const std::string name = name_of(key);
  if (const auto* const changed = state.changed(name)) {
    if (!*changed) return std::nullopt;
    return std::optional<SecretBytes>((*changed)->expose_secret());
  }
  HERALD_TRY(const std::optional<Bytes>* const sealed, state.before(name));
  if (!*sealed) return std::nullopt;
  HERALD_TRY(SecretBytes value, state.open(key, **sealed));
  return std::optional<SecretBytes>(std::move(value));
}

void Records::put(ByteView key, ByteView value) { m_store->m_state->change(name_of(key), SecretBytes(value)); }

Result<bool> Records::erase(ByteView key) {
  RecordStore::State& state = *m_store->m_state;
  std::string name = name_of(key);
  bool was_there = false;
  if (const auto* const changed = state.changed(name)) {
    was_there = changed->has_value();
  } else {
    HERALD_TRY(const std::optional<Bytes>* const sealed, state.before(name));
    was_there = sealed->has_value();
  }
  if (was_there) state.change(std::move(name), std::nullopt);
  return was_there;
}

Result<void> Records::scan(ByteView prefix, ByteView from, const Each& each) {
  RecordStore::State& state = *m_store->m_state;
  // The names that were changed, in order, and their values now.
  std::map<std::string_view, const std::optional<SecretBytes>*> changed;
  const std::string begin = std::max(name_of(prefix), name_of(from)), stem = name_of(prefix);
  for (const Changes* const layer : {&state.changes, state.attempt ? &*state.attempt : nullptr}) {
    if (layer == nullptr) continue;
    for (auto at = layer->lower_bound(begin); at != layer->end() && at->first.starts_with(stem); ++at)
      changed[at->first] = &at->second;
  }
  auto next = changed.begin();
  bool more = true;
  // Those before `name`; without a name, all that are left.
  const auto catch_up = [&](const std::string* name) -> Result<void> {
    for (; more && next != changed.end() && (name == nullptr || next->first < *name); ++next)
      if (*next->second) {
        HERALD_TRY(more, each(view(std::string(next->first)), SecretBytes((*next->second)->expose_secret())));
      }
    return {};
  };
  const auto merge = [&](ByteView key, ByteView sealed) -> Result<bool> {
    if (key.empty()) return true;  // the head
    const std::string name = name_of(key);
    HERALD_TRY_VOID(catch_up(&name));
    if (!more || (next != changed.end() && next->first == name)) return more;
    HERALD_TRY(SecretBytes value, state.open(key, sealed));
    HERALD_TRY(more, each(key, std::move(value)));
    return more;
  };
  HERALD_TRY_VOID(state.engine->scan(prefix, from, merge));
  return catch_up(nullptr);
}

Result<void> Records::attempt(const std::function<Result<void>()>& work) {
  RecordStore::State& state = *m_store->m_state;
  HERALD_CHECK(!state.attempt);
  state.attempt.emplace();
  auto done = work();
  Changes changes = std::move(*state.attempt);
  state.attempt.reset();
  if (done)
    for (auto& [name, value] : changes) state.changes.insert_or_assign(name, std::move(value));
  return done;
}

RecordStore::RecordStore(std::unique_ptr<State> state) : m_state(std::move(state)) {}
RecordStore::~RecordStore() = default;
RecordStore::RecordStore(RecordStore&&) noexcept = default;
RecordStore& RecordStore::operator=(RecordStore&&) noexcept = default;

Result<RecordStore> RecordStore::open(std::unique_ptr<RecordEngine> engine, const SecretBits& key) {
  auto state = std::make_unique<State>(std::move(engine), key);
  HERALD_TRY_VOID(state->engine->begin_reading());
  const auto verified = state->verify();
  state->engine->rollback();
  HERALD_TRY_VOID(verified);
  return RecordStore(std::move(state));
}

Result<void> RecordStore::State::carry_out(const std::function<Result<void>(Records&)>& work, Records& records) {
  HERALD_TRY_VOID(load_head());
  HERALD_TRY_VOID(work(records));
  if (changes.empty()) return {};
  HERALD_TRY_VOID(write_changes());
  return engine->commit();
}

Result<void> RecordStore::transact(const std::function<Result<void>(Records&)>& work) {
  HERALD_TRY_VOID(m_state->engine->begin());
  const Head before = m_state->head;
  Records records(*this);
  auto done = m_state->carry_out(work, records);
  m_state->engine->rollback();  // of what was not committed
  m_state->changes.clear();
  m_state->known.clear();
  if (!done) m_state->head = before;
  return done;
}

std::uint64_t RecordStore::count() const { return m_state->head.count; }

}  // namespace herald::store
