#pragma once
// A simulated fibre as the light of a link: a source, a channel and a receiver of optics/, with Eve on the wire or
// without.

#include <map>
#include <memory>

#include "herald/base/random.h"
#include "herald/optics/channel.h"
#include "herald/optics/click_sampler.h"
#include "herald/optics/link_model.h"
#include "herald/protocol/bb84/lab.h"

namespace herald::bb84 {

// Block n's light depends on (model, Eve, seed, n) alone, so that either end may ask first, and again.
class SimulatedLight final : public Light {
 public:
  // Errors: those of model.validate(); invalid_argument (pulses_per_block outside [1, 2^50]).
  static Result<std::unique_ptr<SimulatedLight>> create(const LinkModel& model, std::uint64_t pulses_per_block,
                                                        std::uint64_t seed,
                                                        std::shared_ptr<const ChannelAction> eve = nullptr);

  Origin origin() const override { return Origin::simulated; }
  Result<Clicks> clicks(std::uint64_t block) override;
  Result<Settings> settings(std::uint64_t block, std::span<const std::uint64_t> pulses) override;

 private:
  SimulatedLight(const LinkModel& model, std::uint64_t pulses, std::uint64_t seed,
                 std::shared_ptr<const ChannelAction> eve);
  const ClickBlock& block(std::uint64_t number);

  LinkModel m_model;
  std::uint64_t m_pulses;
  SimulationRandom m_random;
  std::shared_ptr<const ChannelAction> m_eve;
  std::map<std::uint64_t, ClickBlock> m_blocks;  // the last few, by number
};

}  // namespace herald::bb84
