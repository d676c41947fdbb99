#pragma once
// A computed point as a line of text, for a journal or another process; every number as it was, to the last bit.

#include "herald/study/sweep.h"

namespace herald::study {

// "INDEX value… = rate epsilon name=value…" or "INDEX value… ! code message", without an end of line.
std::string encode_point(std::uint64_t index, const Point& point);
// The index alone.
std::optional<std::uint64_t> decode_index(std::string_view text);
// Point decode_index(text) of `sweep`. Nothing when the text is no such point. From any thread.
std::optional<Point> decode_point(std::string_view text, const Sweep& sweep);

}  // namespace herald::study
