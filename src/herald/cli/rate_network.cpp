#include "herald/cli/rate_network.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "herald/cli/command.h"
#include "herald/cli/rate_report.h"
#include "herald/study/network.h"

namespace herald::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string in_words(const RateOptions& options, const study::NetworkCapacity& capacity) {
  const auto& [from, to] = std::pair(options.between[0], options.between[1]);
  if (capacity.path.empty()) return fmt::format("no path leads from {} to {}\n", from, to);
  std::string cut;
  for (const auto& [a, b] : capacity.cut) cut += fmt::format("{}{} - {}", cut.empty() ? "" : ", ", a, b);
  return fmt::format(
      "{} to {}, with ideal repeaters at the nodes between:\n"
      "  along one path       {:.9g} bits per use of the path {}\n"
      "  along all at once    {:.9g} bits per use of all links; limited by {}\n"
      "No protocol gives more (Pirandola, Commun. Phys. 2, 51 (2019)).\n",
      from, to, capacity.single_path, fmt::join(capacity.path, " - "), capacity.flooding, cut);
}

Json finite(double value) { return std::isfinite(value) ? Json(value) : Json(); }

}  // namespace

Result<void> print_network(const RateOptions& options) {
  if (options.between.size() != 2)
    return fail(ErrorCode::invalid_argument, "--network: say between which two nodes, --between ALICE BOB");
  HERALD_TRY(const study::QuantumNetwork network, study::read_network(options.network));
  HERALD_TRY(const study::NetworkCapacity capacity,
             study::network_capacity(network, options.between[0], options.between[1]));
  if (!options.json) return print(in_words(options, capacity));
  Json json = {{"from", options.between[0]},
               {"to", options.between[1]},
               {"single_path", finite(capacity.single_path)},
               {"path", capacity.path},
               {"flooding", finite(capacity.flooding)},
               {"cut", Json::array()}};
  for (const auto& [a, b] : capacity.cut) json["cut"].push_back({a, b});
  return print(json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
}

}  // namespace herald::cli
