#include "herald/store/key_store.h"

#include <map>
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <sys/stat.h>

#include "herald/store/test_store.h"

namespace herald::store {
namespace {

constexpr auto kRefuse = InsecureSimulated::refuse;
constexpr auto kAccept = InsecureSimulated::accept;

template <typename T>
ErrorCode code_of(const Result<T>& result) {
  HERALD_CHECK(!result.has_value());
  return result.error().code;
}

mode_t mode_of(const std::filesystem::path& path) {
  struct stat status{};
  EXPECT_EQ(::stat(path.c_str(), &status), 0);
  return status.st_mode & 07777;
}

TEST(KeyStore, IsMadeWithPrivateFilesAndOnlyOnce) {
  TestDirectory directory;
  const StoreFiles files(directory / "alice.db");
  EXPECT_EQ(code_of(KeyStore::open(files)), ErrorCode::not_found);
  must(KeyStore::create(files));
  EXPECT_EQ(mode_of(files.database), 0600u);
  EXPECT_EQ(mode_of(files.key_file), 0600u);
  EXPECT_EQ(code_of(KeyStore::create(files)), ErrorCode::invalid_argument);
  KeyStore store = must(KeyStore::open(files));
  must(store.add_link("lab", End::alice));
  must(store.add_link("lab", End::alice));
  EXPECT_EQ(code_of(store.add_link("lab", End::bob)), ErrorCode::disagreement);
  EXPECT_EQ(code_of(store.add_link("", End::bob)), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of(store.link("other")), ErrorCode::not_found);
  add_block(store, 0, 1, 256);
  for (const char* suffix : {"-wal", "-shm"}) EXPECT_EQ(mode_of(files.database.string() + suffix), 0600u);
}

TEST(KeyStore, BothEndsGiveTheSameKeysUnderTheSameIdsFromOppositeSides) {
  TestDirectory directory;
  KeyStore alice = test_store(StoreFiles(directory / "alice.db"), End::alice);
  KeyStore bob = test_store(StoreFiles(directory / "bob.db"), End::bob);
  for (std::uint64_t block = 0; block < 3; ++block) {
    add_block(alice, block, 4, 200);
    add_block(bob, block, 4, 200);
  }
  for (const End end : {End::alice, End::bob}) {
    KeyStore& sender = end == End::alice ? alice : bob;
    KeyStore& receiver = end == End::alice ? bob : alice;
    const auto sent = must(sender.take_bits("lab", sending_pool(end), 1000, kRefuse));
    ASSERT_EQ(sent.size(), 5u);
    std::vector<Uuid> ids;
    for (const auto& key : sent) ids.push_back(key.id);
    EXPECT_EQ(code_of(receiver.take_by_id("lab", sending_pool(end == End::alice ? End::bob : End::alice), ids)),
              ErrorCode::insecure);
    const auto peeked = must(receiver.peek("lab", sending_pool(end), ids));
    const auto received = must(receiver.take_by_id("lab", sending_pool(end), ids));
    for (std::size_t i = 0; i < sent.size(); ++i) {
      EXPECT_EQ(sent[i].key, received[i].key);
      EXPECT_EQ(sent[i].key, peeked[i].key);
      EXPECT_EQ(received[i].block, i / 4);
      EXPECT_EQ(received[i].key.provenance().theorem, "bb84-finite");
      EXPECT_EQ(received[i].key.provenance().violated, std::vector<std::string>{"equal-efficiencies"});
      EXPECT_EQ(code_of(receiver.take_by_id("lab", sending_pool(end), std::span(&ids[i], 1))), ErrorCode::exhausted);
      EXPECT_EQ(code_of(sender.peek(ids[i])), ErrorCode::exhausted);
    }
  }
  must(alice.verify());
}

TEST(KeyStore, TakingIsAllOrNothing) {
  TestDirectory directory;
  KeyStore store = test_store(StoreFiles(directory / "s"), End::alice);
  add_block(store, 0, 5, 100);
  EXPECT_EQ(code_of(store.take_bits("lab", Pool::alice_to_bob, 501, kRefuse)), ErrorCode::exhausted);
  EXPECT_EQ(code_of(store.take_keys("lab", Pool::alice_to_bob, 6, kRefuse)), ErrorCode::exhausted);
  const Uuid known = key_id("lab", 0, 0), unknown = key_id("lab", 9, 9);
  EXPECT_EQ(code_of(store.take_by_id("lab", Pool::alice_to_bob, std::vector{known, unknown})), ErrorCode::not_found);
  EXPECT_EQ(code_of(store.take_by_id("lab", Pool::alice_to_bob, std::vector{known, known})), ErrorCode::insecure);
  EXPECT_EQ(must(store.take_keys("lab", Pool::alice_to_bob, 5, kRefuse)).size(), 5u);
  EXPECT_EQ(must(store.take_bits("lab", Pool::alice_to_bob, 0, kRefuse)).size(), 0u);
  const auto pools = must(store.status());
  ASSERT_EQ(pools.size(), 2u);
  EXPECT_EQ(pools[0].available_keys, 0u);
  EXPECT_EQ(pools[0].delivered_keys, 5u);
  EXPECT_EQ(pools[1].available_bits, 500u);
  must(store.forget_delivered("lab", 1));
  EXPECT_EQ(list_keys(store).size(), 5u);
  EXPECT_EQ(code_of(store.peek(known)), ErrorCode::not_found);
}

TEST(KeyStore, KeysFromSimulatedLightAreLeftOutUntilTheUserSaysSo) {
  TestDirectory directory;
  KeyStore store = test_store(StoreFiles(directory / "s"), End::alice);
  add_block(store, 0, 3, 100, Origin::simulated);
  EXPECT_EQ(code_of(store.take_keys("lab", Pool::alice_to_bob, 1, kRefuse)), ErrorCode::insecure);
  EXPECT_EQ(code_of(store.take_keys("lab", Pool::alice_to_bob, 4, kRefuse)), ErrorCode::exhausted);
  add_block(store, 1, 3, 100, Origin::recorded);
  const auto real = must(store.take_keys("lab", Pool::alice_to_bob, 2, kRefuse));
  for (const auto& key : real) EXPECT_EQ(key.key.provenance().origin, Origin::recorded);
  EXPECT_EQ(must(store.take_keys("lab", Pool::alice_to_bob, 4, kAccept)).size(), 4u);
}

TEST(KeyStore, ABlocksNumberIsUsedOnceWhateverBecomesOfIt) {
  TestDirectory directory;
  KeyStore store = test_store(StoreFiles(directory / "s"), End::bob);
  must(store.claim_block("lab", 4));
  EXPECT_EQ(code_of(store.claim_block("lab", 4)), ErrorCode::disagreement);
  EXPECT_EQ(code_of(store.claim_block("lab", 0)), ErrorCode::disagreement);
  EXPECT_EQ(code_of(store.claim_block("lab", ~std::uint64_t{0})), ErrorCode::invalid_argument);
  EXPECT_EQ(must(store.link("lab")).next_block, 5u);
  EXPECT_EQ(code_of(store.commit("lab", 4)), ErrorCode::not_found);
  must(store.prepare("lab", test_block(4, 1, 64)));
  EXPECT_EQ(code_of(store.prepare("lab", test_block(4, 1, 64))), ErrorCode::disagreement);
  EXPECT_TRUE(list_keys(store).empty()) << "prepared keys are invisible";
  EXPECT_EQ(must(store.prepared("lab")), std::vector<std::uint64_t>{4});
  EXPECT_EQ(code_of(store.forget_before("lab", 5)), ErrorCode::disagreement);
  must(store.commit("lab", 4));
  must(store.commit("lab", 4));
  EXPECT_EQ(list_keys(store).size(), 2u);
  EXPECT_EQ(code_of(store.drop("lab", 4)), ErrorCode::disagreement);
  must(store.prepare("lab", test_block(7, 1, 64)));
  must(store.drop("lab", 7));
  must(store.drop("lab", 7));
  must(store.drop("lab", 9));
  EXPECT_EQ(code_of(store.commit("lab", 7)), ErrorCode::disagreement);
  EXPECT_EQ(code_of(store.prepare("lab", test_block(9, 1, 64))), ErrorCode::disagreement);
  EXPECT_EQ(must(store.decision("lab", 4)), BlockState::committed);
  EXPECT_EQ(must(store.decision("lab", 7)), BlockState::dropped);
  EXPECT_EQ(must(store.decision("lab", 8)), BlockState::unknown);
  EXPECT_EQ(must(store.link("lab")).epsilon_spent.value, 0x1p-30);
  must(store.spend_epsilon("lab", FailureProbability(0x1p-30)));
  must(store.forget_before("lab", 20));
  EXPECT_EQ(must(store.decision("lab", 4)), BlockState::forgotten);
  EXPECT_EQ(code_of(store.prepare("lab", test_block(19, 1, 64))), ErrorCode::disagreement);
  const LinkInfo link = must(store.link("lab"));
  EXPECT_EQ(link.next_block, 20u);
  EXPECT_EQ(link.epsilon_spent.value, 0x1p-29);
  EXPECT_EQ(list_keys(store).size(), 2u) << "forgetting how a block was decided keeps its keys";
}

TEST(KeyStore, KnowsTheErrorRateOfTheLastBlock) {
  TestDirectory directory;
  const StoreFiles files(directory / "s");
  KeyStore store = test_store(files, End::alice);
  const auto commit = [&](std::uint64_t number, std::optional<ErrorRate> rate) {
    BlockRecord block = test_block(number, 1, 64);
    block.error_rate = rate;
    must(store.prepare("lab", std::move(block)));
    EXPECT_EQ(must(store.decision("lab", number)), BlockState::prepared);
    must(store.commit("lab", number));
  };
  EXPECT_EQ(must(store.error_rate("lab")), std::nullopt);
  commit(1, ErrorRate(0.03));
  EXPECT_EQ(must(store.error_rate("lab")), ErrorRate(0.03));
  commit(2, ErrorRate(0.01));
  BlockRecord open = test_block(3, 1, 64);
  open.error_rate = ErrorRate(0.2);
  must(store.prepare("lab", std::move(open)));
  EXPECT_EQ(must(store.error_rate("lab")), ErrorRate(0.01)) << "of a block that may be dropped";
  must(store.drop("lab", 3));
  EXPECT_EQ(must(store.error_rate("lab")), ErrorRate(0.01));
  store = must(KeyStore::open(files));
  EXPECT_EQ(must(store.error_rate("lab")), ErrorRate(0.01));
  commit(4, {});
  EXPECT_EQ(must(store.error_rate("lab")), std::nullopt) << "a block of a program that did not say";
  EXPECT_EQ(code_of(store.error_rate("other")), ErrorCode::not_found);
}

// The state machine against a model of it in memory; the store is closed and opened again now and then.
TEST(KeyStore, DoesWhatItsModelDoes) {
  EXPECT_TRUE(rc::check([] {
    TestDirectory directory;
    const StoreFiles files(directory / "s");
    auto store = std::make_unique<KeyStore>(test_store(files, End::alice));
    std::map<std::uint64_t, BlockState> blocks;
    std::set<Uuid> available, delivered;
    const auto steps = *rc::gen::container<std::vector<std::pair<int, int>>>(
        20, rc::gen::pair(rc::gen::inRange(0, 7), rc::gen::inRange(0, 5)));
    for (const auto& [what, argument] : steps) {
      const auto number = static_cast<std::uint64_t>(argument);
      const auto at = blocks.find(number);
      const BlockState state = at == blocks.end() ? BlockState::unknown : at->second;
      switch (what) {
        case 0:
        case 1:
          RC_ASSERT(store->prepare("lab", test_block(number, 2, 65)).has_value() == (state == BlockState::unknown));
          if (state == BlockState::unknown) blocks[number] = BlockState::prepared;
          break;
        case 2:
        case 3:
          RC_ASSERT(store->commit("lab", number).has_value() ==
                    (state == BlockState::prepared || state == BlockState::committed));
          if (state != BlockState::prepared) break;
          blocks[number] = BlockState::committed;
          for (std::uint64_t i = 0; i < 4; ++i) available.insert(key_id("lab", number, i));
          break;
        case 4:
          RC_ASSERT(store->drop("lab", number).has_value() == (state != BlockState::committed));
          if (state != BlockState::committed) blocks[number] = BlockState::dropped;
          break;
        case 5: {
          const auto taken = store->take_keys("lab", Pool::bob_to_alice, number, kRefuse);
          if (!taken) break;
          for (const auto& key : *taken) {
            RC_ASSERT(available.erase(key.id) == 1u);
            RC_ASSERT(delivered.insert(key.id).second);
          }
          break;
        }
        default: store.reset(); store = std::make_unique<KeyStore>(must(KeyStore::open(files)));
      }
      for (std::uint64_t i = 0; i < 5; ++i)
        RC_ASSERT(must(store->decision("lab", i)) == (blocks.contains(i) ? blocks[i] : BlockState::unknown));
      std::set<Uuid> left, gone;
      for (const KeyInfo& key : list_keys(*store)) (key.state == KeyState::available ? left : gone).insert(key.id);
      RC_ASSERT(left == available);
      RC_ASSERT(gone == delivered);
    }
    must(store->verify());
  }));
}

TEST(KeyStorePads, ABookOverTheStoreGivesEachBitOnceAndBothEndsTheSame) {
  TestDirectory directory;
  KeyStore alice = test_store(StoreFiles(directory / "alice"), End::alice);
  KeyStore bob = test_store(StoreFiles(directory / "bob"), End::bob);
  SecretRandom random;
  must(create_secret_file(directory / "psk", SecretFileKind::pre_shared_key, 20000, random));
  const SecretFile psk = must(read_secret_file(directory / "psk", SecretFileKind::pre_shared_key));
  for (KeyStore* store : {&alice, &bob}) {
    must(store->import_pre_shared_key("lab", psk));
    EXPECT_EQ(code_of(store->import_pre_shared_key("lab", psk)), ErrorCode::invalid_argument);
  }
  const auto alices_pads = must(alice.pads("lab")), bobs_pads = must(bob.pads("lab"));
  auto alices = must(PadBook::open(*alices_pads)), bobs = must(PadBook::open(*bobs_pads));
  EXPECT_EQ(alices.remaining(), 10000u);
  SecretBits together;
  for (int i = 0; i < 40; ++i) {  // across the chunks of 4096 bits, to the last bit
    const PadRange range = must(alices.reserve(250, PadPurpose::authentication));
    must(bobs.claim(range, PadPurpose::authentication));
    const SecretBits bits = must(alices.take(range));
    EXPECT_EQ(bits, must(bobs.take(range)));
    together.append(bits);
  }
  EXPECT_EQ(together, secret_slice(psk.bits, 0, 10000));
  EXPECT_EQ(code_of(alices.reserve(1, PadPurpose::encryption)), ErrorCode::exhausted);
  must(alice.verify());
  EXPECT_EQ(must(PadBook::open(*alices_pads)).spent(), 10000u);
  EXPECT_EQ(must(PadBook::open(*bobs_pads)).remaining(), 10000u);
  must(bob.verify());
}

TEST(KeyStorePads, ACommittedBlocksPadsReachARunningBook) {
  TestDirectory directory;
  KeyStore store = test_store(StoreFiles(directory / "s"), End::alice);
  const auto pads = must(store.pads("lab"));
  auto book = must(PadBook::open(*pads));
  BlockRecord record = test_block(3, 1, 64);
  const SecretBits bits = SecretBits::duplicate_secret(record.pads[0].bits);
  must(store.prepare("lab", std::move(record)));
  must(store.commit("lab", 3));
  const PadSegment segment{pad_segment_id("lab", 3, 0), bits.size(), PadOwner::self};
  EXPECT_FALSE(book.append(segment, BitString(bits.size()))) << "other bits";
  must(book.append(segment, bits));
  const PadRange range = must(book.reserve(600, PadPurpose::encryption));
  EXPECT_EQ(must(book.take(range)), secret_slice(bits, 0, 600));
  EXPECT_EQ(must(PadBook::open(*pads)).remaining(), 400u);
}

TEST(KeyStorePads, TwoBooksOverOneStoreCannotGiveABitTwice) {
  TestDirectory directory;
  const StoreFiles files(directory / "s");
  KeyStore first = test_store(files, End::alice), second = test_store(files, End::alice);
  add_block(first, 0, 1, 64);
  const auto first_pads = must(first.pads("lab")), second_pads = must(second.pads("lab"));
  auto first_book = must(PadBook::open(*first_pads)), second_book = must(PadBook::open(*second_pads));
  const PadRange range = must(first_book.reserve(100, PadPurpose::authentication));
  EXPECT_EQ(code_of(second_book.reserve(100, PadPurpose::authentication)), ErrorCode::insecure);
  EXPECT_EQ(must(second_book.reserve(100, PadPurpose::authentication)).offset, 100u);
  must(PadBook::open(*second_pads));  // wipes what is spent, as after a crash
  EXPECT_EQ(code_of(first_book.take(range)), ErrorCode::insecure);
}

TEST(KeyStorePads, OverlapIsRefusedByTheStoreItself) {
  EXPECT_TRUE(rc::check([] {
    TestDirectory directory;
    KeyStore store = test_store(StoreFiles(directory / "s"), End::alice);
    add_block(store, 0, 1, 64);
    const auto pads = must(store.pads("lab"));
    std::set<std::uint64_t> spent;
    for (int i = 0; i < 25; ++i) {
      const auto offset = *rc::gen::inRange<std::uint64_t>(0, 1010), length = *rc::gen::inRange<std::uint64_t>(0, 60);
      bool free = length != 0 && offset + length <= 1000;
      for (std::uint64_t bit = offset; bit < offset + length; ++bit) free = free && !spent.contains(bit);
      RC_ASSERT(pads->spend({pad_segment_id("lab", 0, 0), offset, length}, PadPurpose::encryption).has_value() == free);
      for (std::uint64_t bit = offset; free && bit < offset + length; ++bit) spent.insert(bit);
    }
    must(store.verify());
  }));
}

TEST(KeyStoreRecordings, ServeOneLinkFromOneBlockOn) {
  TestDirectory directory;
  KeyStore store = test_store(StoreFiles(directory / "alice"), End::alice);
  must(store.add_link("other", End::alice));
  const Bytes first(32, 1), second(32, 2);
  must(store.claim_recording("lab", 5, first));
  must(store.claim_recording("lab", 5, first));
  must(store.claim_recording("lab", 6, second));
  for (const auto& refused : {store.claim_recording("lab", 6, first), store.claim_recording("other", 5, first)}) {
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::insecure);
    EXPECT_NE(refused.error().message.find("link \"lab\" from block 5"), std::string::npos) << refused.error().message;
  }
  EXPECT_EQ(store.claim_recording("none", 0, first).error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace herald::store
