#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/assert.hpp"
#include "gateway/codec/http/request_head.hpp"
#include "gateway/web/file_folder.hpp"

// Whatever is asked for: the answer is well-formed, as long as it says, leads to no other host, and
// nothing is in it that is not to be served.
// Input: a request.
namespace kleber::web {
namespace {

constexpr std::string_view kSecret = "secret";
constexpr std::size_t kPiece = 5;

// Something of everything, in a folder of this run.
class Place {
  public:
    Place() : path_(std::filesystem::temp_directory_path() / "kleberXXXXXX") {
        std::string name = path_.string();
        KLEBER_ASSERT(::mkdtemp(name.data()) != nullptr);
        path_ = name;
        for (const auto* file : {"secret", "www/.hidden", "www/f/.hidden"}) write(file, kSecret);
        for (const auto* file : {"www/a.txt", "www/index.html", "www/f/index.html", "www/f/%41",
                                 "www/f/g/a b", "www/.well-known/x"}) {
            write(file, "0123456789");
        }
        write("www/a.txt.gz", "packed");
        std::filesystem::create_symlink("../secret", path_ / "www/l");
        std::filesystem::create_symlink("..", path_ / "www/f/l");
    }
    ~Place() {
        std::error_code error;
        std::filesystem::remove_all(path_, error);
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    std::string root() const { return path_ / "www"; }

  private:
    void write(const std::string& name, std::string_view content) {
        std::filesystem::create_directories((path_ / name).parent_path());
        std::ofstream{path_ / name} << content;
    }

    std::filesystem::path path_;
};

const FileFolder& folder() {
    static const Place place;
    static const auto files = FileFolder::create(place.root());
    return *files;
}

std::optional<std::string> field(const std::string& head, std::string_view name) {
    const std::size_t begin = head.find("\r\n" + std::string{name} + ": ");
    if (begin == std::string::npos) return std::nullopt;
    const std::size_t value = begin + name.size() + 4;
    return head.substr(value, head.find("\r\n", value) - value);
}

std::string read_all(net::HttpBody& body) {
    std::string all;
    std::vector<std::uint8_t> room(kPiece);
    while (const std::size_t size = body.read(room)) {
        KLEBER_ASSERT(size <= room.size());
        all.append(room.begin(), room.begin() + static_cast<std::ptrdiff_t>(size));
    }
    return all;
}

void check(Bytes input) {
    const codec::http::HeadResult request = codec::http::next_head(input);
    if (request.outcome != codec::http::HeadOutcome::Complete) return;
    const net::HttpAnswer answer = folder().answer(request.head);
    const std::string& head = answer.head;
    KLEBER_ASSERT(head.starts_with("HTTP/1.1 "));
    KLEBER_ASSERT(head.find("\r\n\r\n") == head.size() - 4);
    const bool is_unchanged = head.starts_with("HTTP/1.1 304 ");
    KLEBER_ASSERT((answer.body == nullptr) == (is_unchanged || request.head.method == "HEAD"));
    const auto size = field(head, "Content-Length");
    KLEBER_ASSERT(size.has_value() != is_unchanged);
    if (const auto location = field(head, "Location")) {
        KLEBER_ASSERT(location->size() > 1 && location->front() == '/');
        KLEBER_ASSERT((*location)[1] != '/' && (*location)[1] != '\\');
    }
    if (!answer.body) return;
    const std::string body = read_all(*answer.body);
    KLEBER_ASSERT(std::to_string(body.size()) == *size);
    KLEBER_ASSERT(body.find(kSecret) == std::string::npos);
}

}  // namespace
}  // namespace kleber::web

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    kleber::web::check({data, size});
    return 0;
}
