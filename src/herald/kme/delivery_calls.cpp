// What applications ask.
#include "herald/kme/delivery_state.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace herald::kme {

using Json = nlohmann::json;
using store::Records;

namespace {

constexpr std::uint64_t kMaxKeyCount = 1'000'000'000;

std::unexpected<ApiError> refuse(unsigned status, std::string message) {
  return std::unexpected(ApiError{status, std::move(message), {}});
}

std::unexpected<ApiError> unavailable(std::string message) {
  ApiError error{503, std::move(message), {}};
  error.retry_after_s = 1;
  return std::unexpected(std::move(error));
}

// Nothing left the pools, or the keys that wait.
std::unexpected<ApiError> not_drawn(const Error& why) {
  if (why.code == ErrorCode::disagreement) return refuse(409, why.message);  // a chunk that was given before
  auto error = unavailable(why.message);
  error.error().lacks_keys = why.code == ErrorCode::exhausted || why.code == ErrorCode::insecure;
  return error;
}

// Of an entry of the journal.
Json about(const Chunk& chunk) { return {{"stream", to_string(chunk.stream)}, {"index", chunk.index}}; }

std::vector<Extension> about(const Provenance& provenance, bool is_hybrid) {
  std::vector<Extension> all;
  if (provenance.origin != Origin::device)
    all.push_back({"herald_origin", fmt::format("\"{}\"", to_string(provenance.origin))});
  if (is_hybrid) all.push_back({"herald_hybrid", fmt::format("\"{}\"", cipher::kKem)});
  return all;
}

}  // namespace

ApiResult<void> Delivery::State::admit(const std::string& caller) {
  const auto at = settings.applications.find(caller);
  if (at == settings.applications.end() || at->second != own) return refuse(401, "this SAE is not known here");
  const double per_s = settings.policy_of(caller).requests_per_s;
  return require_budget(budgets[caller].requests, 1, per_s, std::max(1.0, per_s));
}

ApiResult<std::string> Delivery::State::kme_of_slave(const std::string& slave) const {
  const auto at = settings.applications.find(slave);
  if (at == settings.applications.end()) return refuse(400, "this SAE is not known here");
  if (at->second == own) return refuse(400, "this SAE is at the caller's own KME");
  return at->second;
}

void Delivery::State::status(const std::string& caller, const GetStatus& what, const OnAnswer& answer) {
  const auto target = kme_of_slave(what.slave);
  if (!target) return answer(std::unexpected(target.error()));
  Status status{own,
                *target,
                caller,
                what.slave,
                settings.key_bits,
                0,
                kMaxKeyCount,
                settings.most_keys,
                settings.max_key_bits,
                settings.min_key_bits,
                settings.most_additional_slaves};
  run<PoolLevel>([this, target = *target](Records& records) { return level(records, pool(target, true)); },
                 [this, status, answer](const Result<PoolLevel>& level) mutable {
                   if (!level) return answer(unavailable(level.error().message));
                   status.stored_keys = level->may_be_drawn(settings.word) / (settings.key_bits / 8);
                   answer(status);
                 });
}

ApiResult<Delivery::State::Slaves> Delivery::State::judge(const std::string& caller, const GetKey& what) const {
  const KeyRequest& asked = what.request;
  const std::uint64_t bits = asked.size.value_or(settings.key_bits);
  if (bits % 8 != 0) return refuse(400, std::string(kSizeMultipleOf8));
  if (bits < settings.min_key_bits || bits > settings.max_key_bits)
    return refuse(400, fmt::format("size is from {} to {} bits", settings.min_key_bits, settings.max_key_bits));
  if (asked.number > settings.most_keys) return refuse(400, fmt::format("number is at most {}", settings.most_keys));
  if (asked.additional_slaves.size() > settings.most_additional_slaves)
    return refuse(400, fmt::format("at most {} additional slaves", settings.most_additional_slaves));
  if (!asked.mandatory.empty()) return refuse(400, std::string(kMandatoryUnsupported));
  if (what.slave == caller) return refuse(400, "master and slave are the same SAE");
  if (!may_share(caller, what.slave)) return refuse(401, "this SAE may not share keys with that one");
  Slaves slaves;
  HERALD_TRY(const std::string target, kme_of_slave(what.slave));
  slaves[target].push_back(what.slave);
  std::set<std::string> named{caller, what.slave};
  for (const std::string& slave : asked.additional_slaves) {
    if (!named.insert(slave).second) return refuse(400, "additional_slave_SAE_IDs names an SAE twice");
    if (!may_share(caller, slave)) return refuse(401, "this SAE may not share keys with that one");
    HERALD_TRY(const std::string kme, kme_of_slave(slave));
    slaves[kme].push_back(slave);
  }
  return slaves;
}

