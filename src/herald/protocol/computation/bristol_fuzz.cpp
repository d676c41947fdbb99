// Any bytes as a circuit: an error that says where, or a circuit that is written, read back the same, and evaluated.
#include "herald/protocol/computation/bristol.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace herald;
  const auto circuit = read_bristol({reinterpret_cast<const char*>(data), size}, "fuzz");
  if (!circuit) {
    HERALD_CHECK(circuit.error().message.starts_with("fuzz:"));
    return 0;
  }
  const auto fashion = write_bristol(*circuit);
  HERALD_CHECK(fashion && read_bristol(*fashion, "fashion") == circuit);
  if (const auto format = write_bristol(*circuit, BristolForm::format))
    HERALD_CHECK(read_bristol(*format, "format") == circuit);
  const std::vector<std::uint64_t> inputs(circuit->inputs(), 0x0123456789abcdef);
  HERALD_CHECK(evaluate_sliced(*circuit, inputs).size() == circuit->outputs());
  return 0;
}
