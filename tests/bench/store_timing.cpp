// What the store costs, by hand:
//   store_timing load FILE COUNT       retained messages: to write them, to open, to load
//   store_timing commits FILE COUNT    a small message a commit: bytes written by /proc/self/io
//   store_timing process FILE COUNT    the same with Durability::Process
//   store_timing queue FILE COUNT      messages that wait for an offline session, 16 a commit, and
//                                      are taken from it, 20 a commit: to count instructions in
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/store/store.hpp"

namespace {

namespace port = kleber::port;
namespace store = kleber::store;
using kleber::as_bytes;
using kleber::Duration;
using kleber::Now;
using kleber::Qos;
using kleber::Status;
using kleber::SteadyTime;
using kleber::WallTime;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr int kPayloadBytes = 64;

double seconds_since(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

port::MessageRef message(const std::string& topic) {
    static const std::string payload(kPayloadBytes, 'x');
    return port::Message::make(
        {.topic = topic, .payload = as_bytes(payload), .qos = Qos::AtLeastOnce},
        port::Sharing::OneThread);
}

std::unique_ptr<store::Store> open(const char* path, store::Durability durability, const Now& now) {
    auto opened = store::Store::open(path, {.durability = durability}, now);
    if (!opened) {
        std::fprintf(stderr, "%s\n", opened.error().reason.c_str());
        std::exit(1);
    }
    return std::move(*opened);
}

void must(const Status<port::Journal::Trouble>& status) {
    if (status) return;
    std::fprintf(stderr, "%s\n", status.error().reason.c_str());
    std::exit(1);
}

Now at(Duration since_start) {
    return {SteadyTime{} + since_start, WallTime{} + since_start + 1'800'000'000s, true};
}

struct Io {
    long long called = 0;   // by write()
    long long reached = 0;  // pages made dirty
    long long calls = 0;
};

Io io() {
    Io io;
    std::ifstream in{"/proc/self/io"};
    std::string word;
    long long number = 0;
    while (in >> word >> number) {
        if (word == "wchar:") io.called = number;
        if (word == "write_bytes:") io.reached = number;
        if (word == "syscw:") io.calls = number;
    }
    return io;
}

void load(const char* path, int count) {
    {
        auto kept = open(path, store::Durability::Process, at(0s));
        const auto begin = Clock::now();
        port::ChangeBatch batch;
        for (int index = 0; index < count; ++index) {
            const std::string topic =
                "home/room" + std::to_string(index * 7919LL % count) + "/temperature";
            batch.changes.emplace_back(port::RetainedPut{message(topic)});
            if (batch.changes.size() < 1000 && index + 1 < count) continue;
            batch.now = at(Duration{index});
            must(kept->commit(batch));
            batch.changes.clear();
            while (kept->tend_at().value_or(port::kNever) <= batch.now.steady)
                must(kept->tend(batch.now));
        }
        std::printf("committed and folded: %.2f s\n", seconds_since(begin));
    }
    const auto begin = Clock::now();
    auto kept = open(path, store::Durability::Power, at(1s));
    std::printf("opened: %.2f s\n", seconds_since(begin));
    const auto load_begin = Clock::now();
    long long visited = 0;
    must(kept->load([&](port::Change&&) { ++visited; }));
    std::printf("loaded %lld: %.2f s\n", visited, seconds_since(load_begin));
    const auto info = kept->info();
    std::printf("file: %.1f MiB\n", static_cast<double>(info->file_bytes) / (1 << 20));
}

// A message that waits for an offline session.
void put(port::ChangeBatch& batch, std::uint32_t number) {
    batch.changes.emplace_back(
        port::MessagePut{port::MessageNumber{number}, message("home/kitchen/temperature")});
    port::DeliveryPut delivery;
    delivery.session = port::SessionId{7};
    delivery.message = port::MessageNumber{number};
    delivery.serial = number;
    batch.changes.emplace_back(std::move(delivery));
}

void queue(const char* path, std::uint32_t count) {
    constexpr std::uint32_t kStored = 16, kTaken = 20;
    auto kept = open(path, store::Durability::Process, at(0s));
    const auto do_all = [&](std::uint32_t group, const auto& change) {
        for (std::uint32_t first = 0; first < count; first += group) {
            port::ChangeBatch batch;
            batch.now = at(Duration{first / 4});
            for (std::uint32_t number = first; number < std::min(first + group, count); ++number) {
                change(batch, number);
            }
            must(kept->commit(batch));
            if (kept->tend_at().value_or(port::kNever) <= batch.now.steady)
                must(kept->tend(batch.now));
        }
    };
    do_all(kStored, put);
    do_all(kTaken, [](port::ChangeBatch& batch, std::uint32_t number) {
        batch.changes.emplace_back(port::DeliveryErased{port::SessionId{7}, number});
        batch.changes.emplace_back(port::MessageErased{port::MessageNumber{number}});
    });
}

void commits(const char* path, int count, store::Durability durability) {
    auto kept = open(path, durability, at(0s));
    const Io before = io();
    const auto begin = Clock::now();
    double longest_commit = 0, longest_tend = 0;
    long long tends = 0;
    for (int index = 0; index < count; ++index) {
        port::ChangeBatch batch;
        batch.now = at(Duration{index});
        put(batch, static_cast<std::uint32_t>(index));
        auto commit_begin = Clock::now();
        must(kept->commit(batch));
        longest_commit = std::max(longest_commit, seconds_since(commit_begin));
        if (kept->tend_at().value_or(port::kNever) <= batch.now.steady) {
            commit_begin = Clock::now();
            must(kept->tend(batch.now));
            longest_tend = std::max(longest_tend, seconds_since(commit_begin));
            ++tends;
        }
    }
    const double took = seconds_since(begin);
    const Io after = io();
    std::printf("%d commits in %.2f s, %lld slices\n", count, took, tends);
    std::printf("a commit: %.0f bytes in %.2f writes, %.0f bytes of pages\n",
                static_cast<double>(after.called - before.called) / count,
                static_cast<double>(after.calls - before.calls) / count,
                static_cast<double>(after.reached - before.reached) / count);
    std::printf("longest commit %.2f ms, slice %.2f ms\n", longest_commit * 1e3,
                longest_tend * 1e3);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4)
        return std::fprintf(stderr, "store_timing load|commits|process|queue FILE COUNT\n"), 2;
    const std::string_view what = argv[1];
    const int count = std::atoi(argv[3]);
    if (what == "load") load(argv[2], count);
    if (what == "commits") commits(argv[2], count, store::Durability::Power);
    if (what == "queue") queue(argv[2], static_cast<std::uint32_t>(count));
    if (what == "process") commits(argv[2], count, store::Durability::Process);
    return 0;
}