namespace {

// What it takes to make keys for a master and its slaves.
struct Order {
  std::string from;
  std::vector<Part> parts;  // whose assignments have no keys yet
  std::vector<Uuid> ids;
  std::optional<Chunk> chunk;          // what the one key is
  std::uint64_t bytes = 0, leave = 0;  // of a key; of a pool, for others
  InsecureSimulated word = InsecureSimulated::refuse;
  SecretBytes secret;  // that keys are combined with, if any
};

Result<DrawnBytes> draw_leaving(Records& records, const PoolName& pool, std::uint64_t size, const Order& order) {
  HERALD_TRY(DrawnBytes drawn, draw(records, pool, size, order.word));
  if (order.leave > 0) {
    HERALD_TRY(const PoolLevel left, level(records, pool));
    if (left.may_be_drawn(order.word) < order.leave)
      return fail(ErrorCode::exhausted,
                  fmt::format("too few keys from {} to {}: what is left is kept for others", pool.from, pool.to));
  }
  return drawn;
}

// A key is the bytes of the pool to the first KME; the others get it sealed.
Result<Drawn> draw_for(Records& records, const Order& order) {
  if (order.chunk) HERALD_TRY_VOID(give_chunk(records, *order.chunk));
  Drawn drawn{order.parts, {}};
  const bool is_hybrid = order.secret.size() != 0;
  for (const Uuid& id : order.ids) {
    SecretBytes bytes;
    Provenance provenance;
    for (Part& part : drawn.parts) {
      const PoolName pool{order.from, part.kme};
      const bool is_first = &part == &drawn.parts.front();
      HERALD_TRY(DrawnBytes key,
                 draw_leaving(records, pool, is_first ? order.bytes : sealing_bytes(order.bytes), order));
      part.assign.keys.push_back({id, std::move(key.draws)});
      if (is_first) {
        bytes = std::move(key.bytes);
        provenance = std::move(key.provenance);
      } else {
        part.assign.keys.back().sealed = seal_once(key.bytes, bytes.expose_secret(), about_sealed(part.assign, id));
        provenance = combined(provenance, key.provenance);
      }
    }
    if (is_hybrid) bytes = hybrid_key(order.secret, bytes, id);
    drawn.keys.push_back({id, std::move(bytes), about(provenance, is_hybrid)});
  }
  return drawn;
}

}  // namespace

ApiResult<void> Delivery::State::require_budget(Budget& budget, double amount, double per_s, double limit) {
  const auto wait = per_s > 0 ? budget.take(amount, per_s, limit, out.now()) : std::nullopt;
  if (!wait) return {};
  ApiError error{429, "this SAE asks for more than its policy grants", {}};
  error.retry_after_s = std::max(1U, static_cast<unsigned>((wait->count() + 999) / 1000));
  return std::unexpected(std::move(error));
}

void Delivery::State::get_key(const std::string& caller, const GetKey& what, const std::optional<Chunk>& chunk,
                              const OnAnswer& answer) {
  const auto slaves = judge(caller, what);
  if (!slaves) return answer(std::unexpected(slaves.error()));
  for (const auto& [kme, at] : *slaves)
    if (const auto ready = require_ready(kme); !ready) return answer(unavailable(ready.error().message));
  const Policy& policy = settings.policy_of(caller);
  const auto per_hour = static_cast<double>(policy.keys_per_hour);
  const auto number = static_cast<double>(what.request.number);
  if (const auto grant = require_budget(budgets[caller].keys, number, per_hour / 3600, per_hour); !grant)
    return answer(std::unexpected(grant.error()));
  // What is not delivered does not count.
  const OnAnswer then = [this, caller, number, answer](ApiResult<Answer> result) {
    if (!result) budgets[caller].keys.give_back(number);
    answer(std::move(result));
  };
  const auto order = std::make_shared<Order>();
  order->from = own;
  std::uint64_t until = out.unix_time() + policy.hold_s.value_or(settings.hold_s);
  if (chunk) until = std::min(until, chunk->until);
  for (const auto& [kme, at] : *slaves) order->parts.push_back({kme, {0, {}, caller, at, until, {}}});
  order->chunk = chunk;
  if (chunk) order->ids.push_back(chunk->key);
  order->bytes = what.request.size.value_or(settings.key_bits) / 8;
  order->leave = policy.leave;
  order->word = settings.word;
  while (order->ids.size() < what.request.number) {
    std::array<std::uint8_t, 16> bytes{};
    out.random(bytes);
    order->ids.push_back(random_uuid(bytes));
  }
  if (policy.is_hybrid) {
    auto secret = encapsulate_for(order->parts);
    if (!secret) return then(unavailable(secret.error().message));
    order->secret = std::move(*secret);
  }
  run<Drawn>(
      [this, order, slaves = *slaves, caller](Records& records) -> Result<Drawn> {
        HERALD_TRY(Drawn drawn, draw_for(records, *order));
        Json ids = Json::array();
        for (const Uuid& id : order->ids) ids.push_back(to_string(id));
        Json entry{{"master", caller}, {"slaves", slaves}, {"keys", ids}};
        if (order->chunk) entry.update(about(*order->chunk));
        HERALD_TRY(const JournalHead head, note(records, "drawn", std::move(entry)));
        for (Part& part : drawn.parts) part.assign.head = head;
        return drawn;
      },
      [this, then](Result<Drawn> drawn) {
        if (drawn) return assign(std::move(*drawn), then);
        then(not_drawn(drawn.error()));
      });
}

