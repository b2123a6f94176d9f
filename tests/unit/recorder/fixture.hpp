#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/recorder/recorder.hpp"

namespace kleber::recorder {

using namespace std::chrono_literals;

// 2026-11-20, midnight.
inline constexpr WallTime kMidnight{std::chrono::hours{24} * 20'777};
inline constexpr SteadyTime kStart{Duration{1'000'000}};

// So long after midnight, on both clocks.
inline Now after(Duration time) {
    return {kStart + time, kMidnight + time, true};
}

inline void add(Batch& batch, Duration time, std::string_view topic, std::string_view payload) {
    batch.add({kStart + time, topic, as_bytes(payload), Qos::AtMostOnce, false});
}

inline Wanted wanted(std::vector<std::string> history, std::vector<std::string> recording = {}) {
    Wanted wanted;
    wanted.history = std::move(history);
    wanted.recording = std::move(recording);
    return wanted;
}

// A folder of its own for a recorder's file.
class RecorderFixture : public testing::Test {
  protected:
    RecorderFixture() {
        std::string name = testing::TempDir() + "recorderXXXXXX";
        folder_ = ::mkdtemp(name.data()) ? name : std::string{};
        path_ = folder_ + "/recorder.db";
    }
    ~RecorderFixture() override {
        std::error_code error;
        std::filesystem::remove_all(folder_, error);
    }

    static void say(Recorder& recorder, Duration time, std::string_view topic,
                    std::string_view payload) {
        Batch batch;
        add(batch, time, topic, payload);
        recorder.take(batch);
    }
    // All pages, small ones.
    static std::vector<Summary> rows(Recorder& recorder, std::string_view topic, Duration now,
                                     WallTime from = WallTime{}, WallTime to = WallTime::max(),
                                     std::size_t rows_max = 7) {
        std::vector<Summary> rows;
        for (std::optional<WallTime> next = from; next;) {
            auto page = *recorder.query(topic, *next, to, rows_max, after(now));
            rows.insert(rows.end(), page.rows.begin(), page.rows.end());
            next = page.next;
        }
        return rows;
    }
    std::vector<std::string> files() const {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator{folder_}) {
            names.push_back(entry.path().filename());
        }
        std::sort(names.begin(), names.end());
        return names;
    }

    std::string folder_;
    std::string path_;
};

}  // namespace kleber::recorder
