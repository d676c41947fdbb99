#include "herald/link/make_light.h"

#include "herald/protocol/bb84/simulated_light.h"
#include "herald/protocol/eve.h"

namespace herald::link {

Result<std::unique_ptr<bb84::Light>> make_light(const FibreConfig& config) {
  std::shared_ptr<const ChannelAction> eve;
  if (config.eve == "intercept-resend") {
    HERALD_TRY(InterceptResend attack, InterceptResend::create(config.model, Probability(config.eve_fraction)));
    eve = std::make_shared<InterceptResend>(attack);
  } else if (config.eve == "photon-number-splitting") {
    HERALD_TRY(PhotonNumberSplitting attack, PhotonNumberSplitting::create(config.model));
    eve = std::make_shared<PhotonNumberSplitting>(attack);
  }
  HERALD_TRY(std::unique_ptr<bb84::SimulatedLight> light,
             bb84::SimulatedLight::create(config.model, config.pulses_per_block, config.seed, std::move(eve)));
  return light;
}

Result<std::unique_ptr<Lab>> make_local_lab(const EndConfig& config, Scheduler&) {
  return fail(ErrorCode::invalid_argument, config.source.string());
}

}  // namespace herald::link
