#include "herald/base/key_codec.h"

#include <gtest/gtest.h>

namespace herald {
namespace {

Bytes encoded(const Provenance& provenance) {
  Writer writer;
  encode_provenance(writer, provenance);
  return std::move(writer).take();
}

TEST(KeyCodec, AProvenanceComesBackWhole) {
  Provenance provenance;
  provenance.origin = Origin::recorded;
  provenance.theorem = "bbm92-finite";
  provenance.epsilon.secrecy = FailureProbability(1e-9);
  provenance.violated = {"conjugate-bases", "equal-efficiencies"};
  const Bytes bytes = encoded(provenance);
  Reader reader(bytes);
  const Provenance back = decode_provenance(reader);
  ASSERT_TRUE(reader.finish("provenance"));
  EXPECT_EQ(encoded(back), bytes);
  EXPECT_EQ(back.violated, provenance.violated);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    Reader cut(ByteView(bytes).first(size));
    decode_provenance(cut);
    EXPECT_FALSE(cut.finish("provenance")) << size;
  }
}

TEST(KeyCodec, RefusesWhatNoKeyCanHave) {
  const auto refused = [](auto change) {
    Provenance provenance;
    change(provenance);
    const Bytes bytes = encoded(provenance);
    Reader reader(bytes);
    decode_provenance(reader);
    return !reader.ok();
  };
  EXPECT_FALSE(refused([](Provenance&) {}));
  EXPECT_TRUE(refused([](Provenance& p) { p.origin = static_cast<Origin>(3); }));
  EXPECT_TRUE(refused([](Provenance& p) { p.theorem = "\x1b[2J"; }));
  EXPECT_TRUE(refused([](Provenance& p) { p.theorem = std::string(256, 'a'); }));
  EXPECT_TRUE(refused([](Provenance& p) { p.epsilon.secrecy = FailureProbability(1.5); }));
  EXPECT_TRUE(refused([](Provenance& p) { p.epsilon.correctness = FailureProbability(std::nan("")); }));
  EXPECT_TRUE(refused([](Provenance& p) { p.violated.resize(256); }));
}

}  // namespace
}  // namespace herald
