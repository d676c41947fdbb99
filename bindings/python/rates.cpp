#include "rates.h"

#include <fmt/format.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <future>

#include "errors.h"
#include "herald/study/crossing.h"
#include "request.h"

namespace herald::python {
namespace {

namespace py = pybind11;
using study::Crossing;
using study::Problem;
using study::RateModel;

struct Rate {
  std::string protocol, unit, theorem;
  std::optional<double> distance;
  double rate = 0, signed_rate = 0, epsilon = 0;
  py::dict parameters, figures;
};

py::tuple state_of(const Rate& r) {
  return py::make_tuple(r.protocol, r.unit, r.theorem, r.distance, r.rate, r.signed_rate, r.epsilon, r.parameters,
                        r.figures);
}

Rate rate_from(const py::tuple& state) {
  const auto text = [&](std::size_t i) { return state[i].cast<std::string>(); };
  const auto number = [&](std::size_t i) { return state[i].cast<double>(); };
  return {text(0),
          text(1),
          text(2),
          state[3].cast<std::optional<double>>(),
          number(4),
          number(5),
          number(6),
          state[7].cast<py::dict>(),
          state[8].cast<py::dict>()};
}

study::Sweep sweep_of(const Request& request) {
  return value_of(study::Sweep::make(request.models, request.settings, request.axes));
}

Rate rate(const py::object& protocol, const py::object& distance, const py::dict& set, const py::object& preset,
          const py::kwargs& parameters) {
  Request request = read_request(protocol, preset, set, {}, parameters);
  add_distance(request, distance);
  const study::Sweep sweep = sweep_of(request);
  if (sweep.points() != 1)
    raise({ErrorCode::invalid_argument, "that is more than one point: herald.sweep computes many"});
  study::Point point = [&] {
    const py::gil_scoped_release others;
    return sweep.point(0);
  }();
  const study::RatePoint result = value_of(std::move(point.outcome));
  const RateModel& model = *point.model;
  Rate answer{std::string(model.name),
              fmt::format("bit/{}", model.use),
              std::string(model.theorem),
              std::nullopt,
              std::max(result.rate, 0.0),
              result.rate,
              result.epsilon,
              {},
              {}};
  if (model.uses_distance) answer.distance = point.at.back();
  for (std::size_t i = 0; i < point.values.size(); ++i)
    answer.parameters[py::str(model.parameters[i].name)] = point.values[i];
  for (const auto& [name, value] : result.figures) answer.figures[py::str(name)] = value;
  return answer;
}

// One protocol's problem.
Problem problem_of(const Request& request) {
  if (!request.axes.empty() || request.models.size() != 1)
    raise({ErrorCode::invalid_argument, "one protocol, with every parameter a number"});
  return sweep_of(request).problems().front();
}

Kilometre furthest_of(double most) {
  if (!(most > 0 && most <= study::kGreatestDistance))
    raise({ErrorCode::invalid_argument,
           fmt::format("most={:g}: permitted are 0 to {:g} km", most, study::kGreatestDistance)});
  return Kilometre(most);
}

// compute(stop), on a thread of its own while this one looks for Ctrl-C.
template <typename Compute>
auto interruptible(const Compute& compute) {
  std::atomic<bool> stop = false;
  auto result = std::async(std::launch::async, [&] { return compute(&stop); });
  const auto ready = [&] {
    const py::gil_scoped_release others;
    return result.wait_for(std::chrono::milliseconds(100)) == std::future_status::ready;
  };
  while (!ready()) {
    if (PyErr_CheckSignals() == 0) continue;
    stop = true;
    throw py::error_already_set();
  }
  return result.get();
}

std::optional<double> reach(const py::object& protocol, const py::dict& set, const py::object& preset, double most,
                            const py::kwargs& parameters) {
  const Problem problem = problem_of(read_request(protocol, preset, set, {}, parameters));
  const Kilometre furthest = furthest_of(most);
  return value_of(interruptible([&](auto* stop) { return study::reach(problem, furthest, stop); }));
}

Crossing crossing(const py::object& protocol, const std::string& bound, bool detectors, const py::dict& set,
                  const py::object& preset, double most, const py::kwargs& parameters) {
  const Request request = read_request(protocol, preset, set, {}, parameters);
  const Problem problem = problem_of(request);
  const RateModel* const model = value_of(study::find_model(bound));
  if (!model->bound) raise({ErrorCode::invalid_argument, fmt::format("{} is no bound", model->name)});
  Problem over = value_of(study::make_problem(*model, request.settings, request.models));
  over.searched.clear();
  const auto index = study::parameter_index(*problem.model, "detector.efficiency");
  const double efficiency = detectors && index >= 0 ? problem.values[static_cast<std::size_t>(index)] : 1;
  const Kilometre furthest = furthest_of(most);
  return value_of(
      interruptible([&](auto* stop) { return study::crossing(problem, over, efficiency, furthest, stop); }));
}

constexpr const char* kRate = R"(The secret key rate of a protocol, or a bound, at one point.

protocol    a name or alias: herald.models() has them all
distance    kilometres of fibre; for those that depend on it
set         parameters by name, such as {"detector.efficiency": 0.8}; what is not set has its standard value, and
            intensities and probabilities are chosen for the highest rate
preset      parameters of a real system: a name of herald.presets(), a file, or several
parameters  as in set, with underscores for dots: detector_efficiency=0.8

Raises HeraldError where the theorem or the model is not good for the point.

>>> float(herald.rate("plob", 100))
0.014499569695115089)";

constexpr const char* kReach =
    R"(The greatest distance with a key, to 0.01 km; None when there is none at all; `most` when
there is one that far. Arguments as in herald.rate.)";

