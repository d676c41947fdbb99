#include "herald/protocol/bb84/simulated_light.h"

#include <fmt/format.h>

namespace herald::bb84 {
namespace {

constexpr std::size_t kBlocksKept = 8;  // as many as a link has under way, and some

}  // namespace

Result<std::unique_ptr<SimulatedLight>> SimulatedLight::create(const LinkModel& model, std::uint64_t pulses_per_block,
                                                               std::uint64_t seed,
                                                               std::shared_ptr<const ChannelAction> eve) {
  if (pulses_per_block == 0 || pulses_per_block > std::uint64_t{1} << 50)
    return fail(ErrorCode::invalid_argument,
                fmt::format("pulses_per_block is {}; possible are 1 to 2^50", pulses_per_block));
  HERALD_TRY_VOID(model.validate());
  return std::unique_ptr<SimulatedLight>(new SimulatedLight(model, pulses_per_block, seed, std::move(eve)));
}

SimulatedLight::SimulatedLight(const LinkModel& model, std::uint64_t pulses, std::uint64_t seed,
                               std::shared_ptr<const ChannelAction> eve)
    : m_model(model), m_pulses(pulses), m_random(seed), m_eve(std::move(eve)) {}

const ClickBlock& SimulatedLight::block(std::uint64_t number) {
  if (const auto kept = m_blocks.find(number); kept != m_blocks.end()) return kept->second;
  auto sampler = ClickSampler::create(m_model, m_random.substream("block", number).next_word(), m_eve.get());
  HERALD_CHECK(sampler.has_value());  // the model was validated
  while (m_blocks.size() >= kBlocksKept) m_blocks.erase(m_blocks.begin());
  return m_blocks.emplace(number, sampler->sample_block(m_pulses)).first->second;
}

Result<Clicks> SimulatedLight::clicks(std::uint64_t number) { return block(number).clicks; }

Result<Settings> SimulatedLight::settings(std::uint64_t number, std::span<const std::uint64_t> pulses) {
  return block(number).settings_at(pulses);
}

}  // namespace herald::bb84
