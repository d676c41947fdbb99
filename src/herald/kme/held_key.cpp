#include "herald/kme/held_key.h"

#include <algorithm>

#include "herald/base/key_codec.h"
#include "herald/kme/etsi014.h"
#include "herald/kme/record_keys.h"

namespace herald::kme {
namespace {

using store::Records;

RecordKey key_of(const Uuid& id) { return RecordKey(RecordKind::held_key).raw(id.bytes); }
RecordKey expiry_of(const HeldKey& key) {
  return RecordKey(RecordKind::held_until).number(key.until).raw(key.id.bytes);
}

// Secret: the key stands at the end.
SecretBytes encoded(const HeldKey& key) {
  Writer writer;
  writer.text(key.master);
  writer.text(key.master_kme);
  writer.varint(key.slaves.size());
  for (const std::string& slave : key.slaves) writer.text(slave);
  writer.fixed(key.until);
  encode_provenance(writer, key.provenance);
  writer.fixed(static_cast<std::uint8_t>(key.is_hybrid ? 1 : 0));
  writer.varint(key.bytes.size());
  const Bytes& about = writer.bytes();
  SecretBytes all(about.size() + key.bytes.size());
  std::ranges::copy(key.bytes.expose_secret(), std::ranges::copy(about, all.expose_secret_mutable().begin()).out);
  return all;
}

Result<HeldKey> decoded(const Uuid& id, const SecretBytes& bytes) {
  Reader reader(bytes.expose_secret());
  HeldKey key;
  key.id = id;
  key.master = reader.text();
  key.master_kme = reader.text();
  for (std::uint64_t n = reader.varint(); n > 0 && reader.ok(); --n) key.slaves.push_back(reader.text());
  key.until = reader.fixed<std::uint64_t>();
  key.provenance = decode_provenance(reader);
  key.is_hybrid = reader.fixed<std::uint8_t>() != 0;
  key.bytes = SecretBytes(reader.counted());
  HERALD_TRY_VOID(reader.finish("a key that is held"));
  return key;
}

Result<std::optional<HeldKey>> find(Records& records, const Uuid& id) {
  HERALD_TRY(const auto bytes, records.get(key_of(id)));
  if (!bytes) return std::nullopt;
  HERALD_TRY(HeldKey key, decoded(id, *bytes));
  return std::optional(std::move(key));
}

Result<void> keep(Records& records, const HeldKey& key) {
  records.put(expiry_of(key), {});
  records.put(key_of(key.id), encoded(key).expose_secret());
  return {};
}

Result<void> erase(Records& records, const HeldKey& key) {
  HERALD_TRY_VOID(records.erase(expiry_of(key)));
  HERALD_TRY_VOID(records.erase(key_of(key.id)));
  return {};
}

}  // namespace

Result<void> hold(Records& records, const HeldKey& key) {
  HERALD_CHECK(!key.slaves.empty());
  HERALD_TRY(const auto before, records.get(key_of(key.id)));
  if (before) return fail(ErrorCode::disagreement, "a key of this ID is held already");
  return keep(records, key);
}

Result<std::vector<HeldKey>> take_held(Records& records, std::span<const Uuid> ids, std::string_view slave,
                                       std::string_view master) {
  std::vector<HeldKey> keys;
  bool all_named = true;
  for (const Uuid& id : ids) {
    HERALD_TRY(auto key, find(records, id));
    if (!key || key->master != master) return fail(ErrorCode::not_found, std::string(kKeysNotFound));
    all_named = all_named && std::ranges::find(key->slaves, slave) != key->slaves.end();
    keys.push_back(std::move(*key));
  }
  if (!all_named) return fail(ErrorCode::authentication, "this SAE is not a slave of every key that it names");
  for (HeldKey& key : keys) {
    std::erase(key.slaves, slave);
    HERALD_TRY_VOID(key.slaves.empty() ? erase(records, key) : keep(records, key));
  }
  return keys;
}

Result<void> put_back(Records& records, const HeldKey& key, std::string_view slave) {
  HERALD_TRY(auto there, find(records, key.id));
  HeldKey again{key.id,
                key.master,
                key.master_kme,
                there ? there->slaves : std::vector<std::string>(),
                key.until,
                key.provenance,
                SecretBytes(key.bytes.expose_secret()),
                key.is_hybrid};
  again.slaves.emplace_back(slave);
  return keep(records, again);
}

Result<std::vector<Uuid>> expire_held(Records& records, std::uint64_t now, std::size_t most) {
  std::vector<Bytes> late;
  HERALD_TRY_VOID(
      records.scan(RecordKey(RecordKind::held_until), {}, [&](ByteView key, const SecretBytes&) -> Result<bool> {
        if (!std::ranges::lexicographical_compare(key, ByteView(RecordKey(RecordKind::held_until).number(now))))
          return false;
        late.emplace_back(key.begin(), key.end());
        return late.size() < most;
      }));
  std::vector<Uuid> ids;
  for (const Bytes& expiry : late) {
    Uuid id;
    std::ranges::copy(ByteView(expiry).last(id.bytes.size()), id.bytes.begin());
    HERALD_TRY_VOID(records.erase(expiry));
    HERALD_TRY_VOID(records.erase(key_of(id)));
    ids.push_back(id);
  }
  return ids;
}

Result<void> each_held(Records& records, const std::function<void(const HeldKey&)>& each) {
  return records.scan(RecordKey(RecordKind::held_key), {},
                      [&](ByteView name, const SecretBytes& bytes) -> Result<bool> {
                        Uuid id;
                        if (name.size() != 1 + id.bytes.size())
                          return fail(ErrorCode::malformed, "a key that is held has no ID");
                        std::ranges::copy(name.last(id.bytes.size()), id.bytes.begin());
                        HERALD_TRY(const HeldKey key, decoded(id, bytes));
                        each(key);
                        return true;
                      });
}

Result<std::vector<Uuid>> erase_held(Records& records, const std::function<bool(const HeldKey&)>& which) {
  std::vector<Uuid> ids;
  std::vector<Bytes> names;
  HERALD_TRY_VOID(each_held(records, [&](const HeldKey& key) {
    if (!which(key)) return;
    ids.push_back(key.id);
    for (const RecordKey& name : {key_of(key.id), expiry_of(key)}) {
      const ByteView view = name;
      names.emplace_back(view.begin(), view.end());
    }
  }));
  for (const Bytes& name : names) HERALD_TRY_VOID(records.erase(name));
  return ids;
}

}  // namespace herald::kme
