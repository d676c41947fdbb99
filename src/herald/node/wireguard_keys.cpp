#include "herald/node/wireguard_keys.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "herald/base/codec.h"
#include "herald/base/random.h"
#include "herald/kme/client.h"
#include "herald/kme/psk_rotation.h"
#include "herald/net/framing.h"

namespace herald::node {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kTick{200}, kConnect{3000}, kHandshake{10'000}, kFirstPause{500}, kLongestPause{10'000};
constexpr std::chrono::seconds kRound{40};  // longer than a KME may take
constexpr std::chrono::seconds kTryAgain{10};
constexpr std::size_t kMostGreeting = 16;  // strangers in their handshake

struct Line {
  net::SecureConnectionPtr connection;
  net::FrameDecoder decoder;
};
using LinePtr = std::shared_ptr<Line>;

}  // namespace

struct WireguardKeys::State : std::enable_shared_from_this<State> {
  State(net::EventLoop& l, WireguardSettings s, std::shared_ptr<net::TlsContext> c, Events e)
      : loop(l),
        settings(std::move(s)),
        context(std::move(c)),
        events(std::move(e)),
        master(rotation_events()),
        slave(rotation_events()),
        client(loop, settings.kme, context) {}

  net::EventLoop& loop;
  WireguardSettings settings;
  std::shared_ptr<net::TlsContext> context;
  Events events;
  kme::RotationMaster master;
  kme::RotationSlave slave;
  kme::Client client;
  std::set<LinePtr> greeting;
  LinePtr line;
  std::uint16_t port = 0;
  bool is_calling = false, has_expired = false;
  milliseconds pause = kFirstPause;
  Clock::time_point call_at = Clock::now(), rotate_at = Clock::now(), last = Clock::now();
  std::optional<Clock::time_point> waits_since;
  std::string noted;  // last

  kme::RotationEvents rotation_events() {
    kme::RotationEvents out;
    out.send = [this](const Bytes& message) { send(message); };
    out.draw = [this](kme::RotationEvents::OnKey done) {
      client.get_keys(settings.peer, 1, 8 * kme::kPskBytes, one_of(std::move(done)));
    };
    out.fetch = [this](const Uuid& id, kme::RotationEvents::OnKey done) {
      client.get_keys_with_ids(settings.peer, {id}, one_of(std::move(done)));
    };
    out.put_in_force = [this](const SecretBytes& key) -> Result<void> {
      HERALD_TRY_VOID(preshared_key(settings.wireguard));  // `wg set` would make a peer that is gone, without addresses
      return set_preshared_key(settings.wireguard, key);
    };
    out.in_force = [this] { return preshared_key(settings.wireguard); };
    out.rotated = [this](const Uuid& id) {
      last = Clock::now();
      rotate_at = last + settings.every;
      has_expired = false;
      noted.clear();
      events.rotated(id);
    };
    out.failed = [this](const Error& why) {
      rotate_at = Clock::now() + std::min(settings.every, kTryAgain);
      note(fmt::format("no new key: {}; the former one stays", why.message));
    };
    return out;
  }

  static kme::Client::OnKeys one_of(kme::RotationEvents::OnKey done) {
    return [done = std::move(done)](Result<std::vector<kme::DeliveredKey>> keys) {
      if (!keys) return done(std::unexpected(std::move(keys.error())));
      done(std::move(keys->front()));
    };
  }

  // Once, as long as it is the same.
  void note(const std::string& text) {
    if (std::exchange(noted, text) != text) events.note(text);
  }

  void tick() {
    const auto now = Clock::now();
    if (settings.is_master && !line && !is_calling && now >= call_at) call();
    if (settings.is_master && line) {
      if (!master.is_waiting()) {
        waits_since.reset();
        if (now >= rotate_at) master.rotate();
      } else if (now - waits_since.value_or(now) > kRound) {
        drop("the other end does not answer");
      } else if (!waits_since) {
        waits_since = now;
      }
    }
    if (settings.expire.count() != 0 && !has_expired && now - last > settings.expire) expire();
    loop.after(kTick, [weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->tick();
    });
  }

  void expire() {
    SecretBytes random(kWireguardKeyBytes);
    SecretRandom().fill_bytes(random.expose_secret_mutable());
    const auto done = set_preshared_key(settings.wireguard, random);
    if (!done) return note(done.error().message);
    has_expired = true;
    master.forget();
    slave.forget();
    note(fmt::format("no new key for {} s: a random one that nobody has ends all handshakes until there is one",
                     settings.expire.count()));
  }

