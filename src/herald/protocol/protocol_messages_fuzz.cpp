// Any bytes as each message of BB84, of its laboratory and of distillation: an error, or what encodes to the same
// bytes.
#include <algorithm>

#include "herald/protocol/bb84/lab.h"
#include "herald/protocol/bb84/messages.h"
#include "herald/protocol/distillation_messages.h"
#include "herald/protocol/wire.h"

namespace {

using namespace herald;

template <Message M>
void read_as(ByteView bytes) {
  Bytes frame{M::kType};
  frame.insert(frame.end(), bytes.begin(), bytes.end());
  const auto message = decode_frame<M>(frame);
  if (!message) return;
  const Bytes again = encode_frame(*message);
  if constexpr (std::same_as<M, Abort>) {
    // What a terminal would act upon is taken out; once.
    HERALD_CHECK(encode_frame(decode_frame<M>(again).value()) == again);
  } else {
    HERALD_CHECK(again == frame);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  read_as<Abort>(bytes);
  read_as<ReconciliationStart>(bytes);
  read_as<ParityQueries>(bytes);
  read_as<Parities>(bytes);
  read_as<VerificationTags>(bytes);
  read_as<VerificationReply>(bytes);
  read_as<OpenedFrames>(bytes);
  read_as<AmplificationSeed>(bytes);
  read_as<bb84::Detections>(bytes);
  read_as<bb84::Announcement>(bytes);
  read_as<bb84::TestBits>(bytes);
  read_as<bb84::KeyErrors>(bytes);
  read_as<bb84::ClicksRequest>(bytes);
  read_as<bb84::ClicksReply>(bytes);
  read_as<bb84::SettingsRequest>(bytes);
  read_as<bb84::SettingsReply>(bytes);
  return 0;
}
