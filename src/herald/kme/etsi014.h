#pragma once
// The data formats of ETSI GS QKD 014 v1.1.1 ("Protocol and data format of REST-based key delivery API", section 6),
// as values. Texts of strangers are bounded and checked here; what is asked for is judged elsewhere.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "herald/base/result.h"
#include "herald/base/secret_memory.h"
#include "herald/base/uuid.h"

namespace herald::kme {

// Bytes; longer names of applications are refused.
inline constexpr std::size_t kLongestSaeId = 255;
// IDs of one request for keys with key IDs, and additional slaves of one key request: more are refused unread.
inline constexpr std::size_t kMostNamed = 1024;

// A reply that is not 200: status code, fixed or explaining message, further details as pairs.
struct ApiError {
  unsigned status = 400;
  std::string message;
  std::vector<std::pair<std::string, std::string>> details;
  std::string allow = {};      // 405: the methods that are there
  unsigned retry_after_s = 0;  // 429 and 503: seconds, when it makes sense to say
  bool lacks_keys = false;     // 503: there are too few, and none was drawn
};
template <typename T>
using ApiResult = std::expected<T, ApiError>;

// The messages that the standard fixes; all go with 400.
inline constexpr std::string_view kSizeMultipleOf8 = "size shall be a multiple of 8";
inline constexpr std::string_view kMandatoryUnsupported = "not all extension_mandatory parameters are supported";
inline constexpr std::string_view kMandatoryUnmet = "not all extension_mandatory request options could be met";
inline constexpr std::string_view kOptionalUnhandled = "not all extension_optional request options handled";
inline constexpr std::string_view kKeysNotFound = "one or more keys specified are not found on KME";

// Ours: under it, the same request gets the same reply again, if the caller's policy lets replies be kept.
inline constexpr std::string_view kIdempotencyKey = "herald_idempotency_key";
inline constexpr std::size_t kLongestIdempotencyKey = 128;  // bytes

// One member of an extension object: a name with its vendor's prefix, and its value as JSON text.
struct Extension {
  std::string name, value;
  bool operator==(const Extension&) const = default;
};

// Key request, 6.2. Absent members have their defaults from the KME.
struct KeyRequest {
  std::uint64_t number = 1;
  std::optional<std::uint64_t> size;  // bits
  std::vector<std::string> additional_slaves;
  std::vector<Extension> mandatory, optional;
  bool operator==(const KeyRequest&) const = default;
};
// An empty body asks for the defaults. Unknown members are ignored.
ApiResult<KeyRequest> key_request_from_body(std::string_view body);
// "number=3&size=1024", either, or nothing. Other parameters are refused: ignoring one would change what is meant.
ApiResult<KeyRequest> key_request_from_query(std::string_view query);

// Key IDs, 6.4, and the two lists of extensions that a Key request has. What is no UUID names no key of ours: an error
// of its own kind, with the standard's message.
struct KeyIds {
  std::vector<Uuid> ids;
  std::vector<Extension> mandatory = {}, optional = {};
};
ApiResult<KeyIds> key_ids_from_body(std::string_view body);
ApiResult<KeyIds> key_ids_from_query(std::string_view query);

// Status, 6.1. Sizes in bits.
struct Status {
  std::string source_kme, target_kme, master_sae, slave_sae;
  std::uint64_t key_size = 0, stored_keys = 0, max_keys = 0, max_keys_per_request = 0;
  std::uint64_t max_key_size = 0, min_key_size = 0, max_additional_slaves = 0;
};
std::string to_json(const Status& status);

// Key container, 6.3: text that holds keys, in memory that is wiped.
struct DeliveredKey {
  Uuid id;
  SecretBytes bytes;
  std::vector<Extension> extensions = {};  // key_extension
};
using SecretText = std::vector<char, SecretAllocator<char>>;
SecretText to_json(const std::vector<DeliveredKey>& keys, const std::vector<Extension>& container_extensions = {});

// Error, 6.5.
std::string to_json(const ApiError& error);

// 1 to kLongestSaeId bytes of UTF-8 without control characters.
Result<void> check_sae_id(std::string_view id);

// The text behind %-escapes. Errors: malformed (a bad escape).
Result<std::string> percent_decode(std::string_view text);
// As it may stand in a path: RFC 3986, 2.3.
std::string percent_encode(std::string_view text);

}  // namespace herald::kme
