#include "gateway/topic/name.hpp"

#include <algorithm>
#include <cstring>

namespace kleber::topic {
namespace {

constexpr std::string_view kSharePrefix = "$share/";

constexpr bool is_wildcard(char c) {
    return c == '+' || c == '#';
}

// Eight bytes at a time, the last of which may have been looked at before: every message's topic
// comes this way. A byte that becomes zero is found by the borrow it causes; '+' and '#' differ in
// one bit, so one comparison finds both.
class Search {
  public:
    static Search in(std::string_view text) {
        Search search;
        constexpr std::size_t kWord = sizeof(std::uint64_t);
        std::uint64_t word = kOnes;
        if (text.size() < kWord) {
            std::memcpy(&word, text.data(), text.size());
            search.look(word);
            return search;
        }
        for (std::size_t at = 0; at + kWord < text.size(); at += kWord) {
            std::memcpy(&word, text.data() + at, kWord);
            search.look(word);
        }
        std::memcpy(&word, text.data() + text.size() - kWord, kWord);
        search.look(word);
        return search;
    }
    bool has_wildcard() const { return wildcards_ != 0; }
    bool has_nul() const { return nuls_ != 0; }

  private:
    static_assert(('+' & ~0x08) == '#');
    static constexpr std::uint64_t kOnes = 0x0101'0101'0101'0101;

    static std::uint64_t zeros(std::uint64_t word) {
        return (word - kOnes) & ~word & (kOnes * 0x80);
    }
    void look(std::uint64_t word) {
        nuls_ |= zeros(word);
        wildcards_ |= zeros((word & ~(kOnes * 0x08)) ^ (kOnes * '#'));
    }

    std::uint64_t nuls_ = 0;
    std::uint64_t wildcards_ = 0;
};

// What holds for names and filters alike.
bool is_valid_path(std::string_view path, const Search& found) {
    if (path.empty()) return false;                 // [MQTT-4.7.3-1]
    if (path.size() > kPathBytesMax) return false;  // [MQTT-4.7.3-3]
    if (found.has_nul()) return false;              // [MQTT-4.7.3-2]
    return true;
}

}  // namespace

bool is_valid_name(std::string_view name) {
    const Search found = Search::in(name);
    if (!is_valid_path(name, found)) return false;
    // [MQTT-4.7.1-1] of 3.1.1, [MQTT-4.7.0-1] of 5.0
    if (found.has_wildcard()) return false;
    return true;
}

bool is_valid_filter(std::string_view filter) {
    const Search found = Search::in(filter);
    if (!is_valid_path(filter, found)) return false;
    if (!found.has_wildcard()) return true;
    for (std::size_t i = 0; i < filter.size(); ++i) {
        if (!is_wildcard(filter[i])) continue;
        const bool is_last = i + 1 == filter.size();
        const bool starts_level = i == 0 || filter[i - 1] == '/';
        const bool ends_level = is_last || filter[i + 1] == '/';
        const bool is_whole_level = starts_level && ends_level;
        const bool is_multi_level = filter[i] == '#';
        // [MQTT-4.7.1-2] of 3.1.1, [MQTT-4.7.1-1] of 5.0
        if (is_multi_level && !(starts_level && is_last)) return false;
        // [MQTT-4.7.1-3] of 3.1.1, [MQTT-4.7.1-2] of 5.0
        if (!is_multi_level && !is_whole_level) return false;
    }
    return true;
}

std::size_t level_count(std::string_view path) {
    return static_cast<std::size_t>(std::count(path.begin(), path.end(), '/')) + 1;
}

SharedFilter parse_shared(std::string_view text) {
    if (!text.starts_with(kSharePrefix)) return {Sharing::NotShared, {}, text};
    text.remove_prefix(kSharePrefix.size());
    const std::size_t slash = std::min(text.find('/'), text.size());
    const std::string_view group = text.substr(0, slash);
    const std::string_view filter = text.substr(std::min(slash + 1, text.size()));
    constexpr SharedFilter kMalformed{Sharing::Malformed, {}, {}};
    if (group.empty()) return kMalformed;                     // [MQTT-4.8.2-1]
    if (Search::in(group).has_wildcard()) return kMalformed;  // [MQTT-4.8.2-2]
    if (!is_valid_filter(filter)) return kMalformed;          // [MQTT-4.8.2-2]
    return {Sharing::Shared, group, filter};
}

}  // namespace kleber::topic