// Drawn here, durably: when every KME of a slave holds the same, the master has it.
void Delivery::State::assign(Drawn&& drawn, const OnAnswer& answer) {
  for (const Part& part : drawn.parts)
    if (const auto ready = require_ready(part.kme); !ready) return answer(unavailable(ready.error().message));
  struct Waiting {
    std::size_t parts;
    Container container;
    bool is_over = false;
  };
  const auto waiting = std::make_shared<Waiting>(drawn.parts.size(), Container{std::move(drawn.keys)});
  for (Part& part : drawn.parts) {
    part.assign.request = expect_done(part.kme, [waiting, answer](const Result<void>& done) {
      if (waiting->is_over || (done && --waiting->parts > 0)) return;
      waiting->is_over = true;
      if (!done) return answer(unavailable(done.error().message));
      answer(std::move(waiting->container));
    });
    send(part.kme, part.assign);
  }
}

void Delivery::State::get_key_with_ids(const std::string& caller, const GetKeyWithIds& what,
                                       const std::optional<Chunk>& chunk, const OnAnswer& answer) {
  if (!what.mandatory.empty()) return answer(refuse(400, std::string(kMandatoryUnsupported)));
  run<Taken>(
      [this, caller, what, chunk](Records& records) -> Result<Taken> {
        Taken taken;
        if (chunk) HERALD_TRY_VOID(give_chunk(records, *chunk));
        HERALD_TRY(taken.keys, take_held(records, what.ids, caller, what.master));
        Json ids = Json::array();
        for (const HeldKey& key : taken.keys) {
          if (key.master_kme != taken.keys.front().master_kme)
            return fail(ErrorCode::not_found, std::string(kKeysNotFound));
          ids.push_back(to_string(key.id));
        }
        Json entry{{"slave", caller}, {"master", what.master}, {"keys", ids}};
        if (chunk) entry.update(about(*chunk));
        HERALD_TRY(taken.head, note(records, "fetched", std::move(entry)));
        return taken;
      },
      [this, caller, chunk, answer](Result<Taken> taken) {
        if (taken) return fetch(caller, std::move(*taken), chunk, answer);
        const Error& why = taken.error();
        if (why.code == ErrorCode::not_found) return answer(refuse(400, why.message));
        if (why.code == ErrorCode::authentication) return answer(refuse(401, why.message));
        answer(not_drawn(why));
      });
}

// Taken here, durably: when the peer has borne witness, the slave has it.
void Delivery::State::fetch(const std::string& slave, Taken taken, const std::optional<Chunk>& chunk,
                            const OnAnswer& answer) {
  const std::string peer = taken.keys.front().master_kme;
  const JournalHead head = taken.head;
  const auto keys = std::make_shared<std::vector<HeldKey>>(std::move(taken.keys));
  const auto done = [this, keys, slave, chunk, answer](const Result<void>& witnessed) {
    if (witnessed) {
      Container container;
      for (HeldKey& key : *keys)
        container.keys.push_back({key.id, std::move(key.bytes), about(key.provenance, key.is_hybrid)});
      return answer(std::move(container));
    }
    // Their bytes have not left: they wait on.
    run<bool>(
        [this, keys, slave, chunk](Records& records) -> Result<bool> {
          Json ids = Json::array();
          for (const HeldKey& key : *keys) {
            HERALD_TRY_VOID(put_back(records, key, slave));
            ids.push_back(to_string(key.id));
          }
          if (chunk) HERALD_TRY_VOID(take_chunk_back(records, *chunk));
          HERALD_TRY_VOID(note(records, "put-back", {{"slave", slave}, {"keys", ids}}));
          return true;
        },
        [answer, why = witnessed.error().message](const Result<bool>&) { answer(unavailable(why)); });
  };
  if (const auto ready = require_ready(peer); !ready) return done(ready);
  const std::uint64_t request = expect_done(peer, done);
  send(peer, Fetched{request, head});
}

}  // namespace herald::kme
