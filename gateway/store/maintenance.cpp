#include "gateway/store/maintenance.hpp"

#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "gateway/sqlite/database.hpp"
#include "gateway/sqlite/files.hpp"
#include "gateway/store/file_lock.hpp"
#include "gateway/store/looking.hpp"
#include "gateway/store/opening.hpp"
#include "gateway/store/replacing.hpp"

namespace kleber::store {
namespace {

bool is_of_store(const std::string& backup, const std::string& path) {
    for (const std::string& name : {path, growing_name(path), whole_name(path)}) {
        std::error_code error;  // one of them is not there
        if (std::filesystem::equivalent(backup, name, error)) return true;
    }
    return false;
}

// None if it can be put in the place of a store. It is looked at, and brought to this version.
std::optional<std::string> objection_to_copy(const std::string& path, const Now& now,
                                             Counts& kept) {
    auto opened = open_at_rest(path, sqlite::OpenMode::Existing, {}, now);
    if (!opened) return opened.error().reason;
    kept = (*opened)->count_records();
    return std::nullopt;
}

}  // namespace

Result<CheckReport, std::string> check_file(const std::string& path, const Now& now) {
    if (!sqlite::has_file(path)) return fail("there is no " + path);
    if (auto objection = sqlite::objection_to(path)) return fail(path + ": " + *objection);
    const auto lock = FileLock::take(path);
    if (!lock) return fail("cannot use " + path + ": " + lock.error());
    const auto give_up = [&path](const Refusal& refusal) {
        return fail("cannot check " + path + ": " + refusal.reason);
    };
    auto problems = look_at(path, now);
    if (!problems) return give_up(problems.error());
    if (!problems->empty()) return CheckReport{.kept = {}, .problems = std::move(*problems)};
    // It is whole, so it may be brought to rest: what waits in the journal is counted, too.
    auto opened = open_at_rest(path, sqlite::OpenMode::Existing, {}, now);
    if (!opened) return give_up(opened.error());
    return CheckReport{.kept = (*opened)->count_records(), .problems = {}};
}

Result<Restored, std::string> restore_file(const std::string& backup, const std::string& path,
                                           const Now& now) {
    if (!sqlite::has_file(backup)) return fail("there is no " + backup);
    if (is_of_store(backup, path)) {
        return fail(backup + " is no backup: it is a file of the store itself");
    }
    if (sqlite::has_file(backup + "-wal")) {
        return fail(backup + " is no backup: it has a log beside it, as a store in use has");
    }
    if (auto objection = sqlite::objection_to(path)) return fail(path + ": " + *objection);
    // A store that was opened before the new file is in its place would lose what it then keeps.
    const auto lock = FileLock::take(path);
    if (!lock) return fail("cannot use " + path + ": " + lock.error());
    if (sqlite::has_file(whole_name(path))) {
        if (auto finished = finish_replacing(path, now); !finished) return fail(finished.error());
    }
    if (sqlite::has_file(path)) {
        // Nobody else has it open; what is in its log is moved to its place.
        const auto there = Connection::open(path, sqlite::OpenMode::Existing, {});
        if (!there && !there.error().is_of_contents()) {
            return fail("cannot use " + path + ": " + there.error().reason);
        }
    }
    const std::string growing = growing_name(path);
    const auto give_up = [&](const std::string& why) {
        (void)sqlite::remove_database(growing).has_value();
        return fail(why);
    };
    if (auto removed = sqlite::remove_database(growing); !removed) return fail(removed.error());
    if (auto copied = sqlite::copy_to_private_file(backup, growing); !copied) {
        return fail(copied.error());
    }
    Restored restored;
    if (auto objection = objection_to_copy(growing, now, restored.kept)) {
        return give_up(backup + " cannot be restored: " + *objection);
    }
    if (auto synced = sqlite::sync_file(growing); !synced) return give_up(synced.error());
    const std::string set_aside = sqlite::dated_name(path, "replaced", now.wall);
    if (sqlite::has_file(path)) restored.set_aside = set_aside;
    if (auto ended = end_growing(path, set_aside); !ended) return fail(ended.error());
    return restored;
}

}  // namespace kleber::store
