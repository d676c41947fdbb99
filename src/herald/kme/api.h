#pragma once
// What a client asks of the key delivery API (ETSI GS QKD 014 v1.1.1, section 5), read from an HTTP request.

#include <string>
#include <string_view>
#include <variant>

#include "herald/kme/etsi014.h"

namespace herald::kme {

struct HttpRequest {
  std::string_view method, target, body;
};

// 5.1 Get status.
struct GetStatus {
  std::string slave;
  bool operator==(const GetStatus&) const = default;
};
// 5.2 Get key: the caller becomes the master.
struct GetKey {
  std::string slave;
  KeyRequest request;
  bool operator==(const GetKey&) const = default;
};
// 5.3 Get key with key IDs: the caller is a slave.
struct GetKeyWithIds {
  std::string master;
  std::vector<Uuid> ids;
  std::vector<Extension> mandatory = {}, optional = {};
  bool operator==(const GetKeyWithIds&) const = default;
};
using Call = std::variant<GetStatus, GetKey, GetKeyWithIds>;

// What stands under /api/v1/keys/{SAE_ID}/, and by which HTTP methods.
struct ApiMethod {
  std::string_view name, allow;
};
inline constexpr std::string_view kApiRoot = "/api/v1/keys/";
inline constexpr ApiMethod kApiMethods[]{{"status", "GET"}, {"enc_keys", "GET, POST"}, {"dec_keys", "GET, POST"}};
// The description of all this (openapi.h).
inline constexpr std::string_view kDescriptionPath = "/api/v1/openapi.json";

// Is the description asked for? Errors: 405, 400 (a body, a query).
ApiResult<bool> asks_for_description(const HttpRequest& request);

// GET /api/v1/keys/{slave}/status; GET and POST …/{slave}/enc_keys; GET and POST …/{master}/dec_keys. Errors: 404 (a
// path that is not there), 405 (a method that is not there; `allow` names those that are), 400 (all else).
ApiResult<Call> read_call(const HttpRequest& request);

}  // namespace herald::kme
