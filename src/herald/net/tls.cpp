#include "herald/net/tls.h"

#include <botan/auto_rng.h>
#include <botan/certstor.h>
#include <botan/credentials_manager.h>
#include <botan/data_src.h>
#include <botan/hash.h>
#include <botan/pkcs8.h>
#include <botan/pkix_types.h>
#include <botan/tls.h>
#include <botan/tls_session_manager_noop.h>
#include <botan/x509_crl.h>
#include <botan/x509path.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <utility>

namespace herald::net {
namespace {

namespace tls = Botan::TLS;
using Clock = std::chrono::system_clock;
using Chain = std::vector<Botan::X509_Certificate>;
using Fingerprint = std::array<std::uint8_t, 32>;

constexpr std::size_t kLongestCommonName = 255;
// A chain that was good is good so long: checking one costs a quarter of a handshake.
constexpr std::chrono::seconds kStaysChecked{60};
constexpr std::size_t kMostChecked = 4096;
constexpr std::size_t kMostChain = 16384;  // bytes of certificates that a stranger may send

class Policy final : public tls::Policy {
 public:
  bool allow_tls12() const override { return false; }
  bool allow_dtls12() const override { return false; }
  std::vector<tls::Group_Params> key_exchange_groups() const override {
    return {tls::Group_Params::HYBRID_X25519_ML_KEM_768, tls::Group_Params::X25519};
  }
  // With a share of the hybrid alone, a server that has only X25519 asks again.
  std::vector<tls::Group_Params> key_exchange_groups_to_offer() const override {
    return {tls::Group_Params::HYBRID_X25519_ML_KEM_768};
  }
  bool require_client_certificate_authentication() const override { return true; }
  // Lists of revoked certificates that are there are obeyed; that there are none is the operator's choice.
  bool require_cert_revocation_info() const override { return false; }
  std::size_t new_session_tickets_upon_handshake_success() const override { return 0; }
  std::size_t maximum_certificate_chain_size() const override { return kMostChain; }
  bool tls_13_middlebox_compatibility_mode() const override { return false; }
};

// Our certificate and key, and whom we trust.
class Credentials final : public Botan::Credentials_Manager {
 public:
  std::vector<Botan::Certificate_Store*> trusted_certificate_authorities(const std::string&,
                                                                         const std::string&) override {
    return {&trusted};
  }
  Chain find_cert_chain(const std::vector<std::string>& kinds, const std::vector<Botan::AlgorithmIdentifier>&,
                        const std::vector<Botan::X509_DN>&, const std::string&, const std::string&) override {
    return std::ranges::find(kinds, chain.front().subject_public_key()->algo_name()) != kinds.end() ? chain : Chain();
  }
  std::shared_ptr<Botan::Private_Key> private_key_for(const Botan::X509_Certificate&, const std::string&,
                                                      const std::string&) override {
    return key;
  }

  Chain chain;
  std::shared_ptr<Botan::Private_Key> key;
  Botan::Certificate_Store_In_Memory trusted;
};

// Calls `read` for each block of a PEM text.
void each_pem(std::string_view text, const std::function<void(Botan::DataSource&)>& read) {
  constexpr std::string_view kBegin = "-----BEGIN ";
  for (std::size_t at = text.find(kBegin); at != text.npos; at = text.find(kBegin, at + 1)) {
    Botan::DataSource_Memory source{text.substr(at)};
    read(source);
  }
}

Chain read_certificates(std::string_view pem) {
  Chain chain;
  each_pem(pem, [&](Botan::DataSource& source) { chain.emplace_back(source); });
  return chain;
}

Fingerprint sha256(const std::vector<std::uint8_t>& bytes) {
  Fingerprint digest;
  const auto hash = Botan::HashFunction::create_or_throw("SHA-256");
  hash->update(bytes);
  hash->final(digest);
  return digest;
}

Error said(ErrorCode code, std::string_view what, const std::exception& error) {
  return {code, fmt::format("{}: {}", what, printable(error.what(), 200))};
}

}  // namespace

struct TlsContext::State {
  std::shared_ptr<Botan::RandomNumberGenerator> random = std::make_shared<Botan::AutoSeeded_RNG>();
  std::shared_ptr<tls::Session_Manager> sessions = std::make_shared<tls::Session_Manager_Noop>();
  std::shared_ptr<Policy> policy = std::make_shared<Policy>();
  std::shared_ptr<Credentials> credentials = std::make_shared<Credentials>();
  std::map<std::pair<Fingerprint, std::string>, Clock::time_point> checked;  // good chains, by use and host

