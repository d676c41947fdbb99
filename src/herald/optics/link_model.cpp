#include "herald/optics/link_model.h"

#include <cmath>
#include <string>

#include <fmt/format.h>

namespace herald {
namespace {

constexpr double kLargestMean = 1000;                   // photons a pulse
constexpr std::uint64_t kLongestDeadTime = 1ull << 40;  // gates
constexpr double kLongestDecay = 1e12;                  // gates

Result<void> check_probability(const std::string& name, Probability p) {
  if (p.value >= 0 && p.value <= 1) return {};
  return fail(ErrorCode::invalid_argument, fmt::format("{} is {}: a probability lies between 0 and 1", name, p.value));
}

// Written so that a NaN is outside.
Result<void> check_range(const std::string& name, double value, double low, double high) {
  if (value >= low && value <= high) return {};
  return fail(ErrorCode::invalid_argument,
              fmt::format("{} is {}: it must lie between {} and {}", name, value, low, high));
}

Result<void> check_source(const SourceModel& source) {
  if (source.intensities.empty() || source.intensities.size() > 256)
    return fail(ErrorCode::invalid_argument,
                fmt::format("the source has {} intensities: give 1 to 256", source.intensities.size()));
  double sum = 0;
  for (std::size_t k = 0; k < source.intensities.size(); ++k) {
    const Intensity& intensity = source.intensities[k];
    HERALD_TRY_VOID(
        check_range(fmt::format("mean photon number of intensity {}", k), intensity.mean.value, 0, kLargestMean));
    HERALD_TRY_VOID(check_probability(fmt::format("probability of intensity {}", k), intensity.probability));
    sum += intensity.probability.value;
  }
  if (std::abs(sum - 1) > 1e-9)
    return fail(ErrorCode::invalid_argument,
                fmt::format("the probabilities of the intensities sum to {}: make it 1", sum));
  return check_probability("Alice's probability of the Z basis", source.z_basis);
}

Result<void> check_fibre(const FibreModel& fibre) {
  HERALD_TRY_VOID(check_range("fibre length in km", fibre.length.value, 0, 1e6));
  HERALD_TRY_VOID(check_range("fibre attenuation in dB/km", fibre.attenuation.value, 0, 1e3));
  return check_range("insertion loss in dB", fibre.insertion_loss.value, 0, 1e3);
}

Result<void> check_receiver(const ReceiverModel& receiver) {
  HERALD_TRY_VOID(check_probability("Bob's probability of the Z basis", receiver.z_basis));
  for (std::size_t d = 0; d < 2; ++d) {
    HERALD_TRY_VOID(check_probability(fmt::format("efficiency of detector {}", d), receiver.detectors[d].efficiency));
    HERALD_TRY_VOID(
        check_probability(fmt::format("dark count probability of detector {}", d), receiver.detectors[d].dark_count));
  }
  HERALD_TRY_VOID(check_probability("misalignment", receiver.misalignment));
  HERALD_TRY_VOID(check_range("afterpulse probability", receiver.afterpulse.value, 0, 0.99));
  HERALD_TRY_VOID(check_range("afterpulse decay in gates", receiver.afterpulse_decay_gates, 1e-3, kLongestDecay));
  if (receiver.dead_gates > kLongestDeadTime)
    return fail(ErrorCode::invalid_argument,
                fmt::format("the dead time is {} gates: at most {}", receiver.dead_gates, kLongestDeadTime));
  return check_probability("jitter", receiver.jitter);
}

}  // namespace

LinkModel LinkModel::standard(Kilometre length) {
  LinkModel model;
  model.source.intensities = {{MeanPhotonNumber(0.63), Probability(0.457)},
                              {MeanPhotonNumber(0.256), Probability(0.369)},
                              {MeanPhotonNumber(2e-4), Probability(0.174)}};
  model.source.z_basis = Probability(0.84);
  model.fibre.length = length;
  model.fibre.attenuation = DecibelPerKilometre(0.2);
  model.receiver.z_basis = Probability(0.84);
  model.receiver.detectors.fill({Probability(0.1), Probability(6e-7)});
  model.receiver.misalignment = Probability(5e-3);
  model.pulse_rate = Hertz(1e9);
  return model;
}

Result<void> LinkModel::validate() const {
  HERALD_TRY_VOID(check_source(source));
  HERALD_TRY_VOID(check_fibre(fibre));
  HERALD_TRY_VOID(check_receiver(receiver));
  return check_range("pulse rate in Hz", pulse_rate.value, 1e-3, 1e15);
}

Probability jitter_probability(Seconds sigma, Hertz pulse_rate) {
  if (sigma.value <= 0) return Probability(0);
  return Probability(std::erfc(0.5 / (pulse_rate.value * sigma.value * std::sqrt(2.0))));
}

}  // namespace herald
