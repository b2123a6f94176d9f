#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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
    // So much has gathered that it should not wait any longer.
    bool is_full() const;
    // Writes what has gathered, in one transaction; opens the file if need be.
    void flush(const Now& now);

    // With what was not yet written.
    History::Page query(std::string_view topic, WallTime from, WallTime to, std::size_t rows_max,
                        const Now& now);
    std::vector<std::string> topics() const { return history_.topics(); }
    Recording::Page read_recording(WallTime from, WallTime to, std::int64_t at);

    // Why nothing can be written at the moment; none if all is well.
    const std::optional<std::string>& trouble() const { return trouble_; }
    // What somebody should know since the last call: trouble that begins or ends, a file that was
    // set aside. Whole sentences.
    std::vector<std::string> take_news();

    const History& history() const { return history_; }
    const Recording& recording() const { return recording_; }
    std::uint64_t file_bytes();

  private:
    // The file and what is prepared in it.
    struct File;

    Now without_jitter(Now now);
    bool open(const Now& now);
    bool write(const Now& now);
    void set_file(std::unique_ptr<File> file);
    void resolve_doubt();
    void committed();
    void handle_failure(const Now& now);
    void note(std::optional<std::string> trouble);

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
    std::vector<std::string> news_;
};

}  // namespace kleber::recorder
