#include "herald/kme/openapi.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "herald/kme/api.h"

namespace herald::kme {
namespace {

using Json = nlohmann::json;

// "GET /api/v1/keys/{}/status": the router's, as its table says.
std::set<std::string> known_here() {
  std::set<std::string> all{fmt::format("GET {}", kDescriptionPath)};
  for (const ApiMethod& method : kApiMethods)
    for (const std::string_view each : {"GET", "POST"})
      if (method.allow.contains(each)) all.insert(fmt::format("{} {}{{}}/{}", each, kApiRoot, method.name));
  return all;
}

std::set<std::string> described() {
  std::set<std::string> all;
  const Json document = Json::parse(kOpenApi);
  for (const auto& [path, item] : document["paths"].items()) {
    std::string plain = path;
    if (const std::size_t open = plain.find('{'); open != plain.npos)
      plain.replace(open, plain.find('}') - open + 1, "{}");
    for (const auto& [key, operation] : item.items())
      if (key != "parameters")
        all.insert(fmt::format("{} {}", key == "get" ? "GET" : key == "post" ? "POST" : key, plain));
  }
  return all;
}

TEST(OpenApi, DescribesWhatTheRouterKnowsAndNothingElse) { EXPECT_EQ(described(), known_here()); }

TEST(OpenApi, TheRouterTakesWhatIsDescribedAndRefusesOtherMethods) {
  for (const std::string& each : described()) {
    const std::string allowed = each.substr(0, each.find(' '));
    std::string path = each.substr(each.find(' ') + 1);
    if (const std::size_t at = path.find("{}"); at != path.npos) path.replace(at, 2, "vpn-2");
    const auto status = [&](std::string_view method) {
      const HttpRequest request{method, path, ""};
      const auto is_description = asks_for_description(request);
      if (!is_description) return is_description.error().status;
      if (*is_description) return 200U;
      const auto call = read_call(request);
      return call ? 200U : call.error().status;
    };
    EXPECT_LE(status(allowed), 400U) << each;
    EXPECT_EQ(status("DELETE"), 405U) << each;
    if (!described().contains("POST" + each.substr(each.find(' ')))) {
      EXPECT_EQ(status("POST"), 405U) << each;
    }
  }
}

TEST(OpenApi, NamesTheMessagesThatTheStandardFixes) {
  const std::string text = Json::parse(kOpenApi)["components"]["responses"]["BadRequest"]["description"];
  for (const std::string_view message :
       {kSizeMultipleOf8, kMandatoryUnsupported, kMandatoryUnmet, kOptionalUnhandled, kKeysNotFound})
    EXPECT_TRUE(text.contains(message)) << message;
}

TEST(OpenApi, IsAskedForByGetAlone) {
  EXPECT_TRUE(asks_for_description({"GET", kDescriptionPath, ""}).value());
  EXPECT_FALSE(asks_for_description({"GET", "/api/v1/keys/a/status", ""}).value());
  EXPECT_EQ(asks_for_description({"PUT", kDescriptionPath, ""}).error().allow, "GET");
  EXPECT_EQ(asks_for_description({"GET", std::string(kDescriptionPath) + "?a", ""}).error().status, 400U);
  EXPECT_EQ(asks_for_description({"GET", kDescriptionPath, "{}"}).error().status, 400U);
}

}  // namespace
}  // namespace herald::kme
