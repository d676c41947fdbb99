#include "herald/link/make_light.h"

#include <fmt/format.h>

#include <algorithm>

#include "herald/protocol/bb84/recorded_light.h"
#include "herald/protocol/bb84/simulated_light.h"
#include "herald/protocol/bbm92/lab.h"
#include "herald/protocol/eve.h"

namespace herald::link {
namespace {

// A recording: some blocks of the link, and no more.
class RecordedLab final : public Lab {
 public:
  RecordedLab(Scheduler& scheduler, LocalLab::Serve serve, std::uint64_t first, std::uint64_t blocks)
      : m_lab(scheduler, std::move(serve)), m_first(first), m_end(first + blocks) {}
  Wire& open(std::uint64_t block) override { return m_lab.open(block); }
  void shut(std::uint64_t block) override { m_lab.shut(block); }
  std::optional<std::string> missing(std::uint64_t block) const override {
    if (m_first <= block && block < m_end) return std::nullopt;
    return fmt::format(
        "the recording has no more: it makes {} of this link, and the next is block {} (lab.first_block places another "
        "recording)",
        m_end - m_first == 1 ? fmt::format("block {}", m_first) : fmt::format("blocks {} to {}", m_first, m_end - 1),
        block);
  }

 private:
  LocalLab m_lab;
  std::uint64_t m_first, m_end;
};

Result<std::unique_ptr<Lab>> lab_of_tags(const EndConfig& config, Scheduler& scheduler) {
  const Side side = config.session.end == store::End::alice ? Side::alice : Side::bob;
  HERALD_TRY(TimeTags tags, read_time_tags(config.source));
  const auto foreign =
      std::ranges::find_if(tags.channel, [side](std::uint8_t channel) { return side_of(channel) != side; });
  if (foreign != tags.channel.end())
    return fail(ErrorCode::invalid_argument,
                fmt::format("{}: tag {} is of channel {}, the other party's; an end sees its own detections alone "
                            "(Alice's are channels 0 to 3, "
                            "Bob's 4 to 7): `herald distill FILE --split alice.tags bob.tags` makes a file for each",
                            config.source.string(), foreign - tags.channel.begin(), *foreign));
  const auto recording = std::make_shared<const bbm92::Recording>(
      bbm92::Recording{Origin::recorded, side, std::move(tags), config.first_block});
  return std::make_unique<RecordedLab>(
      scheduler, [recording](Wire& party) { return bbm92::serve_tags(party, *recording); }, config.first_block, 1);
}

Result<std::unique_ptr<bb84::RecordedLight>> read_log(const EndConfig& config) {
  if (config.session.end == store::End::alice) {
    HERALD_TRY(SettingsLog log, read_settings_log(config.source));
    return bb84::RecordedLight::of_settings(std::move(log), config.bb84, config.first_block);
  }
  HERALD_TRY(ClicksLog log, read_clicks_log(config.source));
  return bb84::RecordedLight::of_clicks(std::move(log), config.bb84, config.first_block);
}

Result<std::unique_ptr<Lab>> lab_of_log(const EndConfig& config, Scheduler& scheduler) {
  Result<std::unique_ptr<bb84::RecordedLight>> log = read_log(config);
  if (!log && log.error().code == ErrorCode::disagreement)
    return fail(ErrorCode::disagreement, config.source.string() + ": " + log.error().message);
  if (!log) return std::unexpected(log.error());
  const std::shared_ptr<bb84::RecordedLight> light = std::move(*log);
  const bool alice = config.session.end == store::End::alice;
  return std::make_unique<RecordedLab>(
      scheduler,
      [light, alice](Wire& party) {
        return alice ? bb84::serve_transmitter(party, *light) : bb84::serve_receiver(party, *light);
      },
      light->first(), light->blocks());
}

}  // namespace

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

Result<std::unique_ptr<Lab>> make_local_lab(const EndConfig& config, Scheduler& scheduler) {
  return config.protocol == "bbm92" ? lab_of_tags(config, scheduler) : lab_of_log(config, scheduler);
}

}  // namespace herald::link
