#include "gateway/base/log.hpp"

#include <chrono>
#include <string>

namespace kleber {

std::optional<LogLevel> log_level_from(std::string_view name) {
    for (const LogLevel level :
         {LogLevel::Error, LogLevel::Warning, LogLevel::Info, LogLevel::Debug}) {
        if (name == name_of(level)) return level;
    }
    return std::nullopt;
}

std::string_view name_of(LogLevel level) {
    switch (level) {
        case LogLevel::Error:
            return "error";
        case LogLevel::Warning:
            return "warning";
        case LogLevel::Info:
            return "info";
        case LogLevel::Debug:
            return "debug";
    }
    return "unknown";
}

Log::Log(LogSink& sink, LogLevel level, std::uint32_t lines_per_second_max)
    : sink_(sink), level_(level), lines_per_second_max_(lines_per_second_max) {}

void Log::write(LogLevel level, Now now, std::string_view line) {
    if (!is_wanted(level)) return;
    Budget& budget = budgets_[static_cast<std::size_t>(level)];
    if (now.steady - budget.second >= std::chrono::seconds{1}) {
        if (budget.suppressed > 0) {
            sink_.write(level, std::to_string(budget.suppressed) +
                                   " more lines of this level were held back");
        }
        budget = {now.steady, 0, 0};
    }
    if (budget.used >= lines_per_second_max_) {
        ++budget.suppressed;
        suppressed_total_.store(suppressed_count() + 1, std::memory_order_relaxed);
        return;
    }
    ++budget.used;
    sink_.write(level, line);
}

}  // namespace kleber