  // Throws what Botan's TLS turns into an alert.
  void check(const Chain& chain, Botan::Usage_Type usage, const std::string& host) {
    std::vector<std::uint8_t> all;
    for (const auto& certificate : chain) {
      const auto der = certificate.BER_encode();
      all.insert(all.end(), der.begin(), der.end());
    }
    const std::pair key(sha256(all), fmt::format("{}/{}", static_cast<int>(usage), host));
    const auto now = Clock::now();
    if (const auto seen = checked.find(key); seen != checked.end() && now < seen->second) return;
    const Botan::Path_Validation_Restrictions restrictions(false, policy->minimum_signature_strength());
    const auto result = Botan::x509_path_validate(chain, restrictions, {&credentials->trusted}, host, usage, now);
    if (!result.successful_validation())
      throw tls::TLS_Exception(tls::Alert::BadCertificate, "the certificate is not good: " + result.result_string());
    auto until = now + kStaysChecked;
    for (const auto& certificate : chain) until = std::min(until, certificate.not_after().to_std_timepoint());
    if (checked.size() >= kMostChecked) checked.clear();
    checked[key] = until;
  }
};

TlsContext::TlsContext(std::unique_ptr<State> state) : m_state(std::move(state)) {}
TlsContext::~TlsContext() = default;

Result<std::shared_ptr<TlsContext>> TlsContext::create(const TlsCredentials& credentials) {
  try {
    auto state = std::make_unique<State>();
    state->credentials->chain = read_certificates(credentials.certificates);
    const auto bytes = credentials.key.expose_secret();
    Botan::DataSource_Memory key_source(bytes.data(), bytes.size());
    state->credentials->key = Botan::PKCS8::load_key(key_source);
    const Chain trusted = read_certificates(credentials.authorities);
    if (state->credentials->chain.empty() || trusted.empty())
      return fail(ErrorCode::malformed, "no certificate of ours, or none of an authority");
    if (state->credentials->chain.front().subject_public_key()->subject_public_key() !=
        state->credentials->key->public_key()->subject_public_key())
      return fail(ErrorCode::disagreement, "the private key is not that of the certificate");
    for (const auto& authority : trusted) state->credentials->trusted.add_certificate(authority);
    each_pem(credentials.revoked,
             [&](Botan::DataSource& source) { state->credentials->trusted.add_crl(Botan::X509_CRL(source)); });
    return std::shared_ptr<TlsContext>(new TlsContext(std::move(state)));
  } catch (const std::exception& error) {
    return std::unexpected(said(ErrorCode::malformed, "cannot read certificates or key", error));
  }
}

namespace {

enum class Side : std::uint8_t { server, client, client_of_application };

class TlsEnd final : public SecureConnection, public std::enable_shared_from_this<TlsEnd> {
 public:
  TlsEnd(ConnectionPtr connection, std::shared_ptr<TlsContext> context, Side side, std::string host)
      : m_connection(std::move(connection)), m_context(std::move(context)), m_side(side), m_host(std::move(host)) {}

  void handshake(std::function<void(Result<void>)> done) override {
    m_ready = std::move(done);
    const auto self = shared_from_this();  // a handler may drop us
    guard([&] {
      TlsContext::State& context = m_context->state();
      const auto callbacks = std::make_shared<Callbacks>(*this);
      if (m_side == Side::server)
        m_channel = std::make_unique<tls::Server>(callbacks, context.sessions, context.credentials, context.policy,
                                                  context.random);
      else
        m_channel = std::make_unique<tls::Client>(callbacks, context.sessions, context.credentials, context.policy,
                                                  context.random, tls::Server_Information(m_host, 0),
                                                  tls::Protocol_Version::TLS_V13);
    });
    if (m_ended) return;
    m_connection->start(
        [weak = weak_from_this()](ByteView bytes) {
          if (const auto end = weak.lock()) end->receive(bytes);
        },
        [weak = weak_from_this()](Error error) {
          if (const auto end = weak.lock()) end->finish(std::move(error));
        });
  }

  void start(OnBytes on_bytes, OnClose on_close) override {
    HERALD_CHECK(m_channel && !m_ready);
    m_on_bytes = std::move(on_bytes);
    m_on_close = std::move(on_close);
    const auto self = shared_from_this();
    if (!m_early.empty()) {
      const auto early = std::exchange(m_early, {});
      m_on_bytes(early);
    }
    if (m_ended) close(std::exchange(m_why, {}));
  }

  void write(Bytes bytes) override { write_now(bytes); }

  void write_now(ByteView bytes) override {
    if (m_ended || bytes.empty()) return;
    guard([&] { m_channel->send(bytes); });
  }

  void close_after_writing() override {
    if (m_ended) return;
    guard([&] { m_channel->close(); });
    m_connection->close_after_writing();
  }

  std::size_t unwritten() const override { return m_connection->unwritten(); }
  const PeerIdentity& peer() const override { return m_peer; }

  Result<void> verify_again(TlsContext& context) const override {
    try {
      context.state().check(m_chain, usage(), m_host);
      return {};
    } catch (const std::exception& error) {
      return std::unexpected(said(ErrorCode::authentication, m_peer.common_name, error));
    }
  }

