#include "gateway/recorder/summary.hpp"

#include <algorithm>

namespace kleber::recorder {

WallTime begin_of(WallTime time, Duration step) {
    const auto since = time.time_since_epoch();
    Duration over = since % step;
    if (over < Duration{0}) over += step;
    return WallTime{since - over};
}

std::vector<Summary> summed_up(std::vector<Summary> summaries, Duration step) {
    // By time, also within a step: sums of doubles depend on their order.
    std::stable_sort(summaries.begin(), summaries.end(),
                     [](const Summary& a, const Summary& b) { return a.time < b.time; });
    std::vector<Summary> out;
    for (const Summary& one : summaries) {
        const WallTime begin = begin_of(one.time, step);
        if (out.empty() || out.back().time != begin) {
            out.push_back(one);
            out.back().time = begin;
            out.back().span = step;
            continue;
        }
        Summary& sum = out.back();
        sum.min = std::min(sum.min, one.min);
        sum.max = std::max(sum.max, one.max);
        sum.count += one.count;
        // A running mean: a sum of large values could leave what a double can say.
        const double weight = static_cast<double>(one.count) / static_cast<double>(sum.count);
        sum.mean += (one.mean - sum.mean) * weight;
    }
    return out;
}

}  // namespace kleber::recorder
