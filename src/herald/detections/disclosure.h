#pragma once
// The messages in which two parties make coincidences (coincidences.h), as bytes. What is read back is hostile: it is
// in its one valid form, fits its neighbours, and takes no more memory than its bytes fill.

#include "herald/base/codec.h"
#include "herald/detections/coincidences.h"

namespace herald {

// Both ways: the tags of the disclosed stretch, raw. Side, begin, end, tick, then per tag its detector and step in
// time.
Bytes encode(const Stretch& stretch);
// Errors (malformed): also tags that are not the `expected` side's, or outside the stretch.
Result<Stretch> decode_stretch(ByteView bytes, Side expected);

// Bob to Alice: bin width, then per event (step in bins) * 2 + basis.
Bytes encode(const CoarseEvents& events);
// Errors: malformed; disagreement when the bin width is not the plan's.
Result<CoarseEvents> decode_coarse_events(ByteView bytes, std::uint64_t bin_width);

// Alice to Bob: the indices of those of his events that she has in the same basis, as steps.
Bytes encode_sifted(const Matches& sifted);
// Bob's indices, strictly rising and below `events`, which is how many he sent.
Result<std::vector<std::uint64_t>> decode_sifted(ByteView bytes, std::size_t events);

// The plan's bytes: equal at both ends, or the ends disagree. Bind them into the transcript.
Bytes encode(const CoincidencePlan& plan);

}  // namespace herald
