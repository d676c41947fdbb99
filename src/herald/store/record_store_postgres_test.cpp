// What only a server can do to a store: be killed, be silent, be changed by others, give its lease to another.

#include <gtest/gtest.h>

#include <atomic>
#include <random>

#include "herald/store/record_store.h"
#include "herald/store/test_postgres.h"

namespace herald::store {
namespace {

SecretBits test_key() {
  SecretBits key(256);
  key.words()[0] = 7;
  return key;
}
Bytes bytes(std::string_view text) { return {text.begin(), text.end()}; }

class PostgresRecordStore : public testing::Test {
 protected:
  void SetUp() override {
    if (!PostgresServer::programs()) GTEST_SKIP() << "PostgreSQL is not installed";
    m_server.emplace();
  }
  PostgresServer& server() { return *m_server; }
  PostgresPlace place() { return {m_server->url(), "kme-a"}; }
  Result<RecordStore> try_open() {
    HERALD_TRY(auto engine, open_postgres_records(place()));
    return RecordStore::open(std::move(engine), test_key());
  }
  RecordStore open() { return must(try_open()); }

 private:
  std::optional<PostgresServer> m_server;
};

Result<void> set(RecordStore& store, std::string_view name, std::string_view value) {
  return store.transact([&](Records& records) -> Result<void> {
    records.put(bytes(name), bytes(value));
    return {};
  });
}
std::string get(RecordStore& store, std::string_view name) {
  std::string text = "(nothing)";
  must(store.transact([&](Records& records) -> Result<void> {
    HERALD_TRY(const auto value, records.get(bytes(name)));
    if (value) text.assign(value->expose_secret().begin(), value->expose_secret().end());
    return {};
  }));
  return text;
}

TEST_F(PostgresRecordStore, WhatOthersChangedIsFound) {
  {
    RecordStore store = open();
    for (const char* const name : {"a", "b", "c"}) must(set(store, name, name));
  }
  const std::string records = "\"herald_kme-a\".records";
  server().psql("CREATE TABLE good AS SELECT * FROM " + records);
  for (const char* const change : {"UPDATE {} SET value = set_byte(value, 30, get_byte(value, 30) # 1) WHERE key = 'a'",
                                   "UPDATE {} SET value = 'short' WHERE key = 'a'", "DELETE FROM {} WHERE key = 'b'",
                                   "DELETE FROM {} WHERE key = ''", "UPDATE {} SET key = 'd' WHERE key = 'c'",
                                   "INSERT INTO {} SELECT 'd', value FROM good WHERE key = 'a'"}) {
    server().psql(fmt::format(fmt::runtime(change), records));
    const auto opened = try_open();
    ASSERT_FALSE(opened) << change;
    EXPECT_EQ(opened.error().code, ErrorCode::authentication) << change;
    server().psql(fmt::format("TRUNCATE {0}; INSERT INTO {0} SELECT * FROM good", records));
    EXPECT_EQ(open().count(), 3u);
  }
  server().psql(fmt::format("DELETE FROM \"herald_kme-a\".site"));
  EXPECT_FALSE(try_open());
}

TEST_F(PostgresRecordStore, AServerThatLosesWhatItAcknowledgedIsRefusedAndCommitsAreSynced) {
  server().stop();
  server().start({"fsync=off"});
  EXPECT_EQ(try_open().error().code, ErrorCode::insecure);
  server().stop();
  server().start({"synchronous_commit=off", "log_statement=all", "logging_collector=on", "log_directory=."});
  RecordStore store = open();
  must(set(store, "a", "1"));
  // The log is written by a process of its own.
  std::string found;
  for (int i = 0; i < 200 && found != "1\n"; ++i, std::this_thread::sleep_for(std::chrono::milliseconds(20)))
    found = server().psql(
        "SELECT count(*) FROM regexp_matches(pg_read_file(pg_current_logfile()), "
        "'[S]ET synchronous_commit = on', 'g')");
  EXPECT_EQ(found, "1\n");
}

TEST_F(PostgresRecordStore, APasswordInTheUrlIsRefusedAndNotRepeated) {
  for (const char* const url : {"postgresql://herald:hunter2@localhost/x", "postgresql://localhost/x?password=hunter2",
                                "postgresql://localhost/x?sslpassword=hunter2"}) {
    const auto checked = check_postgres_place({url, "kme-a"});
    EXPECT_EQ(checked.error().code, ErrorCode::insecure);
    EXPECT_EQ(checked.error().message.find("hunter2"), std::string::npos);
  }
  for (const char* const url : {"postgresql://herald:hunter2@local host:x/%zz", "mysql://hunter2", "hunter2"}) {
    const auto checked = check_postgres_place({url, "kme-a"});
    EXPECT_EQ(checked.error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(checked.error().message.find("hunter2"), std::string::npos);
  }
  EXPECT_FALSE(check_postgres_place({server().url(), std::string(60, 'x')}));
}

// Both the server and its sessions die at any moment; what was committed is there, what was not is not, and a
// transaction of which nobody heard is told as what it was.
TEST_F(PostgresRecordStore, TransactionsAreWholeWhateverDies) {
  RecordStore store = open();
  must(set(store, "n", "0"));
  std::mt19937 chance(1);
  std::atomic<bool> stop{false};
  std::atomic<int> kills{0};
  std::thread killer([&] {
    for (; kills < 30 && !stop; ++kills) {
      std::this_thread::sleep_for(std::chrono::microseconds(std::uniform_int_distribution<>(0, 50000)(chance)));
      if (kills % 5 == 4) {
        server().kill();
        server().start();
      } else {
        server().psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'herald'");
      }
    }
  });
  int done = 0, refused = 0;
  while (kills < 30) {
    const std::string now = std::to_string(done), next = std::to_string(done + 1);
    const auto result = store.transact([&](Records& records) -> Result<void> {
      HERALD_TRY(const auto before, records.get(bytes("n")));
      if (!before) return fail(ErrorCode::not_found, "no record");
      EXPECT_TRUE(std::ranges::equal(before->expose_secret(), bytes(now)));
      records.put(bytes("n"), bytes(next));
      for (int i = 0; i < 20; ++i) records.put(bytes(fmt::format("{}/{}", next, i)), Bytes(100));
      return {};
    });
    if (result) {
      ++done;
    } else {
      EXPECT_EQ(result.error().code, ErrorCode::unavailable) << result.error().message;
      ++refused;
    }
    if (HasFailure()) break;
  }
  stop = true;
  killer.join();
  while (!store.transact([](Records&) -> Result<void> { return {}; }))
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_EQ(get(store, "n"), std::to_string(done));
  EXPECT_EQ(store.count(), static_cast<std::uint64_t>(done) + 1);
  EXPECT_EQ(open().count(), store.count());
  EXPECT_GT(refused, 0);
  EXPECT_GT(done, 30);
}

TEST_F(PostgresRecordStore, AClientThatIsKilledLeavesWholeTransactions) {
  {
    RecordStore store = open();
    must(set(store, "n", "0"));
  }
  for (int round = 0; round < 10; ++round) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      RecordStore store = open();
      for (int i = round * 100000;; ++i)
        must(store.transact([&](Records& records) -> Result<void> {
          for (const char* const name : {"n", "m", "o"}) records.put(bytes(name), bytes(std::to_string(i)));
          return {};
        }));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20 + 7 * round));
    ::kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFSIGNALED(status));  // it had not ended by itself
    RecordStore store = open();
    if (store.count() > 1) {
      EXPECT_EQ(get(store, "n"), get(store, "m"));
      EXPECT_EQ(get(store, "n"), get(store, "o"));
    }
  }
  EXPECT_GT(open().count(), 10u);
}

