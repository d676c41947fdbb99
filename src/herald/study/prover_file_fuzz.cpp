// Any bytes as the description of a protocol: an error that says something, or a protocol, which if small is proved to
// a rate or an error.
#include "herald/study/prover_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace herald;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto file = study::parse_protocol(text, "fuzz");
  HERALD_CHECK(file || !file.error().message.empty());
  const auto moved = study::parse_protocol(text, "fuzz", std::vector<study::Override>{{"channel.depolarising", 0.25}});
  HERALD_CHECK(moved || !moved.error().message.empty());
  if (!file || file->protocol.alice.size() * file->protocol.bob.size() > 16 ||
      file->protocol.alice.front().op.rows() * file->protocol.bob.front().op.rows() > 4)
    return 0;
  const auto report = study::prove_protocol(*file);
  HERALD_CHECK(report ? report->certified >= 0 && report->gap >= 0 : !report.error().message.empty());
  return 0;
}
