// A reader over any bytes: it never reads beyond them, and what it accepts the writer writes again byte for byte. The
// first half of the input chooses what to read.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "herald/base/codec.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace herald;
  const ByteView choices(data, size / 2), input(data + size / 2, size - size / 2);
  Reader reader(input);
  Writer writer;
  for (const std::uint8_t choice : choices) {
    switch (choice % 8) {
      case 0: writer.fixed(reader.fixed<std::uint8_t>()); break;
      case 1: writer.fixed(reader.fixed<std::uint16_t>()); break;
      case 2: writer.fixed(reader.fixed<std::uint32_t>()); break;
      case 3: writer.fixed(reader.fixed<std::uint64_t>()); break;
      case 4: writer.varint(reader.varint()); break;
      case 5: writer.text(reader.text()); break;
      case 6: writer.counted(reader.counted()); break;
      default: writer.bits(reader.bits(std::size_t{1} << 20)); break;
    }
    if (!reader.ok()) {
      HERALD_CHECK(!reader.finish("fuzz"));
      return 0;
    }
  }
  const std::size_t read = input.size() - reader.remaining();
  HERALD_CHECK(writer.bytes().size() == read &&
               std::equal(writer.bytes().begin(), writer.bytes().end(), input.begin()));
  return 0;
}
