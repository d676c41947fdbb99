#include "herald/kme/psk_rotation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <deque>
#include <map>
#include <set>

namespace herald::kme {
namespace {

SecretBytes key_of(std::uint64_t number, std::size_t size = kPskBytes) {
  Bytes bytes(size, 0x5a);
  for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<std::uint8_t>(number >> (8 * i));
  return SecretBytes(ByteView(bytes));
}
SecretBytes copy(const SecretBytes& key) { return SecretBytes(key.expose_secret()); }

// Two ends and a KME that knows no disturbance but those that are asked for.
class World {
 public:
  World() : master(events(0)), slave(events(1)) {}

  void connect() {
    m_is_up = true;
    master.connected();
    slave.connected();
  }
  void disconnect() {
    if (!std::exchange(m_is_up, false)) return;
    for (auto& queue : m_queues) queue.clear();
    master.disconnected();
    slave.disconnected();
  }
  // One message of one direction, or one answer of a KME; false: there is none.
  bool step(unsigned which) {
    if (which < 2) {
      auto& queue = m_queues[which];
      if (queue.empty()) return false;
      const Bytes message = queue.front();
      queue.pop_front();
      const auto done = which == 0 ? slave.received(message) : master.received(message);
      if (!done) disconnect();
      return true;
    }
    if (m_answers.empty()) return false;
    const auto answer = std::move(m_answers.front());
    m_answers.pop_front();
    answer();
    return true;
  }
  void run() {
    while (step(0) || step(1) || step(2)) {
    }
  }
  bool agree() const { return in_force[0] == in_force[1]; }
  void restart(unsigned end) {
    disconnect();
    m_answers.clear();
    if (end == 0)
      master = RotationMaster(events(0));
    else
      slave = RotationSlave(events(1));
  }

  SecretBytes in_force[2]{key_of(0), key_of(0)};
  bool refuses_to_put[2]{}, has_no_key[2]{};
  int rotated[2]{}, failed[2]{};
  std::size_t key_size = kPskBytes;
  RotationMaster master;
  RotationSlave slave;

 private:
  RotationEvents events(unsigned end) {
    RotationEvents events;
    events.send = [this, end](Bytes message) {
      if (m_is_up) m_queues[end].push_back(std::move(message));
    };
    events.draw = [this](RotationEvents::OnKey done) {
      Uuid id;
      id.bytes[0] = static_cast<std::uint8_t>(++m_drawn);
      id.bytes[1] = static_cast<std::uint8_t>(m_drawn >> 8);
      m_held.insert_or_assign(id, m_drawn);
      answer(0, id, m_drawn, std::move(done));
    };
    events.fetch = [this](const Uuid& id, RotationEvents::OnKey done) {
      const auto at = m_held.find(id);
      if (at == m_held.end()) return done(fail(ErrorCode::not_found, "no such key"));
      answer(1, id, at->second, std::move(done));
      m_held.erase(at);
    };
    events.put_in_force = [this, end](const SecretBytes& key) -> Result<void> {
      if (refuses_to_put[end]) return fail(ErrorCode::io, "no interface");
      in_force[end] = copy(key);
      return {};
    };
    events.in_force = [this, end] { return Result<SecretBytes>(copy(in_force[end])); };
    events.rotated = [this, end](const Uuid&) { ++rotated[end]; };
    events.failed = [this, end](const Error&) { ++failed[end]; };
    return events;
  }
  void answer(unsigned end, const Uuid& id, std::uint64_t number, RotationEvents::OnKey done) {
    m_answers.emplace_back([this, end, id, number, done = std::move(done)] {
      if (has_no_key[end]) return done(fail(ErrorCode::exhausted, "too few keys"));
      done(DeliveredKey{id, key_of(number, key_size), {}});
    });
  }

