#include "gateway/coming_over/mosquitto_conf.hpp"

#include <algorithm>
#include <utility>

#include "gateway/base/utf8.hpp"
#include "gateway/text/characters.hpp"

namespace kleber::coming_over {
namespace {

constexpr std::string_view kBlanks = " \t\n\v\f\r";
constexpr std::string_view kSuffix = ".conf";

unsigned char upper(char letter) {
    const bool is_lower = letter >= 'a' && letter <= 'z';
    return static_cast<unsigned char>(is_lower ? letter - 'a' + 'A' : letter);
}

class ConfReader {
  public:
    explicit ConfReader(SourceFiles& files) : files_(files) {}

    void read(const std::string& file, const Place& named_by) {
        const std::uint32_t number = file_count_++;
        const auto text = files_.read(file);
        if (!text) {
            if (named_by.file.empty()) return report({file, 0}, text.error());
            return report(named_by, text::excerpt(file) + ' ' + text.error());
        }
        std::uint32_t line_number = 0;
        for (std::string_view rest = *text; !rest.empty();) {
            const std::string_view line = rest.substr(0, rest.find('\n'));
            rest.remove_prefix(std::min(rest.size(), line.size() + 1));
            take_line(line, {file, ++line_number}, number);
        }
    }

    Result<std::vector<Option>, text::Diagnostics> result() && {
        if (diagnostics_.has_errors()) return fail(std::move(diagnostics_));
        return std::move(options_);
    }

  private:
    void report(const Place& place, std::string message, std::string hint = {}) {
        if (diagnostics_.is_full()) return diagnostics_.leave_off();
        diagnostics_.add(complaint(place, std::move(message), std::move(hint)));
    }

    void take_line(std::string_view line, Place place, std::uint32_t file_number) {
        line = trimmed(line);
        if (line.empty() || line.front() == '#') return;
        if (!is_mqtt_utf8(line)) return report(place, "the line is not UTF-8");
        const std::size_t end = line.find(' ');
        const std::string_view value =
            end == std::string_view::npos ? std::string_view{} : trimmed(line.substr(end));
        Option option{std::string{line.substr(0, end)}, std::string{value}, std::move(place),
                      file_number};
        if (option.name == "include_dir") return include(option);
        if (options_.size() < kOptionsMax) {
            options_.push_back(std::move(option));
        } else if (!std::exchange(is_too_long_, true)) {
            report(option.place, "more than " + std::to_string(kOptionsMax) + " options");
        }
    }

    void include(const Option& option) {
        if (option.file_number != 0) {
            return report(option.place, "include_dir in a file that is included itself",
                          "mosquitto allows it in the main file alone");
        }
        if (option.value.empty()) return report(option.place, "include_dir without a folder");
        auto names = files_.names_in(option.value);
        if (!names) {
            return report(option.place, text::excerpt(option.value) + ' ' + names.error());
        }
        names->erase(std::remove_if(names->begin(), names->end(),
                                    [](const std::string& name) {
                                        return name.size() <= kSuffix.size() ||
                                               !name.ends_with(kSuffix);
                                    }),
                     names->end());
        if (names->size() > kIncludedMax) {
            return report(option.place, "more than " + std::to_string(kIncludedMax) + " files");
        }
        std::sort(names->begin(), names->end(), is_before);
        options_.push_back(option);
        const std::string slash = option.value.ends_with('/') ? "" : "/";
        for (const std::string& name : *names) read(option.value + slash + name, option.place);
    }

    SourceFiles& files_;
    std::vector<Option> options_;
    text::Diagnostics diagnostics_;
    std::uint32_t file_count_ = 0;
    bool is_too_long_ = false;
};

}  // namespace

Result<std::vector<Option>, text::Diagnostics> read_mosquitto_conf(const std::string& file,
                                                                   SourceFiles& files) {
    ConfReader reader{files};
    reader.read(file, {});
    return std::move(reader).result();
}

bool is_before(std::string_view one, std::string_view other) {
    const std::size_t common = std::min(one.size(), other.size());
    for (std::size_t at = 0; at < common; ++at) {
        if (one[at] == other[at]) continue;
        const unsigned char left = upper(one[at]);
        const unsigned char right = upper(other[at]);
        if (left != right) return left < right;
        return static_cast<unsigned char>(one[at]) < static_cast<unsigned char>(other[at]);
    }
    return one.size() < other.size();
}

text::Diagnostic complaint(const Place& place, std::string message, std::string hint) {
    text::Diagnostic diagnostic;
    diagnostic.file = place.file;
    diagnostic.position = {place.line, place.line == 0 ? 0U : 1U};
    diagnostic.message = std::move(message);
    diagnostic.hint = std::move(hint);
    return diagnostic;
}

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(kBlanks);
    if (begin == std::string_view::npos) return text.substr(0, 0);
    return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

}  // namespace kleber::coming_over
