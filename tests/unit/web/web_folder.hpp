#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "gateway/web/file_folder.hpp"
#include "tests/support/temporary_folder.hpp"

namespace kleber::web {

// An answer, taken apart; what every answer must have was looked at.
struct Answer {
    int status = 0;
    std::map<std::string, std::string> fields;
    bool has_body = false;
    std::string body;

    // Empty if it is not there.
    std::string field(const std::string& name) const;
};

// "Sun, 06 Nov 1994 08:49:37 GMT", when files of a WebFolder were modified unless said otherwise.
constexpr std::int64_t kModified = 784'111'777;
constexpr const char* kModifiedText = "Sun, 06 Nov 1994 08:49:37 GMT";

// A folder "www" of its own, what is served of it, and room beside it.
class WebFolder {
  public:
    WebFolder();

    // Makes the folders on its way too.
    void write(const std::string& name, const std::string& content,
               std::int64_t modified = kModified, std::int64_t nanoseconds = 0) const;
    void link(const std::string& target, const std::string& name) const;
    void make_folder(const std::string& name) const;
    void make_pipe(const std::string& name) const;
    // In the folder; "../x" is beside it.
    std::string path(const std::string& name) const { return temporary_.file("www/" + name); }

    Answer get(const std::string& target, const std::vector<std::string>& fields = {}) const {
        return ask("GET", target, fields);
    }
    Answer ask(const std::string& method, const std::string& target,
               const std::vector<std::string>& fields = {}) const;
    net::HttpAnswer raw(const std::string& method, const std::string& target,
                        const std::vector<std::string>& fields = {}) const;

  private:
    support::TemporaryFolder temporary_;
    std::string root_;
};

// All of a body, in pieces of this size.
std::string read_all(net::HttpBody& body, std::size_t piece);

}  // namespace kleber::web
