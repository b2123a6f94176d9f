#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "gateway/store/store.hpp"
#include "tests/unit/store/sample.hpp"

namespace kleber::store {

// A folder of its own, and a store in it.
class StoreFixture : public testing::Test {
  protected:
    StoreFixture() {
        std::string name = testing::TempDir() + "storeXXXXXX";
        folder_ = ::mkdtemp(name.data()) ? name : std::string{};
        path_ = folder_ + "/kleber.db";
    }
    ~StoreFixture() override {
        std::error_code error;
        std::filesystem::remove_all(folder_, error);
    }

    std::unique_ptr<Store> open(const Now& now, const Options& options = {}) {
        return open_at(path_, now, options);
    }
    static std::unique_ptr<Store> open_at(const std::string& path, const Now& now,
                                          const Options& options = {}) {
        auto opened = Store::open(path, options, now);
        EXPECT_TRUE(opened.has_value()) << (opened ? "" : opened.error().reason);
        return opened ? std::move(*opened) : nullptr;
    }
    // Nothing else is in the folder but these.
    std::vector<std::string> files() const {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator{folder_}) {
            names.push_back(entry.path().filename());
        }
        std::sort(names.begin(), names.end());
        return names;
    }
    // As it would be found after a crash at this moment.
    std::string copy_of_files(const std::string& name) const {
        std::string to = folder_ + "/" + name;
        for (const char* suffix : {"", "-wal"}) {
            if (!std::filesystem::exists(path_ + suffix)) continue;
            std::filesystem::copy_file(path_ + suffix, to + suffix,
                                       std::filesystem::copy_options::overwrite_existing);
        }
        return to;
    }
    // Until there is nothing to do at this time.
    static void tend_all(Store& store, const Now& now) {
        while (store.tend_at().value_or(port::kNever) <= now.steady) {
            auto tended = store.tend(now);
            ASSERT_TRUE(tended.has_value()) << tended.error().reason;
        }
    }

    std::string folder_;
    std::string path_;
};

inline void must(const Status<port::Journal::Trouble>& status) {
    ASSERT_TRUE(status.has_value()) << status.error().reason;
}

// Slice by slice.
inline void finish_backup(Store& store) {
    while (true) {
        const auto is_whole = store.go_on_with_backup();
        ASSERT_TRUE(is_whole.has_value()) << is_whole.error().reason;
        if (*is_whole) return;
    }
}

}  // namespace kleber::store
