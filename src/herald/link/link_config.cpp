#include "herald/link/link_config.h"

#include <array>

#include "herald/link/config_reader.h"

namespace herald::link {
namespace {

constexpr std::array<std::string_view, 2> kIntensityColumns{"mean", "probability"};

Epsilon read_epsilon(ConfigReader& file) {
  Epsilon epsilon;
  epsilon.secrecy = FailureProbability(file.number("epsilon.secrecy", epsilon.secrecy.value, 1e-300, 0.5));
  epsilon.correctness = FailureProbability(file.number("epsilon.correctness", epsilon.correctness.value, 1e-30, 0.5));
  epsilon.authentication =
      FailureProbability(file.number("epsilon.authentication", epsilon.authentication.value, 1e-25, 0.5));
  return epsilon;
}

void read_bb84(ConfigReader& file, bb84::Parameters& parameters) {
  const auto rows = file.rows("protocol.intensities", kIntensityColumns);
  if (rows.empty()) {
    for (const auto& intensity : LinkModel::standard(Kilometre(50)).source.intensities)
      parameters.intensities.push_back({intensity.mean, intensity.probability});
  }
  for (const auto& row : rows) parameters.intensities.push_back({MeanPhotonNumber(row[0]), Probability(row[1])});
  parameters.pulses_per_block =
      file.whole("protocol.pulses_per_block", parameters.pulses_per_block, 1, std::uint64_t{1} << 50);
  parameters.abort_error_rate =
      ErrorRate(file.number("protocol.abort_error_rate", parameters.abort_error_rate.value, 0, 0.5));
  parameters.first_error_rate =
      ErrorRate(file.number("protocol.first_error_rate", parameters.first_error_rate.value, 0, 0.5));
  parameters.frame_bits = file.whole("protocol.frame_bits", parameters.frame_bits, 1024, std::uint64_t{1} << 27);
  parameters.epsilon = read_epsilon(file);
}

void read_bbm92(ConfigReader& file, bbm92::Parameters& parameters) {
  static constexpr std::array<std::string_view, 2> kBases{"z", "x"};
  parameters.stretch = file.number("protocol.stretch", parameters.stretch, 0, 1);
  parameters.half_window = file.whole("protocol.half_window", parameters.half_window, 0, std::uint64_t{1} << 40);
  parameters.dead_time = file.whole("protocol.dead_time", parameters.dead_time, 0, std::uint64_t{1} << 50);
  parameters.range = file.whole("protocol.range", parameters.range, 1, std::uint64_t{1} << 40);
  parameters.greatest_drift = 1e-6 * file.number("protocol.drift_ppm", 0, 0, 10000);
  parameters.key_basis_is_x = file.choice("protocol.key_basis", "z", kBases) == "x";
  parameters.preparation_quality = file.number("protocol.preparation_quality", parameters.preparation_quality, 0, 1);
  parameters.false_alarm =
      FailureProbability(file.number("protocol.false_alarm", parameters.false_alarm.value, 1e-15, 0.5));
  parameters.abort_error_rate =
      ErrorRate(file.number("protocol.abort_error_rate", parameters.abort_error_rate.value, 0, 0.5));
  parameters.first_error_rate =
      ErrorRate(file.number("protocol.first_error_rate", parameters.first_error_rate.value, 0, 0.5));
  parameters.disclosure_efficiency =
      file.number("protocol.disclosure_efficiency", parameters.disclosure_efficiency, 0, 10);
  parameters.frame_bits = file.whole("protocol.frame_bits", parameters.frame_bits, 1024, std::uint64_t{1} << 27);
  parameters.epsilon = read_epsilon(file);
}

std::optional<net::Endpoint> read_endpoint(ConfigReader& file, const std::string& key) {
  const std::string text = file.text(key, "");
  if (text.empty()) return std::nullopt;
  auto endpoint = net::parse_endpoint(text);
  if (!endpoint) {
    file.fault(key, endpoint.error().message);
    return std::nullopt;
  }
  return *endpoint;
}

void read_session(ConfigReader& file, SessionConfig& session, bool recorded, bool pairs) {
  const std::uint64_t replenish =
      pairs ? 0 : session.replenish_bits;  // recorded pairs are one block: all of it becomes keys
  session.link = file.required_text("link.name");
  session.key_bits = file.whole("keys.bits", session.key_bits, 8, std::uint64_t{1} << 24);
  if (session.key_bits % 8 != 0) file.fault("keys.bits", "is not a multiple of 8");
  session.replenish_bits = file.whole("keys.replenish_bits", replenish, 0, std::uint64_t{1} << 24);
  session.until_keys = file.whole("keys.until", 0, 0, std::uint64_t{1} << 40);
  session.blocks_in_flight = file.whole("link.blocks_in_flight", recorded ? 1 : session.blocks_in_flight, 1, 32);
  session.max_blocks = file.whole("link.max_blocks", 0, 0, std::uint64_t{1} << 40);
  session.give_up_after = static_cast<unsigned>(file.whole("link.give_up_after", session.give_up_after, 1, 1000));
  session.lifetime = FailureProbability(file.number("epsilon.lifetime", session.lifetime.value, 1e-300, 0.5));
}

}  // namespace

Result<EndConfig> read_end_config(const std::filesystem::path& path, std::string_view role,
                                  std::span<const std::string> overrides) {
  HERALD_TRY(ConfigReader file, ConfigReader::load(path, overrides));
  EndConfig config;
  HERALD_TRY(config.session.end, store::end_from_string(role));
  static constexpr std::array<std::string_view, 2> kProtocols{"bb84", "bbm92"};
  config.protocol = file.choice("protocol.name", "bb84", kProtocols);
  config.source = file.resolve(file.text("lab.source", ""));
  config.first_block = file.whole("lab.first_block", 0, 0, std::uint64_t{1} << 40);
  read_session(file, config.session, !config.source.empty(), config.protocol == "bbm92");
  if (config.protocol == "bb84")
    read_bb84(file, config.bb84);
  else
    read_bbm92(file, config.bbm92);
  config.listen = read_endpoint(file, "link.listen");
  config.connect = read_endpoint(file, "link.connect");
  if (config.listen.has_value() == config.connect.has_value())
    file.fault("link", "must say either listen or connect: one end listens, the other connects to it");
  config.fibre = read_endpoint(file, "lab.fibre");
  if (config.fibre.has_value() == !config.source.empty())
    file.fault("lab", "must say either fibre (a simulated fibre's address) or source (a recording's file)");
  if (config.fibre && config.first_block != 0)
    file.fault("lab.first_block", "is for recordings (lab.source); a fibre has every block");
  if (config.protocol == "bbm92" && config.fibre)
    file.fault("lab.fibre", "is for bb84; entangled pairs come from a recording (lab.source)");
  config.store = file.resolve(file.required_text("store.path"));
  config.pre_shared_key = file.resolve(file.required_text("authentication.pre_shared_key"));
  config.silence_seconds = file.number("link.silence_seconds", config.silence_seconds, 0.1, 86400);
  config.reconnect_seconds = file.number("link.reconnect_seconds", config.reconnect_seconds, 0, 1e9);
  HERALD_TRY_VOID(file.finish());
  HERALD_TRY_VOID(config.protocol == "bb84" ? config.bb84.validate() : config.bbm92.validate());
  return config;
}

Result<FibreConfig> read_fibre_config(const std::filesystem::path& path, std::span<const std::string> overrides) {
  HERALD_TRY(ConfigReader file, ConfigReader::load(path, overrides));
  FibreConfig config;
  config.listen = read_endpoint(file, "fibre.listen").value_or(net::Endpoint{"127.0.0.1", 7400});
  config.model = LinkModel::standard(Kilometre(file.number("fibre.length_km", 50, 0, 5000)));
  FibreModel& fibre = config.model.fibre;
  fibre.attenuation = DecibelPerKilometre(file.number("fibre.attenuation_db_per_km", fibre.attenuation.value, 0, 100));
  fibre.insertion_loss = Decibel(file.number("fibre.insertion_loss_db", fibre.insertion_loss.value, 0, 200));
  config.seed = file.whole("fibre.seed", 1, 0, (std::uint64_t{1} << 53) - 1);
  config.pulses_per_block =
      file.whole("protocol.pulses_per_block", bb84::Parameters().pulses_per_block, 1, std::uint64_t{1} << 50);

  SourceModel& source = config.model.source;
  if (const auto rows = file.rows("protocol.intensities", kIntensityColumns); !rows.empty()) {
    source.intensities.clear();
    for (const auto& row : rows) source.intensities.push_back({MeanPhotonNumber(row[0]), Probability(row[1])});
  }
  source.z_basis = Probability(file.number("source.key_basis_probability", source.z_basis.value, 0, 1));
  config.model.pulse_rate = Hertz(file.number("source.pulse_rate_hz", config.model.pulse_rate.value, 1, 1e15));

  ReceiverModel& receiver = config.model.receiver;
  receiver.z_basis = Probability(file.number("receiver.key_basis_probability", receiver.z_basis.value, 0, 1));
  const double efficiency = file.number("receiver.efficiency", receiver.detectors[0].efficiency.value, 0, 1);
  const double dark_count =
      file.number("receiver.dark_count_probability", receiver.detectors[0].dark_count.value, 0, 1);
  for (DetectorModel& detector : receiver.detectors) detector = {Probability(efficiency), Probability(dark_count)};
  receiver.detectors[1].efficiency = Probability(file.number("receiver.efficiency_of_detector_1", efficiency, 0, 1));
  receiver.misalignment = Probability(file.number("receiver.misalignment", receiver.misalignment.value, 0, 0.5));
  receiver.afterpulse =
      Probability(file.number("receiver.afterpulse_probability", receiver.afterpulse.value, 0, 0.999));
  receiver.afterpulse_decay_gates =
      file.number("receiver.afterpulse_decay_gates", receiver.afterpulse_decay_gates, 0, 1e9);
  receiver.dead_gates = file.whole("receiver.dead_gates", receiver.dead_gates, 0, 1'000'000'000);
  receiver.jitter = Probability(file.number("receiver.jitter_probability", receiver.jitter.value, 0, 1));

  static constexpr std::array<std::string_view, 3> kAttacks{"none", "intercept-resend", "photon-number-splitting"};
  config.eve = file.choice("eve.attack", "none", kAttacks);
  config.eve_fraction = file.number("eve.fraction", 1, 0, 1);
  HERALD_TRY_VOID(file.finish());
  HERALD_TRY_VOID(config.model.validate());
  return config;
}

}  // namespace herald::link