constexpr const char* kCrossing = R"(Where a protocol's rate overtakes a bound, to 0.01 km, and where it falls back.

The bound is that of the fibre alone, or with the detectors' efficiency in it: that of a channel so much more lossy.
Arguments else as in herald.rate.)";

}  // namespace

void add_rates(py::module_& module) {
  py::class_<Rate>(module, "Rate", "A rate at one point, and what it went through. float() gives the rate.")
      .def_readonly("protocol", &Rate::protocol)
      .def_readonly("distance", &Rate::distance, "km; None where the rate does not depend on it")
      .def_readonly("rate", &Rate::rate, "secret bits a use of the protocol: see unit; never negative")
      .def_readonly("signed_rate", &Rate::signed_rate, "negative: so far from a key")
      .def_readonly("unit", &Rate::unit)
      .def_readonly("epsilon", &Rate::epsilon, "failure probability of a block's key; 0 for infinitely long keys")
      .def_readonly("theorem", &Rate::theorem, "its name, for herald.theorem")
      .def_readonly("parameters", &Rate::parameters, "all of them, those that were optimised at their best")
      .def_readonly("figures", &Rate::figures, "what the theorem went through: gains, error rates, bounds")
      .def("__float__", [](const Rate& r) { return r.rate; })
      .def("__repr__",
           [](const Rate& r) {
             return fmt::format("<herald.Rate {}{}: {:.6g} {}>", r.protocol,
                                r.distance ? fmt::format(" at {:g} km", *r.distance) : "", r.rate, r.unit);
           })
      .def(py::pickle(&state_of, &rate_from));
  py::class_<Crossing>(module, "Crossing", "Where a curve overtakes a bound.")
      .def_readonly("overtakes", &Crossing::overtakes, "km; None: nowhere")
      .def_readonly("falls_back", &Crossing::falls_back, "km; None: nowhere")
      .def("__repr__", [](const Crossing& c) {
        const auto text = [](std::optional<double> km) { return km ? fmt::format("{:.2f} km", *km) : "None"; };
        return fmt::format("<herald.Crossing overtakes={} falls_back={}>", text(c.overtakes), text(c.falls_back));
      });
  constexpr double kFurthest = 2000;  // km
  const auto set = py::arg_v("set", py::dict(), "{}");
  module.def("rate", &rate, py::arg("protocol"), py::arg("distance") = py::none(), py::kw_only(), set,
             py::arg("preset") = py::none(), kRate);
  module.def("reach", &reach, py::arg("protocol"), py::kw_only(), set, py::arg("preset") = py::none(),
             py::arg("most") = kFurthest, kReach);
  module.def("crossing", &crossing, py::arg("protocol"), py::arg("bound") = "plob", py::kw_only(),
             py::arg("detectors") = false, set, py::arg("preset") = py::none(), py::arg("most") = kFurthest, kCrossing);
}

}  // namespace herald::python
