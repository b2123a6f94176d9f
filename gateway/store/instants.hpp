#pragma once

#include "gateway/base/byte_buffer.hpp"
#include "gateway/base/byte_reader.hpp"
#include "gateway/base/time.hpp"

namespace kleber::store {

// Steady time means nothing to the next process. So an instant is kept as what remained until then,
// and, where the wall clock was trusted, as the wall's time too.
void put_instant(ByteBuffer& out, SteadyTime instant, const Now& now);

// The instant in the steady time of `now`. With a wall clock that was trusted then and is now, time
// that passed in between counts; but never more is left than there was, wherever the clock was set
// to. Otherwise what remained then remains now: nothing ends early for want of a clock.
SteadyTime take_instant(ByteReader& in, const Now& now);

// kForever has a code of its own. Must not be negative.
void put_duration(ByteBuffer& out, Duration duration);
Duration take_duration(ByteReader& in);

}  // namespace kleber::store
