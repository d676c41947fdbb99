#include "herald/detections/prepare_and_measure_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <iterator>

namespace herald {
namespace {

constexpr std::string_view kSettingsForm = "herald-settings", kClicksForm = "herald-clicks";
constexpr std::size_t kMostWords = 5, kMostIntensities = 255;
constexpr std::uint64_t kMostPulses = std::uint64_t{1} << 62;

// The lines of a file as words. A comment begins with '#'.
class Lines {
 public:
  Lines(ByteView bytes, std::string_view name)
      : m_text(reinterpret_cast<const char*>(bytes.data()), bytes.size()), m_name(name) {}

  // Goes to the next line that has words; false at the end.
  bool next() {
    while (m_at < m_text.size()) {
      const std::size_t end = std::min(m_text.find('\n', m_at), m_text.size());
      std::string_view line = m_text.substr(m_at, end - m_at);
      m_at = end + 1;
      ++m_line;
      line = line.substr(0, line.find('#'));
      m_count = 0;
      for (std::size_t at = 0; m_count <= kMostWords;) {
        at = line.find_first_not_of(" \t\r", at);
        if (at == std::string_view::npos) break;
        const std::size_t stop = std::min(line.find_first_of(" \t\r", at), line.size());
        if (m_count < kMostWords) m_words[m_count] = line.substr(at, stop - at);
        ++m_count;
        at = stop;
      }
      if (m_count != 0) return true;
    }
    return false;
  }
  std::size_t count() const { return m_count; }
  std::string_view word(std::size_t i) const {
    return i < std::min(m_count, kMostWords) ? m_words[i] : std::string_view();
  }

  template <typename T>
  bool number(std::size_t i, T& value) const {
    const std::string_view text = word(i);
    const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
    return !text.empty() && result.ec == std::errc{} && result.ptr == text.data() + text.size();
  }
  bool basis(std::size_t i, bool& x) const {
    x = word(i) == "X";
    return x || word(i) == "Z";
  }
  bool bit(std::size_t i, bool& one) const {
    one = word(i) == "1";
    return one || word(i) == "0";
  }

  std::unexpected<Error> fault(const std::string& what) const {
    return fail(ErrorCode::malformed, fmt::format("{}:{}: {}", m_name, std::max<std::size_t>(m_line, 1), what));
  }
  // What was expected where something else stands.
  std::unexpected<Error> expected(std::string_view what) const {
    std::string shown;
    for (std::size_t i = 0; i < std::min(m_count, kMostWords); ++i) {
      if (i != 0) shown += ' ';
      for (const char c : m_words[i].substr(0, 20)) shown += c >= 0x20 && c < 0x7F ? c : '?';
    }
    return fault(fmt::format("'{}' where {} is expected", shown, what));
  }

  Result<void> form(std::string_view wanted) {
    if (!next())
      return fail(ErrorCode::malformed, fmt::format("{}: the file is empty; it begins with '{} 1'", m_name, wanted));
    unsigned version = 0;
    if (word(0) != wanted || count() != 2 || !number(1, version))
      return expected(fmt::format("the form '{} 1'", wanted));
    if (version != 1)
      return fail(ErrorCode::version,
                  fmt::format("{}:{}: form {} of '{}'; this program reads form 1", m_name, m_line, version, wanted));
    return {};
  }

  // Reads `block PULSES` when it stands here.
  Result<bool> block(std::uint64_t& pulses) const {
    if (word(0) != "block") return false;
    if (count() != 2 || !number(1, pulses) || pulses == 0 || pulses > kMostPulses)
      return expected("'block PULSES' with 1 to 2^62 pulses");
    return true;
  }

  Result<void> pulse(const std::vector<std::uint64_t>& before, std::uint64_t value, std::uint64_t pulses) const {
    if (value >= pulses)
      return fault(fmt::format("pulse {} lies beyond the block's {} pulses, which count from 0", value, pulses));
    if (!before.empty() && value <= before.back())
      return fault(fmt::format(
          "pulse {} comes after {}: pulses must rise, one line each; a double click is one line with a random bit",
          value, before.back()));
    return {};
  }

