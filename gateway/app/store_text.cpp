#include "gateway/app/store_text.hpp"

#include "gateway/app/answer_fields.hpp"
#include "gateway/app/for_people.hpp"
#include "gateway/text/characters.hpp"

namespace kleber::app {

std::string store_info_text(const text::Json& answer) {
    const auto count = [&](const char* name) { return grouped(number_at(answer, name)); };
    return "sessions       " + count("sessions") + " with " +
           counted(number_at(answer, "subscriptions"), "subscription") + "\n" + "waiting        " +
           count("waiting") + " for them, of " +
           counted(number_at(answer, "messages"), "different message") + "\n" + "retained       " +
           count("retained") + "\n" + "on the disk    " +
           rough_size(number_at(answer, "file_bytes")) + ", " +
           rough_size(number_at(answer, "journal_bytes")) + " of it were yet to be sorted in\n";
}

std::string store_check_text(const text::Json& answer) {
    const text::Json* found = answer.find("problems");
    const text::Json::Array* problems = found ? found->array() : nullptr;
    if (!problems || problems->empty()) {
        return "the store is whole: " + counted(number_at(answer, "sessions"), "session") + ", " +
               counted(number_at(answer, "waiting"), "waiting message") + ", " +
               counted(number_at(answer, "retained"), "retained message") + "\n";
    }
    std::string text = "the store is damaged:\n";
    for (const text::Json& problem : *problems) {
        const std::string* line = problem.string();
        text += "    " + text::printable(line ? *line : std::string{}) + "\n";
    }
    return text + "The next start sets it aside and recovers what can be read.\n";
}

}  // namespace kleber::app
