#pragma once

#include <optional>
#include <span>
#include <vector>

#include "gateway/base/byte_buffer.hpp"
#include "gateway/base/byte_reader.hpp"
#include "gateway/recorder/point.hpp"

namespace kleber::recorder {

// Blocks of points or of summaries as bytes: two or three a point where a sensor says something
// every few seconds, some six a summary. Times may be in any order, but cost least in theirs.

// Values come back as they were.
void put_points(ByteBuffer& out, std::span<const Point> points);
// Appends; fails the reader where it makes no sense.
void take_points(ByteReader& in, std::vector<Point>& points);

// Each begins at a multiple of `step`, its span. Smallest and largest values come back as they
// were, means with two decimals more than those.
void put_summaries(ByteBuffer& out, Duration step, std::span<const Summary> summaries);
void take_summaries(ByteReader& in, Duration step, std::vector<Summary>& summaries);

}  // namespace kleber::recorder
