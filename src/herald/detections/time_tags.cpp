#include "herald/detections/time_tags.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <optional>
#include <sstream>

namespace herald {
namespace {

constexpr std::string_view kMagic = "HRLDTAGS";
constexpr std::uint16_t kBinaryVersion = 1;
constexpr std::size_t kLongestLine = 1000;
constexpr std::string_view kTextWayOut = "a line is a channel 0..7 and a time in ticks, separated by blanks";

std::string printable(std::string_view text) {
  std::string shown;
  for (const char c : text.substr(0, 40)) shown += c >= 0x20 && c < 0x7F ? c : '?';
  return shown;
}

// Reads lines from pieces of any size. Each fault names the line.
class TextParser {
 public:
  explicit TextParser(std::string_view name) : m_name(name) {}

  void expect_bytes(std::size_t bytes) { m_tags.reserve(std::min(bytes / 8, kMostTags)); }

  Result<void> feed(ByteView piece) {
    const char* at = reinterpret_cast<const char*>(piece.data());
    const char* const end = at + piece.size();
    while (at != end) {
      const char* newline = static_cast<const char*>(std::memchr(at, '\n', static_cast<std::size_t>(end - at)));
      if (newline == nullptr || !m_partial.empty()) {
        const char* stop = newline == nullptr ? end : newline;
        if (m_partial.size() + static_cast<std::size_t>(stop - at) > kLongestLine) {
          ++m_line;
          return too_long(at, stop);
        }
        m_partial.append(at, stop);
        if (newline == nullptr) return {};
        const std::string line = std::exchange(m_partial, {});
        HERALD_TRY_VOID(line_of(line.data(), line.data() + line.size()));
      } else {
        HERALD_TRY_VOID(line_of(at, newline));
      }
      at = newline + 1;
    }
    return {};
  }

  Result<TimeTags> finish() && {
    const std::string line = std::exchange(m_partial, {});
    m_unended = true;
    if (!line.empty()) HERALD_TRY_VOID(line_of(line.data(), line.data() + line.size()));
    if (m_tags.empty())
      return fail(ErrorCode::malformed, fmt::format("{}: no time tags in it; {}", m_name, kTextWayOut));
    return std::move(m_tags);
  }

 private:
  static std::optional<unsigned char> binary_byte(const char* at, const char* end) {
    for (; at != end; ++at)
      if (static_cast<unsigned char>(*at) < 0x20 && *at != '\t' && *at != '\r' && *at != '\n')
        return static_cast<unsigned char>(*at);
    return {};
  }
  std::unexpected<Error> fault(const std::string& what) const {
    return fail(ErrorCode::malformed, fmt::format("{}:{}: {}", m_name, m_line, what));
  }
  std::unexpected<Error> binary_fault(unsigned char byte) const {
    return fault(fmt::format("byte 0x{:02x} is not text: a binary file of another program? Export it as text: {}", byte,
                             kTextWayOut));
  }

  std::unexpected<Error> too_long(const char* at, const char* end) const {
    if (const auto control = binary_byte(at, end)) return binary_fault(*control);
    return fault(fmt::format("longer than {} characters: not a file of time tags", kLongestLine));
  }

  // One line without its newline.
  Result<void> line_of(const char* at, const char* end) {
    ++m_line;
    const char* const begin = at;
    if (static_cast<std::size_t>(end - at) > kLongestLine) return too_long(at, end);
    const auto blank = [](char c) { return c == ' ' || c == '\t'; };
    if (end != at && end[-1] == '\r') --end;
    while (at != end && blank(*at)) ++at;
    if (at == end) return {};
    if (*at == '#') {
      if (const auto control = binary_byte(at, end)) return binary_fault(*control);
      return {};
    }
    std::uint64_t channel = 0, time = 0;
    const bool first = number(at, end, channel);
    const char* const between = at;
    while (at != end && blank(*at)) ++at;
    const bool parted = at != between;
    const bool second = first && parted && number(at, end, time);
    if (second) {
      while (at != end && blank(*at)) ++at;
      if (at == end || *at == '#') return tag(channel, time, at, end);
    }
    return line_fault(begin, end, first && at == end);
  }

  static bool number(const char*& at, const char* end, std::uint64_t& value) {
    const char* const begin = at;
    value = 0;
    for (; at != end && static_cast<unsigned char>(*at - '0') < 10; ++at) {
      const unsigned digit = static_cast<unsigned char>(*at - '0');
      value = value >= kTimeEnd / 10 + 1 ? kTimeEnd : value * 10 + digit;  // saturates beyond what is allowed
    }
    return at != begin;
  }

