#include "herald/kme/api.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "herald/base/codec.h"

namespace herald::kme {
namespace {

std::unexpected<ApiError> unknown_path() {
  return std::unexpected(
      ApiError{404,
               fmt::format("not here; the API is {}{{SAE_ID}}/status, enc_keys and dec_keys, described at {}", kApiRoot,
                           kDescriptionPath),
               {}});
}

// Of a target: the SAE, the method's name, and the query.
struct Path {
  std::string sae;
  std::string_view name, allow, query;
};

ApiResult<Path> read_path(std::string_view target) {
  Path path;
  if (const std::size_t mark = target.find('?'); mark != target.npos) {
    path.query = target.substr(mark + 1);
    target = target.substr(0, mark);
  }
  if (!target.starts_with(kApiRoot)) return unknown_path();
  target.remove_prefix(kApiRoot.size());
  const std::size_t slash = target.find('/');
  if (slash == target.npos) return unknown_path();
  const auto* const method = std::ranges::find(kApiMethods, target.substr(slash + 1), &ApiMethod::name);
  if (method == std::end(kApiMethods)) return unknown_path();
  path.name = method->name;
  path.allow = method->allow;
  auto sae = percent_decode(target.substr(0, slash));
  if (!sae) return std::unexpected(ApiError{400, "the path has a wrong %-escape", {}});
  if (const auto good = check_sae_id(*sae); !good) return std::unexpected(ApiError{400, good.error().message, {}});
  path.sae = std::move(*sae);
  return path;
}

std::unexpected<ApiError> no_method(std::string_view name, std::string_view method, std::string_view allow) {
  ApiError error{405, fmt::format("{} has no method {}", name, printable(method, 16)), {}};
  error.allow = allow;
  return std::unexpected(std::move(error));
}

}  // namespace

ApiResult<bool> asks_for_description(const HttpRequest& request) {
  const std::string_view path = request.target.substr(0, request.target.find('?'));
  if (path != kDescriptionPath) return false;
  if (request.method != "GET") return no_method(path, request.method, "GET");
  if (path != request.target || !request.body.empty())
    return std::unexpected(ApiError{400, "the description has no query, and a GET no body", {}});
  return true;
}

ApiResult<Call> read_call(const HttpRequest& request) {
  HERALD_TRY(Path path, read_path(request.target));
  const bool get = request.method == "GET", post = request.method == "POST" && path.allow.contains("POST");
  if (!get && !post) return no_method(path.name, request.method, path.allow);
  // What stands where nothing is read would be lost: rather ask.
  if (get ? !request.body.empty() : !path.query.empty())
    return std::unexpected(ApiError{400, get ? "a GET has no body" : "a POST has no query", {}});

  if (path.name == "status") {
    if (!path.query.empty()) return std::unexpected(ApiError{400, "status has no query", {}});
    return GetStatus{std::move(path.sae)};
  }
  if (path.name == "enc_keys") {
    HERALD_TRY(KeyRequest asked, get ? key_request_from_query(path.query) : key_request_from_body(request.body));
    return GetKey{std::move(path.sae), std::move(asked)};
  }
  HERALD_TRY(KeyIds asked, get ? key_ids_from_query(path.query) : key_ids_from_body(request.body));
  return GetKeyWithIds{std::move(path.sae), std::move(asked.ids), std::move(asked.mandatory),
                       std::move(asked.optional)};
}

}  // namespace herald::kme
