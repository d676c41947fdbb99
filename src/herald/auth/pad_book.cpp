#include "herald/auth/pad_book.h"

#include <algorithm>

#include <fmt/format.h>

namespace herald {
namespace {

bool within(const PadRange& range, const PadSegment& segment) {
  return range.length != 0 && range.offset <= segment.length && range.length <= segment.length - range.offset;
}

std::string describe(const PadRange& range) {
  return fmt::format("bits {} to {} of pad segment {}", range.offset, range.offset + range.length,
                     to_string(range.segment));
}

}  // namespace

std::string_view to_string(PadPurpose purpose) {
  switch (purpose) {
    case PadPurpose::authentication: return "authentication";
    case PadPurpose::encryption: return "encryption";
  }
  return "unknown";
}

void PadRange::encode(Writer& writer) const {
  writer.raw(segment.bytes);
  writer.varint(offset);
  writer.varint(length);
}

PadRange PadRange::decode(Reader& reader) {
  PadRange range;
  const ByteView id = reader.raw(range.segment.bytes.size());
  std::ranges::copy(id, range.segment.bytes.begin());
  range.offset = reader.varint();
  range.length = reader.varint();
  return range;
}

bool PadBook::Page::overlaps(std::uint64_t begin, std::uint64_t end) const {
  const auto after = spent.lower_bound(end);
  return after != spent.begin() && std::prev(after)->second > begin;
}

void PadBook::Page::mark(std::uint64_t begin, std::uint64_t end) {
  auto it = spent.upper_bound(begin);
  if (it != spent.begin() && std::prev(it)->second >= begin) begin = (--it)->first;
  while (it != spent.end() && it->first <= end) {
    end = std::max(end, it->second);
    it = spent.erase(it);
  }
  spent[begin] = end;
}

Result<PadBook> PadBook::open(PadStore& store) {
  HERALD_TRY(PadStore::State state, store.load());
  PadBook book(store);
  for (const PadSegment& segment : state.segments) book.m_pages.push_back({segment, {}});
  for (const PadRange& range : state.spent) {
    Page* page = book.find(range.segment);
    if (page == nullptr || !within(range, page->segment))
      return fail(ErrorCode::malformed, "the pad book marks " + describe(range) +
                                            " as spent, which do not exist; "
                                            "the store is damaged: restore it or exchange a new pre-shared key");
    page->mark(range.offset, range.offset + range.length);
  }
  return book;
}

PadBook::Page* PadBook::find(const Uuid& segment) {
  const auto page = std::ranges::find(m_pages, segment, [](const Page& p) { return p.segment.id; });
  return page == m_pages.end() ? nullptr : &*page;
}

Result<void> PadBook::spend(Page& page, const PadRange& range, PadPurpose purpose) {
  // A store that fails may have written the mark all the same: here the bits are gone either way.
  page.mark(range.offset, range.offset + range.length);
  HERALD_TRY_VOID(m_store->spend(range, purpose));
  m_untaken.push_back(range);
  return {};
}

Result<PadRange> PadBook::reserve(std::uint64_t bits, PadPurpose purpose) {
  if (bits == 0) return fail(ErrorCode::invalid_argument, "a reservation of no pad bits");
  const auto page = std::ranges::find_if(m_pages, [&](const Page& p) { return p.left() >= bits; });
  if (page == m_pages.end())
    return fail(
        ErrorCode::exhausted,
        fmt::format(
            "the pad for {} is used up: {} bits are needed and {} are left; give both ends a new pre-shared key",
            to_string(purpose), bits, remaining()));
  const PadRange range{page->segment.id, page->high_water(), bits};
  HERALD_TRY_VOID(spend(*page, range, purpose));
  return range;
}

Result<void> PadBook::claim(const PadRange& range, PadPurpose purpose) {
  Page* page = find(range.segment);
  if (page == nullptr)
    return fail(ErrorCode::not_found, "the peer uses pad segment " + to_string(range.segment) +
                                          ", which this end does not have; give both ends the same pre-shared key");
  if (!within(range, page->segment))
    return fail(ErrorCode::malformed,
                fmt::format("the peer claims {} pad bits from {} of segment {}, which has {}", range.length,
                            range.offset, to_string(range.segment), page->segment.length));
  if (page->segment.owner == PadOwner::self)
    return fail(ErrorCode::insecure, "the peer claims " + describe(range) +
                                         ", from which this end reserves; are both ends set up as the same one?");
  if (page->overlaps(range.offset, range.offset + range.length))
    return fail(ErrorCode::insecure,
                "the peer claims " + describe(range) +
                    ", of which some were spent before; a pad is used once: was a store restored from an old copy?");
  return spend(*page, range, purpose);
}

Result<SecretBits> PadBook::take(const PadRange& range) {
  const auto untaken = std::ranges::find(m_untaken, range);
  if (untaken == m_untaken.end())
    return fail(ErrorCode::insecure,
                describe(range) + " were taken before, or not reserved by this process; a pad is used once");
  m_untaken.erase(untaken);
  HERALD_TRY(SecretBits bits, m_store->take(range));
  HERALD_CHECK(bits.size() == range.length);
  return bits;
}

Result<void> PadBook::append(const PadSegment& segment, BitView pad) {
  HERALD_CHECK(pad.size() == segment.length);
  if (segment.length == 0) return fail(ErrorCode::invalid_argument, "a pad segment without bits");
  if (find(segment.id) != nullptr)
    return fail(ErrorCode::invalid_argument,
                "pad segment " + to_string(segment.id) + " is there already; a pad is used once");
  HERALD_TRY_VOID(m_store->append(segment, pad));
  m_pages.push_back({segment, {}});
  return {};
}

std::uint64_t PadBook::remaining() const {
  std::uint64_t bits = 0;
  for (const Page& page : m_pages) bits += page.left();
  return bits;
}

std::uint64_t PadBook::largest_piece() const {
  std::uint64_t bits = 0;
  for (const Page& page : m_pages) bits = std::max(bits, page.left());
  return bits;
}

std::uint64_t PadBook::spent() const {
  std::uint64_t bits = 0;
  for (const Page& page : m_pages)
    for (const auto& [begin, end] : page.spent) bits += end - begin;
  return bits;
}

}  // namespace herald
