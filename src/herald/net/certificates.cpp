#include "herald/net/certificates.h"

#include <botan/auto_rng.h>
#include <botan/data_src.h>
#include <botan/ec_group.h>
#include <botan/ecdsa.h>
#include <botan/pkcs8.h>
#include <botan/pkix_types.h>
#include <botan/x509_ca.h>
#include <botan/x509_crl.h>
#include <botan/x509_ext.h>
#include <botan/x509self.h>
#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/ip/address_v4.hpp>

#include "herald/base/codec.h"

namespace herald::net {
namespace {

constexpr std::size_t kLongestName = 64;
constexpr std::chrono::minutes kClocksDiffer{5};  // a certificate is good from a little before it was made

using KeyPtr = std::unique_ptr<Botan::Private_Key>;

// Botan reports by exceptions; none leaves this file.
template <typename F>
auto guarded(ErrorCode code, std::string_view what, F&& work) -> decltype(work()) {
  try {
    return work();
  } catch (const std::exception& error) {
    return fail(code, fmt::format("{}: {}", what, printable(error.what(), 200)));
  }
}

KeyPtr new_key(Botan::RandomNumberGenerator& random) {
  return std::make_unique<Botan::ECDSA_PrivateKey>(random, Botan::EC_Group::from_name("secp256r1"));
}

SecretBytes to_pem(const Botan::Private_Key& key) {
  std::string pem = Botan::PKCS8::PEM_encode(key);
  SecretBytes bytes({reinterpret_cast<const std::uint8_t*>(pem.data()), pem.size()});
  wipe(pem.data(), pem.size());
  return bytes;
}

Result<void> check_name(std::string_view name) {
  const bool good = !name.empty() && name.size() <= kLongestName &&
                    std::ranges::all_of(name, [](unsigned char c) { return c >= 0x20 && c < 0x7f; });
  if (!good)
    return fail(ErrorCode::invalid_argument,
                fmt::format("\"{}\" cannot stand in a certificate: 1 to {} printable ASCII characters can",
                            printable(name, kLongestName), kLongestName));
  return {};
}

Botan::X509_Time after(std::chrono::seconds from_now) {
  return Botan::X509_Time(std::chrono::system_clock::now() + from_now);
}

Result<Botan::AlternativeName> host_names(const std::vector<std::string>& hosts) {
  Botan::AlternativeName names;
  for (const std::string& host : hosts) {
    HERALD_TRY_VOID(check_name(host));
    boost::system::error_code no_address;
    const auto ipv4 = boost::asio::ip::make_address_v4(host, no_address);
    if (!no_address)
      names.add_ipv4_address(ipv4.to_uint());
    else
      names.add_dns(host);
  }
  return names;
}

}  // namespace

Result<CertificateInfo> read_certificate(std::string_view pem) {
  return guarded(ErrorCode::malformed, "cannot read the certificate", [&]() -> Result<CertificateInfo> {
    Botan::DataSource_Memory source{pem};
    const Botan::X509_Certificate certificate(source);
    const std::vector<std::string> names = certificate.subject_info("X520.CommonName");
    return CertificateInfo{names.size() == 1 ? names.front() : "",
                           std::chrono::sys_seconds(std::chrono::seconds(certificate.not_after().time_since_epoch()))};
  });
}

struct Authority::State {
  Botan::AutoSeeded_RNG random;
  KeyPtr key;
  Botan::X509_Certificate certificate;
  std::string pem;

