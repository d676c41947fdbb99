#include <fmt/format.h>
#include <pybind11/numpy.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <algorithm>
#include <atomic>
#include <limits>
#include <map>
#include <optional>

#include "errors.h"
#include "herald/study/sweep.h"
#include "rates.h"
#include "request.h"

namespace herald::python {
namespace {

namespace py = pybind11;
using study::Axis;
using study::Point;
using study::RateModel;

constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();

// A row of numbers for each point of one model, filled without the interpreter.
class Rows {
 public:
  Rows(const RateModel& model, std::ptrdiff_t distance_axis) : m_model(model), m_distance(distance_axis) {}

  void add(const Point& point) {
    const std::size_t row = m_fixed.size() / width();
    m_fixed.push_back(m_distance < 0 ? kNothing : point.at[static_cast<std::size_t>(m_distance)]);
    m_fixed.push_back(point.outcome ? point.rate() : kNothing);
    m_fixed.push_back(point.outcome ? point.outcome->rate : kNothing);
    m_fixed.push_back(point.outcome ? point.outcome->epsilon : kNothing);
    m_fixed.insert(m_fixed.end(), point.values.begin(), point.values.end());
    if (!point.outcome) {
      m_errors.emplace(row, point.outcome.error().message);
      return;
    }
    for (const auto& [name, value] : point.outcome->figures) {
      auto& column = figure(name);
      column.resize(row, kNothing);
      column.push_back(value);
    }
  }

  py::object array(const std::vector<py::ssize_t>& shape) {
    const std::size_t rows = m_fixed.size() / width();
    py::list parameters, figures;
    for (const study::ParameterSpec& spec : m_model.parameters) parameters.append(py::make_tuple(spec.name, "f8"));
    for (auto& [name, column] : m_figures) {
      figures.append(py::make_tuple(name, "f8"));
      column.resize(rows, kNothing);
    }
    py::list fields;
    for (const char* name : {"distance", "rate", "signed_rate", "epsilon"}) fields.append(py::make_tuple(name, "f8"));
    fields.append(py::make_tuple("parameters", parameters));
    fields.append(py::make_tuple("figures", figures));
    const std::size_t all = width() + m_figures.size();
    py::array_t<double> numbers(static_cast<py::ssize_t>(rows * all));
    double* to = numbers.mutable_data();
    for (std::size_t row = 0; row < rows; ++row) {
      to = std::copy_n(m_fixed.begin() + static_cast<std::ptrdiff_t>(row * width()), width(), to);
      for (const auto& [name, column] : m_figures) *to++ = column[row];
    }
    return numbers.attr("view")(py::dtype::from_args(fields)).attr("reshape")(shape);
  }

  const std::map<std::size_t, std::string>& errors() const { return m_errors; }

 private:
  std::size_t width() const { return 4 + m_model.parameters.size(); }
  std::vector<double>& figure(std::string_view name) {
    const auto found = std::ranges::find(m_figures, name, &std::pair<std::string, std::vector<double>>::first);
    return found != m_figures.end() ? found->second : m_figures.emplace_back(std::string(name), 0).second;
  }

