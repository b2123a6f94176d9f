#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "gateway/base/result.hpp"
#include "gateway/base/time.hpp"
#include "gateway/port/change.hpp"
#include "gateway/sqlite/database.hpp"
#include "gateway/sqlite/failure.hpp"
#include "gateway/store/folding.hpp"
#include "gateway/store/journal_tables.hpp"
#include "gateway/store/report.hpp"
#include "gateway/store/schema.hpp"

namespace kleber::store {

// Why a file cannot be used.
struct Refusal {
    enum class Kind : std::uint8_t {
        Damaged,
        TooNew,
        Older,    // where it is not to be migrated
        Full,     // nothing was done, and nothing is in doubt
        Trouble,  // of the disk, or of another process
    };
    Kind kind = Kind::Trouble;
    std::string reason;

    // It is for what is in the file: another one in its place would do.
    bool is_of_contents() const { return kind == Kind::Damaged || kind == Kind::TooNew; }
};
Refusal refusal_of(sqlite::Failure failure);
// None if the tables are of this version, or can be made so.
std::optional<Refusal> refusal_of(SchemaState state);

// An open file with the tables of this version.
class Connection {
  public:
    // In sqlite::OpenMode::Create an empty file gets its tables; otherwise it is a damaged one.
    // Where it is of an earlier version, it is migrated. What stood in its log is written again and
    // synced: nobody knows why whoever had it open before stopped, and after a failed sync a later
    // one says nothing of what came before.
    static Result<std::unique_ptr<Connection>, Refusal> open(const std::string& path,
                                                             sqlite::OpenMode mode,
                                                             const std::string& vfs);

    sqlite::Database& database() { return *database_; }
    bool was_empty() const { return was_empty_; }

    JournalTables& journal() { return journal_; }

    bool is_folding() const { return folding_.is_under_way(); }
    Folding::Outcome fold_slice();
    // The whole journal. None if that went well.
    std::optional<Refusal> fold_all();

    // Visits each record, decoded, in the order of the tables. None if all were whole.
    std::optional<Refusal> read_all(const Now& now, port::Sharing sharing,
                                    const std::function<void(port::Change&&)>& visit);
    // Looks at each row of the journal. None if all are whole.
    std::optional<Refusal> read_journal(const Now& now);
    Counts count_records();

    Connection(std::unique_ptr<sqlite::Database> database, bool was_empty);

  private:
    std::unique_ptr<sqlite::Database> database_;
    JournalTables journal_;
    Folding folding_;
    bool was_empty_;
};

// Says what is wrong with a record of this table.
std::string unreadable_record(Table table);

}  // namespace kleber::store
