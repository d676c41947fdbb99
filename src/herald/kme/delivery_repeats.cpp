// Requests under an idempotency key: the same one again gets the reply that was lost on its way.
#include "herald/kme/delivery_state.h"

#include <algorithm>
#include <numeric>

#include <nlohmann/json.hpp>

namespace herald::kme {

using Json = nlohmann::json;
using store::Records;

namespace {

// Of one application.
constexpr std::size_t kMostReplies = 4096, kMostReplyBytes = std::size_t{4} << 20;
// Of a reply, and of a key in it, beside its bytes.
constexpr std::size_t kAround = 256;

std::unexpected<ApiError> refuse(unsigned status, std::string message) {
  return std::unexpected(ApiError{status, std::move(message), {}});
}

struct IdempotencyKey {
  std::string name;
  bool is_mandatory = false;
};

// Takes it out of a list of extensions.
ApiResult<void> take_key(std::vector<Extension>& list, bool is_mandatory, std::optional<IdempotencyKey>& key) {
  for (const Extension& each : list) {
    if (each.name != kIdempotencyKey) continue;
    const Json value = Json::parse(each.value);
    if (key || !value.is_string() || value.get_ref<const std::string&>().empty() ||
        value.get_ref<const std::string&>().size() > kLongestIdempotencyKey)
      return refuse(400,
                    fmt::format("{} shall be one string of 1 to {} bytes", kIdempotencyKey, kLongestIdempotencyKey));
    key = IdempotencyKey{value.get<std::string>(), is_mandatory};
  }
  std::erase_if(list, [](const Extension& each) { return each.name == kIdempotencyKey; });
  return {};
}

ApiResult<std::optional<IdempotencyKey>> take_key(Call& what) {
  std::optional<IdempotencyKey> key;
  const auto take = [&key](auto& lists) -> ApiResult<void> {
    HERALD_TRY_VOID(take_key(lists.mandatory, true, key));
    return take_key(lists.optional, false, key);
  };
  if (auto* const get_key = std::get_if<GetKey>(&what)) {
    HERALD_TRY_VOID(take(get_key->request));
  } else {
    HERALD_TRY_VOID(take(std::get<GetKeyWithIds>(what)));
  }
  return key;
}

std::size_t bytes_of(const Container& container) {
  return std::accumulate(container.keys.begin(), container.keys.end(), kAround,
                         [](std::size_t sum, const DeliveredKey& key) { return sum + kAround + key.bytes.size(); });
}

Container copy_of(const Container& container) {
  Container copy;
  for (const DeliveredKey& key : container.keys)
    copy.keys.push_back({key.id, SecretBytes(key.bytes.expose_secret()), key.extensions});
  return copy;
}

}  // namespace

void Delivery::State::deliver(const std::string& caller, const Call& what, const OnAnswer& answer) {
  if (settings.policy_of(caller).idempotency_s > 0) {
    Call asked = what;
    const auto key = take_key(asked);
    if (!key) return answer(std::unexpected(key.error()));
    if (*key) return deliver_once(caller, (*key)->name, asked, (*key)->is_mandatory, answer);
  }
  if (const auto* const asked = std::get_if<GetKey>(&what)) return get_key(caller, *asked, {}, answer);
  get_key_with_ids(caller, std::get<GetKeyWithIds>(what), {}, answer);
}

void Delivery::State::deliver_once(const std::string& caller, const std::string& key, const Call& what,
                                   bool is_mandatory, const OnAnswer& answer) {
  forget_replies();
  auto& all = repeatables[caller];
  if (const auto at = all.find(key); at != all.end()) {
    const auto& kept = at->second;
    if (kept->what != what)
      return answer(refuse(400, fmt::format("this {} was that of another request", kIdempotencyKey)));
    if (kept->reply) return repeat(caller, kept, answer);
    kept->waiting.push_back(answer);
    return;
  }
  // What a reply takes at most is known before anything is drawn.
  std::size_t bytes = kAround;
  if (const auto* const asked = std::get_if<GetKey>(&what)) {
    const std::uint64_t bits = std::min(asked->request.size.value_or(settings.key_bits), settings.max_key_bits);
    bytes += std::min(asked->request.number, settings.most_keys) * (kAround + bits / 8);
  } else {
    bytes += std::get<GetKeyWithIds>(what).ids.size() * (kAround + settings.max_key_bits / 8);
  }
  if (const auto room = require_room(caller, bytes, is_mandatory); !room) return answer(std::unexpected(room.error()));
  all.emplace(key, std::make_shared<Repeatable>(Repeatable{what, bytes, {answer}, std::nullopt, {}}));
  const OnAnswer then = [this, caller, key](ApiResult<Answer> result) { keep_reply(caller, key, std::move(result)); };
  if (const auto* const asked = std::get_if<GetKey>(&what)) return get_key(caller, *asked, {}, then);
  get_key_with_ids(caller, std::get<GetKeyWithIds>(what), {}, then);
}

ApiResult<void> Delivery::State::require_room(const std::string& caller, std::size_t bytes, bool is_mandatory) const {
  if (bytes > kMostReplyBytes) return refuse(400, std::string(is_mandatory ? kMandatoryUnmet : kOptionalUnhandled));
  const auto& all = repeatables.at(caller);
  std::optional<Time> first;
  for (const auto& [key, kept] : all) {
    bytes += kept->bytes;
    if (kept->reply) first = std::min(first.value_or(kept->until), kept->until);
  }
  if (bytes <= kMostReplyBytes && all.size() < kMostReplies) return {};
  ApiError error{429, "as many replies are kept for this SAE as may be", {}};
  error.retry_after_s = first ? static_cast<unsigned>((*first - out.now()).count() / 1000 + 1) : 1;
  return std::unexpected(std::move(error));
}

// All who asked hear the same; what was refused may be asked for anew.
void Delivery::State::keep_reply(const std::string& caller, const std::string& key, ApiResult<Answer> result) {
  const std::uint64_t seconds = settings.policy_of(caller).idempotency_s;
  auto& all = repeatables[caller];
  const auto at = all.find(key);
  HERALD_CHECK(at != all.end());
  const auto kept = at->second;
  const auto waiting = std::exchange(kept->waiting, {});
  if (!result || seconds == 0) all.erase(at);
  if (!result) {
    for (const OnAnswer& answer : waiting) answer(std::unexpected(result.error()));
    return;
  }
  kept->reply = std::move(std::get<Container>(*result));
  kept->bytes = bytes_of(*kept->reply);
  kept->until = out.now() + std::chrono::seconds(seconds);
  for (std::size_t i = 1; i < waiting.size(); ++i) repeat(caller, kept, waiting[i]);
  waiting.front()(copy_of(*kept->reply));
}

// Once more, and the journal knows before it leaves.
void Delivery::State::repeat(const std::string& caller, const std::shared_ptr<Repeatable>& kept,
                             const OnAnswer& answer) {
  Json ids = Json::array();
  for (const DeliveredKey& key : kept->reply->keys) ids.push_back(to_string(key.id));
  run<bool>(
      [this, caller, ids](Records& records) -> Result<bool> {
        HERALD_TRY_VOID(note(records, "repeated", {{"to", caller}, {"keys", ids}}));
        return true;
      },
      [kept, answer](const Result<bool>& noted) {
        if (!noted) return answer(refuse(503, noted.error().message));
        answer(copy_of(*kept->reply));
      });
}

void Delivery::State::forget_replies() {
  for (auto& [caller, all] : repeatables)
    std::erase_if(all, [&](const auto& each) { return each.second->reply && each.second->until <= out.now(); });
}

}  // namespace herald::kme
