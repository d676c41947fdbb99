#include <gtest/gtest.h>

#include "herald/kme/test_world.h"

namespace herald::kme {
namespace {

Policy keeps(std::uint64_t seconds) {
  Policy policy;
  policy.idempotency_s = seconds;
  return policy;
}

Extension named(const std::string& name) { return {std::string(kIdempotencyKey), "\"" + name + "\""}; }

// What came: the keys, by their IDs, or why not.
struct Heard {
  bool is_over = false;
  std::vector<std::pair<std::string, Bytes>> keys;
  std::optional<ApiError> refusal;
  unsigned status() const { return !is_over ? 0 : refusal ? refusal->status : 200; }
};

// a1 may have replies again for ten seconds, b1 likewise; all others not.
class Repeats : public testing::Test {
 protected:
  Repeats() : sites(1, "ab", {{'a', 'b'}}) {
    for (const char each : {'a', 'b'})
      sites.node(each).configure(
          [](DeliverySettings& settings) { settings.policies = {{"a1", keeps(10)}, {"b1", keeps(10)}}; });
    sites.add_lots(65536);
    sites.live_for(900);
  }
  std::shared_ptr<Heard> ask(const std::string& caller, const Call& what) {
    auto heard = std::make_shared<Heard>();
    sites.home_of(caller).delivery->call(caller, what, [heard](ApiResult<Answer> answer) {
      EXPECT_FALSE(std::exchange(heard->is_over, true));
      if (!answer) {
        heard->refusal = answer.error();
        return;
      }
      for (const DeliveredKey& key : std::get<Container>(*answer).keys) {
        const auto bytes = key.bytes.expose_secret();
        heard->keys.emplace_back(to_string(key.id), Bytes(bytes.begin(), bytes.end()));
      }
    });
    return heard;
  }
  std::shared_ptr<Heard> ask_and_wait(const std::string& caller, const Call& what) {
    auto heard = ask(caller, what);
    sites.live_for(300);
    return heard;
  }
  static GetKey new_keys(const std::string& name, std::uint64_t number = 1, bool is_mandatory = true) {
    GetKey what{"b1", {number, {}, {}, {}, {}}};
    (is_mandatory ? what.request.mandatory : what.request.optional) = {named(name)};
    return what;
  }
  static GetKeyWithIds same_key(const std::string& id, const std::string& name) {
    return {"a1", {uuid_from_string(id).value()}, {named(name)}, {}};
  }
  std::uint64_t stored() { return sites.level('a', 'a', 'b').bytes; }

