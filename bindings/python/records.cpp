#include "records.h"

#include <fmt/format.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include "errors.h"
#include "herald/proof/registry.h"
#include "herald/study/preset.h"

namespace herald::python {

namespace py = pybind11;
using study::ParameterSpec;
using study::Preset;
using study::RateModel;

void add_theorems(py::module_& module) {
  constexpr auto kStatic = py::return_value_policy::reference;
  py::class_<Assumption>(module, "Assumption", "Something that a theorem takes for granted.")
      .def_readonly("name", &Assumption::name)
      .def_readonly("meaning", &Assumption::meaning)
      .def("__repr__", [](const Assumption& a) { return fmt::format("<herald.Assumption {}>", a.name); });
  py::class_<EpsilonShare>(module, "EpsilonShare", "A part of a theorem's failure probability.")
      .def_readonly("meaning", &EpsilonShare::meaning)
      .def_readonly("share", &EpsilonShare::share, "of the whole, which is 1");
  py::class_<PublishedPoint>(module, "PublishedPoint", "A figure that somebody published, and ours beside it.")
      .def_readonly("what", &PublishedPoint::what)
      .def_readonly("source", &PublishedPoint::source)
      .def_readonly("published", &PublishedPoint::published)
      .def_readonly("relative_tolerance", &PublishedPoint::relative_tolerance)
      .def(
          "computed", [](const PublishedPoint& point) { return point.computed(); },
          py::call_guard<py::gil_scoped_release>(), "The figure as Herald computes it, now.")
      .def("__repr__", [](const PublishedPoint& p) { return fmt::format("<herald.PublishedPoint {}>", p.what); });
  py::class_<Theorem>(module, "Theorem",
                      "A theorem's record: where it stands, what it says, what it takes for granted.")
      .def_readonly("name", &Theorem::name)
      .def_readonly("title", &Theorem::title)
      .def_readonly("protocol", &Theorem::protocol)
      .def_readonly("finite", &Theorem::finite, "of finite keys, with a failure probability")
      .def_readonly("bound", &Theorem::bound, "what no protocol exceeds, rather than what one reaches")
      .def_readonly("paper", &Theorem::paper)
      .def_readonly("equations", &Theorem::equations)
      .def_readonly("statement", &Theorem::statement)
      .def_readonly("observed", &Theorem::observed, "what it is fed")
      .def_readonly("two_way", &Theorem::two_way, "what else holds when reconciliation goes both ways")
      .def_readonly("block_length", &Theorem::block_length)
      .def_property_readonly("assumptions", [](const Theorem& t) { return list_of(t.assumptions); })
      .def_property_readonly("two_way_assumptions", [](const Theorem& t) { return list_of(t.two_way_assumptions); })
      .def_property_readonly("epsilon_shares", [](const Theorem& t) { return list_of(t.epsilon_shares); })
      .def_property_readonly(
          "points", [](const Theorem& t) { return list_of(t.points); }, "PublishedPoint, each")
      .def("__repr__", [](const Theorem& t) { return fmt::format("<herald.Theorem {}: {}>", t.name, t.title); });
  module.def(
      "theorems",
      [] {
        py::list all;
        for (const Theorem& theorem : theorems()) all.append(py::cast(&theorem, py::return_value_policy::reference));
        return all;
      },
      "All theorems that a figure of Herald may rest on.");
  module.def(
      "theorem", [](std::string_view name) { return value_of(find_theorem(name)); }, py::arg("name"), kStatic,
      "The theorem of that name.");
}

void add_models(py::module_& module) {
  constexpr auto kStatic = py::return_value_policy::reference;
  py::class_<ParameterSpec>(module, "Parameter", "A parameter of a model; the same name means the same in each.")
      .def_readonly("name", &ParameterSpec::name)
      .def_readonly("unit", &ParameterSpec::unit)
      .def_readonly("meaning", &ParameterSpec::meaning)
      .def_readonly("standard", &ParameterSpec::standard, "unless set, swept or optimised")
      .def_readonly("least", &ParameterSpec::least)
      .def_readonly("most", &ParameterSpec::most)
      .def_readonly("optimised", &ParameterSpec::optimised, "chosen for the highest rate unless set")
      .def_readonly("logarithmic", &ParameterSpec::logarithmic)
      .def("__repr__", [](const ParameterSpec& p) {
        return fmt::format("<herald.Parameter {}: {:g} to {:g}{}{}>", p.name, p.least, p.most,
                           p.unit.empty() ? "" : " ", p.unit);
      });
  py::class_<RateModel>(module, "Model", "A protocol or a bound whose rate can be computed.")
      .def_readonly("name", &RateModel::name)
      .def_property_readonly(
          "aliases", [](const RateModel& m) { return std::vector<std::string>(m.aliases.begin(), m.aliases.end()); })
      .def_readonly("title", &RateModel::title)
      .def_property_readonly(
          "theorem", [](const RateModel& m) { return value_of(find_theorem(m.theorem)); }, kStatic)
      .def_property_readonly("unit", [](const RateModel& m) { return fmt::format("bit/{}", m.use); })
      .def_readonly("bound", &RateModel::bound, "what no protocol exceeds")
      .def_readonly("uses_distance", &RateModel::uses_distance)
      .def_property_readonly(
          "parameters",
          [](const RateModel& m) {
            py::dict parameters;
            for (const ParameterSpec& spec : m.parameters)
              parameters[py::str(spec.name)] = py::cast(&spec, py::return_value_policy::reference);
            return parameters;
          },
          "Parameter by name, in the model's order")
      .def("__repr__", [](const RateModel& m) { return fmt::format("<herald.Model {}: {}>", m.name, m.title); });
  module.def(
      "models",
      [] {
        py::list all;
        for (const RateModel* model : study::rate_models())
          all.append(py::cast(model, py::return_value_policy::reference));
        return all;
      },
      "All protocols and bounds.");
  module.def(
      "model", [](std::string_view name) { return value_of(study::find_model(name)); }, py::arg("name"), kStatic,
      "The protocol or bound of that name or alias.");
}

void add_presets(py::module_& module) {
  py::class_<Preset>(module, "Preset", "Parameters of a real system, each with the source that it is quoted from.")
      .def_readonly("name", &Preset::name)
      .def_readonly("title", &Preset::title)
      .def_readonly("source", &Preset::source)
      .def_readonly("protocols", &Preset::protocols)
      .def_property_readonly("values",
                             [](const Preset& preset) {
                               py::dict values;
                               for (const Preset::Value& value : preset.values)
                                 values[py::str(value.setting.name)] = value.setting.value;
                               return values;
                             })
      .def_property_readonly(
          "sources",
          [](const Preset& preset) {
            py::dict sources;
            for (const Preset::Value& value : preset.values)
              sources[py::str(value.setting.name)] = value.source.empty() ? preset.source : value.source;
            return sources;
          },
          "where each value stands")
      .def("__repr__", [](const Preset& p) { return fmt::format("<herald.Preset {}: {}>", p.name, p.title); });
  module.def(
      "presets", [] { return study::preset_names(study::preset_folders()); }, "Names of the presets that come along.");
  module.def(
      "preset", [](const std::filesystem::path& name) { return value_of(study::load_preset(name.string())); },
      py::arg("name"), "A preset by its name, or from a file.");
}

}  // namespace herald::python
