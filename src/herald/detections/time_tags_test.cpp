#include "herald/detections/time_tags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "herald/base/random.h"
#include "herald/detections/recording_test.h"

namespace herald {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

ByteView view(std::string_view text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }
std::string fault(std::string_view text) {
  const auto tags = parse_time_tags(view(text), "a.tags");
  return tags ? "accepted" : tags.error().message;
}
TimeTags some_tags(std::uint64_t seed, std::size_t count) {
  SimulationRandom random(seed);
  TimeTags tags;
  std::uint64_t time = random.next_below(1000);
  for (std::size_t i = 0; i < count; ++i) {
    time += random.next_below(std::uint64_t{1} << random.next_below(30));
    tags.push_back(static_cast<unsigned>(random.next_below(kChannels)), time);
  }
  return tags;
}

TEST(TimeTagsText, ReadsChannelsAndTimesWithCommentsAndBlankLines) {
  const auto tags =
      parse_time_tags(view("# recorded in May\n 4          0\n\n\t5 1541 # Bob\r\n0 1541\n7\t99999"), "a.tags");
  ASSERT_TRUE(tags);
  EXPECT_EQ(tags->channel, (std::vector<std::uint8_t>{4, 5, 0, 7}));
  EXPECT_EQ(tags->time, (std::vector<std::uint64_t>{0, 1541, 1541, 99999}));
}

TEST(TimeTagsText, FaultsNameFileLineAndTheWayOut) {
  EXPECT_THAT(fault(""), AllOf(HasSubstr("a.tags: "), HasSubstr("empty")));
  EXPECT_THAT(fault("# nothing\n\n"), HasSubstr("no time tags"));
  EXPECT_THAT(fault("0 10\n1 9\n"), AllOf(HasSubstr("a.tags:2: "), HasSubstr("must not fall"), HasSubstr("sort")));
  EXPECT_THAT(fault("0 10\n1 11\n4"), AllOf(HasSubstr("a.tags:3: "), HasSubstr("truncated")));
  EXPECT_THAT(fault("0 10\n1 100\n4 1"), AllOf(HasSubstr("a.tags:3: "), HasSubstr("truncated")));
  EXPECT_THAT(fault("0 10\n8 11\n"), AllOf(HasSubstr("a.tags:2: "), HasSubstr("channel 8 is unknown")));
  EXPECT_THAT(fault(std::string_view("0 10\n\x7f"
                                     "ELF\x01\x02\0\0",
                                     13)),
              AllOf(HasSubstr("a.tags:2: "), HasSubstr("binary")));
  EXPECT_THAT(fault("0 4611686018427387904\n"), HasSubstr("2^62"));
  EXPECT_THAT(fault("0 99999999999999999999999999\n"), HasSubstr("2^62"));
  EXPECT_THAT(fault("18446744073709551616 5\n"), HasSubstr("unknown"));
  EXPECT_THAT(fault("0 -5\n"), HasSubstr("'0 -5' is no time tag"));
  EXPECT_THAT(fault("0 5 6\n"), HasSubstr("is no time tag"));
  EXPECT_THAT(fault("0,5\n"), HasSubstr("is no time tag"));
  EXPECT_THAT(fault("0 1e9\n"), HasSubstr("is no time tag"));
  EXPECT_THAT(fault(std::string(2000, '1')), HasSubstr("longer than"));
  EXPECT_EQ(fault("0 4611686018427387903\n"), "accepted");
}

TEST(TimeTagsText, TheFastParserAgreesWithItsTwinOnAnyLines) {
  EXPECT_TRUE(rc::check([] {
    const auto pieces = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
        "0", "3", "7", "8", " ", "\t", "\n", "\r\n", "#", "12", "4", "0 1\n", "5 9\n", "-", "x", "\x01",
        "4611686018427387903", "4611686018427387904", "99999999999999999999"));
    std::string text;
    for (const auto& piece : pieces) text += piece;
    const auto fast = parse_time_tags_text(view(text), "x"), slow = parse_time_tags_text_slowly(text, "x");
    RC_ASSERT(fast.has_value() == slow.has_value());
    if (fast) RC_ASSERT(*fast == *slow);
  }));
}

TEST(TimeTags, EveryFormReadsBackAsWritten) {
  for (const std::size_t count : {1, 2, 100, 40000}) {
    const TimeTags tags = some_tags(count, count);
    for (const TagsForm form : {TagsForm::text, TagsForm::gzip, TagsForm::binary}) {
      const auto again = parse_time_tags(format_time_tags(tags, form), "x");
      ASSERT_TRUE(again) << again.error().message;
      EXPECT_EQ(*again, tags);
    }
  }
  TimeTags tags = some_tags(1, 10);
  tags.tick_seconds = 156.25e-12;
  EXPECT_EQ(parse_time_tags(format_time_tags(tags, TagsForm::binary), "x")->tick_seconds, 156.25e-12);
}

