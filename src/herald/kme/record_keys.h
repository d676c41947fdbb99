#pragma once
// The names of a KME's records; for source files (not installed). Numbers are big-endian, so that they stand in order.

#include <cstdint>
#include <string_view>

#include "herald/base/codec.h"

namespace herald::kme {

enum class RecordKind : std::uint8_t {
  journal_head = 'J',
  journal_entry = 'j',
  witness = 'w',
  generation = 'g',
  pool = 'p',
  named_lot = 'n',
  dropped = 'd',
  lot = 'l',
  lot_bytes = 'b',
  held_key = 'h',
  held_until = 't',
  schema = 'v',
  stream = 's',
  stream_until = 'u',
  stream_of = 'o',  // by master
  probe = 'r',      // is written to see whether anything can be
};

class RecordKey {
 public:
  explicit RecordKey(RecordKind kind) { m_bytes.push_back(static_cast<std::uint8_t>(kind)); }
  RecordKey& number(std::uint64_t value) {
    for (int shift = 56; shift >= 0; shift -= 8) m_bytes.push_back(static_cast<std::uint8_t>(value >> shift));
    return *this;
  }
  RecordKey& raw(ByteView bytes) {
    m_bytes.insert(m_bytes.end(), bytes.begin(), bytes.end());
    return *this;
  }
  // Followed by others: with its length first.
  RecordKey& name(std::string_view text) {
    number(text.size());
    return raw({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  }
  operator ByteView() const { return m_bytes; }  // NOLINT(google-explicit-constructor)

 private:
  Bytes m_bytes;
};

}  // namespace herald::kme