 private:
  // Belongs to the channel, which belongs to us.
  class Callbacks final : public tls::Callbacks {
   public:
    explicit Callbacks(TlsEnd& end) : m_end(end) {}
    void tls_emit_data(std::span<const std::uint8_t> data) override {
      m_end.m_out.insert(m_end.m_out.end(), data.begin(), data.end());
    }
    void tls_record_received(std::uint64_t, std::span<const std::uint8_t> data) override { m_end.deliver(data); }
    void tls_alert(tls::Alert alert) override {
      if (alert.type() == tls::AlertType::CloseNotify)
        m_end.m_why = {ErrorCode::unavailable, "the connection was closed by the peer"};
      else if (alert.is_fatal())
        m_end.m_why = {ErrorCode::authentication, "the peer refuses: " + alert.type_string()};
      else
        return;
      m_end.m_alerted = true;
    }
    void tls_session_established(const tls::Session_Summary& session) override {
      m_end.m_peer.hybrid = session.kex_parameters().value_or("").find("ML-KEM") != std::string::npos;
    }
    void tls_session_activated() override { m_end.m_active = true; }
    void tls_verify_cert_chain(const Chain& chain, const std::vector<std::optional<Botan::OCSP::Response>>&,
                               const std::vector<Botan::Certificate_Store*>&, Botan::Usage_Type, std::string_view,
                               const tls::Policy&) override {
      m_end.identify(chain);
    }

   private:
    TlsEnd& m_end;
  };

  Botan::Usage_Type usage() const {
    return m_side == Side::client ? Botan::Usage_Type::TLS_SERVER_AUTH : Botan::Usage_Type::TLS_CLIENT_AUTH;
  }

  // Throws what Botan's TLS turns into an alert.
  void identify(const Chain& chain) {
    m_context->state().check(chain, usage(), m_host);
    const std::vector<std::string> names = chain.front().subject_dn().get_attribute("X520.CommonName");
    const bool one = names.size() == 1 && !names[0].empty() && names[0].size() <= kLongestCommonName &&
                     std::ranges::none_of(names[0], [](unsigned char c) { return c < 0x20 || c == 0x7f; });
    if (!one) throw tls::TLS_Exception(tls::Alert::BadCertificate, "the certificate does not name one subject");
    m_chain = chain;
    m_peer.common_name = names[0];
    m_peer.may_serve = chain.front().has_ex_constraint("PKIX.ServerAuth");
    m_peer.fingerprint = sha256(chain.front().BER_encode());
  }

  void receive(ByteView bytes) {
    if (m_ended) return;
    const auto self = shared_from_this();
    guard([&] { m_channel->received_data(bytes); });
    if (m_active && m_ready && !m_ended) {
      // The client's last flight gets no answer of ours, without tickets.
      if (m_side == Side::server) m_connection->acknowledge();
      std::exchange(m_ready, {})({});
    }
    if (m_alerted && !m_ended) {
      m_connection->close_after_writing();
      finish(m_why);
    }
  }

  void deliver(ByteView plain) {
    if (m_on_bytes)
      m_on_bytes(plain);
    else
      m_early.insert(m_early.end(), plain.begin(), plain.end());
  }

  // What Botan does, what it has to send, and its exceptions.
  void guard(auto&& work) {
    std::optional<Error> wrong;
    try {
      work();
    } catch (const std::exception& error) {
      wrong = said(m_active ? ErrorCode::malformed : ErrorCode::authentication, "TLS", error);
    }
    if (!m_out.empty()) m_connection->write(std::exchange(m_out, {}));
    if (!wrong) return;
    m_connection->close_after_writing();
    finish(std::move(*wrong));
  }

  void finish(Error error) {
    if (std::exchange(m_ended, true)) return;
    m_why = std::move(error);
    if (m_ready) return std::exchange(m_ready, {})(std::unexpected(m_why));
    if (m_on_close) close(m_why);
  }

  void close(Error error) {
    m_on_bytes = {};
    if (const auto handler = std::exchange(m_on_close, {})) handler(std::move(error));
  }

  ConnectionPtr m_connection;
  std::shared_ptr<TlsContext> m_context;
  Side m_side;
  std::string m_host;
  std::unique_ptr<tls::Channel> m_channel;
  std::function<void(Result<void>)> m_ready;
  OnBytes m_on_bytes;
  OnClose m_on_close;
  Bytes m_out, m_early;  // ciphertext to send; plain bytes before start()
  Chain m_chain;
  PeerIdentity m_peer;
  Error m_why{ErrorCode::unavailable, "closed"};
  bool m_active = false, m_alerted = false, m_ended = false;
};

}  // namespace

SecureConnectionPtr secure_as_server(ConnectionPtr connection, std::shared_ptr<TlsContext> context) {
  return std::make_shared<TlsEnd>(std::move(connection), std::move(context), Side::server, "");
}

SecureConnectionPtr secure_as_client(ConnectionPtr connection, std::shared_ptr<TlsContext> context,
                                     std::string_view host) {
  return std::make_shared<TlsEnd>(std::move(connection), std::move(context), Side::client, std::string(host));
}

SecureConnectionPtr secure_among_applications(ConnectionPtr connection, std::shared_ptr<TlsContext> context) {
  return std::make_shared<TlsEnd>(std::move(connection), std::move(context), Side::client_of_application, "");
}

}  // namespace herald::net
