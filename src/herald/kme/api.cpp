#include "herald/kme/api.h"

#include <fmt/format.h>

#include "herald/base/codec.h"

namespace herald::kme {
namespace {

constexpr std::string_view kRoot = "/api/v1/keys/";

std::unexpected<ApiError> unknown_path() {
  return std::unexpected(
      ApiError{404, fmt::format("not here; the API is {}{{SAE_ID}}/status, enc_keys and dec_keys", kRoot), {}});
}

// Of a target: the SAE, the method's name, and the query.
struct Path {
  std::string sae;
  std::string_view name, query;
};

ApiResult<Path> read_path(std::string_view target) {
  Path path;
  if (const std::size_t mark = target.find('?'); mark != target.npos) {
    path.query = target.substr(mark + 1);
    target = target.substr(0, mark);
  }
  if (!target.starts_with(kRoot)) return unknown_path();
  target.remove_prefix(kRoot.size());
  const std::size_t slash = target.find('/');
  if (slash == target.npos) return unknown_path();
  path.name = target.substr(slash + 1);
  if (path.name != "status" && path.name != "enc_keys" && path.name != "dec_keys") return unknown_path();
  auto sae = percent_decode(target.substr(0, slash));
  if (!sae) return std::unexpected(ApiError{400, "the path has a wrong %-escape", {}});
  if (const auto good = check_sae_id(*sae); !good) return std::unexpected(ApiError{400, good.error().message, {}});
  path.sae = std::move(*sae);
  return path;
}

}  // namespace

ApiResult<Call> read_call(const HttpRequest& request) {
  HERALD_TRY(Path path, read_path(request.target));
  const bool get = request.method == "GET", post = request.method == "POST" && path.name != "status";
  if (!get && !post) {
    ApiError error{405, fmt::format("{} has no method {}", path.name, printable(request.method, 16)), {}};
    error.allow = path.name == "status" ? "GET" : "GET, POST";
    return std::unexpected(std::move(error));
  }
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
  HERALD_TRY(std::vector<Uuid> ids, get ? key_ids_from_query(path.query) : key_ids_from_body(request.body));
  return GetKeyWithIds{std::move(path.sae), std::move(ids)};
}

}  // namespace herald::kme
