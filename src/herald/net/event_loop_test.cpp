// Raw sockets of a test, where a failed call fails the test.
#include "herald/net/event_loop.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): raise
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <ctime>

#include "herald/base/random.h"
#include "herald/net/framing.h"

namespace herald::net {
namespace {

using namespace std::chrono_literals;

Endpoint loopback() { return {"127.0.0.1", 0}; }

// Two ends of a connection over loopback, started once both are there.
struct Pair {
  EventLoop loop;
  ConnectionPtr caller, called;
  Bytes at_called;
  std::vector<std::string> closed;

  // Calls `then` once both are there, and runs the loop until stop() or for a while.
  void run(std::function<void()> then, std::function<void()> on_bytes = [] {}) {
    const auto port = loop.listen(loopback(), [&, then](ConnectionPtr connection) {
      called = std::move(connection);
      called->start(
          [&, on_bytes](ByteView bytes) {
            at_called.insert(at_called.end(), bytes.begin(), bytes.end());
            on_bytes();
          },
          [&](const Error& error) {
            closed.push_back(error.message);
            loop.stop();
          });
      if (caller) then();
    });
    ASSERT_TRUE(port.has_value()) << port.error().message;
    loop.connect({"127.0.0.1", *port}, 5s, [&, then](Result<ConnectionPtr> connected) {
      ASSERT_TRUE(connected.has_value());
      caller = *connected;
      caller->start([](ByteView) {}, [](const Error&) {});
      if (called) then();
    });
    loop.after(30s, [&] {
      ADD_FAILURE() << "too slow";
      loop.stop();
    });
    loop.run();
  }
};

TEST(EventLoop, AnAddressIsAHostAndAPort) {
  EXPECT_EQ(parse_endpoint("127.0.0.1:7401")->to_string(), "127.0.0.1:7401");
  EXPECT_EQ(parse_endpoint("[::1]:80")->host, "::1");
  EXPECT_EQ(parse_endpoint("[::1]:80")->to_string(), "[::1]:80");
  for (const char* wrong :
       {"", "host", ":1", "host:", "host:x", "host:70000", "host:-1", "host:1x", "[]:1", "[:1", "]:1", "::1:80"})
    EXPECT_FALSE(parse_endpoint(wrong)) << wrong;
}

TEST(EventLoop, ACallThatNobodyTakesIsUnavailable) {
  EventLoop loop;
  std::optional<Error> error;
  loop.connect({"127.0.0.1", 1}, 5s, [&](Result<ConnectionPtr> connected) {
    ASSERT_FALSE(connected);
    error = connected.error();
  });
  loop.run();
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->code, ErrorCode::unavailable);
  EXPECT_NE(error->message.find("127.0.0.1:1"), std::string::npos);
}

int make_socket(int flags = 0) {
  const int made = ::socket(AF_INET, SOCK_STREAM | flags, 0);
  HERALD_CHECK(made >= 0);
  return made;
}

// A listener whose queue is full answers nobody: the system drops the call.
TEST(EventLoop, ACallThatNobodyAnswersTimesOut) {
  const int listener = make_socket();
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(::bind(listener, reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(::listen(listener, 0), 0);
  ASSERT_EQ(::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size), 0);
  std::vector<int> callers;
  for (int i = 0; i < 8; ++i) {
    callers.push_back(make_socket(SOCK_NONBLOCK));
    EXPECT_LE(::connect(callers.back(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  EventLoop loop;
  const auto begin = std::chrono::steady_clock::now();
  std::optional<Error> error;
  loop.connect({"127.0.0.1", ntohs(address.sin_port)}, 200ms, [&](Result<ConnectionPtr> connected) {
    ASSERT_FALSE(connected);
    error = connected.error();
  });
  loop.run();
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->code, ErrorCode::unavailable);
  EXPECT_NE(error->message.find("timed out"), std::string::npos) << error->message;
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
  for (const int caller : callers) ::close(caller);
  ::close(listener);
}

TEST(EventLoop, APortThatIsTakenIsAnError) {
  EventLoop loop;
  const auto port = loop.listen(loopback(), [](const ConnectionPtr&) {});
  ASSERT_TRUE(port.has_value());
  EventLoop other;
  const auto again = other.listen({"127.0.0.1", *port}, [](const ConnectionPtr&) {});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::io);
  EXPECT_NE(again.error().message.find("cannot listen on 127.0.0.1"), std::string::npos);
}

TEST(EventLoop, ThousandsOfSmallWritesArriveInTheirOrder) {
  Pair pair;
  Bytes expected;
  pair.run([&] {
    for (int i = 0; i < 20'000; ++i) {
      const Bytes bytes(static_cast<std::size_t>(i % 4), static_cast<std::uint8_t>(i));
      expected.insert(expected.end(), bytes.begin(), bytes.end());
      pair.caller->write(bytes);
    }
    const Bytes more(std::size_t{1} << 24, 5);  // than the system takes at once
    expected.insert(expected.end(), more.begin(), more.end());
    pair.caller->write(more);
    pair.caller->write({6, 7});
    expected.insert(expected.end(), {6, 7});
    EXPECT_GT(pair.caller->unwritten(), 2u);
    pair.caller->close_after_writing();
  });
  EXPECT_EQ(pair.at_called, expected);
  ASSERT_EQ(pair.closed.size(), 1u);
  EXPECT_NE(pair.closed[0].find("closed by the peer"), std::string::npos);
  EXPECT_EQ(pair.caller->unwritten(), 0u);
}

TEST(EventLoop, TheLargestFrameGoesThrough) {
  SimulationRandom random(3);
  Bytes payload(kMostPayload);
  for (std::size_t i = 0; i < payload.size(); i += 997) payload[i] = static_cast<std::uint8_t>(random.next_word());
  Bytes wire = greeting();
  append_frame(~std::uint64_t{0}, payload, wire);
  FrameDecoder decoder;
  std::optional<Frame> frame;
  Pair pair;
  pair.run([&] { pair.caller->write(std::move(wire)); },
           [&] {
             EXPECT_TRUE(decoder.feed(std::exchange(pair.at_called, {})).has_value());
             frame = decoder.next();
             if (frame) pair.loop.stop();
           });
  ASSERT_TRUE(frame.has_value());
  EXPECT_EQ(frame->stream, ~std::uint64_t{0});
  EXPECT_TRUE(frame->payload == payload);
}

// A peer that has said its last word may still listen.
TEST(EventLoop, WhatIsWrittenBeforeTheEndArrivesAtAPeerThatHasEndedItsSide) {
  EventLoop loop;
  ConnectionPtr called;
  const auto port = loop.listen(loopback(), [&](ConnectionPtr connection) {
    called = std::move(connection);
    called->start([&](ByteView) {}, [&](const Error&) { loop.stop(); });
    called->write(Bytes(100'000, 'a'));
    called->close_after_writing();
  });
  ASSERT_TRUE(port.has_value());
  const int caller = make_socket();
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(*port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::connect(caller, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  loop.after(50ms, [&] { loop.stop(); });
  loop.run();
  std::size_t got = 0;
  char buffer[4096];
  for (ssize_t more; (more = ::recv(caller, buffer, sizeof buffer, MSG_DONTWAIT)) > 0;)
    got += static_cast<std::size_t>(more);
  EXPECT_EQ(got, 100'000u);
  EXPECT_EQ(::recv(caller, buffer, sizeof buffer, MSG_DONTWAIT), 0) << "and then the end";
  ::close(caller);
}

// Without file descriptors a call waits in the queue, the loop does not spin, and later the call is taken.
TEST(EventLoop, ACallThatCannotBeTakenWaits) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "without descriptors the sanitizer, which probes memory through a pipe, sees faults that are none";
#endif
  EventLoop loop;
  int taken = 0;
  const auto port = loop.listen(loopback(), [&](ConnectionPtr) {
    ++taken;
    loop.stop();
  });
  ASSERT_TRUE(port.has_value());
  const int caller = make_socket();
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(*port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::connect(caller, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit none = before;
  none.rlim_cur = 0;  // those that are open stay open
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  const std::clock_t begin = std::clock();
  loop.after(200ms, [&] {
    EXPECT_EQ(taken, 0);
    EXPECT_LT(std::clock() - begin, CLOCKS_PER_SEC / 10) << "of 0.2 s";
    EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  });
  loop.run();
  EXPECT_EQ(taken, 1);
  ::close(caller);
}

TEST(EventLoop, DroppingAConnectionClosesIt) {
  Pair pair;
  pair.run([&] { pair.caller.reset(); });
  EXPECT_EQ(pair.closed.size(), 1u);
}

TEST(EventLoop, AConnectionThatBreaksIsToldOnceAndTakesNoMoreWrites) {
  Pair pair;
  pair.run([&] { pair.caller.reset(); });
  ASSERT_EQ(pair.closed.size(), 1u);
  pair.called->write(Bytes(10, 'x'));
  EXPECT_EQ(pair.called->unwritten(), 0u);
  pair.called->close_after_writing();
  EXPECT_EQ(pair.closed.size(), 1u);
}

TEST(EventLoop, SignalsComeInTheLoopsThreadOneByOne) {
  EventLoop loop;
  std::vector<int> signals;
  loop.on_signal([&](int signal) {
    signals.push_back(signal);
    if (signals.size() == 1) ::raise(SIGTERM);
    if (signals.size() == 2) loop.stop();
  });
  loop.after(1ms, [] { ::raise(SIGINT); });
  loop.run();
  EXPECT_EQ(signals, (std::vector<int>{SIGINT, SIGTERM}));
}

TEST(EventLoop, AHangupIsNoEnd) {
  EventLoop loop;
  int hangups = 0, signals = 0;
  loop.on_signal([&](int) {
    ++signals;
    loop.stop();
  });
  loop.on_hangup([&] { ::raise(++hangups < 3 ? SIGHUP : SIGTERM); });
  loop.after(1ms, [] { ::raise(SIGHUP); });
  loop.run();
  EXPECT_EQ(hangups, 3);
  EXPECT_EQ(signals, 1);
}

TEST(EventLoop, TimersFireInTheirOrder) {
  EventLoop loop;
  std::string order;
  loop.after(20ms, [&] { order += 'c'; });
  loop.after(1ms, [&] {
    order += 'a';
    loop.after(1ms, [&] { order += 'b'; });
  });
  loop.run();
  EXPECT_EQ(order, "abc");
}

}  // namespace
}  // namespace herald::net
