#include "gateway/coming_over/mosquitto_acl.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "gateway/base/utf8.hpp"
#include "gateway/coming_over/mosquitto_conf.hpp"
#include "gateway/text/characters.hpp"
#include "gateway/topic/name.hpp"

namespace kleber::coming_over {
namespace {

struct Words {
    std::string_view first;
    std::string_view rest;
};

Words split(std::string_view text) {
    const std::string_view word = first_word(text);
    return {word, trimmed(text.substr(word.size()))};
}

class AclReader {
  public:
    explicit AclReader(const std::string& file) : file_(file) {}

    void read(std::string_view text) {
        for (std::uint32_t number = 1; !text.empty(); ++number) {
            const std::string_view line = text.substr(0, text.find('\n'));
            text.remove_prefix(std::min(text.size(), line.size() + 1));
            place_ = {file_, number};
            // Only the very first character makes a comment.
            if (!line.starts_with('#')) take_line(trimmed(line));
        }
    }

    Result<std::vector<AclLine>, text::Diagnostics> result() && {
        if (diagnostics_.has_errors()) return fail(std::move(diagnostics_));
        return std::move(lines_);
    }

  private:
    void report(std::string message, std::string hint = {}) {
        if (diagnostics_.is_full()) return diagnostics_.leave_off();
        diagnostics_.add(complaint(place_, std::move(message), std::move(hint)));
    }

    void take_line(std::string_view line) {
        if (line.empty()) return;
        if (!is_mqtt_utf8(line)) return report("the line is not UTF-8");
        const auto [word, rest] = split(line);
        if (word == "user") {
            if (rest.empty()) return report("user without a name");
            user_ = rest;
        } else if (word == "topic") {
            take_filter(AclLine::Kind::Topic, rest);
        } else if (word == "pattern") {
            take_filter(AclLine::Kind::Pattern, rest);
        } else {
            report(text::excerpt(word) + " is neither user, topic nor pattern",
                   "mosquitto refuses this line, too");
        }
    }

    void take_filter(AclLine::Kind kind, std::string_view text) {
        auto [word, filter] = split(text);
        AclLine line;
        line.kind = kind;
        line.place = place_;
        if (filter.empty()) {
            filter = word;
            line.may_read = line.may_write = true;
        } else if (word == "read" || word == "write" || word == "readwrite") {
            line.may_read = word != "write";
            line.may_write = word != "read";
        } else if (word != "deny") {
            return report(text::excerpt(word) + " is neither read, write, readwrite nor deny",
                          "mosquitto refuses this line, too");
        }
        if (!topic::is_valid_filter(filter)) {
            return report(
                filter.empty() ? "no topic" : text::excerpt(filter) + " is no topic filter",
                "mosquitto refuses this line, too");
        }
        line.filter = filter;
        if (kind == AclLine::Kind::Topic) line.user = user_;
        if (lines_.size() < kAclLinesMax) {
            lines_.push_back(std::move(line));
        } else if (!std::exchange(is_too_long_, true)) {
            report("more than " + std::to_string(kAclLinesMax) + " lines");
        }
    }

    const std::string& file_;
    Place place_;
    std::optional<std::string> user_;
    std::vector<AclLine> lines_;
    text::Diagnostics diagnostics_;
    bool is_too_long_ = false;
};

}  // namespace

Result<std::vector<AclLine>, text::Diagnostics> parse_mosquitto_acl(const std::string& file,
                                                                    std::string_view text) {
    AclReader reader{file};
    reader.read(text);
    return std::move(reader).result();
}

}  // namespace kleber::coming_over
