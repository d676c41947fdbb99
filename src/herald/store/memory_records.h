#pragma once
// Records in memory, for tests and simulations: a state that can be copied, put back, and lose what was not committed.

#include <algorithm>
#include <map>
#include <string>

#include "herald/store/record_store.h"

namespace herald::store {

class MemoryRecords final : public RecordEngine {
 public:
  using Disk = std::map<std::string, Bytes>;
  // `disk` outlives the engine: what a crash leaves.
  explicit MemoryRecords(Disk& disk) : m_disk(&disk) {}

  Result<void> begin() override {
    m_changed.clear();
    return {};
  }
  Result<void> commit() override {
    for (auto& [key, value] : m_changed) {
      if (value)
        (*m_disk)[key] = std::move(*value);
      else
        m_disk->erase(key);
    }
    m_changed.clear();
    return {};
  }
  void rollback() override { m_changed.clear(); }

  Result<std::optional<Bytes>> read(ByteView key) override {
    const std::string name(key.begin(), key.end());
    if (const auto at = m_changed.find(name); at != m_changed.end()) return at->second;
    const auto at = m_disk->find(name);
    return at == m_disk->end() ? std::nullopt : std::optional(at->second);
  }
  Result<void> write(ByteView key, ByteView value) override {
    m_changed[{key.begin(), key.end()}] = Bytes(value.begin(), value.end());
    return {};
  }
  Result<void> remove(ByteView key) override {
    m_changed[{key.begin(), key.end()}] = std::nullopt;
    return {};
  }
  Result<void> scan(ByteView prefix, ByteView from, const Each& each) override {
    const ByteView begin = std::ranges::lexicographical_compare(prefix, from) ? from : prefix;
    std::string next(begin.begin(), begin.end());
    for (;;) {
      // The first of what is on disk and not taken away, and of what was changed.
      auto disk = m_disk->lower_bound(next);
      while (disk != m_disk->end() && m_changed.contains(disk->first)) ++disk;
      auto changed = m_changed.lower_bound(next);
      while (changed != m_changed.end() && !changed->second) ++changed;
      const bool on_disk = disk != m_disk->end() && (changed == m_changed.end() || disk->first < changed->first);
      if (!on_disk && changed == m_changed.end()) return {};
      const std::string key = on_disk ? disk->first : changed->first;
      const ByteView name(reinterpret_cast<const std::uint8_t*>(key.data()), key.size());
      if (name.size() < prefix.size() || !std::ranges::equal(name.first(prefix.size()), prefix)) return {};
      HERALD_TRY(const bool more, each(name, on_disk ? disk->second : *changed->second));
      if (!more) return {};
      next = key;
      next.push_back('\0');
    }
  }

 private:
  Disk* m_disk;
  std::map<std::string, std::optional<Bytes>> m_changed;
};

}  // namespace herald::store
