#include "herald/kme/etsi014.h"

#include <botan/base64.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "herald/base/codec.h"
#include "herald/kme/json_reader.h"

namespace herald::kme {
namespace {

using Json = nlohmann::json;

std::unexpected<ApiError> refuse(std::string message) { return std::unexpected(ApiError{400, std::move(message), {}}); }

ApiResult<Json> read_object(std::string_view body) {
  auto document = read_json(body);
  if (!document) return refuse(fmt::format("the body cannot be read: {}", document.error().message));
  if (!document->is_object()) return refuse("the body shall be a JSON object");
  return std::move(*document);
}

// A count: what is not a whole number from 1 on is refused, whatever its size.
ApiResult<std::uint64_t> positive(const Json& value, std::string_view name) {
  if (!value.is_number_unsigned() || value.get<std::uint64_t>() == 0)
    return refuse(fmt::format("{} shall be a positive integer", name));
  return value.get<std::uint64_t>();
}

ApiResult<std::uint64_t> positive_text(std::string_view text, std::string_view name) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value == 0)
    return refuse(fmt::format("{} shall be a positive integer", name));
  return value;
}

ApiResult<std::vector<std::string>> slaves(const Json& value) {
  if (!value.is_array() || value.size() > kMostNamed)
    return refuse(fmt::format("additional_slave_SAE_IDs shall be an array of at most {} strings", kMostNamed));
  std::vector<std::string> all;
  std::set<std::string_view> seen;
  for (const Json& each : value) {
    if (!each.is_string()) return refuse("additional_slave_SAE_IDs shall be an array of strings");
    const auto& id = each.get_ref<const std::string&>();
    if (const auto good = check_sae_id(id); !good) return refuse("additional_slave_SAE_IDs: " + good.error().message);
    if (!seen.insert(id).second) return refuse("additional_slave_SAE_IDs names an SAE twice");
    all.push_back(id);
  }
  return all;
}

// [{"acme_route": "direct"}, …]: the members of all objects, in order.
ApiResult<std::vector<Extension>> extensions(const Json& value, std::string_view name) {
  const auto wrong = [&] {
    return refuse(fmt::format("{} shall be an array of at most {} objects", name, kMostNamed));
  };
  if (!value.is_array()) return wrong();
  std::vector<Extension> all;
  for (const Json& object : value) {
    if (!object.is_object() || all.size() + object.size() > kMostNamed) return wrong();
    for (const auto& [key, member] : object.items()) all.push_back({key, member.dump()});
  }
  return all;
}

ApiResult<void> read_extensions(const Json& object, std::vector<Extension>& mandatory,
                                std::vector<Extension>& optional) {
  if (const auto at = object.find("extension_mandatory"); at != object.end()) {
    HERALD_TRY(mandatory, extensions(*at, "extension_mandatory"));
  }
  if (const auto at = object.find("extension_optional"); at != object.end()) {
    HERALD_TRY(optional, extensions(*at, "extension_optional"));
  }
  return {};
}

// Name and value of each part of a query; each name once.
ApiResult<std::vector<std::pair<std::string, std::string>>> query_parts(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> parts;
  while (!query.empty()) {
    const std::string_view part = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), part.size() + 1));
    if (part.empty()) continue;
    const std::size_t equals = part.find('=');
    const auto name = percent_decode(part.substr(0, equals));
    const auto value = percent_decode(equals == part.npos ? std::string_view() : part.substr(equals + 1));
    if (!name || !value) return refuse("the query has a wrong %-escape");
    if (std::ranges::any_of(parts, [&](const auto& other) { return other.first == *name; }))
      return refuse(fmt::format("{} stands twice in the query", printable(*name, 64)));
    parts.emplace_back(*name, *value);
  }
  return parts;
}

std::unexpected<ApiError> not_found() { return refuse(std::string(kKeysNotFound)); }

void append(SecretText& text, std::string_view more) { text.insert(text.end(), more.begin(), more.end()); }

void append_base64(SecretText& text, const SecretBytes& bytes) {
  const auto plain = bytes.expose_secret();
  const std::size_t at = text.size();
  text.resize(at + Botan::base64_encode_max_output(plain.size()));
  std::size_t consumed = 0;
  const std::size_t written = Botan::base64_encode(text.data() + at, plain.data(), plain.size(), consumed, true);
  HERALD_CHECK(consumed == plain.size());
  text.resize(at + written);
}

std::string json_text(std::string_view text) { return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace); }

bool is_utf8(std::string_view text) {
  try {
    return !Json(text).dump().empty();
  } catch (const Json::type_error&) {
    return false;
  }
}

std::string extension_object(const std::vector<Extension>& members) {
  std::string text = "{";
  for (const Extension& member : members)
    text += fmt::format("{}{}:{}", text.size() == 1 ? "" : ",", json_text(member.name), member.value);
  return text + "}";
}

}  // namespace

ApiResult<KeyRequest> key_request_from_body(std::string_view body) {
  KeyRequest request;
  if (body.empty()) return request;
  HERALD_TRY(const Json object, read_object(body));
  if (const auto at = object.find("number"); at != object.end()) {
    HERALD_TRY(request.number, positive(*at, "number"));
  }
  if (const auto at = object.find("size"); at != object.end()) {
    HERALD_TRY(request.size, positive(*at, "size"));
  }
  if (const auto at = object.find("additional_slave_SAE_IDs"); at != object.end()) {
    HERALD_TRY(request.additional_slaves, slaves(*at));
  }
  HERALD_TRY_VOID(read_extensions(object, request.mandatory, request.optional));
  return request;
}

