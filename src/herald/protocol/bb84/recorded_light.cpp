#include "herald/protocol/bb84/recorded_light.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace herald::bb84 {
namespace {

template <typename Block>
Result<void> require_agreed(const std::vector<Block>& blocks, const Parameters& parameters) {
  for (std::size_t i = 0; i < blocks.size(); ++i)
    if (blocks[i].pulses != parameters.pulses_per_block)
      return fail(
          ErrorCode::disagreement,
          fmt::format("block {} of the log has {} pulses, and protocol.pulses_per_block is {}; set it as recorded", i,
                      blocks[i].pulses, parameters.pulses_per_block));
  return {};
}

bool alike(const Intensity& a, const Intensity& b) {
  return std::abs(a.mean.value - b.mean.value) <= 1e-9 && std::abs(a.probability.value - b.probability.value) <= 1e-9;
}

std::string describe(const std::vector<Intensity>& intensities) {
  std::string text;
  for (const auto& [mean, probability] : intensities)
    text += fmt::format("{}{} with {}", text.empty() ? "" : ", ", mean.value, probability.value);
  return text;
}

}  // namespace

Result<std::unique_ptr<RecordedLight>> RecordedLight::of_settings(SettingsLog log, const Parameters& parameters,
                                                                  std::uint64_t first) {
  HERALD_TRY_VOID(require_agreed(log.blocks, parameters));
  if (!std::ranges::equal(log.intensities, parameters.intensities, alike))
    return fail(
        ErrorCode::disagreement,
        fmt::format(
            "the log's intensities are {}, and protocol.intensities {}; set them as recorded, in the same order",
            describe(log.intensities), describe(parameters.intensities)));
  return std::unique_ptr<RecordedLight>(new RecordedLight(std::move(log), first));
}

Result<std::unique_ptr<RecordedLight>> RecordedLight::of_clicks(ClicksLog log, const Parameters& parameters,
                                                                std::uint64_t first) {
  HERALD_TRY_VOID(require_agreed(log.blocks, parameters));
  return std::unique_ptr<RecordedLight>(new RecordedLight(std::move(log), first));
}

std::uint64_t RecordedLight::blocks() const {
  return std::visit([](const auto& log) -> std::uint64_t { return log.blocks.size(); }, m_log);
}

Result<std::size_t> RecordedLight::index(std::uint64_t block) const {
  if (block < m_first || block - m_first >= blocks())
    return fail(ErrorCode::exhausted, fmt::format("the recording has no block {}: it makes blocks {} to {}", block,
                                                  m_first, m_first + blocks() - 1));
  return static_cast<std::size_t>(block - m_first);
}

Result<Clicks> RecordedLight::clicks(std::uint64_t block) {
  const auto* log = std::get_if<ClicksLog>(&m_log);
  if (log == nullptr) return fail(ErrorCode::invalid_argument, "the recording is Alice's: it holds no clicks");
  HERALD_TRY(const std::size_t i, index(block));
  return log->blocks[i].clicks;
}

Result<Settings> RecordedLight::settings(std::uint64_t block, std::span<const std::uint64_t> pulses) {
  const auto* log = std::get_if<SettingsLog>(&m_log);
  if (log == nullptr) return fail(ErrorCode::invalid_argument, "the recording is Bob's: it holds no settings");
  HERALD_TRY(const std::size_t i, index(block));
  return settings_at(log->blocks[i], pulses);
}

}  // namespace herald::bb84
