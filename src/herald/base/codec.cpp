#include "herald/base/codec.h"

namespace herald {

std::string printable(std::string_view text, std::size_t limit) {
  std::string result(text.substr(0, limit));
  for (char& c : result)
    if (c < ' ' || c > '~') c = '?';
  return result;
}

ByteView Reader::raw(std::size_t size) {
  if (size > remaining()) {
    fault("it ends too early");
    return {};
  }
  const ByteView bytes = m_bytes.subspan(m_at, size);
  m_at += size;
  return bytes;
}

ByteView Reader::raw_or_fault(std::uint64_t size) { return raw(static_cast<std::size_t>(size)); }

std::uint64_t Reader::varint() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const ByteView byte = raw(1);
    if (byte.empty()) return 0;
    const std::uint64_t part = byte[0] & 0x7F;
    if (shift == 63 && part > 1) break;
    value |= part << shift;
    if ((byte[0] & 0x80) == 0) {
      if (part == 0 && shift != 0) break;
      return value;
    }
  }
  fault("a variable-length integer is not in its one valid form");
  return 0;
}

BitString Reader::bits(std::size_t limit) {
  const std::uint64_t size = varint();
  if (!ok()) return {};
  if (size > limit) {
    fault("a bit string is longer than the most that can stand here");
    return {};
  }
  const ByteView bytes = raw(static_cast<std::size_t>(size / 8 + (size % 8 != 0 ? 1 : 0)));
  if (!ok()) return {};
  if (size % 8 != 0 && (bytes.back() >> (size % 8)) != 0) {
    fault("the padding of a bit string is not zero");
    return {};
  }
  BitString result(size);
  from_bytes(bytes, size, result.words());
  return result;
}

Result<void> Reader::finish(std::string_view what) const {
  if (!ok()) return fail(ErrorCode::malformed, std::string(what) + " is malformed: " + m_fault);
  if (remaining() != 0)
    return fail(ErrorCode::malformed,
                std::string(what) + " is malformed: " + std::to_string(remaining()) + " bytes follow its end");
  return {};
}

}  // namespace herald
