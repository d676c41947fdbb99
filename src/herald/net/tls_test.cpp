#include "herald/net/tls.h"

#include <botan/auto_rng.h>
#include <botan/data_src.h>
#include <botan/ec_group.h>
#include <botan/ecdsa.h>
#include <botan/pkcs8.h>
#include <botan/pkix_types.h>
#include <botan/x509_ca.h>
#include <botan/x509_ext.h>
#include <botan/x509self.h>
#include <gtest/gtest.h>

#include <deque>

#include "herald/net/certificates.h"

namespace herald::net {
namespace {

using std::chrono::days;

// Two ends of a wire; what is written arrives when the test says so, in pieces of `piece` bytes.
struct Wire {
  class End final : public Connection {
   public:
    void start(OnBytes bytes, OnClose close) override {
      on_bytes = std::move(bytes);
      on_close = std::move(close);
    }
    void write(Bytes bytes) override { sent.insert(sent.end(), bytes.begin(), bytes.end()); }
    void close_after_writing() override { closed = true; }
    std::size_t unwritten() const override { return sent.size(); }

    OnBytes on_bytes;
    OnClose on_close;
    Bytes sent;
    bool closed = false;
  };

  void run(std::size_t piece = 1 << 20) {
    const auto pass = [piece](End& from, End& to) {
      const Bytes bytes = std::exchange(from.sent, {});
      for (std::size_t at = 0; at < bytes.size(); at += piece)
        if (to.on_bytes) to.on_bytes(ByteView(bytes).subspan(at, std::min(piece, bytes.size() - at)));
      return !bytes.empty();
    };
    while (pass(*a, *b) || pass(*b, *a)) {
    }
  }

  std::shared_ptr<End> a = std::make_shared<End>(), b = std::make_shared<End>();
};

TlsCredentials credentials(CertificateAndKey own, const std::string& trusted, std::string revoked = "") {
  return {std::move(own.certificate), std::move(own.key), trusted, std::move(revoked)};
}

struct Meeting {
  Meeting(TlsCredentials server_side, TlsCredentials client_side, std::string_view host = "",
          std::size_t piece = 1 << 20)
      : server_context(TlsContext::create(server_side).value()),
        client_context(TlsContext::create(client_side).value()) {
    server = secure_as_server(wire.a, server_context);
    client = secure_as_client(wire.b, client_context, host);
    server->handshake([this](Result<void> result) { server_done = std::move(result); });
    client->handshake([this](Result<void> result) { client_done = std::move(result); });
    wire.run(piece);
  }
  // A server that refuses a client's certificate is heard by the client after its own side was done.
  bool good() const { return server_done && *server_done && client_done && *client_done; }
  std::string why() const { return !server_done ? "nothing" : *server_done ? "ok" : server_done->error().message; }

  Wire wire;
  std::shared_ptr<TlsContext> server_context, client_context;
  SecureConnectionPtr server, client;
  std::optional<Result<void>> server_done, client_done;
};

class Tls : public testing::Test {
 protected:
  CertificateAndKey kme() { return authority.issue({"kme-a", {"localhost", "127.0.0.1"}, true}, days(30)).value(); }
  CertificateAndKey application(std::string name = "vpn-1") {
    return authority.issue({std::move(name)}, days(30)).value();
  }