  const RateModel& m_model;
  std::ptrdiff_t m_distance;
  std::vector<double> m_fixed;
  std::vector<std::pair<std::string, std::vector<double>>> m_figures;  // shorter than the rows where they end in gaps
  std::map<std::size_t, std::string> m_errors;
};

struct SweepResult {
  py::dict arrays, axes, errors;
  // By a protocol's name or alias; nothing when it is not among them.
  std::optional<py::object> find(const std::string& name) const {
    const auto model = study::find_model(name);
    const py::str key(model ? std::string((*model)->name) : name);
    return arrays.contains(key) ? std::optional<py::object>(arrays[key]) : std::nullopt;
  }
};

// Computes with the interpreter free, and looks now and then whether Python wants it to stop.
void compute(const study::Sweep& sweep, study::SweepOptions options, const py::object& progress) {
  std::atomic<bool> stop = false;
  std::exception_ptr raised;
  options.stop = &stop;
  options.progress = [&](std::uint64_t done, std::uint64_t all) {
    if (stop) return;
    const py::gil_scoped_acquire interpreter;
    try {
      if (PyErr_CheckSignals() != 0) throw py::error_already_set();
      if (!progress.is_none()) progress(done, all);
    } catch (const py::error_already_set&) {
      raised = std::current_exception();
      stop = true;
    }
  };
  Result<void> done = [&] {
    const py::gil_scoped_release others;
    return study::run(sweep, options);
  }();
  if (raised) std::rethrow_exception(raised);
  value_of(std::move(done));
  if (!progress.is_none()) progress(sweep.points(), sweep.points());
}

SweepResult sweep(const py::object& protocols, const py::object& distance, const py::dict& set, const py::dict& swept,
                  const py::object& preset, unsigned threads, const std::optional<std::filesystem::path>& resume,
                  const py::object& progress, const py::kwargs& parameters) {
  constexpr unsigned kMostThreads = 1024;
  if (threads > kMostThreads)
    raise({ErrorCode::invalid_argument, fmt::format("threads={}: permitted are 0 to {}", threads, kMostThreads)});
  Request request = read_request(protocols, preset, set, swept, parameters);
  add_distance(request, distance);
  const study::Sweep sweep = value_of(study::Sweep::make(request.models, request.settings, request.axes));
  const auto at = std::ranges::find(request.axes, study::kDistance, &Axis::name);
  std::vector<Rows> rows;
  for (const RateModel* model : request.models)
    rows.emplace_back(*model, at == request.axes.end() ? -1 : at - request.axes.begin());
  study::SweepOptions options;
  options.threads = threads;
  options.journal = resume.value_or("");
  options.point = [&](std::uint64_t index, const Point& point) -> Result<void> {
    rows[index % rows.size()].add(point);
    return {};
  };
  compute(sweep, options, progress);

  SweepResult result;
  std::vector<py::ssize_t> shape;
  for (std::size_t i = 0; i < request.axes.size(); ++i) {
    if (!request.is_dimension[i]) continue;
    const Axis& axis = request.axes[i];
    shape.push_back(static_cast<py::ssize_t>(axis.values.size()));
    result.axes[py::str(axis.name)] = py::array_t<double>(shape.back(), axis.values.data());
  }
  for (std::size_t k = 0; k < rows.size(); ++k) {
    const py::str name(request.models[k]->name);
    result.arrays[name] = rows[k].array(shape);
    py::dict errors;
    const py::object unravel = py::module_::import("numpy").attr("unravel_index");
    for (const auto& [row, message] : rows[k].errors()) {
      py::list index;
      for (const py::handle i : unravel(row, shape)) index.append(py::int_(py::reinterpret_borrow<py::object>(i)));
      errors[py::tuple(index)] = message;
    }
    result.errors[name] = errors;
  }
  return result;
}

constexpr const char* kSweep = R"(Rates of one or several protocols at many points, on all cores.

protocols   a name or several; None: those of the preset
distance    kilometres, a number or an array
set         parameters that keep a value: {"detector.efficiency": 0.8}
sweep       parameters that run through values: {"misalignment": [0.05, 0.1]}; several axes make a product
preset      parameters of a real system: a name of herald.presets(), a file, or several
threads     0: as many as the machine has
resume      a file that keeps finished points, and is gone on from when it is there
progress    called about ten times a second, and at the end, with the points done and all there are
parameters  with underscores for dots: a number sets, an array sweeps

The result has, by protocol, a structured array with a dimension an axis, distance last: fields "distance", "rate",
"signed_rate", "epsilon", "parameters" and "figures", the latter two with fields of their own. A point that the theorem
is no good for is NaN, and errors says why. Ctrl-C stops it between two points; with resume they are kept.

>>> r = herald.sweep(["sns", "plob"], distance=np.arange(0, 700, 5), misalignment=[0.05, 0.15])
>>> r["sns"]["rate"].shape, r["sns"]["parameters"]["intensity.signal"][0, 20]
((2, 140), 0.44...))";

}  // namespace

void add_sweeps(py::module_& module) {
  py::class_<SweepResult>(module, "Sweep", "Arrays of rates by protocol.")
      .def_readonly("axes", &SweepResult::axes, "values by name, in the order of the arrays' dimensions")
      .def_readonly("errors", &SweepResult::errors, "by protocol: why a point was refused, by its index in the array")
      .def("__getitem__",
           [](const SweepResult& r, const std::string& name) {
             const auto found = r.find(name);
             if (!found) throw py::key_error(name);
             return *found;
           })
      .def("__contains__", [](const SweepResult& r, const std::string& name) { return r.find(name).has_value(); })
      .def("__iter__", [](const SweepResult& r) { return py::iter(r.arrays); })
      .def("__len__", [](const SweepResult& r) { return r.arrays.size(); })
      .def("keys", [](const SweepResult& r) { return r.arrays.attr("keys")(); })
      .def("values", [](const SweepResult& r) { return r.arrays.attr("values")(); })
      .def("items", [](const SweepResult& r) { return r.arrays.attr("items")(); })
      .def("__repr__",
           [](const SweepResult& r) {
             std::string text;
             for (const auto& [name, values] : r.axes)
               text += fmt::format("{}{} {}", text.empty() ? "" : " × ", std::string(py::str(name)), py::len(values));
             return fmt::format("<herald.Sweep of {}: {}>",
                                std::string(py::str(", ").attr("join")(r.arrays).cast<std::string>()),
                                text.empty() ? "one point" : text);
           })
      .def(py::pickle([](const SweepResult& r) { return py::make_tuple(r.arrays, r.axes, r.errors); },
                      [](const py::tuple& t) {
                        return SweepResult{t[0].cast<py::dict>(), t[1].cast<py::dict>(), t[2].cast<py::dict>()};
                      }));
  const auto none = py::none();
  module.def("sweep", &sweep, py::arg("protocols") = none, py::arg("distance") = none, py::kw_only(),
             py::arg_v("set", py::dict(), "{}"), py::arg_v("sweep", py::dict(), "{}"), py::arg("preset") = none,
             py::arg("threads") = 0, py::arg("resume") = none, py::arg("progress") = none, kSweep);
}

}  // namespace herald::python
