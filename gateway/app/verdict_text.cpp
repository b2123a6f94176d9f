#include "gateway/app/verdict_text.hpp"

#include <string_view>

#include "gateway/text/characters.hpp"

namespace kleber::app {
namespace {

std::string_view verb_of(auth::Question question) {
    switch (question) {
        case auth::Question::Publish:
            return "publish to";
        case auth::Question::Read:
            return "read";
        case auth::Question::Subscribe:
            return "subscribe to";
    }
    return {};
}

std::string place_of(const auth::AccessEntry& entry) {
    return entry.place + ": " + heading_of(entry) + " \"" + entry.pattern.text() + '"';
}

std::string reason_of(const AccessQuestion& asked, const auth::Verdict& verdict) {
    const bool is_subscribe = asked.question == auth::Question::Subscribe;
    std::string reason;
    switch (verdict.why) {
        case auth::Verdict::Why::Entry:
            reason = place_of(*verdict.entry);
            for (const auth::AccessEntry* deny : verdict.beaten) {
                reason += "\n  is an exception to " + place_of(*deny);
            }
            if (is_subscribe && verdict.is_allowed && verdict.entry->access == auth::Access::Read) {
                reason += "\n  of what it matches only that comes which may be read";
            }
            return reason;
        case auth::Verdict::Why::NoEntry:
            return "no entry allows it";
        case auth::Verdict::Why::Beyond:
            return place_of(*verdict.entry) + "\n  and the filter reaches beyond it";
        case auth::Verdict::Why::Admin:
            return "admins may do everything";
        case auth::Verdict::Why::Unrestricted:
            return "there is no ACL file, and no filters restrict it";
        case auth::Verdict::Why::Unknown:
            return "there is no ACL file, and the users' file does not know the name";
    }
    return {};
}

}  // namespace

std::string verdict_text(const AccessQuestion& asked, const auth::Verdict& verdict) {
    std::string text = asked.principal.user.empty() ? "an anonymous client"
                                                    : text::printable(asked.principal.user);
    text.append(verdict.is_allowed ? " may " : " may not ").append(verb_of(asked.question));
    text.append(" ").append(text::printable(asked.topic)).append("\n  ");
    return text + reason_of(asked, verdict) + '\n';
}

}  // namespace kleber::app
