// The recorder's part of a long run with virtual time: sizes and counts end where they should be.

#include <fstream>
#include <random>

#include "tests/unit/recorder/fixture.hpp"

namespace kleber::recorder {
namespace {

class SoakTest : public RecorderFixture {
  protected:
    // Sensors that say something every `pause`, written every `flush`.
    void live(Recorder& recorder, Duration begin, Duration end, int topic_count, Duration pause,
              Duration flush) {
        Batch batch;
        Duration flushed = begin;
        for (Duration time = begin; time < end; time += pause) {
            for (int topic = 0; topic < topic_count; ++topic) {
                tenths_ += static_cast<int>(random_() % 3) - 1;
                std::string value = std::to_string(200 + tenths_ % 100);
                value.insert(value.size() - 1, ".");
                add(batch, time + Duration{random_() % 50}, "home/" + std::to_string(topic), value);
            }
            if (time - flushed < flush) continue;
            flushed = time;
            recorder.take(batch);
            batch.clear();
            recorder.flush(after(time));
            file_bytes_max_ = std::max(file_bytes_max_, recorder.file_bytes());
        }
        recorder.take(batch);
        recorder.flush(after(end));
    }
    // When nobody has it open: without a log.
    std::uint64_t file_bytes() const { return std::filesystem::file_size(path_); }

    std::mt19937 random_{20261120};
    int tenths_ = 0;
    std::uint64_t file_bytes_max_ = 0;
};

// What this process has given to the system to be written.
std::uint64_t bytes_written() {
    std::ifstream io{"/proc/self/io"};
    std::string name;
    for (std::uint64_t bytes = 0; io >> name >> bytes;) {
        if (name == "wchar:") return bytes;
    }
    ADD_FAILURE() << "the system does not count";
    return 0;
}

TEST_F(SoakTest, ten_sensors_wear_out_no_card) {
    Recorder recorder{path_, wanted({"home/+"})};
    live(recorder, 0h, 1h, 10, 10s, 1min);
    const std::uint64_t before = bytes_written();
    live(recorder, 1h, 4h, 10, 10s, 1min);
    const std::uint64_t an_hour = (bytes_written() - before) / 3;
    EXPECT_LT(an_hour, 800'000U);
    RecordProperty("bytes_an_hour", static_cast<int>(an_hour));
}

TEST_F(SoakTest, a_week_of_four_sensors) {
    Wanted all = wanted({"home/+"}, {"home/#"});
    all.recording_keep = 48h;
    all.recording_bytes = 256 << 10;
    constexpr Duration kWeek = 7 * 24h;
    {
        Recorder recorder{path_, all};
        live(recorder, 0h, kWeek, 4, 10s, 10min);

        EXPECT_EQ(recorder.trouble(), std::nullopt);
        EXPECT_EQ(recorder.topics(after(0s))->size(), 4U);
        EXPECT_EQ(recorder.history().pending_count(), 0U);
        EXPECT_EQ(recorder.history().counts().recorded, 4U * 7 * 8640);
        EXPECT_EQ(recorder.history().counts().damaged, 0U);
        const auto topics = *recorder.topics(after(kWeek));
        for (const std::string& topic : topics) {
            std::size_t raw = 0;
            std::size_t minutes = 0;
            std::uint64_t values = 0;
            for (const Summary& row :
                 rows(recorder, topic, kWeek, WallTime{}, WallTime::max(), 1000)) {
                ++(row.span == 0min ? raw : minutes);
                values += row.count;
            }
            EXPECT_EQ(values, 7U * 8640) << "each value once";
            EXPECT_GE(raw, 8640U);
            EXPECT_LE(raw, 8640U + 360);
            EXPECT_NEAR(static_cast<double>(minutes), 6 * 1440, 61);
        }
        EXPECT_LE(recorder.recording().size_bytes(), 256U << 10);
        EXPECT_GT(recorder.recording().size_bytes(), 180U << 10);
    }
    // A day of values, six of minutes, and the recording; and as much again that is free.
    constexpr std::uint64_t kHeld = 4 * (9000 * 3 + 6 * 1440 * 7) + (256 << 10);
    EXPECT_LT(file_bytes(), kHeld * 2);
    EXPECT_LT(file_bytes_max_, kHeld * 2 + (4 << 20)) << "the log is moved to its place";
    RecordProperty("file_bytes", static_cast<int>(file_bytes()));
}

TEST_F(SoakTest, three_years_end_with_two_years_of_quarters) {
    constexpr Duration kYear = 365 * 24h;
    for (int year = 0; year < 3; ++year) {
        Recorder recorder{path_, wanted({"home/+"})};
        live(recorder, year * kYear, (year + 1) * kYear, 1, 5min, 24h);
        if (year < 2) continue;
        const auto left =
            rows(recorder, "home/0", 3 * kYear, WallTime{}, WallTime::max(), 1000).size();
        EXPECT_NEAR(static_cast<double>(left), 700 * 96 + 29 * 288 + 288, 200);
    }
    EXPECT_LT(file_bytes(), 70'000U * 10) << "what is free is used again";
    RecordProperty("file_bytes", static_cast<int>(file_bytes()));
}

}  // namespace
}  // namespace kleber::recorder