  void call() {
    is_calling = true;
    loop.connect(settings.at, kConnect, [weak = weak_from_this()](Result<net::ConnectionPtr> connected) {
      const auto self = weak.lock();
      if (!self) return;
      if (!connected) return self->call_again(connected.error().message);
      self->greet(net::secure_among_applications(std::move(*connected), self->context));
    });
  }

  void call_again(const std::string& why) {
    is_calling = false;
    call_at = Clock::now() + pause;
    pause = std::min(kLongestPause, 2 * pause);
    note(fmt::format("{}: {}", settings.peer, why));
  }

  void greet(net::SecureConnectionPtr connection) {
    if (greeting.size() >= kMostGreeting) return;
    const auto held = std::make_shared<Line>();
    held->connection = std::move(connection);
    greeting.insert(held);
    held->connection->handshake([weak = weak_from_this(), greeted = std::weak_ptr(held)](Result<void> done) {
      const auto self = weak.lock();
      const auto here = greeted.lock();
      if (!self || !here || self->greeting.erase(here) == 0) return;
      if (done) done = self->admit(here);
      if (!done) self->refuse(done.error().message);
    });
    loop.after(kHandshake, [weak = weak_from_this(), greeted = std::weak_ptr(held)] {
      const auto self = weak.lock();
      const auto here = greeted.lock();
      if (self && here && self->greeting.erase(here) == 1) self->refuse("no handshake in time");
    });
  }

  void refuse(const std::string& why) {
    if (settings.is_master) return call_again(why);
    note(fmt::format("somebody who called: {}", why));
  }

  Result<void> admit(const LinePtr& here) {
    const std::string& name = here->connection->peer().common_name;
    if (name != settings.peer)
      return fail(ErrorCode::authentication,
                  fmt::format("the certificate is that of {}, not of {}", printable(name, 64), settings.peer));
    if (line) drop("it calls anew");
    line = here;
    is_calling = false;
    pause = kFirstPause;
    const auto weak = weak_from_this();
    const auto held = std::weak_ptr(here);
    Bytes hello = net::greeting();
    line->connection->write_now(hello);
    if (settings.is_master)
      master.connected();
    else
      slave.connected();
    line->connection->start(
        [weak, held](ByteView bytes) {
          const auto self = weak.lock();
          const auto open = held.lock();
          if (self && open && self->line == open) self->receive(open, bytes);
        },
        [weak, held](const Error& why) {
          const auto self = weak.lock();
          const auto open = held.lock();
          if (self && open && self->line == open) self->drop(why.message);
        });
    return {};
  }

  void receive(const LinePtr& from, ByteView bytes) {
    if (const auto fed = from->decoder.feed(bytes); !fed) return drop(fed.error().message);
    while (line == from) {
      const auto frame = from->decoder.next();
      if (!frame) return;
      const auto done = settings.is_master ? master.received(frame->payload) : slave.received(frame->payload);
      if (!done) return drop(done.error().message);
    }
  }

  void send(const Bytes& message) {
    if (!line) return;
    Bytes bytes;
    net::append_frame(0, message, bytes);
    line->connection->write_now(bytes);
  }

  void drop(const std::string& why) {
    const LinePtr held = std::exchange(line, {});
    held->connection->close_after_writing();
    waits_since.reset();
    if (!settings.is_master) {
      slave.disconnected();
      return note(fmt::format("{}: {}", settings.peer, why));
    }
    master.disconnected();
    call_again(why);
  }
};

WireguardKeys::WireguardKeys(std::shared_ptr<State> state) : m_state(std::move(state)) {}
WireguardKeys::~WireguardKeys() = default;
std::uint16_t WireguardKeys::port() const { return m_state->port; }

Result<std::unique_ptr<WireguardKeys>> WireguardKeys::start(net::EventLoop& loop, WireguardSettings settings,
                                                            std::shared_ptr<net::TlsContext> context, Events events) {
  HERALD_TRY_VOID(check(settings.wireguard));
  HERALD_TRY_VOID(preshared_key(settings.wireguard));
  auto state = std::make_shared<State>(loop, std::move(settings), std::move(context), std::move(events));
  if (!state->settings.is_master) {
    HERALD_TRY(state->port,
               loop.listen(state->settings.at, [weak = std::weak_ptr(state)](net::ConnectionPtr connection) {
                 if (const auto self = weak.lock())
                   self->greet(net::secure_as_server(std::move(connection), self->context));
               }));
  }
  state->tick();
  return std::unique_ptr<WireguardKeys>(new WireguardKeys(std::move(state)));
}

}  // namespace herald::node