 private:
  std::string_view m_text;
  std::string m_name;
  std::size_t m_at = 0, m_line = 0, m_count = 0;
  std::array<std::string_view, kMostWords> m_words;
};

Result<void> check_intensities(const Lines& lines, const std::vector<Intensity>& intensities) {
  double sum = 0;
  for (const Intensity& intensity : intensities) sum += intensity.probability.value;
  if (intensities.empty()) return lines.fault("a block before any intensity: 'intensity MEAN PROBABILITY' comes first");
  if (std::abs(sum - 1) > 1e-9)
    return lines.fault(fmt::format("the intensities' probabilities have the sum {}, not 1", sum));
  return {};
}

char basis_letter(bool x) { return x ? 'X' : 'Z'; }

}  // namespace

Result<SettingsLog> parse_settings_log(ByteView bytes, std::string_view name) {
  Lines lines(bytes, name);
  HERALD_TRY_VOID(lines.form(kSettingsForm));
  SettingsLog log;
  while (lines.next()) {
    if (lines.word(0) == "intensity") {
      Intensity intensity;
      if (!log.blocks.empty()) return lines.fault("an intensity after the first block: all come before it");
      if (log.intensities.size() == kMostIntensities)
        return lines.fault(fmt::format("more than {} intensities", kMostIntensities));
      if (lines.count() != 3 || !lines.number(1, intensity.mean.value) || !lines.number(2, intensity.probability.value))
        return lines.expected("'intensity MEAN PROBABILITY'");
      if (!(intensity.mean.value >= 0 && intensity.mean.value <= 1000))
        return lines.fault(fmt::format("a mean photon number of {} is not between 0 and 1000", intensity.mean.value));
      if (!(intensity.probability.value > 0 && intensity.probability.value <= 1))
        return lines.fault(
            fmt::format("a probability of {} is not above 0 and at most 1", intensity.probability.value));
      log.intensities.push_back(intensity);
      continue;
    }
    std::uint64_t pulses = 0, pulse = 0;
    HERALD_TRY(const bool is_block, lines.block(pulses));
    if (is_block) {
      HERALD_TRY_VOID(check_intensities(lines, log.intensities));
      log.blocks.push_back({pulses, {}, {}});
      continue;
    }
    unsigned intensity = 0;
    bool x = false, one = false;
    if (log.blocks.empty() || lines.count() != 4 || !lines.number(0, pulse) || !lines.number(1, intensity) ||
        !lines.basis(2, x) || !lines.bit(3, one))
      return lines.expected(log.blocks.empty() ? "'intensity MEAN PROBABILITY' or 'block PULSES'"
                                               : "'PULSE INTENSITY Z|X 0|1' or 'block PULSES'");
    SettingsBlock& block = log.blocks.back();
    HERALD_TRY_VOID(lines.pulse(block.pulse, pulse, block.pulses));
    if (intensity >= log.intensities.size())
      return lines.fault(
          fmt::format("intensity {} is unknown: {} are declared, counted from 0", intensity, log.intensities.size()));
    block.pulse.push_back(pulse);
    block.settings.intensity.push_back(static_cast<std::uint8_t>(intensity));
    block.settings.basis.push_back(x);
    block.settings.bit.push_back(one);
  }
  if (log.blocks.empty()) return lines.fault("no block in it: is the file truncated? 'block PULSES' begins one");
  return log;
}

Result<ClicksLog> parse_clicks_log(ByteView bytes, std::string_view name) {
  Lines lines(bytes, name);
  HERALD_TRY_VOID(lines.form(kClicksForm));
  ClicksLog log;
  while (lines.next()) {
    std::uint64_t pulses = 0, pulse = 0;
    HERALD_TRY(const bool is_block, lines.block(pulses));
    if (is_block) {
      log.blocks.push_back({pulses, {}});
      continue;
    }
    bool x = false, one = false;
    if (log.blocks.empty() || lines.count() != 3 || !lines.number(0, pulse) || !lines.basis(1, x) || !lines.bit(2, one))
      return lines.expected(log.blocks.empty() ? "'block PULSES'" : "'PULSE Z|X 0|1' or 'block PULSES'");
    ClicksBlock& block = log.blocks.back();
    HERALD_TRY_VOID(lines.pulse(block.clicks.pulse, pulse, block.pulses));
    block.clicks.pulse.push_back(pulse);
    block.clicks.basis.push_back(x);
    block.clicks.bit.push_back(one);
  }
  if (log.blocks.empty()) return lines.fault("no block in it: is the file truncated? 'block PULSES' begins one");
  return log;
}

Result<SettingsLog> read_settings_log(const std::filesystem::path& path) {
  HERALD_TRY(const Bytes bytes, read_file(path));
  return parse_settings_log(bytes, path.string());
}

Result<ClicksLog> read_clicks_log(const std::filesystem::path& path) {
  HERALD_TRY(const Bytes bytes, read_file(path));
  return parse_clicks_log(bytes, path.string());
}

Bytes format_settings_log(const SettingsLog& log) {
  fmt::memory_buffer text;
  const auto out = std::back_inserter(text);
  fmt::format_to(out, "{} 1\n", kSettingsForm);
  for (const Intensity& intensity : log.intensities)
    fmt::format_to(out, "intensity {} {}\n", intensity.mean.value, intensity.probability.value);
  for (const SettingsBlock& block : log.blocks) {
    fmt::format_to(out, "block {}\n", block.pulses);
    for (std::size_t i = 0; i < block.pulse.size(); ++i)
      fmt::format_to(out, "{} {} {} {:d}\n", block.pulse[i], block.settings.intensity[i],
                     basis_letter(block.settings.basis[i]), block.settings.bit[i]);
  }
  return {text.begin(), text.end()};
}

Bytes format_clicks_log(const ClicksLog& log) {
  fmt::memory_buffer text;
  const auto out = std::back_inserter(text);
  fmt::format_to(out, "{} 1\n", kClicksForm);
  for (const ClicksBlock& block : log.blocks) {
    fmt::format_to(out, "block {}\n", block.pulses);
    for (std::size_t i = 0; i < block.clicks.size(); ++i)
      fmt::format_to(out, "{} {} {:d}\n", block.clicks.pulse[i], basis_letter(block.clicks.basis[i]),
                     block.clicks.bit[i]);
  }
  return {text.begin(), text.end()};
}

Result<Settings> settings_at(const SettingsBlock& block, std::span<const std::uint64_t> pulses) {
  Settings settings;
  settings.intensity.reserve(pulses.size());
  std::size_t at = 0;
  for (const std::uint64_t pulse : pulses) {
    while (at < block.pulse.size() && block.pulse[at] < pulse) ++at;
    if (at == block.pulse.size() || block.pulse[at] != pulse)
      return fail(ErrorCode::disagreement,
                  fmt::format("pulse {} was detected, and Alice's settings at it are not recorded (of {} pulses in the "
                              "block): are both files of one recording, block by block?",
                              pulse, block.pulses));
    settings.intensity.push_back(block.settings.intensity[at]);
    settings.basis.push_back(block.settings.basis[at]);
    settings.bit.push_back(block.settings.bit[at]);
  }
  return settings;
}

}  // namespace herald