  Result<void> tag(std::uint64_t channel, std::uint64_t time, const char* rest, const char* end) {
    if (const auto control = binary_byte(rest, end)) return binary_fault(*control);
    if (channel >= kChannels)
      return fault(fmt::format("channel {} is unknown: 0..3 are Alice's detectors, 4..7 Bob's", channel));
    if (time >= kTimeEnd) return fault("a time is 2^62 ticks or more");
    if (!m_tags.empty() && time < m_tags.time.back() && m_unended)
      return fault(
          fmt::format("time {} comes after {} and its line has no end: the file is truncated; copy it again, or drop "
                      "this line",
                      time, m_tags.time.back()));
    if (!m_tags.empty() && time < m_tags.time.back())
      return fault(
          fmt::format("time {} comes after {}: times must not fall; sort the file by its second column, or cut "
                      "it where the recorder restarted",
                      time, m_tags.time.back()));
    if (m_tags.size() == kMostTags)
      return fault(fmt::format("more than the {} tags that are read at the most", kMostTags));
    m_tags.push_back(static_cast<unsigned>(channel), time);
    return {};
  }

  std::unexpected<Error> line_fault(const char* begin, const char* end, bool time_missing) const {
    if (const auto control = binary_byte(begin, end)) return binary_fault(*control);
    const std::string shown = printable({begin, static_cast<std::size_t>(end - begin)});
    if (time_missing) return fault(fmt::format("'{}' has no time: is the file truncated? {}", shown, kTextWayOut));
    return fault(fmt::format("'{}' is no time tag: {}", shown, kTextWayOut));
  }

