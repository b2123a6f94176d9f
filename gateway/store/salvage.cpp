#include "gateway/store/salvage.hpp"

#include <cstdint>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "gateway/sqlite/database.hpp"
#include "gateway/sqlite/statement.hpp"
#include "gateway/sqlite/transaction.hpp"
#include "gateway/store/change_codec.hpp"
#include "gateway/store/connection.hpp"
#include "gateway/store/entry.hpp"
#include "gateway/store/state_tables.hpp"

namespace kleber::store {
namespace {

// From both ends, as the tables. Which of the two is older does not matter: rows have numbers.
constexpr std::pair<const char*, const char*> kJournals[] = {
    {"SELECT seq, changes FROM journal_0 ORDER BY seq",
     "SELECT seq, changes FROM journal_0 ORDER BY seq DESC"},
    {"SELECT seq, changes FROM journal_1 ORDER BY seq",
     "SELECT seq, changes FROM journal_1 ORDER BY seq DESC"},
};

class Salvage {
  public:
    Salvage(const std::string& damaged, sqlite::Database& to, const Now& now, OpenReport& report)
        : from_(damaged, sqlite::OpenMode::Salvage, {}),
          to_(to),
          tables_(to),
          decoder_(now, port::Sharing::OneThread),
          report_(report) {}

    void copy_tables() {
        for (const Table table : kTables) {
            sqlite::Transaction transaction{to_};
            if (!copy_table(table, ScanOrder::Rising)) copy_table(table, ScanOrder::Falling);
            transaction.commit();
        }
    }

    void copy_journal() {
        sqlite::Transaction transaction{to_};
        for (const auto& [rising, falling] : kJournals) {
            if (!copy_rows(rising)) copy_rows(falling);
        }
        transaction.commit();
    }

  private:
    // False where the table could not be read to its end.
    bool copy_table(Table table, ScanOrder order) {
        scan(from_, table, order, [&](const Entry& row) {
            const std::optional<Bytes> record = unseal(row.key, row.record);
            if (record && decoder_.change({.key = row.key, .is_put = true, .record = *record})) {
                tables_.put(row.key, *record);
            } else {
                ++report_.lost;
            }
            return !to_.has_failed();
        });
        return forget_failure();
    }

    bool copy_rows(const char* sql) {
        sqlite::Statement rows{from_, sql};
        sqlite::Statement insert{to_,
                                 "INSERT OR REPLACE INTO journal_0 (seq, changes) VALUES (?1, ?2)"};
        while (!to_.has_failed() && rows.step()) {
            const Bytes row = rows.bytes(1);
            if (decoder_.can_read_row(row)) {
                insert.bind(1, rows.number(0)).bind(2, row).run();
            } else {
                report_.is_loss_unknown = true;
            }
        }
        rows.reset();
        return forget_failure();
    }

    bool forget_failure() {
        if (!from_.has_failed()) return true;
        from_.take_failure();
        report_.is_loss_unknown = true;
        return false;
    }

    sqlite::Database from_;
    sqlite::Database& to_;
    StateTables tables_;
    ChangeDecoder decoder_;
    OpenReport& report_;
};

// What is left over because something else was lost.
class Orphans {
  public:
    void see(port::Change&& change) {
        if (const auto* session = std::get_if<port::SessionPut>(&change)) {
            see_session(*session);
        } else if (const auto* subscription = std::get_if<port::SubscriptionPut>(&change)) {
            see_owned(Table::Subscription, subscription->session, 0, subscription->record->filter);
        } else if (const auto* message = std::get_if<port::MessagePut>(&change)) {
            unused_messages_.insert(message->number.value);
            messages_.insert(message->number.value);
        } else if (const auto* delivery = std::get_if<port::DeliveryPut>(&change)) {
            see_delivery(*delivery);
        } else if (const auto* inbound = std::get_if<port::InboundPut>(&change)) {
            see_owned(Table::Inbound, inbound->session, inbound->id.value, {});
        } else if (const auto* memory = std::get_if<port::MemoryPut>(&change)) {
            see_owned(Table::Memory, memory->session, 0, memory->record->key);
        }
    }