  Botan::X509_CA signer() { return {certificate, *key, "SHA-256", random}; }
};

Authority::Authority(std::unique_ptr<State> state) : m_state(std::move(state)) {}
Authority::~Authority() = default;
Authority::Authority(Authority&&) noexcept = default;
Authority& Authority::operator=(Authority&&) noexcept = default;

const std::string& Authority::certificate() const { return m_state->pem; }
SecretBytes Authority::key() const { return to_pem(*m_state->key); }

Result<Authority> Authority::create(std::string_view name, std::chrono::days valid) {
  HERALD_TRY_VOID(check_name(name));
  return guarded(ErrorCode::invalid_argument, "cannot make an authority", [&]() -> Result<Authority> {
    auto state = std::make_unique<State>();
    state->key = new_key(state->random);
    Botan::X509_Cert_Options options;
    options.common_name = name;
    options.start = after(-kClocksDiffer);
    options.end = after(valid);
    options.CA_key();
    state->certificate = Botan::X509::create_self_signed_cert(options, *state->key, "SHA-256", state->random);
    state->pem = state->certificate.PEM_encode();
    return Authority(std::move(state));
  });
}

Result<Authority> Authority::load(std::string_view certificate, const SecretBytes& key) {
  return guarded(ErrorCode::malformed, "cannot read the authority", [&]() -> Result<Authority> {
    auto state = std::make_unique<State>();
    Botan::DataSource_Memory certificate_source{certificate};
    state->certificate = Botan::X509_Certificate(certificate_source);
    const auto bytes = key.expose_secret();
    Botan::DataSource_Memory key_source(bytes.data(), bytes.size());
    state->key = Botan::PKCS8::load_key(key_source);
    state->pem = state->certificate.PEM_encode();
    if (!state->certificate.is_CA_cert()) return fail(ErrorCode::malformed, "this certificate is not an authority's");
    if (state->certificate.subject_public_key()->subject_public_key() != state->key->public_key()->subject_public_key())
      return fail(ErrorCode::disagreement, "the key is not that of the authority's certificate");
    return Authority(std::move(state));
  });
}

Result<CertificateAndKey> Authority::issue(const Subject& subject, std::chrono::days valid) {
  HERALD_TRY_VOID(check_name(subject.common_name));
  HERALD_TRY(const Botan::AlternativeName names, host_names(subject.hosts));
  return guarded(ErrorCode::invalid_argument, "cannot issue a certificate", [&]() -> Result<CertificateAndKey> {
    const KeyPtr key = new_key(m_state->random);
    Botan::X509_Cert_Options options;
    options.common_name = subject.common_name;
    options.constraints = Botan::Key_Constraints(Botan::Key_Constraints::DigitalSignature);
    std::vector<Botan::OID> uses{Botan::OID::from_string("PKIX.ClientAuth")};
    if (subject.may_serve) uses.push_back(Botan::OID::from_string("PKIX.ServerAuth"));
    options.extensions.add(std::make_unique<Botan::Cert_Extension::Extended_Key_Usage>(uses));
    if (names.has_items())
      options.extensions.add(std::make_unique<Botan::Cert_Extension::Subject_Alternative_Name>(names));
    const Botan::PKCS10_Request request = Botan::X509::create_cert_req(options, *key, "SHA-256", m_state->random);
    const Botan::X509_Certificate certificate =
        m_state->signer().sign_request(request, m_state->random, after(-kClocksDiffer), after(valid));
    return CertificateAndKey{certificate.PEM_encode(), to_pem(*key)};
  });
}

Result<std::string> Authority::revoke(std::string_view list, const std::vector<std::string>& certificates,
                                      std::chrono::days valid) {
  return guarded(ErrorCode::malformed, "cannot revoke", [&]() -> Result<std::string> {
    std::vector<Botan::CRL_Entry> entries;
    for (const std::string& pem : certificates) {
      Botan::DataSource_Memory source(pem);
      const Botan::X509_Certificate certificate(source);
      if (certificate.issuer_dn() != m_state->certificate.subject_dn())
        return fail(ErrorCode::disagreement, "the certificate was issued by another authority");
      entries.emplace_back(certificate);
    }
    const Botan::X509_CA signer = m_state->signer();
    const auto now = std::chrono::system_clock::now();
    Botan::X509_CRL last = signer.new_crl(m_state->random, now, valid);
    if (!list.empty()) {
      Botan::DataSource_Memory source{list};
      last = Botan::X509_CRL(source);
      if (!last.check_signature(*m_state->certificate.subject_public_key()))
        return fail(ErrorCode::disagreement, "the list of revoked certificates is another authority's");
    }
    return signer.update_crl(last, entries, m_state->random, now, valid).PEM_encode();
  });
}

}  // namespace herald::net
