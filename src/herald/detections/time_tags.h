#pragma once
// Time tags: which detector fired when, as a recorder of single-photon detections writes them. Four detectors a party:
// channels 0..3 are Alice's and 4..7 are Bob's. Forms of files: docs/file-formats.md.

#include <array>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "herald/base/codec.h"
#include "herald/base/file.h"
#include "herald/base/result.h"

namespace herald {

enum class Side : std::uint8_t { alice = 0, bob = 1 };

// Of a detector, by its channel: the party, and within the party the detector 0..3, its basis (0 is Z, 1 is X) and its
// bit.
inline constexpr unsigned kChannels = 8, kDetectors = 4;
constexpr Side side_of(unsigned channel) { return channel < kDetectors ? Side::alice : Side::bob; }
constexpr unsigned detector_of(unsigned channel) { return channel % kDetectors; }
constexpr unsigned basis_of(unsigned channel) { return channel >> 1 & 1; }
constexpr unsigned bit_of(unsigned channel) { return channel & 1; }

// Times stay below 2^62 ticks, so that differences and delays fit into 64 bits with a sign.
inline constexpr std::uint64_t kTimeEnd = std::uint64_t{1} << 62;

struct TimeTags {
  std::vector<std::uint8_t> channel;  // channel[i] is the channel of tag i, below kChannels
  std::vector<std::uint64_t> time;    // time[i] is when, in ticks, below kTimeEnd; never falls
  double tick_seconds = 0;            // how long a tick is; 0 when nobody said

  std::size_t size() const { return time.size(); }
  bool empty() const { return time.empty(); }
  void reserve(std::size_t tags) {
    channel.reserve(tags);
    time.reserve(tags);
  }
  void push_back(unsigned detector_channel, std::uint64_t ticks) {
    channel.push_back(static_cast<std::uint8_t>(detector_channel));
    time.push_back(ticks);
  }
  bool operator==(const TimeTags&) const = default;
};

// The tags of one party's four channels.
TimeTags tags_of(const TimeTags& tags, Side side);
// The tags with begin <= time < end.
TimeTags tags_between(const TimeTags& tags, std::uint64_t begin, std::uint64_t end);
// How often each channel fired.
std::array<std::uint64_t, kChannels> singles(const TimeTags& tags);

// Most tags that are read from a file: 9 bytes of memory each.
inline constexpr std::size_t kMostTags = std::size_t{1} << 28;

// Each: at least one tag, times that never fall, channels below kChannels. Errors (malformed) name `name`, the line or
// the tag, what is wrong and the way out.
Result<TimeTags> parse_time_tags_text(ByteView bytes, std::string_view name);
Result<TimeTags> parse_time_tags_binary(ByteView bytes, std::string_view name);
// gzip of the text or of the binary form; inflates at most `limit` bytes.
Result<TimeTags> parse_time_tags_gzip(ByteView bytes, std::string_view name, std::size_t limit = std::size_t{1} << 32);
// Any of the three, told apart by their first bytes.
Result<TimeTags> parse_time_tags(ByteView bytes, std::string_view name);
// The obvious twin of parse_time_tags_text, for tests: what it accepts and reads is the same.
Result<TimeTags> parse_time_tags_text_slowly(std::string_view text, std::string_view name);
// Errors: also not_found and io. "-" is standard input.
Result<TimeTags> read_time_tags(const std::filesystem::path& path);

enum class TagsForm { text, gzip, binary };

Bytes format_time_tags(const TimeTags& tags, TagsForm form);
// Whose tags they are may be secret: the mode says who may read the file.
Result<void> write_time_tags(const std::filesystem::path& path, const TimeTags& tags, TagsForm form, FileMode mode);

}  // namespace herald
