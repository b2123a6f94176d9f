#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace kleber::text {

// Appends one JSON value to a string, piece by piece, without spaces or line ends:
//
//     JsonWriter out{line};
//     out.begin_object().key("online").value(true).key("since").value(17).end_object();
//
// Whatever bytes a text has, the result is valid JSON: invalid UTF-8 becomes U+FFFD. Commas are put
// in by the writer; that begins and ends match, and that keys are where keys belong, is up to the
// caller.
class JsonWriter {
  public:
    explicit JsonWriter(std::string& out) : out_(out) {}

    JsonWriter& begin_object() { return open('{'); }
    JsonWriter& end_object() { return close('}'); }
    JsonWriter& begin_array() { return open('['); }
    JsonWriter& end_array() { return close(']'); }
    JsonWriter& key(std::string_view name);

    JsonWriter& value(std::string_view text);
    JsonWriter& value(const char* text) { return value(std::string_view{text}); }
    JsonWriter& value(bool truth);
    JsonWriter& value(int number) { return value(static_cast<std::int64_t>(number)); }
    JsonWriter& value(std::int64_t number);
    JsonWriter& value(std::uint32_t number) { return value(static_cast<std::uint64_t>(number)); }
    JsonWriter& value(std::uint64_t number);
    JsonWriter& value(double number);  // null for what JSON cannot say: infinity, not a number
    JsonWriter& null();
    // A value that is JSON already.
    JsonWriter& raw(std::string_view json);

    // key() and value() in one.
    template <typename T>
    JsonWriter& member(std::string_view name, const T& what) {
        return key(name).value(what);
    }

  private:
    JsonWriter& open(char bracket);
    JsonWriter& close(char bracket);
    void separate();

    std::string& out_;
    bool needs_comma_ = false;
};

// Appends `text` as a JSON string with its quotes.
void append_json_string(std::string& out, std::string_view text);

}  // namespace kleber::text