  bool m_is_up = false;
  std::uint64_t m_drawn = 0;
  std::map<Uuid, std::uint64_t> m_held;  // drawn and not yet fetched
  std::deque<Bytes> m_queues[2];
  std::deque<std::function<void()>> m_answers;
};

TEST(PskRotation, both_ends_change_to_the_same_new_keys) {
  World world;
  world.connect();
  world.run();  // the first, at once
  EXPECT_TRUE(world.agree());
  EXPECT_EQ(world.in_force[0], key_of(1));
  world.master.rotate();
  world.run();
  EXPECT_EQ(world.in_force[0], key_of(2));
  EXPECT_EQ(world.in_force[1], key_of(2));
  EXPECT_EQ(world.rotated[0], 2);
  EXPECT_EQ(world.rotated[1], 2);
  EXPECT_FALSE(world.master.is_waiting());
}

TEST(PskRotation, the_old_key_stays_until_both_have_the_new_one) {
  for (const unsigned end : {0U, 1U}) {
    World world;
    world.has_no_key[end] = true;
    world.connect();
    world.run();
    EXPECT_EQ(world.in_force[0], key_of(0));
    EXPECT_EQ(world.in_force[1], key_of(0));
    EXPECT_EQ(world.failed[0], 1);
    world.has_no_key[end] = false;
    world.master.rotate();
    world.run();
    EXPECT_TRUE(world.agree());
    EXPECT_EQ(world.rotated[0], 1);
  }
}

TEST(PskRotation, the_old_key_comes_back_when_one_end_cannot_follow) {
  for (const unsigned end : {0U, 1U}) {
    World world;
    world.refuses_to_put[end] = true;
    world.connect();
    world.run();
    EXPECT_EQ(world.in_force[0], key_of(0)) << end;
    EXPECT_EQ(world.in_force[1], key_of(0)) << end;
    EXPECT_EQ(world.rotated[0] + world.rotated[1], 0);
    world.refuses_to_put[end] = false;
    world.master.rotate();
    world.run();
    EXPECT_EQ(world.in_force[0], key_of(2));
    EXPECT_TRUE(world.agree());
  }
}

TEST(PskRotation, keys_of_another_size_are_refused) {
  World world;
  world.key_size = 16;
  world.connect();
  world.run();
  EXPECT_EQ(world.rotated[0], 0);
  EXPECT_EQ(world.in_force[1], key_of(0));
}

TEST(PskRotation, a_break_at_any_message_heals_with_the_next_connection) {
  for (int before = 0; before < 12; ++before)
    for (const bool restarts : {false, true})
      for (const unsigned end : {0U, 1U}) {
        World world;
        world.connect();
        for (int i = 0; i < before; ++i)
          if (!world.step(0) && !world.step(1)) world.step(2);
        if (restarts)
          world.restart(end);
        else
          world.disconnect();
        world.connect();
        world.run();
        EXPECT_TRUE(world.agree()) << before << restarts << end;
        EXPECT_FALSE(world.in_force[0] == key_of(0));
        EXPECT_FALSE(world.master.is_waiting());
      }
}

TEST(PskRotation, a_break_after_one_end_has_changed_heals_without_another_key) {
  World world;
  world.connect();
  while (world.in_force[1] == key_of(0)) ASSERT_TRUE(world.step(0) || world.step(1) || world.step(2));
  EXPECT_EQ(world.in_force[0], key_of(0));
  world.disconnect();
  world.has_no_key[0] = world.has_no_key[1] = true;
  world.connect();
  world.run();
  EXPECT_EQ(world.in_force[0], key_of(1));
  EXPECT_TRUE(world.agree());
  EXPECT_EQ(world.rotated[0], 1);
  EXPECT_EQ(world.rotated[1], 1);
}

RC_GTEST_PROP(PskRotation, whatever_happens_the_ends_agree_once_it_is_quiet, (std::vector<std::uint8_t> steps)) {
  World world;
  world.connect();
  for (const std::uint8_t step : steps) {
    const unsigned end = step / 16 % 2;
    switch (step % 16) {
      case 0: world.disconnect(); break;
      case 1: world.restart(end); break;
      case 2: world.refuses_to_put[end] ^= true; break;
      case 3: world.has_no_key[end] ^= true; break;
      case 4: world.master.rotate(); break;
      case 5:
        world.disconnect();
        world.connect();
        break;
      default: world.step(step % 3);
    }
  }
  for (const unsigned end : {0U, 1U}) world.refuses_to_put[end] = world.has_no_key[end] = false;
  world.disconnect();
  world.connect();
  world.run();
  world.master.rotate();
  world.run();
  RC_ASSERT(world.agree());
  RC_ASSERT(!world.master.is_waiting());
}

TEST(PskRotation, messages_out_of_turn_and_garbage_end_the_connection) {
  World world;
  RotationEvents none;
  none.send = [](const Bytes&) {};
  none.fetch = [](const Uuid&, const RotationEvents::OnKey&) {};
  RotationSlave slave(none);
  RotationMaster master(none);
  master.connected();
  for (std::uint8_t kind = 0; kind < 12; ++kind) {
    Bytes message(18, 7);
    message.front() = kind;
    message.back() = 0;  // no text
    EXPECT_EQ(slave.received(message).has_value(), kind == 1) << int(kind);
    if (kind != 0) {
      EXPECT_FALSE(master.received(message).has_value()) << int(kind);
    }
    message.push_back(0);
    EXPECT_FALSE(slave.received(message).has_value());
  }
  for (const std::size_t size : {std::size_t{0}, std::size_t{5}, kLongestRotationMessage + 1}) {
    EXPECT_FALSE(slave.received(Bytes(size, 0)).has_value());
    EXPECT_FALSE(master.received(Bytes(size, 0)).has_value());
  }
}

}  // namespace
}  // namespace herald::kme