  Authority authority = Authority::create("test authority", days(30)).value();
};

TEST_F(Tls, ApplicationsCallEachOther) {
  const auto meet = [&](CertificateAndKey server) {
    struct {
      bool as_application, as_kme;
    } met{};
    for (const bool among : {true, false}) {
      Wire wire;
      const TlsCredentials theirs =
          credentials({server.certificate, SecretBytes(server.key.expose_secret())}, authority.certificate());
      const auto own = credentials(application("vpn-2"), authority.certificate());
      const auto context = TlsContext::create(own).value();
      const auto called = secure_as_server(wire.a, TlsContext::create(theirs).value());
      const auto caller = among ? secure_among_applications(wire.b, context) : secure_as_client(wire.b, context, "");
      bool good = false;
      called->handshake([](const Result<void>&) {});
      caller->handshake([&](const Result<void>& done) { good = done.has_value(); });
      wire.run();
      if (good) {
        EXPECT_EQ(caller->peer().common_name, "vpn-1");
      }
      (among ? met.as_application : met.as_kme) = good;
    }
    return met;
  };
  const auto met = meet(application("vpn-1"));
  EXPECT_TRUE(met.as_application);
  EXPECT_FALSE(met.as_kme);  // who only calls serves nobody but its like
  Authority other = Authority::create("other authority", days(30)).value();
  EXPECT_FALSE(meet(other.issue({"vpn-1"}, days(30)).value()).as_application);
}

TEST_F(Tls, BothEndsKnowWhoTheOtherIsAndTalk) {
  for (const std::size_t piece : {std::size_t{1}, std::size_t{100}, std::size_t{1} << 20}) {
    Meeting meeting(credentials(kme(), authority.certificate()), credentials(application(), authority.certificate()),
                    "localhost", piece);
    ASSERT_TRUE(meeting.good()) << meeting.why();
    EXPECT_EQ(meeting.server->peer().common_name, "vpn-1");
    EXPECT_FALSE(meeting.server->peer().may_serve);
    EXPECT_EQ(meeting.client->peer().common_name, "kme-a");
    EXPECT_TRUE(meeting.client->peer().may_serve);
    EXPECT_TRUE(meeting.server->peer().hybrid && meeting.client->peer().hybrid);

    Bytes heard, answered;
    std::optional<Error> ended;
    meeting.server->start(
        [&](ByteView bytes) {
          heard.insert(heard.end(), bytes.begin(), bytes.end());
          meeting.server->write_now(bytes);
        },
        [&](Error error) { ended = error; });
    meeting.client->start([&](ByteView bytes) { answered.insert(answered.end(), bytes.begin(), bytes.end()); },
                          [](const Error&) {});
    const Bytes question(100000, 0x5a);
    meeting.client->write_now(question);
    meeting.wire.run(piece);
    EXPECT_EQ(heard, question);
    EXPECT_EQ(answered, question);
    meeting.client->close_after_writing();
    meeting.wire.run(piece);
    ASSERT_TRUE(ended);
    EXPECT_EQ(ended->code, ErrorCode::unavailable);
    EXPECT_TRUE(meeting.wire.b->closed);
  }
}

TEST_F(Tls, WhatComesWithTheLastOfTheHandshakeIsNotLost) {
  Meeting meeting(credentials(kme(), authority.certificate()), credentials(application(), authority.certificate()));
  const Bytes question{1, 2, 3};
  meeting.client->write_now(question);
  meeting.wire.run();
  Bytes heard;
  meeting.server->start([&](ByteView bytes) { heard.assign(bytes.begin(), bytes.end()); }, [](const Error&) {});
  EXPECT_EQ(heard, question);
}

TEST_F(Tls, ClientsWithoutAGoodCertificateAreRefused) {
  const auto tried = [&](CertificateAndKey client, std::string revoked = "") {
    const Meeting meeting(credentials(kme(), authority.certificate(), std::move(revoked)),
                          credentials(std::move(client), authority.certificate()));
    EXPECT_TRUE(!meeting.server_done || !*meeting.server_done || meeting.good());
    return meeting.why();
  };
  EXPECT_EQ(tried(application()), "ok");
  EXPECT_NE(tried(authority.issue({"vpn-1"}, days(-1)).value()).find("expired"), std::string::npos);

  auto stranger = Authority::create("test authority", days(30)).value();  // of the same name
  EXPECT_NE(tried(stranger.issue({"vpn-1"}, days(30)).value()), "ok");

  auto bad = application("vpn-2");
  const std::string list = authority.revoke("", {bad.certificate}, days(7)).value();
  EXPECT_NE(tried(std::move(bad), list).find("revoked"), std::string::npos);
  EXPECT_EQ(tried(application("vpn-3"), list), "ok");
  // A list that is too old protects nobody: nobody comes in.
  EXPECT_NE(tried(application("vpn-3"), authority.revoke("", {}, days(-1)).value()), "ok");
}

TEST_F(Tls, ListsOfRevokedCertificatesGrow) {
  const auto one = application("one"), two = application("two");
  const std::string first = authority.revoke("", {one.certificate}, days(7)).value();
  const std::string both = authority.revoke(first, {two.certificate}, days(7)).value();
  for (const auto* each : {&one, &two}) {
    CertificateAndKey copy{each->certificate, SecretBytes(each->key.expose_secret())};
    EXPECT_NE(Meeting(credentials(kme(), authority.certificate(), both),
                      credentials(std::move(copy), authority.certificate()))
                  .why()
                  .find("revoked"),
              std::string::npos);
  }
  auto stranger = Authority::create("test authority", days(30)).value();
  EXPECT_EQ(stranger.revoke(first, {}, days(7)).error().code, ErrorCode::disagreement);
}

// A certificate whose subject our own authority would never write.
CertificateAndKey odd_subject(const Authority& authority, const Botan::X509_DN& subject) {
  Botan::AutoSeeded_RNG random;
  Botan::DataSource_Memory ca_pem(authority.certificate());
  const Botan::X509_Certificate ca(ca_pem);
  const SecretBytes pem = authority.key();
  Botan::DataSource_Memory key_pem(pem.expose_secret().data(), pem.size());
  const auto ca_key = Botan::PKCS8::load_key(key_pem);
  const Botan::ECDSA_PrivateKey key(random, Botan::EC_Group::from_name("secp256r1"));
  Botan::X509_CA signer(ca, *ca_key, "SHA-256", random);
  Botan::Extensions extensions;
  extensions.add(std::make_unique<Botan::Cert_Extension::Extended_Key_Usage>(
      std::vector{Botan::OID::from_string("PKIX.ClientAuth")}));
  const auto now = std::chrono::system_clock::now();
  const auto certificate =
      Botan::X509_CA::make_cert(signer.signature_op(), random, signer.algorithm_identifier(), key.subject_public_key(),
                                Botan::X509_Time(now - std::chrono::hours(1)), Botan::X509_Time(now + days(1)),
                                ca.subject_dn(), subject, extensions);
  const std::string key_text = Botan::PKCS8::PEM_encode(key);
  return {certificate.PEM_encode(),
          SecretBytes({reinterpret_cast<const std::uint8_t*>(key_text.data()), key_text.size()})};
}

TEST_F(Tls, ASubjectHasOneNameOfPrintableText) {
  const auto tried = [&](const std::vector<std::string>& names, std::string_view field = "X520.CommonName") {
    Botan::X509_DN subject;
    subject.add_attribute("X520.Organization", "somebody");
    for (const std::string& name : names) subject.add_attribute(field, name);
    return Meeting(credentials(kme(), authority.certificate()),
                   credentials(odd_subject(authority, subject), authority.certificate()))
        .why();
  };
  EXPECT_EQ(tried({"vpn-1"}), "ok");
  for (const std::vector<std::string>& names :
       {std::vector<std::string>{}, {""}, {"vpn-1", "vpn-2"}, {std::string("vpn-1\0.example", 14)}, {"vpn\n1"}})
    EXPECT_NE(tried(names), "ok");
  EXPECT_NE(tried({"vpn-1"}, "X520.OrganizationalUnit"), "ok");
}

TEST_F(Tls, AnApplicationCannotPoseAsAServer) {
  const Meeting meeting(credentials(application("kme-a"), authority.certificate()),
                        credentials(application(), authority.certificate()));
  ASSERT_TRUE(meeting.client_done);
  EXPECT_FALSE(*meeting.client_done);
}

TEST_F(Tls, AServerIsWhereItsCertificateSays) {
  for (const auto& [host, good] :
       {std::pair{"localhost", true}, {"127.0.0.1", true}, {"elsewhere", false}, {"", true}}) {
    const Meeting meeting(credentials(kme(), authority.certificate()),
                          credentials(application(), authority.certificate()), host);
    EXPECT_EQ(meeting.client_done && meeting.client_done->has_value(), good) << host;
  }
}

TEST_F(Tls, WhoWasRevokedSinceIsFoundByTheNextContext) {
  auto client = application();
  const std::string list = authority.revoke("", {client.certificate}, days(7)).value();
  Meeting meeting(credentials(kme(), authority.certificate()), credentials(std::move(client), authority.certificate()));
  ASSERT_TRUE(meeting.good());
  const auto same = TlsContext::create(credentials(kme(), authority.certificate())).value();
  const auto later = TlsContext::create(credentials(kme(), authority.certificate(), list)).value();
  EXPECT_TRUE(meeting.server->verify_again(*same));
  EXPECT_EQ(meeting.server->verify_again(*later).error().code, ErrorCode::authentication);
}

TEST_F(Tls, NoTlsEndsWithAnErrorAndNothingElse) {
  const auto context = TlsContext::create(credentials(kme(), authority.certificate())).value();
  for (const std::string& bytes :
       {std::string("GET / HTTP/1.1\r\n\r\n"), std::string(100000, '\0'), std::string("\x16\x03\x01\x40\x00\x01", 6),
        std::string("\x15\x03\x03\x00\x02\x02\x28", 7)}) {
    Wire wire;
    const auto server = secure_as_server(wire.a, context);
    std::optional<Result<void>> done;
    server->handshake([&](Result<void> result) { done = std::move(result); });
    wire.b->write(Bytes(bytes.begin(), bytes.end()));
    wire.run(7);
    EXPECT_TRUE(!done || !*done);
    if (done) {
      EXPECT_TRUE(wire.a->closed);
    }
  }
}

TEST_F(Tls, CredentialsThatDoNotBelongTogetherAreRefused) {
  auto one = application("one");
  const auto two = application("two");
  one.certificate = two.certificate;
  EXPECT_EQ(TlsContext::create(credentials(std::move(one), authority.certificate())).error().code,
            ErrorCode::disagreement);
  EXPECT_EQ(TlsContext::create(credentials(application(), "")).error().code, ErrorCode::malformed);
  EXPECT_EQ(TlsContext::create(credentials(application(), authority.certificate(), "-----BEGIN X509 CRL-----\nAAAA"))
                .error()
                .code,
            ErrorCode::malformed);
  EXPECT_EQ(TlsContext::create({"", SecretBytes(5), "", ""}).error().code, ErrorCode::malformed);
}

TEST(Authority, WritesWhatCertificatesCanCarryAndNothingElse) {
  auto authority = Authority::create("a", days(1)).value();
  for (const std::string& name :
       {std::string(), std::string(65, 'a'), std::string("a\0b", 3), std::string("\xc3\xa9")}) {
    EXPECT_EQ(Authority::create(name, days(1)).error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(authority.issue({name}, days(1)).error().code, ErrorCode::invalid_argument);
  }
  const auto again = Authority::load(authority.certificate(), authority.key());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->certificate(), authority.certificate());
  const auto other = Authority::create("b", days(1)).value();
  EXPECT_EQ(Authority::load(authority.certificate(), other.key()).error().code, ErrorCode::disagreement);
  const auto leaf = authority.issue({"leaf"}, days(1)).value();
  EXPECT_EQ(Authority::load(leaf.certificate, leaf.key).error().code, ErrorCode::malformed);
}

}  // namespace
}  // namespace herald::net
