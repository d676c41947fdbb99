#include "request.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <pybind11/numpy.h>

#include <algorithm>

#include "errors.h"

namespace herald::python {
namespace {

namespace py = pybind11;
using study::Axis;
using study::RateModel;
using study::Setting;

std::string name_in(const py::handle& name) {
  const auto text = py::reinterpret_steal<py::object>(PyOS_FSPath(name.ptr()));
  if (!text) throw py::error_already_set();
  return text.cast<std::string>();
}

// One str or path, or several.
std::vector<std::string> names_in(const py::object& names) {
  std::vector<std::string> found;
  if (names.is_none()) return found;
  if (py::isinstance<py::str>(names) || py::hasattr(names, "__fspath__")) return {name_in(names)};
  for (const py::handle name : names) found.push_back(name_in(name));
  return found;
}

std::string with_underscores(std::string_view name) {
  std::string text(name);
  std::ranges::replace(text, '.', '_');
  return text;
}

// The parameter that a keyword stands for; itself when there is none.
std::string parameter_of(const std::string& keyword, study::Models models) {
  for (const RateModel* model : models)
    for (const study::ParameterSpec& spec : model->parameters)
      if (with_underscores(spec.name) == keyword) return std::string(spec.name);
  return keyword;
}

Axis axis_of(std::string name, std::string origin, const py::handle& values) {
  const py::array_t<double, py::array::c_style | py::array::forcecast> array(
      py::reinterpret_borrow<py::object>(values));
  if (array.ndim() > 1)
    raise({ErrorCode::invalid_argument,
           fmt::format("{} {}: an array of one dimension, not {}", origin, name, array.ndim())});
  return {std::move(name), {array.data(), array.data() + array.size()}, std::move(origin)};
}

bool is_scalar(const py::handle& value) {
  if (PyNumber_Check(value.ptr()) == 0) return false;
  return !py::hasattr(value, "__len__") || py::getattr(value, "ndim", py::none()).equal(py::int_(0));
}

double number_in(const py::handle& value) {
  const double number = PyFloat_AsDouble(value.ptr());
  if (PyErr_Occurred() != nullptr) throw py::error_already_set();
  return number;
}

// "name", or "model:name" for one of several.
Setting setting_of(std::string name, double value) {
  std::string model;
  if (const std::size_t colon = name.find(':'); colon != std::string::npos) {
    model = name.substr(0, colon);
    name.erase(0, colon + 1);
  }
  return {std::move(name), value, "set", std::move(model)};
}

void add_axis(Request& request, Axis axis, bool is_dimension) {
  request.axes.push_back(std::move(axis));
  request.is_dimension.push_back(is_dimension);
}

void add_presets(Request& request, const std::vector<study::Preset>& presets) {
  for (const study::Preset& preset : presets) {
    std::vector<std::string_view> unused;
    for (const study::Preset::Value& value : preset.values) {
      const std::string& name = value.setting.name;
      if (std::ranges::any_of(request.models, [&](auto* model) { return study::parameter_index(*model, name) >= 0; }))
        request.settings.push_back(value.setting);
      else
        unused.push_back(name);
    }
    const std::string note = fmt::format("of preset {}, nobody here uses {}", preset.name, fmt::join(unused, ", "));
    if (!unused.empty() && PyErr_WarnEx(PyExc_UserWarning, note.c_str(), 2) != 0) throw py::error_already_set();
  }
}

}  // namespace

Request read_request(const py::object& protocols, const py::object& preset, const py::dict& set, const py::dict& sweep,
                     const py::dict& parameters) {
  Request request;
  std::vector<study::Preset> presets;
  std::vector<std::string> names = names_in(protocols);
  for (const std::string& name : names_in(preset)) {
    presets.push_back(value_of(study::load_preset(name)));
    if (protocols.is_none())
      names.insert(names.end(), presets.back().protocols.begin(), presets.back().protocols.end());
  }
  if (names.empty()) raise({ErrorCode::invalid_argument, "name a protocol; herald.models() has them all"});
  for (const std::string& name : names) {
    const RateModel* const model = value_of(study::find_model(name));
    if (std::ranges::find(request.models, model) != request.models.end()) {
      if (protocols.is_none()) continue;  // in two presets
      raise({ErrorCode::invalid_argument, fmt::format("{} is named twice", model->name)});
    }
    request.models.push_back(model);
  }
  add_presets(request, presets);
  for (const auto& [name, value] : set) request.settings.push_back(setting_of(py::str(name), number_in(value)));
  for (const auto& [name, values] : sweep)
    add_axis(request, axis_of(py::str(name), "sweep", values), !is_scalar(values));
  for (const auto& [keyword, value] : parameters) {
    const std::string name = parameter_of(py::str(keyword), request.models);
    if (is_scalar(value))
      request.settings.push_back(setting_of(name, number_in(value)));
    else
      add_axis(request, axis_of(name, "sweep", value), true);
  }
  // What is swept is not set by a preset.
  std::erase_if(request.settings, [&](const Setting& setting) {
    return setting.origin != "set" && std::ranges::find(request.axes, setting.name, &Axis::name) != request.axes.end();
  });
  return request;
}

void add_distance(Request& request, const py::object& distance) {
  if (!distance.is_none()) {
    add_axis(request, axis_of(std::string(study::kDistance), "distance", distance), !is_scalar(distance));
    return;
  }
  if (std::ranges::find(request.axes, study::kDistance, &Axis::name) != request.axes.end()) return;
  const auto needs = std::ranges::find_if(request.models, [](auto* model) { return model->uses_distance; });
  if (needs != request.models.end())
    raise({ErrorCode::invalid_argument,
           fmt::format("{} depends on the distance: say distance=, in kilometres", (*needs)->name)});
}

}  // namespace herald::python
