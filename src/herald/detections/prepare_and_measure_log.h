#pragma once
// Recordings of prepare-and-measure links as text: Alice's settings and Bob's detections, a file each, block by block.
// The forms: docs/file-formats.md.

#include <cstdint>
#include <filesystem>
#include <string_view>
#include <vector>

#include "herald/base/codec.h"
#include "herald/base/file.h"
#include "herald/base/result.h"
#include "herald/detections/clicks.h"
#include "herald/detections/intensity.h"

namespace herald {

struct SettingsBlock {
  std::uint64_t pulses = 0;  // sent in the block
  std::vector<std::uint64_t>
      pulse;          // pulse[i] is the index in the block of settings i; strictly increasing, below `pulses`
  Settings settings;  // at those pulses: all of them, or at least those that Bob detects
};
struct SettingsLog {
  std::vector<Intensity> intensities;  // by index; the probabilities have the sum 1
  std::vector<SettingsBlock> blocks;
};

struct ClicksBlock {
  std::uint64_t pulses = 0;
  Clicks clicks;
};
struct ClicksLog {
  std::vector<ClicksBlock> blocks;
};

// Errors (malformed, version) name `name`, the line, what is wrong and the way out.
Result<SettingsLog> parse_settings_log(ByteView bytes, std::string_view name);
Result<ClicksLog> parse_clicks_log(ByteView bytes, std::string_view name);
// Errors: also not_found and io.
Result<SettingsLog> read_settings_log(const std::filesystem::path& path);
Result<ClicksLog> read_clicks_log(const std::filesystem::path& path);

Bytes format_settings_log(const SettingsLog& log);
Bytes format_clicks_log(const ClicksLog& log);

// Alice's settings at the pulses that Bob detected. Errors (disagreement): a pulse for which she recorded none.
Result<Settings> settings_at(const SettingsBlock& block, std::span<const std::uint64_t> pulses);

}  // namespace herald
