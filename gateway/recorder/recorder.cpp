#include "gateway/recorder/recorder.hpp"

#include <utility>

#include "gateway/recorder/opening.hpp"
#include "gateway/sqlite/transaction.hpp"

namespace kleber::recorder {
namespace {

constexpr std::size_t kFullPoints = 10'000;
constexpr std::size_t kFullBytes = 256 << 10;
// Pages in the log before they are moved to their place.
constexpr std::uint32_t kLogPagesMax = 256;
// Less is no clock that was set.
constexpr Duration kJitter{1000};

Damaged fate_of_damaged(bool is_one_set_aside) {
    return is_one_set_aside ? Damaged::Removed : Damaged::SetAside;
}

}  // namespace

struct Recorder::File {
    explicit File(std::unique_ptr<sqlite::Database> opened)
        : database(std::move(opened)), history(*database), recording(*database) {}

    std::unique_ptr<sqlite::Database> database;
    HistoryTables history;
    RecordingTable recording;
    std::int64_t last_number = 0;  // of what is in the file
};

Recorder::Recorder(std::string path, Wanted wanted, HistoryKeep keep, HistoryLimits limits,
                   std::string vfs)
    : path_(std::move(path)), vfs_(std::move(vfs)), history_(keep, limits) {
    set_wanted(std::move(wanted));
}

Recorder::~Recorder() = default;

void Recorder::set_wanted(Wanted wanted) {
    wanted_ = std::move(wanted);
    for_history_ = Filters{wanted_.history};
    for_recording_ = Filters{wanted_.recording};
    recording_.set_limits(wanted_.recording_keep, wanted_.recording_bytes);
}

void Recorder::take(const Batch& batch) {
    batch.for_each([this](const Heard& heard) {
        if (for_history_.match(heard.topic)) {
            history_.record(heard.topic, heard.payload, heard.at);
        }
        if (for_recording_.match(heard.topic)) recording_.record(heard);
    });
}

bool Recorder::is_full() const {
    // While it cannot be written, each message would try to.
    if (trouble_ || is_held_up_) return false;
    return history_.pending_count() >= kFullPoints || recording_.pending_bytes() >= kFullBytes;
}

// The two clocks are read one after the other, so their distance varies by a millisecond: what
// waits would have another time in the next page of an answer, or another one when it is written.
Now Recorder::without_jitter(Now now) {
    const Duration offset = now.wall.time_since_epoch() - now.steady.time_since_epoch();
    if (!wall_offset_ || std::chrono::abs(offset - *wall_offset_) >= kJitter) {
        wall_offset_ = offset;
    }
    now.wall = WallTime{now.steady.time_since_epoch() + *wall_offset_};
    return now;
}

void Recorder::flush(const Now& read) {
    const Now now = without_jitter(read);
    if (file_ || open(now)) {
        if (write(now)) {
            note(std::nullopt);
        } else {
            handle_failure(now);
        }
    }
    is_held_up_ = trouble_.has_value() || !now.wall_is_trusted;
    note_losses();
}

bool Recorder::write(const Now& now) {
    sqlite::Database& database = *file_->database;
    const bool has_news = history_.pending_count() > 0 || recording_.pending_bytes() > 0;
    {
        sqlite::Transaction transaction{database};
        history_.write(now);
        recording_.write(now);
        // Without news it may be done twice.
        if (has_news && now.wall_is_trusted) {
            in_doubt_ = file_->last_number + 1;
            file_->history.sign(*in_doubt_);
        }
        if (!transaction.commit()) return false;
    }
    if (in_doubt_) file_->last_number = *in_doubt_;
    committed();
    return database.log_pages() < kLogPagesMax || database.checkpoint();
}

void Recorder::committed() {
    in_doubt_.reset();
    history_.committed();
    recording_.committed();
}

// A commit whose sync failed may be in the file nevertheless: then it is not to be written again.
void Recorder::resolve_doubt() {
    if (!in_doubt_ || file_->database->has_failed()) return;
    if (file_->last_number == *in_doubt_) return committed();
    in_doubt_.reset();
    history_.undone();
    recording_.undone();
}

bool Recorder::open(const Now& now) {
    auto opened = open_database(path_, now, fate_of_damaged(is_one_set_aside_), vfs_);
    if (!opened) {
        note(opened.error());
        return false;
    }
    if (!opened->warning.empty()) {
        is_one_set_aside_ = true;
        news_.push_back(std::move(opened->warning));
    }
    set_file(std::make_unique<File>(std::move(opened->database)));
    if (!file_->database->has_failed()) return true;
    handle_failure(now);
    return file_ != nullptr;
}

// What was prepared and read before a failure is not to be trusted: the file is opened anew, at the
// next flush.
void Recorder::handle_failure(const Now& now) {
    const sqlite::Failure failure = file_->database->take_failure();
    file_->database->keep_log_on_close();
    set_file(nullptr);
    if (failure.kind != sqlite::Failure::Kind::Damaged) return note(failure.text);
    begin_anew(failure.text, now);
}

void Recorder::begin_anew(const std::string& reason, const Now& now) {
    auto opened =
        recorder::begin_anew(path_, reason, now, fate_of_damaged(is_one_set_aside_), vfs_);
    if (!opened) return note(opened.error());
    is_one_set_aside_ = true;
    news_.push_back(std::move(opened->warning));
    set_file(std::make_unique<File>(std::move(opened->database)));
}

void Recorder::set_file(std::unique_ptr<File> file) {
    history_.set_tables(nullptr);
    recording_.set_table(nullptr);
    file_ = std::move(file);
    if (!file_) return;
    // What can be read of it after a failed sync may never come to the disk by itself.
    if (in_doubt_) file_->database->rewrite_log();
    history_.set_tables(&file_->history);
    recording_.set_table(&file_->recording);
    file_->last_number = file_->history.last_number();
    resolve_doubt();
}

template <typename Read>
auto Recorder::with_file(const Now& now, Read read) -> Result<decltype(read()), std::string> {
    if (!file_) open(now);
    auto found = read();
    if (!file_ || !file_->database->has_failed()) return found;
    handle_failure(now);
    return fail("the recorder's file could not be read" +
                (trouble_ ? " (" + *trouble_ + ")" : ": it was damaged, and a new one begins"));
}

Result<History::Page, std::string> Recorder::query(std::string_view topic, WallTime from,
                                                   WallTime to, std::size_t rows_max,
                                                   const Now& read) {
    const Now now = without_jitter(read);
    return with_file(now, [&] { return history_.query(topic, from, to, rows_max, now); });
}

Result<std::vector<std::string>, std::string> Recorder::topics(const Now& now) {
    return with_file(without_jitter(now), [&] { return history_.topics(); });
}

Result<Recording::Page, std::string> Recorder::read_recording(WallTime from, WallTime to,
                                                              std::int64_t at, const Now& now) {
    return with_file(without_jitter(now), [&] { return recording_.read(from, to, at); });
}

void Recorder::note(std::optional<std::string> trouble) {
    if (trouble.has_value() != trouble_.has_value()) {
        news_.push_back(trouble ? "the recorder cannot write (" + *trouble +
                                      "); it keeps in memory what it can"
                                : "the recorder can write again");
    }
    trouble_ = std::move(trouble);
}

void Recorder::note_losses() {
    const HistoryCounts& history = history_.counts();
    const RecordingCounts& recording = recording_.counts();
    const std::uint64_t values = history.no_room - told_.history.no_room;
    const std::uint64_t messages = recording.no_room - told_.recording.no_room;
    if (values + messages > 0) {
        news_.push_back("the recorder could not write for so long that it dropped " +
                        std::to_string(values) + " values and " + std::to_string(messages) +
                        " messages");
    }
    if (const auto count = recording.too_large - told_.recording.too_large; count > 0) {
        news_.push_back("larger than recording.size, so not recorded: " + std::to_string(count) +
                        " messages");
    }
    if (const auto count =
            history.damaged + recording.damaged - told_.history.damaged - told_.recording.damaged;
        count > 0) {
        news_.push_back("what " + std::to_string(count) +
                        " blocks of the recorder's file hold makes no sense, and is left out");
    }
    // A topic too many goes on talking: that is news once.
    const bool is_one_too_many = history.too_many_topics > told_.history.too_many_topics;
    if (is_one_too_many && !is_told_of_topics_) {
        news_.push_back(std::to_string(history_.topic_count()) +
                        " topics have a history, which is all there is room for: numbers of other "
                        "topics are not kept");
    }
    is_told_of_topics_ = is_one_too_many;
    told_.history = history;
    told_.recording = recording;
}

std::vector<std::string> Recorder::take_news() {
    return std::exchange(news_, {});
}

RecorderState Recorder::state() {
    return {.trouble = trouble_.value_or(""),
            .topic_count = history_.topic_count(),
            .history = history_.counts(),
            .recording = recording_.counts(),
            .file_bytes = file_bytes()};
}

std::uint64_t Recorder::file_bytes() {
    return file_ ? file_->database->file_bytes() : 0;
}

}  // namespace kleber::recorder
