#include "herald/protocol/coin_flip_weak/coin_flip_weak.h"
#include "herald/protocol/fields.h"

namespace herald {

void WinnerAnnouncement::encode(Writer& writer) const { encode_bit(writer, winner == Winner::bob); }
WinnerAnnouncement WinnerAnnouncement::decode(Reader& reader) {
  return WinnerAnnouncement(decode_bit(reader) ? Winner::bob : Winner::alice);
}

}  // namespace herald
