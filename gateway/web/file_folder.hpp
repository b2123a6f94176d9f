#pragma once

#include <string>
#include <utility>

#include "gateway/base/result.hpp"
#include "gateway/net/http_service.hpp"

namespace kleber::web {

// Answers GET and HEAD with the files below a folder, as they are at that moment; writes nothing.
class FileFolder final : public net::HttpService {
  public:
    // Fails with a sentence for people if there is no such folder, or we may not look into it.
    static Result<FileFolder, std::string> create(std::string path);

    net::HttpAnswer answer(const codec::http::RequestHead& request) const override;

  private:
    explicit FileFolder(std::string path) : path_(std::move(path)) {}

    // Looked up for each request: it may be a link that is set to another folder meanwhile.
    std::string path_;
};

}  // namespace kleber::web
