// run_end against whatever may be at the other side of its sockets: nobody, strangers, peers that fall silent, a fibre
// that goes, signals.

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <string_view>
#include <thread>

#include "herald/link/three_processes_test.h"

namespace herald::link {
namespace {

using std::chrono::duration;
using std::chrono::seconds;

int make_socket() {
  const int made = ::socket(AF_INET, SOCK_STREAM, 0);
  HERALD_CHECK(made >= 0);
  return made;
}

// Says `words` to whoever calls, again and again, and hangs up if told to.
Child say_to_callers(Bytes words, bool hang_up) {
  Child server([words, hang_up](int to) {
    const int listener = make_socket();
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    HERALD_CHECK(::bind(listener, reinterpret_cast<sockaddr*>(&address), size) == 0 && ::listen(listener, 16) == 0);
    HERALD_CHECK(::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    tell(to, Event::listening, ntohs(address.sin_port));
    for (;;) {
      const int caller = ::accept(listener, nullptr, nullptr);
      if (caller < 0) continue;
      if (!words.empty()) ::send(caller, words.data(), words.size(), MSG_NOSIGNAL);
      if (hang_up) ::close(caller);
    }
  });
  while (server.running() && server.port == 0) ::usleep(1000);
  return server;
}

struct Ended {
  Result<RunSummary> result;
  double seconds;
  std::vector<std::string> notes;
};

// In this process.
Ended run(const EndConfig& config) {
  std::vector<std::string> notes;
  RunEvents events;
  events.note = [&](const std::string& note) { notes.push_back(note); };
  const auto begin = Clock::now();
  auto result = run_end(config, std::move(events));
  return {std::move(result), duration<double>(Clock::now() - begin).count(), notes};
}

// Alice calls a server that is no Bob.
Ended call(Triple& link, const Child& server) {
  EndConfig config = link.alice_config;
  config.connect = net::Endpoint{"127.0.0.1", server.port};
  config.silence_seconds = 0.3;
  config.reconnect_seconds = 0.6;
  return run(config);
}

Bytes bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

TEST(Runner, GivesUpOnAPeerThatIsNotThere) {
  Triple link;
  EndConfig config = link.alice_config;
  config.connect = net::Endpoint{"127.0.0.1", 1};
  config.reconnect_seconds = 0.7;
  const Ended ended = run(config);
  ASSERT_FALSE(ended.result);
  EXPECT_EQ(ended.result.error().code, ErrorCode::unavailable);
  EXPECT_EQ(ended.result.error().message.substr(0, 13), "gave up after");
  EXPECT_NE(ended.result.error().message.find("cannot reach 127.0.0.1:1"), std::string::npos);
  EXPECT_GE(ended.seconds, 0.7);
  EXPECT_LT(ended.seconds, 10);
  EXPECT_EQ(ended.notes.size(), 1u) << "the same line once";
}

TEST(Runner, GivesUpOnAFibreThatIsNotThere) {
  Triple link;
  EndConfig config = link.bob_config;
  config.fibre = net::Endpoint{"127.0.0.1", 1};
  config.reconnect_seconds = 0.7;
  const Ended ended = run(config);
  ASSERT_FALSE(ended.result);
  EXPECT_EQ(ended.result.error().code, ErrorCode::unavailable);
}

TEST(Runner, GivesUpWhenNobodyCalls) {
  Triple link;
  EndConfig config = link.bob_config;
  config.reconnect_seconds = 0.7;
  const Ended ended = run(config);
  ASSERT_FALSE(ended.result);
  EXPECT_EQ(ended.result.error().code, ErrorCode::unavailable);
  EXPECT_NE(ended.result.error().message.find("nobody called"), std::string::npos) << ended.result.error().message;
  EXPECT_LT(ended.seconds, 10);
}

TEST(Runner, NamesAPeerThatSaysNothing) {
  Triple link;
  const Child silent = say_to_callers({}, false);
  const Ended nothing = call(link, silent);
  ASSERT_FALSE(nothing.result);
  EXPECT_EQ(nothing.result.error().code, ErrorCode::unavailable);
  EXPECT_NE(nothing.result.error().message.find("silent for"), std::string::npos) << nothing.result.error().message;
}

TEST(Runner, NamesAStrangerAndAnotherVersion) {
  Triple link;
  const Child web = say_to_callers(bytes_of("HTTP/1.1 400 Bad Request\r\n\r\n"), true);
  const Ended stranger = call(link, web);
  ASSERT_FALSE(stranger.result);
  EXPECT_NE(stranger.result.error().message.find("is this the right port?"), std::string::npos);

  Bytes greeting = net::greeting();
  greeting.back() = 9;
  const Child other = say_to_callers(greeting, false);
  const Ended version = call(link, other);
  ASSERT_FALSE(version.result);
  EXPECT_EQ(version.result.error().code, ErrorCode::version);
  EXPECT_LT(version.seconds, 5) << "at once";
}

void call_and_say(std::uint16_t port, ByteView words,
                  std::chrono::milliseconds patience = std::chrono::milliseconds(300)) {
  const int caller = make_socket();
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(caller, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 && !words.empty())
    ::send(caller, words.data(), words.size(), MSG_NOSIGNAL);
  std::this_thread::sleep_for(patience);
  ::close(caller);
}

TEST(Runner, StrangersWhoCallDoNotEndTheEndThatListens) {
  Triple link;
  link.bob_config.silence_seconds = 3;  // enough for Alice where all is slow
  link.start_bob();
  Bytes other = net::greeting();
  other.back() = 9;
  Bytes wrong = net::greeting();
  Hello hello;
  hello.role = "alice";
  hello.link = "another";
  net::append_frame(0, encode_frame(hello), wrong);
  for (const Bytes& words : {bytes_of("GET / HTTP/1.1\r\n\r\n"), other, wrong}) call_and_say(link.bob.port, words);
  call_and_say(link.bob.port, Bytes(), std::chrono::milliseconds(3500));  // longer than Bob waits
  EXPECT_TRUE(link.bob.running());
  link.start_alice();
  EXPECT_TRUE(link.wait([&] { return link.bob.told(Event::distilled) != 0 || !link.alice.running(); }));
  EXPECT_TRUE(link.alice.running() && link.bob.running());
}

TEST(Runner, EndsThatAreSetUpDifferentlyBothSayHow) {
  Triple link;
  link.bob_config.reconnect_seconds = 1.5;
  link.bob_config.bb84.abort_error_rate = ErrorRate(0.07);
  link.start_bob();
  EndConfig config = link.alice_config;
  config.connect = net::Endpoint{"127.0.0.1", link.bob.port};
  const Ended alice = run(config);
  ASSERT_FALSE(alice.result);
  EXPECT_EQ(alice.result.error().code, ErrorCode::disagreement);
  EXPECT_NE(alice.result.error().message.find("here \"abort_error_rate = 0.08\", there \"abort_error_rate = 0.07\""),
            std::string::npos)
      << alice.result.error().message;
  EXPECT_TRUE(link.wait_for_death(link.bob));
  EXPECT_EQ(link.bob.told(Event::failed), 1u);
}

TEST(Runner, OneSignalToEitherEndEndsBothWithTheirBlocksFinished) {
  for (const bool to_alice : {true, false}) {
    SCOPED_TRACE(to_alice);
    Triple link;
    link.start_bob();
    link.start_alice();
    EXPECT_TRUE(link.wait([&] { return link.end(to_alice).told(Event::distilled) != 0; }));
    link.end(to_alice).kill(to_alice ? SIGINT : SIGTERM);
    for (Child* end : {&link.alice, &link.bob}) EXPECT_TRUE(link.wait_for_death(*end) && end->ended_well());
    EXPECT_EQ(link.alice.told(Event::distilled), link.bob.told(Event::distilled));
    EXPECT_EQ(link.alice.told(Event::aborted) + link.bob.told(Event::aborted), 0u);
    store::KeyStore bob = must(store::KeyStore::open(store::StoreFiles(link.bob_config.store)));
    EXPECT_TRUE(must(bob.prepared("lab")).empty());
  }
}

TEST(Runner, APeerThatStopsWithoutAWordIsNoticedAndASecondSignalWaitsForNobody) {
  Triple link;
  link.alice_config.silence_seconds = 2;
  link.start_bob();
  link.start_alice();
  EXPECT_TRUE(link.wait([&] { return link.alice.told(Event::distilled) != 0; }));
  link.bob.kill(SIGSTOP);  // its sockets stay open
  const auto begin = Clock::now();
  link.alice.kill(SIGINT);
  ::usleep(20'000);
  link.alice.kill(SIGINT);
  EXPECT_TRUE(link.wait_for_death(link.alice));
  EXPECT_LT(duration<double>(Clock::now() - begin).count(), 20);
  // And without signals: silence is an error, and she tries again until he is back.
  link.start_alice();
  ::usleep(200'000);
  link.bob.kill(SIGCONT);
  EXPECT_TRUE(link.wait([&] { return link.alice.told(Event::distilled) != 0 || !link.alice.running(); }));
  EXPECT_TRUE(link.alice.running());
}

TEST(Runner, BothEndsOutliveAFibreThatGoesAndComesBack) {
  Triple link;
  link.start_bob();
  link.start_alice();
  EXPECT_TRUE(link.wait([&] { return link.bob.told(Event::distilled) != 0; }));
  link.kill_now(link.fibre);
  link.start_fibre();
  const unsigned before = link.bob.told(Event::distilled);
  EXPECT_TRUE(link.wait([&] { return link.bob.told(Event::distilled) > before + 1 || !link.bob.running(); }));
  EXPECT_TRUE(link.alice.running() && link.bob.running());
}

// The pads are used up, and a new pre-shared key in the place of the old one helps.
TEST(Runner, ANewPreSharedKeyIsTakenInBesideTheOld) {
  Triple link;
  const auto pads = [&] {
    OpenedStore opened = must(open_store(link.alice_config));
    return must(opened.store.pad_bits_left("lab"));
  };
  const std::uint64_t before = pads();
  EXPECT_EQ(pads(), before);
  SecretRandom random;
  std::filesystem::remove(link.alice_config.pre_shared_key);
  must(store::create_secret_file(link.alice_config.pre_shared_key, store::SecretFileKind::pre_shared_key, 256 + 8192,
                                 random));
  EXPECT_EQ(pads(), before + 4096);
  EXPECT_EQ(pads(), before + 4096);
}

}  // namespace
}  // namespace herald::link
