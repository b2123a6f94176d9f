#pragma once

#include <optional>
#include <string>

#include "gateway/base/result.hpp"
#include "gateway/base/time.hpp"
#include "gateway/port/change.hpp"

namespace kleber::port {

// Keeps changes. Synchronous: whoever calls it waits for the disk, so it has a thread of its own.
class Journal {
  public:
    struct Trouble {
        std::string reason;  // a sentence for people
    };

    virtual ~Journal() = default;

    // When it succeeds, the batch survives what the durability promises. When it fails, nothing of
    // it is kept; the same batch is to be tried again later, before any other.
    virtual Status<Trouble> commit(const ChangeBatch& batch) = 0;

    // What can wait: a short slice of it (a few milliseconds), between commits.
    virtual Status<Trouble> tend(const Now& now) = 0;
    // When tend() is to be called next; none while there is nothing to do.
    virtual std::optional<SteadyTime> tend_at() const = 0;
};

}  // namespace kleber::port