struct Holder {
  std::atomic<bool> is_lost{false}, gives_up{false};
  std::atomic<int> waited{0};
  PostgresLease lease(const std::string& name) {
    return {name, [this](const std::string&) { return ++waited, !gives_up; },
            [this](const std::string&) { is_lost = true; }};
  }
};

TEST_F(PostgresRecordStore, OneHasTheLeaseAndTheNextTakesOver) {
  Holder first, second;
  auto one = std::make_optional(
      must(RecordStore::open(must(lease_postgres_records(place(), first.lease("one"))), test_key())));
  must(set(*one, "a", "1"));
  std::optional<RecordStore> two;
  std::thread waiting([&] {
    two.emplace(must(RecordStore::open(must(lease_postgres_records(place(), second.lease("two"))), test_key())));
  });
  while (second.waited < 3) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_FALSE(two);
  must(set(*one, "a", "2"));
  one.reset();
  waiting.join();
  EXPECT_EQ(get(*two, "a"), "2");
  EXPECT_FALSE(first.is_lost);

  Holder third;
  third.gives_up = true;
  EXPECT_EQ(lease_postgres_records(place(), third.lease("three")).error().code, ErrorCode::interrupted);
}

// Whoever lost its session finds out, and can change nothing: also when its old lock is all that it has lost.
TEST_F(PostgresRecordStore, WhoLostTheLeaseCommitsNothing) {
  Holder first, second;
  RecordStore one = must(RecordStore::open(must(lease_postgres_records(place(), first.lease("one"))), test_key()));
  must(set(one, "a", "1"));
  // A connection that breaks is made again, and nobody has come between.
  server().psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'herald'");
  must(set(one, "a", "2"));
  EXPECT_FALSE(first.is_lost);
  // Amid a transaction of the first the second takes over.
  std::optional<RecordStore> two;
  const auto result = one.transact([&](Records& records) -> Result<void> {
    records.put(bytes("a"), bytes("3"));
    server().psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'herald'");
    two.emplace(must(RecordStore::open(must(lease_postgres_records(place(), second.lease("two"))), test_key())));
    must(set(*two, "b", "4"));
    return {};
  });
  EXPECT_FALSE(result);
  EXPECT_TRUE(first.is_lost);
  EXPECT_EQ(set(one, "a", "5").error().code, ErrorCode::unavailable);
  EXPECT_EQ(get(*two, "a"), "2");
  EXPECT_EQ(get(*two, "b"), "4");
  EXPECT_EQ(open().count(), 3u);
}