ApiResult<KeyRequest> key_request_from_query(std::string_view query) {
  KeyRequest request;
  HERALD_TRY(const auto parts, query_parts(query));
  for (const auto& [name, value] : parts) {
    if (name == "number") {
      HERALD_TRY(request.number, positive_text(value, name));
    } else if (name == "size") {
      HERALD_TRY(request.size, positive_text(value, name));
    } else {
      return refuse(
          fmt::format("{} cannot be asked for in a query; number and size can, and all by POST", printable(name, 64)));
    }
  }
  return request;
}

ApiResult<KeyIds> key_ids_from_body(std::string_view body) {
  HERALD_TRY(const Json object, read_object(body));
  const auto list = object.find("key_IDs");
  if (list == object.end() || !list->is_array() || list->empty() || list->size() > kMostNamed)
    return refuse(fmt::format("key_IDs shall be an array of 1 to {} objects", kMostNamed));
  KeyIds asked;
  std::set<Uuid> seen;
  for (const Json& each : *list) {
    if (!each.is_object()) return refuse("key_IDs shall be an array of objects");
    const auto id = each.find("key_ID");
    if (id == each.end() || !id->is_string()) return refuse("each of key_IDs shall have a string key_ID");
    const auto uuid = uuid_from_string(id->get_ref<const std::string&>());
    if (!uuid) return not_found();
    if (!seen.insert(*uuid).second) return refuse("key_IDs names a key twice");
    asked.ids.push_back(*uuid);
  }
  HERALD_TRY_VOID(read_extensions(object, asked.mandatory, asked.optional));
  return asked;
}

ApiResult<KeyIds> key_ids_from_query(std::string_view query) {
  HERALD_TRY(const auto parts, query_parts(query));
  if (parts.size() != 1 || parts[0].first != "key_ID") return refuse("the query shall be key_ID=…; several by POST");
  const auto uuid = uuid_from_string(parts[0].second);
  if (!uuid) return not_found();
  return KeyIds{{*uuid}};
}

std::string to_json(const Status& status) {
  return Json{{"source_KME_ID", status.source_kme},
              {"target_KME_ID", status.target_kme},
              {"master_SAE_ID", status.master_sae},
              {"slave_SAE_ID", status.slave_sae},
              {"key_size", status.key_size},
              {"stored_key_count", status.stored_keys},
              {"max_key_count", status.max_keys},
              {"max_key_per_request", status.max_keys_per_request},
              {"max_key_size", status.max_key_size},
              {"min_key_size", status.min_key_size},
              {"max_SAE_ID_count", status.max_additional_slaves}}
      .dump();
}

SecretText to_json(const std::vector<DeliveredKey>& keys, const std::vector<Extension>& container_extensions) {
  const std::string about = container_extensions.empty() ? "" : extension_object(container_extensions);
  std::size_t size = about.size() + 64;
  for (const DeliveredKey& key : keys) {
    size += 96 + Botan::base64_encode_max_output(key.bytes.size());
    if (!key.extensions.empty()) size += 32 + extension_object(key.extensions).size();
  }
  SecretText text;
  text.reserve(size);  // once: growing would touch more pages
  append(text, R"({"keys":[)");
  for (const DeliveredKey& key : keys) {
    append(text, &key == &keys.front() ? R"({"key_ID":")" : R"(,{"key_ID":")");
    append(text, to_string(key.id));
    append(text, R"(","key":")");
    append_base64(text, key.bytes);
    append(text, R"(")");
    if (!key.extensions.empty()) append(text, R"(,"key_extension":)" + extension_object(key.extensions));
    append(text, "}");
  }
  append(text, "]");
  if (!about.empty()) append(text, R"(,"key_container_extension":)" + about);
  append(text, "}");
  return text;
}

std::string to_json(const ApiError& error) {
  std::string text = fmt::format(R"({{"message":{})", json_text(error.message));
  if (!error.details.empty()) {
    text += R"(,"details":[)";
    for (const auto& [name, value] : error.details)
      text += fmt::format("{}{{{}:{}}}", text.back() == '[' ? "" : ",", json_text(name), json_text(value));
    text += "]";
  }
  return text + "}";
}

Result<void> check_sae_id(std::string_view id) {
  if (id.empty() || id.size() > kLongestSaeId)
    return fail(ErrorCode::malformed, fmt::format("an SAE ID has 1 to {} bytes", kLongestSaeId));
  if (std::ranges::any_of(id, [](unsigned char c) { return c < 0x20 || c == 0x7f; }))
    return fail(ErrorCode::malformed, "an SAE ID has no control characters");
  if (!is_utf8(id)) return fail(ErrorCode::malformed, "an SAE ID is UTF-8");
  return {};
}

std::string percent_encode(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '.' || c == '_' || c == '~';
    encoded += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return encoded;
}

Result<std::string> percent_decode(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      plain += text[i];
      continue;
    }
    unsigned value = 0;
    const char* const digits = text.data() + i + 1;
    if (i + 2 >= text.size() || std::from_chars(digits, digits + 2, value, 16).ptr != digits + 2)
      return fail(ErrorCode::malformed, "a % without two hexadecimal digits");
    plain += static_cast<char>(value);
    i += 2;
  }
  return plain;
}

}  // namespace herald::kme
