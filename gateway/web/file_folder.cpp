#include "gateway/web/file_folder.hpp"

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string_view>
#include <system_error>

#include "gateway/codec/http/answer_head.hpp"
#include "gateway/codec/http/date.hpp"
#include "gateway/web/byte_range.hpp"
#include "gateway/web/content_coding.hpp"
#include "gateway/web/content_type.hpp"
#include "gateway/web/file_body.hpp"
#include "gateway/web/file_path.hpp"
#include "gateway/web/opened_file.hpp"
#include "gateway/web/validators.hpp"

namespace kleber::web {
namespace {

using codec::http::AnswerHead;
using codec::http::Field;
using codec::http::RequestHead;
using net::HttpAnswer;

constexpr std::uint16_t kOk = 200;
constexpr std::uint16_t kPartialContent = 206;
constexpr std::uint16_t kMovedPermanently = 301;
constexpr std::uint16_t kNotModified = 304;
constexpr std::uint16_t kBadRequest = 400;
constexpr std::uint16_t kForbidden = 403;
constexpr std::uint16_t kNotFound = 404;
constexpr std::uint16_t kMethodNotAllowed = 405;
constexpr std::uint16_t kPreconditionFailed = 412;
constexpr std::uint16_t kRangeNotSatisfiable = 416;
constexpr std::uint16_t kServerError = 500;
constexpr std::uint16_t kUnavailable = 503;

constexpr std::string_view kMethods = "GET, HEAD";

bool is_head(const RequestHead& request) {
    return request.method == "HEAD";
}

// A short text for people.
HttpAnswer refuse(const RequestHead& request, std::uint16_t status, std::string_view reason,
                  std::initializer_list<Field> fields = {}) {
    std::string text = codec::http::refusal_text(status, reason);
    AnswerHead head = codec::http::text_head(status, text.size());
    for (const Field& field : fields) head.add(field.name, field.value);
    HttpAnswer answer{.head = head.text(), .body = nullptr};
    if (is_head(request)) return answer;
    answer.body_bytes = text.size();
    answer.body = std::make_unique<TextBody>(std::move(text));
    return answer;
}

HttpAnswer refuse_path(const RequestHead& request, std::uint16_t status) {
    return refuse(
        request, status,
        status == kBadRequest ? "this address makes no sense" : "nothing of this name is here");
}

HttpAnswer refuse_file(const RequestHead& request, std::error_code error) {
    using std::errc;
    if (error == errc::permission_denied || error == errc::operation_not_permitted) {
        return refuse(request, kForbidden, "the gateway may not read this file");
    }
    if (error == errc::too_many_files_open || error == errc::too_many_files_open_in_system ||
        error == errc::not_enough_memory) {
        return refuse(request, kUnavailable, "the gateway is too busy, try again");
    }
    if (error == errc::no_such_file_or_directory || error == errc::not_a_directory ||
        error == errc::too_many_symbolic_link_levels || error == errc::filename_too_long) {
        return refuse_path(request, kNotFound);
    }
    return refuse(request, kServerError, "this file cannot be read: " + error.message());
}

// To the same folder with a slash, without which its pages would look beside it for what is in it.
HttpAnswer redirect(const RequestHead& request, const FilePath& path) {
    const std::string target = folder_target(path);
    std::string location = target;
    if (!request.query.empty()) location.append(1, '?').append(request.query);
    return refuse(request, kMovedPermanently, "this is a folder, see " + target,
                  {{"Location", location}});
}

// A file as it is sent: itself, or compressed.
struct Variant {
    OpenedFile file;
    bool is_gzip = false;
    bool has_other = false;  // what is sent depends on Accept-Encoding
};

Variant choose(const RequestHead& request, FoundFile& found) {
    auto gzip = open_beside(found, found.name + ".gz");
    // An older one is of what the file was before.
    if (!gzip || gzip->is_older_than(found.file)) return {.file = std::move(found.file)};
    const bool is_gzip = prefers_gzip(request);
    return {.file = is_gzip ? *std::move(gzip) : std::move(found.file),
            .is_gzip = is_gzip,
            .has_other = true};
}

// What 200, 206 and 304 have in common.
void add_state(AnswerHead& head, const Variant& variant, const Validators& validators) {
    head.add("ETag", validators.entity_tag);
    head.add("Last-Modified", codec::http::date_text(validators.modified));
    // To be kept, but asked for each time.
    head.add("Cache-Control", "no-cache");
    if (variant.has_other) head.add("Vary", "Accept-Encoding");
}

ByteRange range_of(const RequestHead& request, const OpenedFile& file,
                   const Validators& validators) {
    const auto range = request.field("range");
    if (range && !is_head(request) && is_range_wanted(request, validators)) {
        return byte_range_from(*range, file.size_bytes);
    }
    return {};
}

HttpAnswer send(const RequestHead& request, Variant variant, std::string_view type) {
    const Validators validators = variant.file.validators();
    const Verdict verdict = verdict_of(request, validators);
    if (verdict == Verdict::Failed) {
        return refuse(request, kPreconditionFailed, "this file has changed");
    }
    if (verdict == Verdict::NotModified) {
        AnswerHead head{kNotModified};
        add_state(head, variant, validators);
        return {.head = head.text(), .body = nullptr};
    }
    const std::string size = std::to_string(variant.file.size_bytes);
    ByteRange range = range_of(request, variant.file, validators);
    if (range.outcome == RangeOutcome::Unsatisfiable) {
        return refuse(request, kRangeNotSatisfiable, "this file has " + size + " bytes",
                      {{"Content-Range", "bytes */" + size}});
    }
    const bool is_part = range.outcome == RangeOutcome::Part;
    if (!is_part) range.size_bytes = variant.file.size_bytes;

    AnswerHead head{is_part ? kPartialContent : kOk};
    head.add("Content-Type", type).add("Content-Length", range.size_bytes);
    if (is_part) {
        head.add("Content-Range", "bytes " + std::to_string(range.offset) + "-" +
                                      std::to_string(range.offset + range.size_bytes - 1) + "/" +
                                      size);
    }
    if (variant.is_gzip) head.add("Content-Encoding", "gzip");
    head.add("Accept-Ranges", "bytes").add("X-Content-Type-Options", "nosniff");
    add_state(head, variant, validators);
    HttpAnswer answer{.head = head.text(), .body = nullptr};
    if (is_head(request)) return answer;
    answer.body_bytes = range.size_bytes;
    answer.body = std::make_unique<FileBody>(std::move(variant.file.descriptor), range.offset,
                                             range.size_bytes);
    return answer;
}

}  // namespace

Result<FileFolder, std::string> FileFolder::create(std::string path) {
    if (const auto folder = open_root(path); !folder) {
        return fail("cannot serve files from " + path + ": " + folder.error().message());
    }
    return FileFolder{std::move(path)};
}

HttpAnswer FileFolder::answer(const RequestHead& request) const {
    if (request.method != "GET" && !is_head(request)) {
        return refuse(request, kMethodNotAllowed, "files are only read here",
                      {{"Allow", kMethods}});
    }
    const auto path = file_path_from(request.path);
    if (!path) return refuse_path(request, path.error());
    auto found = find_file(path_, *path);
    if (!found) {
        if (found.error() == std::errc::is_a_directory) return redirect(request, *path);
        return refuse_file(request, found.error());
    }
    const std::string_view type = content_type_of(found->name);
    return send(request, choose(request, *found), type);
}

}  // namespace kleber::web