// A lease of which only the number has grown: no lock would show it.
TEST_F(PostgresRecordStore, ALeaseOfAnEarlierNumberIsOver) {
  Holder first;
  RecordStore one = must(RecordStore::open(must(lease_postgres_records(place(), first.lease("one"))), test_key()));
  must(set(one, "a", "1"));
  server().psql("UPDATE \"herald_kme-a\".site SET epoch = epoch + 1");
  EXPECT_EQ(set(one, "a", "2").error().code, ErrorCode::unavailable);
  EXPECT_TRUE(first.is_lost);
  RecordStore store = open();
  EXPECT_EQ(get(store, "a"), "1");
}

TEST_F(PostgresRecordStore, AHolderThatHangsMakesRoom) {
  Holder first, second;
  RecordStore one = must(RecordStore::open(must(lease_postgres_records(place(), first.lease("one"))), test_key()));
  must(set(one, "a", "1"));
  // It asks for nothing more; the second waits until the server has ended the silent session.
  RecordStore two = must(RecordStore::open(must(lease_postgres_records(place(), second.lease("two"))), test_key()));
  EXPECT_GT(second.waited, 1);
  EXPECT_FALSE(set(one, "a", "2"));
  EXPECT_TRUE(first.is_lost);
  EXPECT_EQ(get(two, "a"), "1");
}

}  // namespace
}  // namespace herald::store
