#include "gateway/app/cert_show_text.hpp"

#include <cstdlib>

#include "gateway/app/for_people.hpp"
#include "gateway/app/moment.hpp"
#include "gateway/base/iso_time.hpp"
#include "gateway/text/characters.hpp"
#include "gateway/text/json_writer.hpp"

namespace kleber::app {
namespace {

using certificates::Certificate;
using certificates::KeyBeside;
using certificates::Standing;

const char* word_for(Standing standing) {
    switch (standing) {
        case Standing::Valid:
            return "valid";
        case Standing::EndsSoon:
            return "ends soon";
        case Standing::Ended:
            return "ended";
        case Standing::NotYet:
            return "not yet";
    }
    return "";
}

const char* word_for(KeyBeside::State state) {
    switch (state) {
        case KeyBeside::State::None:
            return "none";
        case KeyBeside::State::Hidden:
            return "hidden";
        case KeyBeside::State::Unusable:
            return "unusable";
        case KeyBeside::State::Differs:
            return "differs";
        case KeyBeside::State::Fits:
            return "fits";
    }
    return "";
}

std::string row(const char* label, const std::string& value) {
    constexpr std::size_t kWidth = 13;
    std::string text = std::string{"    "} + label;
    text.append(kWidth + 4 - text.size(), ' ');
    return text + text::printable(value) + '\n';
}

std::string warning(const std::string& text) {
    return row("WARNING", text);
}

std::string in_days(std::chrono::days count) {
    return counted(static_cast<std::uint64_t>(std::abs(count.count())), "day");
}

std::string warning_about(const Certificate& certificate, WallTime now) {
    switch (standing(certificate, now)) {
        case Standing::Valid:
            return {};
        case Standing::EndsSoon:
            return warning("it ends in " + in_days(days_left(certificate, now)) + "; renew it");
        case Standing::Ended:
            return warning("it has ended: nobody trusts it any more");
        case Standing::NotYet:
            return warning("it is not valid yet; is this machine's clock right?");
    }
    return {};
}

std::string key_text(const KeyBeside& key) {
    switch (key.state) {
        case KeyBeside::State::None:
            return {};
        case KeyBeside::State::Hidden:
            return row("key", key.file + ", which you may not read");
        case KeyBeside::State::Unusable:
            return row("key", key.file) + warning("the key " + key.why);
        case KeyBeside::State::Differs:
            return row("key", key.file) + warning("the key is that of another certificate");
        case KeyBeside::State::Fits:
            return row("key", key.file + ", which fits");
    }
    return {};
}

std::string certificate_text(const Certificate& certificate, WallTime now) {
    std::string text =
        row("subject", certificate.subject + (certificate.is_authority ? ", an authority" : ""));
    std::string names;
    for (const std::string& name : certificate.names) names += (names.empty() ? "" : ", ") + name;
    if (!names.empty()) text += row("names", names);
    text += row("issuer", certificate.issuer);
    text += row("valid from", local_time(certificate.valid_from));
    const std::chrono::days left = days_left(certificate, now);
    text += row("valid until", local_time(certificate.valid_until) +
                                   (left.count() < 0 ? "" : ", " + in_days(left) + " left"));
    text += row("SHA-256", certificate.fingerprint);
    return text + warning_about(certificate, now);
}

}  // namespace

std::string inspected_text(const Inspected& inspected, WallTime now) {
    const std::size_t count = inspected.certificates.size();
    std::string text;
    for (std::size_t index = 0; index < count; ++index) {
        text += text::printable(inspected.file);
        if (count > 1) {
            text += ", certificate " + std::to_string(index + 1) + " of " + std::to_string(count);
        }
        text += '\n' + certificate_text(inspected.certificates[index], now);
        if (index == 0) text += key_text(inspected.key);
    }
    return text;
}

std::string inspected_json(const std::vector<Inspected>& all, WallTime now) {
    std::string line;
    text::JsonWriter out{line};
    out.begin_array();
    for (const Inspected& inspected : all) {
        for (const Certificate& certificate : inspected.certificates) {
            out.begin_object().member("file", inspected.file);
            out.member("subject", certificate.subject).member("issuer", certificate.issuer);
            out.key("names").begin_array();
            for (const std::string& name : certificate.names) out.value(name);
            out.end_array().member("is_authority", certificate.is_authority);
            out.member("valid_from", iso_time(certificate.valid_from));
            out.member("valid_until", iso_time(certificate.valid_until));
            out.member("days_left", std::int64_t{days_left(certificate, now).count()});
            out.member("state", word_for(standing(certificate, now)));
            out.member("serial", certificate.serial);
            out.member("fingerprint", certificate.fingerprint);
            const bool is_first = &certificate == &inspected.certificates.front();
            if (is_first) out.member("key", word_for(inspected.key.state));
            out.end_object();
        }
    }
    out.end_array();
    return line + '\n';
}

}  // namespace kleber::app
