#pragma once

#include "gateway/base/time.hpp"
#include "gateway/port/outbox.hpp"

namespace kleber::broker {

// What every decision of one turn shares: the instant, and where replies go.
struct Turn {
    const Now& now;
    port::Outbox& outbox;
};

}  // namespace kleber::broker
