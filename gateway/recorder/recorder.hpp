#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/result.hpp"
#include "gateway/base/time.hpp"
#include "gateway/recorder/batch.hpp"
#include "gateway/recorder/filters.hpp"
#include "gateway/recorder/history.hpp"
#include "gateway/recorder/recording.hpp"

namespace kleber::sqlite {
class Database;
}

namespace kleber::recorder {

// What is to be recorded. Filters are valid.
struct Wanted {
    std::vector<std::string> history;
    std::vector<std::string> recording;
    Duration recording_keep = std::chrono::hours{7 * 24};
    std::uint64_t recording_bytes = 64 << 20;

    bool is_anything() const { return !history.empty() || !recording.empty(); }
    bool operator==(const Wanted&) const = default;
};

// How it is.
struct RecorderState {
    std::string trouble;  // why nothing can be written at the moment; empty if all is well
    std::size_t topic_count = 0;
    HistoryCounts history;
    RecordingCounts recording;
    std::uint64_t file_bytes = 0;
};

// The history and the recording in one file. Synchronous: whoever owns it gives it the time, and a
// thread on which waiting for the disk harms nobody. Without a disk it goes on with what fits into
// memory, tries again at every flush(), and counts what it had to drop.
class Recorder {
  public:
    // `vfs` is SQLite's name of what it shall read and write with; empty: its own.
    Recorder(std::string path, Wanted wanted, HistoryKeep keep = {}, HistoryLimits limits = {},
             std::string vfs = {});
    ~Recorder();

    // What is no longer wanted stays in the file until it is too old.
    void set_wanted(Wanted wanted);

    void take(const Batch& batch);
    // So much has gathered that it should not wait any longer, and can be written.
    bool is_full() const;
    // Writes what has gathered, in one transaction; opens the file if need be.
    void flush(const Now& now);
    // It could not, or not yet: the disk is in trouble, or the clock is not trusted. flush() is to
    // be called again after a while.
    bool is_held_up() const { return is_held_up_; }

    // With what was not yet written. Without a file it is only that; where reading fails, the error
    // is a sentence.
    Result<History::Page, std::string> query(std::string_view topic, WallTime from, WallTime to,
                                             std::size_t rows_max, const Now& now);
    Result<std::vector<std::string>, std::string> topics(const Now& now);
    Result<Recording::Page, std::string> read_recording(WallTime from, WallTime to, std::int64_t at,
                                                        const Now& now);

    // Why nothing can be written at the moment; none if all is well.
    const std::optional<std::string>& trouble() const { return trouble_; }
    // What somebody should know since the last call: trouble that begins or ends, a file that was
    // set aside, what was not kept. Whole sentences.
    std::vector<std::string> take_news();
    RecorderState state();

    const History& history() const { return history_; }
    const Recording& recording() const { return recording_; }
    std::uint64_t file_bytes();

  private:
    // The file and what is prepared in it.
    struct File;

    Now without_jitter(Now now);
    bool open(const Now& now);
    void begin_anew(const std::string& reason, const Now& now);
    // Calls read() with an open file, if there is one.
    template <typename Read>
    auto with_file(const Now& now, Read read) -> Result<decltype(read()), std::string>;
    bool write(const Now& now);
    void set_file(std::unique_ptr<File> file);
    void resolve_doubt();
    void committed();
    void handle_failure(const Now& now);
    void note(std::optional<std::string> trouble);
    void note_losses();

    const std::string path_;
    const std::string vfs_;
    Wanted wanted_;
    Filters for_history_;
    Filters for_recording_;
    History history_;
    Recording recording_;
    std::unique_ptr<File> file_;
    // The number of a transaction of which is not known whether it is in the file.
    std::optional<std::int64_t> in_doubt_;
    std::optional<Duration> wall_offset_;  // what the calendar is ahead of steady time
    std::optional<std::string> trouble_;
    bool is_held_up_ = false;
    bool is_one_set_aside_ = false;  // a damaged file, since the start
    struct {
        HistoryCounts history;
        RecordingCounts recording;
    } told_;  // the counts of which there was news
    bool is_told_of_topics_ = false;
    std::vector<std::string> news_;
};

}  // namespace kleber::recorder