    // Within the caller's transaction. How many records it erased that meant something to somebody.
    std::uint64_t erase_from(StateTables& tables) const {
        for (const Owned& record : orphans_) tables.erase(record.key());
        for (const std::uint32_t number : unused_messages_) {
            tables.erase({.table = Table::Message, .id = number});
        }
        return orphans_.size();
    }

  private:
    struct Owned {
        Table table;
        std::uint32_t id;
        std::uint64_t serial;
        std::string text;

        Key key() const { return {table, id, serial, text}; }
    };

    void see_session(const port::SessionPut& session) {
        // Where an erasure was lost, a later session has the same slot, or the same client.
        const std::uint32_t id = session.session.value;
        replace(slots_[port::slot_of(session.session)], id);
        replace(clients_[session.record->client_id], id);
        sessions_.insert(id);
    }

    void replace(std::uint32_t& holder, std::uint32_t id) {
        const std::uint32_t before = std::exchange(holder, id + 1);  // zero stands for none
        if (before != 0 && sessions_.erase(before - 1) != 0) {
            orphans_.push_back({Table::Session, before - 1, 0, {}});
        }
    }

    void see_delivery(const port::DeliveryPut& delivery) {
        const std::uint32_t number = delivery.message.value;
        const bool needs_message = delivery.state != port::KeptState::Released;
        if (!sessions_.contains(delivery.session.value) ||
            (needs_message && !messages_.contains(number))) {
            orphans_.push_back({Table::Delivery, delivery.session.value, delivery.serial, {}});
        } else if (needs_message) {
            unused_messages_.erase(number);
        }
    }

    void see_owned(Table table, port::SessionId session, std::uint64_t serial,
                   const std::string& text) {
        if (!sessions_.contains(session.value)) {
            orphans_.push_back({table, session.value, serial, text});
        }
    }

    std::unordered_map<std::uint32_t, std::uint32_t> slots_;
    std::unordered_map<std::string, std::uint32_t> clients_;
    std::unordered_set<std::uint32_t> sessions_;
    std::unordered_set<std::uint32_t> messages_;
    std::unordered_set<std::uint32_t> unused_messages_;
    std::vector<Owned> orphans_;
};

std::optional<Refusal> make_sound(Connection& connection, const Now& now, OpenReport& report) {
    if (auto refusal = connection.fold_all()) return refusal;
    Orphans orphans;
    auto unread = connection.read_all(now, port::Sharing::OneThread, [&](port::Change&& change) {
        orphans.see(std::move(change));
    });
    if (unread) return unread;
    sqlite::Database& database = connection.database();
    StateTables tables{database};
    sqlite::Transaction transaction{database};
    report.lost += orphans.erase_from(tables);
    transaction.commit();
    report.kept = connection.count_records();
    database.checkpoint();
    if (database.has_failed()) return refusal_of(database.take_failure());
    return std::nullopt;
}

}  // namespace

Status<std::string> salvage(const std::string& damaged, const std::string& to, const Now& now,
                            OpenReport& report) {
    {
        auto fresh = Connection::open(to, sqlite::OpenMode::Create, {});
        if (!fresh) return fail(fresh.error().reason);
        sqlite::Database& database = (*fresh)->database();
        database.set_syncing(sqlite::Syncing::Deferred);
        if (!damaged.empty()) {
            Salvage copy{damaged, database, now, report};
            copy.copy_tables();
            copy.copy_journal();
        }
        if (database.has_failed()) return fail(database.take_failure().text);
    }
    auto copied = Connection::open(to, sqlite::OpenMode::Existing, {});
    if (!copied) return fail(copied.error().reason);
    if (auto refusal = make_sound(**copied, now, report)) return fail(refusal->reason);
    return Success{};
}

}  // namespace kleber::store