TEST(TimeTags, ReadsAndWritesFilesAndSaysWhatIsMissing) {
  const auto path = std::filesystem::temp_directory_path() / ("herald_time_tags_test." + std::to_string(::getpid()));
  const TimeTags tags = some_tags(7, 1000);
  ASSERT_TRUE(write_time_tags(path, tags, TagsForm::gzip, FileMode::secret));
  EXPECT_EQ(std::filesystem::status(path).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  EXPECT_EQ(*read_time_tags(path), tags);
  std::filesystem::remove(path);
  const auto missing = read_time_tags(path);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::not_found);
  EXPECT_THAT(missing.error().message, HasSubstr(path.string()));
}

TEST(TimeTagsBinary, EveryTruncationAndEveryFlippedBitIsAnError) {
  const Bytes bytes = format_time_tags(some_tags(3, 20), TagsForm::binary);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(parse_time_tags(ByteView(bytes).first(size), "x"));
  for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    Bytes damaged = bytes;
    damaged[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    EXPECT_FALSE(parse_time_tags(damaged, "x")) << bit;
  }
}

TEST(TimeTagsBinary, AnAnnouncedCountOf2To63AllocatesNothing) {
  Bytes bytes = format_time_tags(some_tags(3, 20), TagsForm::binary);
  bytes[8 + 2 + 1 + 8 + 7] = 0x80;
  const auto tags = parse_time_tags(bytes, "a.tags");
  ASSERT_FALSE(tags);
  EXPECT_THAT(tags.error().message, AllOf(HasSubstr("a.tags"), HasSubstr("truncated")));
}

TEST(TimeTagsGzip, ReadsSeveralMembersAndBinaryInside) {
  Bytes joined = format_time_tags(*parse_time_tags(view("0 5\n"), "x"), TagsForm::gzip);
  const Bytes second = format_time_tags(*parse_time_tags(view("1 6\n"), "x"), TagsForm::gzip);
  joined.insert(joined.end(), second.begin(), second.end());
  EXPECT_EQ(parse_time_tags(joined, "x")->time, (std::vector<std::uint64_t>{5, 6}));
}

TEST(TimeTagsGzip, ATruncatedADamagedAndABoundlessFileAreErrors) {
  const Bytes bytes = format_time_tags(some_tags(5, 500), TagsForm::gzip);
  for (std::size_t size = 2; size < bytes.size(); ++size)
    EXPECT_FALSE(parse_time_tags(ByteView(bytes).first(size), "x")) << size;
  const auto cut = parse_time_tags(ByteView(bytes).first(bytes.size() - 9), "a.gz");
  EXPECT_THAT(cut.error().message, AllOf(HasSubstr("a.gz"), HasSubstr("truncated")));
  Bytes damaged = bytes;
  damaged[bytes.size() / 2] ^= 0x10;
  EXPECT_FALSE(parse_time_tags(damaged, "x"));
  const auto large = parse_time_tags_gzip(bytes, "a.gz", 100);
  ASSERT_FALSE(large);
  EXPECT_THAT(large.error().message, HasSubstr("unpacks to more than"));
}

TEST(TimeTags, ArePartedByPartyAndByTime) {
  const TimeTags tags = *parse_time_tags(view("0 1\n4 2\n3 2\n7 9\n"), "x");
  EXPECT_EQ(tags_of(tags, Side::alice).time, (std::vector<std::uint64_t>{1, 2}));
  EXPECT_EQ(tags_of(tags, Side::bob).channel, (std::vector<std::uint8_t>{4, 7}));
  EXPECT_EQ(tags_between(tags, 2, 9).channel, (std::vector<std::uint8_t>{4, 3}));
  EXPECT_EQ(tags_between(tags, 9, 2).size(), 0u);
  EXPECT_EQ(singles(tags)[3], 1u);
}

TEST(TimeTagsRecording, IsReadInFull) {
  HERALD_RECORDING(tags);
  EXPECT_EQ(tags.size(), 273418u);
  EXPECT_EQ(singles(tags), (std::array<std::uint64_t, 8>{54474, 27489, 18019, 13188, 52969, 58542, 27245, 21492}));
}

}  // namespace
}  // namespace herald
