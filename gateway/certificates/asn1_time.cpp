#include "gateway/certificates/asn1_time.hpp"

#include <chrono>

namespace kleber::certificates {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::seconds;

// Both ways in days and seconds since 1970, since a time_t has 32 bits on some machines.

TimeHandle asn1_time(WallTime time) {
    const auto second = floor<seconds>(time);
    const auto day = floor<days>(second);
    return TimeHandle{ASN1_TIME_adj(nullptr, 0, static_cast<int>(day.time_since_epoch().count()),
                                    static_cast<long>((second - day).count()))};
}

std::optional<WallTime> wall_time(const ASN1_TIME* time) {
    const TimeHandle epoch = asn1_time(WallTime{});
    int day_count = 0;
    int second_count = 0;
    if (!epoch || ASN1_TIME_diff(&day_count, &second_count, epoch.get(), time) != 1) {
        return std::nullopt;
    }
    return WallTime{days{day_count} + seconds{second_count}};
}

}  // namespace kleber::certificates
