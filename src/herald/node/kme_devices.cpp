#include "herald/node/kme_devices.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "herald/base/file.h"
#include "herald/kme/client.h"

namespace herald::node {
namespace {

using kme::DeliveredKey;
using kme::DeviceKeys;
using OnKeys = kme::DeviceAccess::OnKeys;

constexpr std::size_t kMostPem = std::size_t{1} << 20;
constexpr std::chrono::milliseconds kPatience{5000};  // for one reply

Result<net::TlsCredentials> credentials_of(const DeviceSource& source) {
  const auto text = [](const std::filesystem::path& path) -> Result<std::string> {
    HERALD_TRY(const Bytes bytes, read_file(path, kMostPem));
    return std::string(bytes.begin(), bytes.end());
  };
  net::TlsCredentials credentials;
  HERALD_TRY(credentials.certificates, text(source.certificate));
  HERALD_TRY(Bytes key, read_file(source.key, kMostPem));
  credentials.key = SecretBytes(ByteView(key));
  wipe(key.data(), key.size());
  HERALD_TRY(credentials.authorities, text(source.authority));
  return credentials;
}

// A device that is Herald's says when its light is not of a link that runs now.
Origin origin_of(const DeliveredKey& key) {
  for (const kme::Extension& each : key.extensions)
    if (each.name == "herald_origin") {
      const std::string_view quoted = each.value;
      const auto origin = quoted.size() > 2 ? origin_from_string(quoted.substr(1, quoted.size() - 2))
                                            : fail(ErrorCode::malformed, "no origin");
      return origin.value_or(Origin::simulated);
    }
  return Origin::device;
}

// What a device gives, request by request.
struct Job {
  std::vector<DeliveredKey> keys;
  std::uint64_t bytes = 0;   // of them
  std::uint64_t wanted = 0;  // bytes
  std::vector<Uuid> ids;     // or these
  OnKeys done;

  bool is_complete() const { return ids.empty() ? bytes >= wanted : keys.size() == ids.size(); }
  DeviceKeys take() {
    DeviceKeys all{{}, SecretBytes(bytes), Origin::device};
    auto at = all.bytes.expose_secret_mutable().begin();
    for (const DeliveredKey& key : keys) {
      all.ids.push_back(key.id);
      all.origin = std::min(all.origin, origin_of(key));
      at = std::ranges::copy(key.bytes.expose_secret(), at).out;
    }
    keys.clear();
    return all;
  }
};

}  // namespace

bool DeviceSource::operator==(const DeviceSource& other) const {
  return name == other.name && peer == other.peer && sae == other.sae && at.to_string() == other.at.to_string() &&
         certificate == other.certificate && key == other.key && authority == other.authority &&
         epsilon.value == other.epsilon.value;
}

Provenance provenance_of(const DeviceSource& source) {
  return {Origin::device, "stated-by-maker", {source.epsilon, FailureProbability{0}, FailureProbability{0}}, {}};
}

struct KmeDevices::State : std::enable_shared_from_this<State> {
  struct Device {
    DeviceSource source;
    std::unique_ptr<kme::Client> client;
    std::optional<kme::Status> limits;  // what it says of itself
    Counts counts;
    std::string trouble;  // that was told
  };
  using JobPtr = std::shared_ptr<Job>;

  State(net::EventLoop& l, std::function<void(const std::string&)> n) : loop(l), note(std::move(n)) {}

  net::EventLoop& loop;
  std::function<void(const std::string&)> note;
  std::map<std::string, Device> devices;  // by peer; they stay where they are

  void begin(const std::string& peer, const JobPtr& job) {
    const auto at = devices.find(peer);
    if (at == devices.end()) {
      loop.post([job, peer] { job->done(fail(ErrorCode::not_found, fmt::format("no device for {}", peer))); });
      return;
    }
    Device& device = at->second;
    if (device.limits) return ask(device, job);
    device.client->status(device.source.sae, [weak = weak_from_this(), &device, job](Result<kme::Status> status) {
      const auto self = weak.lock();
      if (!self) return;
      if (!status) return self->end(device, job, status.error());
      device.limits = std::move(*status);
      self->ask(device, job);
    });
  }

