#include "herald/cli/rate_request.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace herald::cli {
namespace {

bool knows(const study::RateModel& model, const study::Preset::Value& value) {
  return study::parameter_index(model, value.setting.name) >= 0;
}

}  // namespace

Result<RateRequest> read_rate_request(const RateOptions& options) {
  RateRequest request;
  std::vector<std::string> names = options.protocols;
  for (const std::string& name : options.presets) {
    HERALD_TRY(study::Preset preset, study::load_preset(name));
    if (options.protocols.empty())
      for (const std::string& protocol : preset.protocols)
        if (std::ranges::find(names, protocol) == names.end()) names.push_back(protocol);
    request.presets.push_back(std::move(preset));
  }
  if (names.empty())
    return fail(
        ErrorCode::invalid_argument,
        "name a protocol, such as bb84-decoy; `herald rate --list` has them all, `herald rate --help` examples");
  for (const std::string& name : names) {
    HERALD_TRY(const study::RateModel* const model, study::find_model(name));
    if (std::ranges::find(request.models, model) != request.models.end())
      return fail(ErrorCode::invalid_argument, fmt::format("{} is named twice", model->name));
    request.models.push_back(model);
  }
  for (const study::Preset& preset : request.presets) {
    for (const study::Preset::Value& value : preset.values)
      if (std::ranges::any_of(request.models, [&](auto* m) { return knows(*m, value); }))
        request.settings.push_back(value.setting);
    for (const study::RateModel* model : request.models) {
      std::vector<std::string_view> unused;
      for (const study::Preset::Value& value : preset.values)
        if (!knows(*model, value)) unused.push_back(value.setting.name);
      if (!unused.empty() && !model->bound)
        fmt::print(stderr, "note: {} has no {}, which preset {} gives\n", model->name, fmt::join(unused, ", "),
                   preset.name);
    }
  }
  for (const std::string& text : options.set) {
    HERALD_TRY(study::Setting setting, study::parse_setting(text));
    request.settings.push_back(std::move(setting));
  }
  return request;
}

Result<study::Axis> parse_sweep(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos)
    return fail(ErrorCode::invalid_argument,
                fmt::format("--sweep {}: say name=FROM:TO:STEP, such as detector.efficiency=0.1:0.9:0.1", text));
  const std::string name = text.substr(0, equals);
  return study::parse_axis(name, text.substr(equals + 1), "--sweep " + name);
}

Result<void> read_rate_axes(const RateOptions& options, RateRequest& request) {
  for (const std::string& text : options.sweep) {
    HERALD_TRY(study::Axis axis, parse_sweep(text));
    request.axes.push_back(std::move(axis));
  }
  // What is swept is not set by a preset.
  std::erase_if(request.settings, [&](const study::Setting& setting) {
    return setting.origin != "--set" &&
           std::ranges::find(request.axes, setting.name, &study::Axis::name) != request.axes.end();
  });
  const bool any = std::ranges::any_of(request.models, [](const auto* model) { return model->uses_distance; });
  if (!any && options.distance.empty()) return {};
  if (!any) {
    fmt::print(stderr, "note: none of them depends on the distance\n");
    return {};
  }
  const bool is_swept = !options.sweep.empty() && options.distance.empty();
  if (is_swept && std::ranges::find(request.axes, study::kDistance, &study::Axis::name) != request.axes.end())
    return {};
  const std::string standard = is_swept ? "0,50,100" : "0:500:25";
  HERALD_TRY(study::Axis axis,
             study::parse_axis(study::kDistance, options.distance.empty() ? standard : options.distance, "--distance"));
  request.axes.push_back(std::move(axis));
  return {};
}

}  // namespace herald::cli
