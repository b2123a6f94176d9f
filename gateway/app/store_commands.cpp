#include "gateway/app/store_commands.hpp"

#include <utility>

#include "gateway/app/backup_work.hpp"
#include "gateway/text/json_writer.hpp"

namespace kleber::app {
namespace {

void write_counts(text::JsonWriter& out, const store::Counts& counts) {
    out.member("sessions", counts.sessions).member("subscriptions", counts.subscriptions);
    out.member("waiting", counts.deliveries).member("messages", counts.messages);
    out.member("inbound", counts.inbound).member("retained", counts.retained);
    out.member("memories", counts.memories);
}

}  // namespace

control::Answer StoreCommand::begin(const text::Json&, control::CommandTurn& turn) {
    if (!store_.is_open()) {
        return control::failure("nothing is kept: [store] durability is \"memory\"");
    }
    const bool is_asked =
        store_.ask([work = make_work_(), later = turn.later, &lane = lane_](store::Store& store) {
            const std::optional<control::LateAnswer> answer = work(store);
            if (!answer) return false;
            lane.post([later, answer] { later(*answer); });
            return true;
        });
    if (!is_asked) return control::failure("too much waits for the store; try again");
    return std::nullopt;
}

void add_store_commands(control::ControlCommands& commands, StateStore& store, runtime::Lane& lane,
                        const std::string& backup_path) {
    const auto add = [&](const char* name, StoreCommand::MakeWork make_work) {
        commands.add(name, [&store, &lane, make_work = std::move(make_work)] {
            return std::make_unique<StoreCommand>(store, lane, make_work);
        });
    };
    add("store_info", [] {
        return [](store::Store& there) -> std::optional<control::LateAnswer> {
            const auto info = there.info();
            return info ? info_answer(*info) : control::failure(info.error().reason);
        };
    });
    add("store_check", [] {
        return [](store::Store& there) -> std::optional<control::LateAnswer> {
            const auto report = there.check();
            return report ? check_answer(*report) : control::failure(report.error().reason);
        };
    });
    add("backup", [backup_path] {
        return [work = std::make_shared<BackupWork>(backup_path)](store::Store& there) {
            return work->go_on(there);
        };
    });
}

std::string info_answer(const store::Info& info) {
    std::string line;
    text::JsonWriter out{line};
    out.begin_object().member("ok", true);
    write_counts(out, info.kept);
    out.member("file_bytes", info.file_bytes).member("journal_bytes", info.journal_bytes);
    out.end_object();
    return line;
}

std::string check_answer(const store::CheckReport& report) {
    std::string line;
    text::JsonWriter out{line};
    out.begin_object().member("ok", true);
    write_counts(out, report.kept);
    out.key("problems").begin_array();
    for (const std::string& problem : report.problems) out.value(problem);
    out.end_array().end_object();
    return line;
}

}  // namespace kleber::app