  std::string m_name, m_partial;
  std::size_t m_line = 0;
  bool m_unended = false;  // the last line, without a newline
  TimeTags m_tags;
};

std::unexpected<Error> binary_fault_at(std::string_view name, std::string_view what) {
  return fail(ErrorCode::malformed, fmt::format("{}: {}; write or copy it again", name, what));
}

bool is_gzip(ByteView bytes) { return bytes.size() >= 2 && bytes[0] == 0x1F && bytes[1] == 0x8B; }
bool is_binary(ByteView bytes) {
  return bytes.size() >= kMagic.size() && std::equal(kMagic.begin(), kMagic.end(), bytes.begin());
}

std::uint32_t crc32_of(ByteView bytes) {
  return static_cast<std::uint32_t>(::crc32_z(::crc32_z(0, nullptr, 0), bytes.data(), bytes.size()));
}

// Inflates one gzip file of any number of members, piece by piece.
class Inflater {
 public:
  explicit Inflater(ByteView bytes) {
    m_stream.next_in = const_cast<Bytef*>(bytes.data());
    m_left = bytes.size();
    HERALD_CHECK(::inflateInit2(&m_stream, 15 + 16) == Z_OK);
  }
  ~Inflater() { ::inflateEnd(&m_stream); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  // The next bytes; none at the end. The error is what is wrong with the file.
  std::expected<ByteView, std::string_view> next() {
    m_stream.next_out = m_piece.data();
    m_stream.avail_out = static_cast<uInt>(m_piece.size());
    while (m_stream.avail_out != 0) {
      if (m_stream.avail_in == 0) {
        m_stream.avail_in = static_cast<uInt>(std::min<std::size_t>(m_left, std::size_t{1} << 30));
        m_left -= m_stream.avail_in;
      }
      if (m_member_done) {
        if (m_stream.avail_in == 0) break;
        m_member_done = false;
        HERALD_CHECK(::inflateReset(&m_stream) == Z_OK);
      }
      const int status = ::inflate(&m_stream, Z_NO_FLUSH);
      if (status == Z_STREAM_END) {
        m_member_done = true;
      } else if (status == Z_BUF_ERROR && m_stream.avail_in == 0 && m_left == 0) {
        return std::unexpected("the gzip file is truncated");
      } else if (status != Z_OK) {
        return std::unexpected("the gzip file is damaged");
      }
    }
    return ByteView(m_piece.data(), m_piece.size() - m_stream.avail_out);
  }

 private:
  z_stream m_stream{};
  std::size_t m_left = 0;
  bool m_member_done = false;
  std::vector<std::uint8_t> m_piece = std::vector<std::uint8_t>(std::size_t{1} << 18);
};

Bytes deflated(ByteView bytes) {
  z_stream stream{};
  HERALD_CHECK(::deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  Bytes out, piece(std::size_t{1} << 18);
  stream.next_in = const_cast<Bytef*>(bytes.data());
  std::size_t left = bytes.size();
  for (int status = Z_OK; status != Z_STREAM_END;) {
    if (stream.avail_in == 0) {
      stream.avail_in = static_cast<uInt>(std::min<std::size_t>(left, std::size_t{1} << 30));
      left -= stream.avail_in;
    }
    stream.next_out = piece.data();
    stream.avail_out = static_cast<uInt>(piece.size());
    status = ::deflate(&stream, left == 0 ? Z_FINISH : Z_NO_FLUSH);
    HERALD_CHECK(status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR);
    out.insert(out.end(), piece.begin(), piece.end() - static_cast<std::ptrdiff_t>(stream.avail_out));
  }
  ::deflateEnd(&stream);
  return out;
}

Bytes format_text(const TimeTags& tags) {
  fmt::memory_buffer text;
  for (std::size_t i = 0; i < tags.size(); ++i)
    fmt::format_to(std::back_inserter(text), "{:2} {:11}\n", tags.channel[i], tags.time[i]);
  return {text.begin(), text.end()};
}

Bytes format_binary(const TimeTags& tags) {
  Writer writer;
  writer.raw({reinterpret_cast<const std::uint8_t*>(kMagic.data()), kMagic.size()});
  writer.fixed(kBinaryVersion);
  writer.fixed(static_cast<std::uint8_t>(kChannels));
  writer.real(tags.tick_seconds);
  writer.fixed(static_cast<std::uint64_t>(tags.size()));
  std::uint64_t before = 0;
  for (std::size_t i = 0; i < tags.size(); ++i) {
    writer.fixed(tags.channel[i]);
    writer.varint(tags.time[i] - before);
    before = tags.time[i];
  }
  writer.fixed(crc32_of(writer.bytes()));
  return std::move(writer).take();
}

}  // namespace

TimeTags tags_of(const TimeTags& tags, Side side) {
  TimeTags own;
  own.tick_seconds = tags.tick_seconds;
  for (std::size_t i = 0; i < tags.size(); ++i)
    if (side_of(tags.channel[i]) == side) own.push_back(tags.channel[i], tags.time[i]);
  return own;
}

TimeTags tags_between(const TimeTags& tags, std::uint64_t begin, std::uint64_t end) {
  const auto first = std::ranges::lower_bound(tags.time, begin) - tags.time.begin();
  const auto last = std::max(first, std::ranges::lower_bound(tags.time, end) - tags.time.begin());
  return {{tags.channel.begin() + first, tags.channel.begin() + last},
          {tags.time.begin() + first, tags.time.begin() + last},
          tags.tick_seconds};
}

std::array<std::uint64_t, kChannels> singles(const TimeTags& tags) {
  std::array<std::uint64_t, kChannels> counts{};
  for (const std::uint8_t channel : tags.channel) ++counts[channel];
  return counts;
}

Result<TimeTags> parse_time_tags_text(ByteView bytes, std::string_view name) {
  TextParser parser(name);
  parser.expect_bytes(bytes.size());
  HERALD_TRY_VOID(parser.feed(bytes));
  return std::move(parser).finish();
}

Result<TimeTags> parse_time_tags_binary(ByteView bytes, std::string_view name) {
  constexpr std::size_t kHeader = 8 + 2 + 1 + 8 + 8, kTail = 4;
  if (!is_binary(bytes)) return binary_fault_at(name, "not a binary file of time tags");
  if (bytes.size() < kHeader + kTail) return binary_fault_at(name, "truncated within its header");
  Reader reader(bytes.first(bytes.size() - kTail));
  reader.raw(kMagic.size());
  if (const auto version = reader.fixed<std::uint16_t>(); version != kBinaryVersion)
    return fail(ErrorCode::version, fmt::format("{}: form {} of binary time tags; this program reads form {}", name,
                                                version, kBinaryVersion));
  const auto channels = reader.fixed<std::uint8_t>();
  TimeTags tags;
  tags.tick_seconds = reader.real();
  const auto count = reader.fixed<std::uint64_t>();
  // The least a tag takes is two bytes, so the count cannot ask for more memory than the file can fill.
  if (count > reader.remaining() / 2)
    return binary_fault_at(
        name, fmt::format("truncated: {} tags are announced and {} bytes follow", count, reader.remaining()));
  if (Reader tail(bytes.last(kTail)); tail.fixed<std::uint32_t>() != crc32_of(bytes.first(bytes.size() - kTail)))
    return binary_fault_at(name, "truncated or damaged: its checksum does not fit");
  if (channels != kChannels)
    return binary_fault_at(name, fmt::format("{} channels where {} are known", channels, kChannels));
  if (!(tags.tick_seconds >= 0 && tags.tick_seconds <= 1))
    return binary_fault_at(name, "its tick has an impossible length");
  if (count == 0) return binary_fault_at(name, "no time tags in it");
  if (count > kMostTags)
    return binary_fault_at(name, fmt::format("more than the {} tags that are read at the most", kMostTags));
  tags.reserve(count);
  std::uint64_t time = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto channel = reader.fixed<std::uint8_t>();
    const std::uint64_t step = reader.varint();
    if (!reader.ok()) break;
    if (channel >= kChannels)
      return binary_fault_at(
          name, fmt::format("tag {}: channel {} is unknown: 0..3 are Alice's detectors, 4..7 Bob's", i, channel));
    if (step >= kTimeEnd - time) return binary_fault_at(name, fmt::format("tag {}: its time is 2^62 ticks or more", i));
    tags.push_back(channel, time += step);
  }
  HERALD_TRY_VOID(reader.finish(name));
  return tags;
}

Result<TimeTags> parse_time_tags_gzip(ByteView bytes, std::string_view name, std::size_t limit) {
  Inflater inflater(bytes);
  TextParser parser(name);
  Bytes binary;
  bool is_text = true;
  std::size_t total = 0;
  for (;;) {
    const auto piece = inflater.next();
    if (!piece) return binary_fault_at(name, piece.error());
    if (piece->empty()) break;
    if (total == 0) is_text = !is_binary(*piece);
    total += piece->size();
    if (total > limit)
      return fail(ErrorCode::malformed,
                  fmt::format("{}: unpacks to more than the {} bytes that are read at the most; cut it "
                              "into several files",
                              name, limit));
    if (is_text) {
      HERALD_TRY_VOID(parser.feed(*piece));
    } else {
      binary.insert(binary.end(), piece->begin(), piece->end());
    }
  }
  return is_text ? std::move(parser).finish() : parse_time_tags_binary(binary, name);
}

Result<TimeTags> parse_time_tags(ByteView bytes, std::string_view name) {
  if (bytes.empty()) return fail(ErrorCode::malformed, fmt::format("{}: the file is empty; {}", name, kTextWayOut));
  if (is_gzip(bytes)) return parse_time_tags_gzip(bytes, name);
  return is_binary(bytes) ? parse_time_tags_binary(bytes, name) : parse_time_tags_text(bytes, name);
}

Result<TimeTags> parse_time_tags_text_slowly(std::string_view text, std::string_view name) {
  TimeTags tags;
  std::istringstream lines{std::string(text)};
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    const auto malformed = [&] { return fail(ErrorCode::malformed, fmt::format("{}:{}: no time tag", name, number)); };
    if (line.size() > kLongestLine) return malformed();
    if (line.ends_with('\r')) line.pop_back();
    const std::size_t content = line.find_first_not_of(" \t");
    if (content == std::string::npos) continue;
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\r'; };
    if (std::ranges::any_of(line, is_control)) return malformed();
    line = line.substr(content, line.find('#') - content);
    if (line.empty()) continue;
    const std::size_t gap = line.find_first_of(" \t");
    if (gap == std::string::npos) return malformed();
    const std::size_t start = line.find_first_not_of(" \t", gap), stop = line.find_last_not_of(" \t") + 1;
    if (start == std::string::npos) return malformed();
    std::uint64_t channel = 0, time = 0;
    const auto a = std::from_chars(line.data(), line.data() + gap, channel);
    const auto b = std::from_chars(line.data() + start, line.data() + stop, time);
    if (a.ec != std::errc{} || a.ptr != line.data() + gap || b.ec != std::errc{} || b.ptr != line.data() + stop)
      return malformed();
    if (channel >= kChannels || time >= kTimeEnd || (!tags.empty() && time < tags.time.back())) return malformed();
    tags.push_back(static_cast<unsigned>(channel), time);
  }
  if (tags.empty()) return fail(ErrorCode::malformed, fmt::format("{}: no time tags in it", name));
  return tags;
}

Result<TimeTags> read_time_tags(const std::filesystem::path& path) {
  HERALD_TRY(const Bytes bytes, read_file(path, std::size_t{1} << 32));
  return parse_time_tags(bytes, path == "-" ? "standard input" : path.string());
}

Bytes format_time_tags(const TimeTags& tags, TagsForm form) {
  switch (form) {
    case TagsForm::text: return format_text(tags);
    case TagsForm::gzip: return deflated(format_text(tags));
    case TagsForm::binary: return format_binary(tags);
  }
  HERALD_CHECK(false);
}

Result<void> write_time_tags(const std::filesystem::path& path, const TimeTags& tags, TagsForm form, FileMode mode) {
  return write_file(path, format_time_tags(tags, form), mode);
}

}  // namespace herald
