#include "gateway/app/last_warnings.hpp"

namespace kleber::app {

void LastWarnings::write(LogLevel level, std::string_view line) {
    if (level <= LogLevel::Warning) {
        const std::lock_guard lock{mutex_};
        if (rows_.size() == kMax) rows_.pop_front();
        rows_.push_back({clock_(), level, std::string{line.substr(0, kLineBytesMax)}});
    }
    next_.write(level, line);
}

std::vector<LastWarnings::Row> LastWarnings::rows() const {
    const std::lock_guard lock{mutex_};
    return {rows_.begin(), rows_.end()};
}

}  // namespace kleber::app