  Sites sites;
};

TEST_F(Repeats, TheSameRequestGetsTheSameReplyAtBothEnds) {
  const auto first = ask_and_wait("a1", new_keys("one", 2));
  ASSERT_EQ(first->keys.size(), 2u);
  const std::uint64_t left = stored();
  const auto again = ask_and_wait("a1", new_keys("one", 2, false));  // how it is said does not matter
  EXPECT_EQ(again->keys, first->keys);
  EXPECT_EQ(stored(), left);
  EXPECT_NE(ask_and_wait("a1", new_keys("two", 2))->keys, first->keys);

  const auto fetched = ask_and_wait("b1", same_key(first->keys[0].first, "x"));
  EXPECT_EQ(fetched->keys.at(0), first->keys[0]);
  EXPECT_EQ(ask_and_wait("b1", same_key(first->keys[0].first, "x"))->keys, fetched->keys);
  // Under another name it is gone.
  EXPECT_EQ(ask_and_wait("b1", same_key(first->keys[0].first, "y"))->refusal->message, kKeysNotFound);
  // The journals know each time.
  EXPECT_EQ(sites.noted('a', "repeated"), 1u);
  EXPECT_EQ(sites.noted('b', "repeated"), 1u);
}

TEST_F(Repeats, ARequestThatIsUnderWayIsJoined) {
  const std::uint64_t before = stored();
  const auto first = ask("a1", new_keys("one")), second = ask("a1", new_keys("one")),
             third = ask("a1", new_keys("one"));
  const auto other = ask("a1", new_keys("one", 2));
  EXPECT_EQ(other->status(), 400u);
  sites.live_for(300);
  ASSERT_EQ(first->keys.size(), 1u);
  EXPECT_EQ(second->keys, first->keys);
  EXPECT_EQ(third->keys, first->keys);
  EXPECT_EQ(before - stored(), 32u);
}

TEST_F(Repeats, AnotherRequestUnderTheSameNameIsRefused) {
  const auto first = ask_and_wait("a1", new_keys("one"));
  EXPECT_EQ(ask_and_wait("a1", new_keys("one", 2))->status(), 400u);
  GetKey other = new_keys("one");
  other.slave = "b2";
  EXPECT_EQ(ask_and_wait("a1", other)->status(), 400u);
  // Another caller's names are its own.
  EXPECT_EQ(ask_and_wait("b1", same_key(first->keys[0].first, "one"))->keys, first->keys);
}

TEST_F(Repeats, AReplyEndsWithItsTimeAndWithAnotherConfiguration) {
  const auto first = ask_and_wait("a1", new_keys("one"));
  sites.live_for(9000);
  EXPECT_EQ(ask_and_wait("a1", new_keys("one"))->keys, first->keys);
  sites.live_for(1000);
  const auto later = ask_and_wait("a1", new_keys("one"));
  ASSERT_EQ(later->status(), 200u);
  EXPECT_NE(later->keys, first->keys);
  sites.node('a').configure([](DeliverySettings&) {});
  EXPECT_NE(ask_and_wait("a1", new_keys("one"))->keys, later->keys);
}

TEST_F(Repeats, WhereThePolicyKeepsNoneAMandatoryNameIsRefusedAndAnOptionalOneIgnored) {
  EXPECT_EQ(ask_and_wait("a2", new_keys("one"))->refusal->message, kMandatoryUnsupported);
  const auto first = ask_and_wait("a2", new_keys("one", 1, false));
  const auto second = ask_and_wait("a2", new_keys("one", 1, false));
  EXPECT_EQ(second->status(), 200u);
  EXPECT_NE(first->keys, second->keys);
  GetKeyWithIds fetch = same_key(first->keys[0].first, "x");
  fetch.master = "a2";
  EXPECT_EQ(ask_and_wait("b2", fetch)->refusal->message, kMandatoryUnsupported);
  // Other mandatory extensions are refused beside it.
  GetKey more = new_keys("three");
  more.request.mandatory.push_back({"acme_route", "1"});
  EXPECT_EQ(ask_and_wait("a1", more)->refusal->message, kMandatoryUnsupported);
}

TEST_F(Repeats, WhatWasRefusedMayBeAskedForAnew) {
  sites.unplug('b');
  const auto refused = ask("a1", new_keys("one"));
  EXPECT_EQ(refused->status(), 503u);
  sites.live_for(900);
  EXPECT_EQ(ask_and_wait("a1", new_keys("one"))->status(), 200u);
}

TEST_F(Repeats, NamesAreShortStringsAndOneARequest) {
  for (const std::string& value : {std::string("1"), std::string("{}"), std::string(R"("")"),
                                   "\"" + std::string(kLongestIdempotencyKey + 1, 'x') + "\""}) {
    GetKey what = new_keys("one");
    what.request.mandatory[0].value = value;
    EXPECT_EQ(ask("a1", what)->status(), 400u) << value;
  }
  GetKey twice = new_keys("one");
  twice.request.optional = {named("two")};
  EXPECT_EQ(ask("a1", twice)->status(), 400u);
  EXPECT_EQ(ask_and_wait("a1", new_keys(std::string(kLongestIdempotencyKey, 'x')))->status(), 200u);
}

// What is kept for one application is bounded, and it is told before anything is drawn.
TEST_F(Repeats, OnlySoMuchIsKept) {
  for (const char each : {'a', 'b'})
    sites.node(each).configure([](DeliverySettings& settings) { settings.max_key_bits = std::uint64_t{1} << 20; });
  const std::uint64_t before = stored();
  GetKey large = new_keys("large", 128);
  large.request.size = std::uint64_t{1} << 20;
  EXPECT_EQ(ask("a1", large)->refusal->message, kMandatoryUnmet);
  std::swap(large.request.mandatory, large.request.optional);
  EXPECT_EQ(ask("a1", large)->refusal->message, kOptionalUnhandled);
  unsigned asked = 0;
  std::shared_ptr<Heard> last;
  do {
    last = ask("a1", new_keys(std::to_string(asked++), 128));
  } while (last->status() == 0);
  EXPECT_EQ(last->status(), 429u);
  EXPECT_GT(last->refusal->retry_after_s, 0u);
  EXPECT_GT(asked, 50u);
  EXPECT_EQ(ask("b2", GetKeyWithIds{"a1", {Uuid{}}})->status(), 0u);  // others are served
  sites.live_for(900);
  EXPECT_LT(stored(), before);
  sites.live_for(11'000);
  EXPECT_NE(ask("a1", new_keys("later"))->status(), 429u);
}

}  // namespace
}  // namespace herald::kme