  // The next keys, as many as it gives at once.
  void ask(Device& device, const JobPtr& job) {
    const std::uint64_t at_once = std::clamp<std::uint64_t>(device.limits->max_keys_per_request, 1, 128);
    auto then = [weak = weak_from_this(), &device, job](Result<std::vector<DeliveredKey>> keys) {
      const auto self = weak.lock();
      if (!self) return;
      if (!keys) return self->end(device, job, keys.error());
      self->took(device, job, std::move(*keys));
    };
    if (!job->ids.empty()) {
      const auto rest = std::span(job->ids).subspan(job->keys.size());
      const auto next = rest.first(std::min<std::size_t>(rest.size(), at_once));
      return device.client->get_keys_with_ids(device.source.sae, {next.begin(), next.end()}, std::move(then));
    }
    const std::uint64_t bytes_each = std::max<std::uint64_t>(device.limits->key_size / 8, 1);
    const std::uint64_t number = (job->wanted - job->bytes + bytes_each - 1) / bytes_each;
    device.client->get_keys(device.source.sae,
                            std::min({number, at_once, kme::kMostDeviceKeys - std::uint64_t{job->keys.size()}}), {},
                            std::move(then));
  }

  void took(Device& device, const JobPtr& job, std::vector<DeliveredKey> keys) {
    for (DeliveredKey& key : keys) {
      job->bytes += key.bytes.size();
      device.counts.bytes += key.bytes.size();
      job->keys.push_back(std::move(key));
    }
    device.counts.keys += keys.size();
    if (!job->is_complete() && job->keys.size() < kme::kMostDeviceKeys) return ask(device, job);
    device.counts.is_answering = true;
    device.trouble.clear();
    job->done(job->take());
  }

  // No more keys: those that it gave before are a smaller lot, and half of those that were asked for by name are none.
  void end(Device& device, const JobPtr& job, const Error& why) {
    ++device.counts.failures;
    device.counts.is_answering = false;
    device.limits.reset();  // it may have become another
    const std::string trouble = fmt::format("device {}: {}", device.source.name, why.message);
    if (trouble != std::exchange(device.trouble, trouble)) note(trouble);
    if (job->ids.empty() && !job->keys.empty()) return job->done(job->take());
    job->done(std::unexpected(why));
  }
};

KmeDevices::KmeDevices(std::shared_ptr<State> state) : m_state(std::move(state)) {}
KmeDevices::~KmeDevices() = default;

Result<std::unique_ptr<KmeDevices>> KmeDevices::open(net::EventLoop& loop, std::vector<DeviceSource> sources,
                                                     std::function<void(const std::string&)> note) {
  auto state = std::make_shared<State>(loop, std::move(note));
  for (DeviceSource& source : sources) {
    HERALD_TRY(const net::TlsCredentials credentials, credentials_of(source));
    auto context = net::TlsContext::create(credentials);
    if (!context) return fail(context.error().code, fmt::format("device {}: {}", source.name, context.error().message));
    const std::string peer = source.peer;
    const Counts counts{source.name, peer};
    auto client = std::make_unique<kme::Client>(loop, source.at, std::move(*context), kPatience);
    state->devices[peer] = {std::move(source), std::move(client), {}, counts, {}};
  }
  return std::unique_ptr<KmeDevices>(new KmeDevices(std::move(state)));
}

void KmeDevices::get_keys(const std::string& peer, std::uint64_t bytes, OnKeys done) {
  m_state->begin(peer, std::make_shared<Job>(Job{{}, 0, bytes, {}, std::move(done)}));
}

void KmeDevices::get_keys_with_ids(const std::string& peer, std::vector<Uuid> ids, OnKeys done) {
  m_state->begin(peer, std::make_shared<Job>(Job{{}, 0, 0, std::move(ids), std::move(done)}));
}

void KmeDevices::refused(const std::string& peer, const std::string& why) {
  m_state->note(fmt::format("{} could not take the keys of its device: {}", peer, why));
}

std::vector<KmeDevices::Counts> KmeDevices::counts() const {
  std::vector<Counts> all;
  for (const auto& [peer, device] : m_state->devices) all.push_back(device.counts);
  return all;
}

}  // namespace herald::node
