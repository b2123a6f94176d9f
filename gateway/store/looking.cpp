#include "gateway/store/looking.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include "gateway/sqlite/database.hpp"
#include "gateway/sqlite/files.hpp"
#include "gateway/store/checking.hpp"
#include "gateway/store/schema.hpp"

namespace kleber::store {
namespace {

// The journal is read as it is: to fold it would be a change.
std::optional<Refusal> look_at_records(Connection& connection, const Now& now) {
    auto refusal = connection.read_all(now, port::Sharing::OneThread, [](port::Change&&) {});
    return refusal ? refusal : connection.read_journal(now);
}

std::optional<Refusal> look_at_schema(sqlite::Database& database) {
    const SchemaState state = schema_state(database);
    const std::int64_t version = database.number("PRAGMA user_version");
    if (database.has_failed()) return refusal_of(database.take_failure());
    if (state != SchemaState::Older) return refusal_of(state);
    return Refusal{Refusal::Kind::Older,
                   "it is of version " + std::to_string(version) +
                       "; the next start of the gateway brings it to version " +
                       std::to_string(kSchemaVersion)};
}

Result<std::vector<std::string>, Refusal> look(const std::string& path, const Now& now) {
    std::vector<std::string> problems;
    // As for salvage: no other way to open it leaves every file alone.
    auto database = std::make_unique<sqlite::Database>(path, sqlite::OpenMode::Salvage, "");
    auto refusal = check_pages(*database, problems);
    if (!refusal && problems.empty()) refusal = look_at_schema(*database);
    if (!refusal && problems.empty()) {
        Connection connection{std::move(database), false};
        refusal = look_at_records(connection, now);
    }
    if (refusal) {
        if (refusal->kind != Refusal::Kind::Damaged) return fail(std::move(*refusal));
        problems.push_back(std::move(refusal->reason));
    }
    return problems;
}

}  // namespace

Result<std::vector<std::string>, Refusal> look_at(const std::string& path, const Now& now) {
    const std::string log = path + "-wal";
    const bool had_log = sqlite::has_file(log);
    auto problems = look(path, now);
    // To open it made an empty one, unless another program was in the way.
    const bool was_opened = problems || problems.error().kind != Refusal::Kind::Trouble;
    std::error_code ignored;
    if (was_opened && !had_log && std::filesystem::is_empty(log, ignored)) {
        std::filesystem::remove(log, ignored);
    }
    return problems;
}

}  // namespace kleber::store
