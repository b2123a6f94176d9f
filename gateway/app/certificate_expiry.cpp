#include "gateway/app/certificate_expiry.hpp"

#include <utility>

#include "gateway/certificates/inspect.hpp"

namespace kleber::app {
namespace {

constexpr Duration kDay = std::chrono::hours{24};

}  // namespace

void CertificateExpiry::watch(std::vector<std::string> files) {
    files_ = std::move(files);
    look();
}

void CertificateExpiry::look() {
    if (files_.empty()) return lane_.set_deadline(token_, std::nullopt);
    lane_.set_deadline(token_, lane_.now().steady + kDay);
    // A Pi that does not know what day it is cannot tell.
    if (!lane_.now().wall_is_trusted) return;
    for (const std::string& file : files_) {
        const auto found = certificates::inspect(file);
        // Who uses it has said that it cannot be used.
        if (!found) continue;
        const certificates::Certificate& ours = found->front();
        const WallTime now = lane_.now().wall;
        const auto tell = [&](LogLevel level, const std::string& what) {
            lane_.log().write(level, lane_.now(), "the certificate in " + file + ' ' + what);
        };
        switch (standing(ours, now)) {
            case certificates::Standing::Valid:
                break;
            case certificates::Standing::EndsSoon:
                tell(LogLevel::Warning,
                     "ends in " + std::to_string(days_left(ours, now).count()) +
                         " days (one of `kleber cert create` is renewed by the same command)");
                break;
            case certificates::Standing::Ended:
                tell(LogLevel::Error, "has ended: clients that look at it will not connect");
                break;
            case certificates::Standing::NotYet:
                tell(LogLevel::Error, "is not valid yet: clients that look at it will not connect");
                break;
        }
    }
}

}  // namespace kleber::app
