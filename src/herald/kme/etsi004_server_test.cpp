#include "herald/kme/etsi004_server.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "herald/net/certificates.h"
#include "herald/net/https_caller_test.h"

namespace herald::kme {
namespace {

using namespace std::chrono_literals;

// Who asks on and on and never reads is cut off before replies fill the memory.
TEST(Etsi004Server, WhoDoesNotReadIsCutOff) {
  constexpr int kCalls = 1024, kAtOnce = 32;
  auto authority = net::Authority::create("test", std::chrono::days(1)).value();
  const auto credentials = [&](const std::string& name) {
    auto pair = authority.issue({name, {"localhost"}, true}, std::chrono::days(1)).value();
    return net::TlsCredentials{pair.certificate, std::move(pair.key), authority.certificate()};
  };
  std::atomic<int> asked = 0;
  const auto server =
      Etsi004Server::start({}, credentials("kme-a"),
                           [&](const std::string&, const StreamRequest&, const Etsi004Server::Answer& answer) {
                             ++asked;
                             StreamReply reply;
                             reply.key = SecretBytes(65536);
                             answer(std::move(reply));
                           })
          .value();
  net::TestCaller deaf(credentials("vpn-2"), server->port());
  ASSERT_TRUE(deaf.ready);
  const Bytes request = encode(StreamRequest(GetChunk{}));
  std::string many;
  for (int i = 0; i < kAtOnce; ++i) many.append(request.begin(), request.end());
  // 64 MiB of replies in all; nothing here runs that would read them.
  for (int sent = kAtOnce; sent <= kCalls; sent += kAtOnce) {
    deaf.send(many);
    for (int waits = 0; asked < sent && waits < 200; ++waits) std::this_thread::sleep_for(10ms);
    if (asked < sent) break;
  }
  EXPECT_GE(asked, kAtOnce);
  EXPECT_LT(asked, kCalls);
}

}  // namespace
}  // namespace herald::kme
