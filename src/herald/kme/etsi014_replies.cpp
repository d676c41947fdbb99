#include "herald/kme/etsi014_replies.h"

#include <botan/base64.h>
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>

#include "herald/base/codec.h"
#include "herald/kme/json_reader.h"

namespace herald::kme {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMostSaid = 300;  // bytes of a server's message that are shown

std::unexpected<Error> wrong(std::string_view why) {
  return fail(ErrorCode::malformed, fmt::format("the KME's reply is not one of ETSI GS QKD 014: {}", why));
}

Result<Json> read_object(std::string_view body) {
  auto document = read_json(body);
  if (!document) return wrong(document.error().message);
  if (!document->is_object()) return wrong("no JSON object");
  return std::move(*document);
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

// The text of a container without its keys: the JSON reader copies what it reads into memory that nobody wipes. The
// value of each member "key" becomes its number, and is handed over, as it stood between its quotes.
struct WithoutKeys {
  std::string text;
  std::vector<SecretText> keys;
};

WithoutKeys lift_keys(std::span<char> body) {
  WithoutKeys lifted;
  std::string_view before;  // the string that has just ended
  bool is_value = false;    // and then only ':' came
  for (std::size_t at = 0; at < body.size(); ++at) {
    if (body[at] != '"') {
      if (!is_space(body[at])) is_value = body[at] == ':' && !is_value;
      if (!is_value && !is_space(body[at])) before = {};
      lifted.text += body[at];
      continue;
    }
    std::size_t end = at + 1;
    while (end < body.size() && body[end] != '"') end += body[end] == '\\' ? 2 : 1;
    end = std::min(end, body.size());
    const std::span<char> content = body.subspan(at + 1, end - at - 1);
    if (is_value && before == "key") {
      lifted.text += fmt::format("\"{}\"", lifted.keys.size());
      lifted.keys.emplace_back(content.begin(), content.end());
      wipe(content.data(), content.size());
      before = {};
    } else {
      before = {content.data(), content.size()};
      lifted.text.append("\"").append(before);
      if (end < body.size()) lifted.text += '"';
    }
    is_value = false;
    at = end;
  }
  return lifted;
}

// Base64 as JSON writes it: '/' may stand behind a backslash.
Result<SecretBytes> decode_key(SecretText& text) {
  for (std::size_t at = 0; at + 1 < text.size(); ++at)
    if (text[at] == '\\' && text[at + 1] == '/') text.erase(text.begin() + static_cast<std::ptrdiff_t>(at));
  SecretBytes plain(Botan::base64_decode_max_output(text.size()));
  const auto room = plain.expose_secret_mutable();
  try {
    if (text.empty() || text.size() % 4 != 0) return wrong("a key is no base64");
    const std::size_t size = Botan::base64_decode(room.data(), text.data(), text.size(), false);
    return SecretBytes(room.first(size));
  } catch (const std::exception&) {
    return wrong("a key is no base64");
  }
}

Result<std::string> text_of(const Json& object, const char* name) {
  const auto at = object.find(name);
  if (at == object.end() || !at->is_string()) return wrong(fmt::format("it has no string {}", name));
  return at->get<std::string>();
}

Result<std::vector<Extension>> extensions_of(const Json& object, const char* name) {
  std::vector<Extension> all;
  const auto at = object.find(name);
  if (at == object.end() || at->is_null()) return all;
  if (!at->is_object()) return wrong(fmt::format("{} is no object", name));
  for (const auto& [key, value] : at->items()) all.push_back({key, value.dump()});
  return all;
}

// Each under the next number that lift_keys() gave.
Result<DeliveredKey> read_key(const Json& object, std::size_t number, std::vector<SecretText>& lifted) {
  if (!object.is_object()) return wrong("a key is no object");
  HERALD_TRY(const std::string id, text_of(object, "key_ID"));
  HERALD_TRY(const std::string key, text_of(object, "key"));
  const auto uuid = uuid_from_string(id);
  if (!uuid) return wrong(fmt::format("\"{}\" is no key_ID", printable(id, 64)));
  if (number >= lifted.size() || key != std::to_string(number)) return wrong("members \"key\" where none belong");
  DeliveredKey read{*uuid, {}, {}};
  HERALD_TRY(read.bytes, decode_key(lifted[number]));
  HERALD_TRY(read.extensions, extensions_of(object, "key_extension"));
  return read;
}

Result<void> check(const std::vector<DeliveredKey>& keys, const AskedKeys& asked) {
  const auto other = [](std::string_view why) {
    return fail(ErrorCode::disagreement, fmt::format("the KME sends other keys than were asked for: {}", why));
  };
  if (keys.size() != asked.number) return other(fmt::format("{} instead of {}", keys.size(), asked.number));
  std::set<Uuid> ids;
  for (const DeliveredKey& key : keys) {
    const std::uint64_t bits = 8 * key.bytes.size();
    if (!ids.insert(key.id).second) return other("one key_ID twice");
    if (asked.size.value_or(bits) != bits) return other(fmt::format("{} bits instead of {}", bits, *asked.size));
    if (bits == 0 || key.bytes.size() != keys.front().bytes.size()) return other("keys of different sizes");
    if (!asked.ids.empty() && std::ranges::find(asked.ids, key.id) == asked.ids.end())
      return other(fmt::format("{} was not named", to_string(key.id)));
  }
  return {};
}

}  // namespace

Result<Status> read_status(std::string_view body) {
  HERALD_TRY(const Json object, read_object(body));
  Status status;
  const std::pair<const char*, std::string*> texts[]{{"source_KME_ID", &status.source_kme},
                                                     {"target_KME_ID", &status.target_kme},
                                                     {"master_SAE_ID", &status.master_sae},
                                                     {"slave_SAE_ID", &status.slave_sae}};
  const std::pair<const char*, std::uint64_t*> counts[]{{"key_size", &status.key_size},
                                                        {"stored_key_count", &status.stored_keys},
                                                        {"max_key_count", &status.max_keys},
                                                        {"max_key_per_request", &status.max_keys_per_request},
                                                        {"max_key_size", &status.max_key_size},
                                                        {"min_key_size", &status.min_key_size},
                                                        {"max_SAE_ID_count", &status.max_additional_slaves}};
  for (const auto& [name, value] : texts) {
    HERALD_TRY(*value, text_of(object, name));
    *value = printable(*value, kLongestSaeId);
  }
  for (const auto& [name, value] : counts) {
    const auto at = object.find(name);
    if (at == object.end() || !at->is_number_unsigned()) return wrong(fmt::format("it has no count {}", name));
    *value = at->get<std::uint64_t>();
  }
  return status;
}

Result<std::vector<DeliveredKey>> read_container(std::span<char> body, const AskedKeys& asked) {
  WithoutKeys lifted = lift_keys(body);
  HERALD_TRY(const Json object, read_object(lifted.text));
  const auto list = object.find("keys");
  if (list == object.end() || !list->is_array()) return wrong("it has no array keys");
  if (list->size() != lifted.keys.size()) return wrong("members \"key\" where none belong");
  std::vector<DeliveredKey> keys;
  for (const Json& each : *list) {
    HERALD_TRY(DeliveredKey key, read_key(each, keys.size(), lifted.keys));
    keys.push_back(std::move(key));
  }
  HERALD_TRY_VOID(check(keys, asked));
  if (!asked.ids.empty())
    std::ranges::sort(keys, {}, [&](const DeliveredKey& key) { return std::ranges::find(asked.ids, key.id); });
  return keys;
}

Error read_error(unsigned status, std::string_view body) {
  std::string said;
  if (const auto object = read_json(body); object && object->is_object())
    if (const auto at = object->find("message"); at != object->end() && at->is_string())
      said = printable(at->get_ref<const std::string&>(), kMostSaid);
  const auto error = [&](ErrorCode code, std::string_view what) {
    return Error{code, fmt::format("{} ({}{}{})", what, status, said.empty() ? "" : ": ", said)};
  };
  switch (status) {
    case 400: return error(ErrorCode::invalid_argument, "the KME refuses the request");
    case 401:
    case 403: return error(ErrorCode::authentication, "the KME does not let this application have it");
    case 404:
    case 405: return error(ErrorCode::not_found, "there is no key delivery of ETSI GS QKD 014 at that address");
    case 429: return error(ErrorCode::unavailable, "the KME was asked too often");
    case 503:
      return error(ErrorCode::exhausted, "the KME has too few keys now, or is cut off from its peer; try later");
    default: return error(ErrorCode::unavailable, "the KME fails");
  }
}

}  // namespace herald::kme
