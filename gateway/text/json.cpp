#include "gateway/text/json.hpp"

#include <limits>
#include <nlohmann/json.hpp>

#include "gateway/text/json_writer.hpp"

namespace kleber::text {

namespace {

// Takes nlohmann's events and builds our values, so that a hostile depth never becomes a tree.
class Builder : public nlohmann::json_sax<nlohmann::json> {
  public:
    explicit Builder(std::size_t depth_max) : depth_max_(depth_max) {}

    bool null() override { return put(nullptr); }
    bool boolean(bool value) override { return put(value); }
    bool number_integer(number_integer_t value) override { return put(std::int64_t{value}); }
    bool number_unsigned(number_unsigned_t value) override {
        return value <= static_cast<number_unsigned_t>(std::numeric_limits<std::int64_t>::max())
                   ? put(static_cast<std::int64_t>(value))
                   : put(static_cast<double>(value));
    }
    bool number_float(number_float_t value, const string_t&) override { return put(value); }
    bool string(string_t& value) override { return put(std::move(value)); }
    bool binary(binary_t&) override { return false; }

    bool start_object(std::size_t) override { return open<Json::Object>(); }
    bool start_array(std::size_t) override { return open<Json::Array>(); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }
    bool key(string_t& name) override {
        name_ = std::move(name);
        return true;
    }

    bool parse_error(std::size_t position, const std::string&,
                     const nlohmann::json::exception&) override {
        error_ = "no valid JSON at byte " + std::to_string(position);
        return false;
    }

    const std::string& error() const { return error_; }
    Json take() { return std::move(root_); }

  private:
    // A new null where the next value belongs.
    Json& place() {
        if (open_.empty()) return root_;
        Json::Any& parent = open_.back()->any();
        if (auto* array = std::get_if<Json::Array>(&parent)) return array->emplace_back();
        return std::get<Json::Object>(parent).emplace_back(std::move(name_), Json{}).second;
    }

    template <typename T>
    bool put(T value) {
        place().any().emplace<T>(std::move(value));
        return true;
    }

    template <typename Container>
    bool open() {
        if (open_.size() == depth_max_) {
            error_ = "JSON deeper than " + std::to_string(depth_max_) + " levels";
            return false;
        }
        Json& container = place();
        container.any().emplace<Container>();
        open_.push_back(&container);
        return true;
    }

    bool close() {
        open_.pop_back();
        return true;
    }

    std::size_t depth_max_;
    Json root_;
    std::vector<Json*> open_;  // nothing is added beside an open one, so that none of them moves
    std::string name_;         // of the member that comes next
    std::string error_;
};

void write(JsonWriter& out, const Json& json) {
    if (json.is_null()) {
        out.null();
    } else if (const auto* truth = json.boolean()) {
        out.value(*truth);
    } else if (const auto* integer = json.integer()) {
        out.value(*integer);
    } else if (const auto* text = json.string()) {
        out.value(*text);
    } else if (const auto* array = json.array()) {
        out.begin_array();
        for (const Json& element : *array) write(out, element);
        out.end_array();
    } else if (const auto* object = json.object()) {
        out.begin_object();
        for (const auto& [name, value] : *object) write(out.key(name), value);
        out.end_object();
    } else {
        out.value(*json.number());
    }
}

}  // namespace

std::optional<double> Json::number() const {
    if (const auto* whole = integer()) return static_cast<double>(*whole);
    if (const auto* value = std::get_if<double>(&any_)) return *value;
    return std::nullopt;
}

const Json* Json::find(std::string_view name) const {
    const Object* members = object();
    if (!members) return nullptr;
    for (auto member = members->rbegin(); member != members->rend(); ++member) {
        if (member->first == name) return &member->second;
    }
    return nullptr;
}

const std::string* Json::string_at(std::string_view name) const {
    const Json* member = find(name);
    return member ? member->string() : nullptr;
}

const std::int64_t* Json::integer_at(std::string_view name) const {
    const Json* member = find(name);
    return member ? member->integer() : nullptr;
}

const bool* Json::boolean_at(std::string_view name) const {
    const Json* member = find(name);
    return member ? member->boolean() : nullptr;
}

Result<Json, std::string> parse_json(std::string_view text, JsonLimits limits) {
    if (text.size() > limits.bytes_max) {
        return fail("JSON longer than " + std::to_string(limits.bytes_max) + " bytes");
    }
    Builder builder{limits.depth_max};
    if (!nlohmann::json::sax_parse(text, &builder)) return fail(builder.error());
    return builder.take();
}

std::string to_string(const Json& json) {
    std::string out;
    JsonWriter writer{out};
    write(writer, json);
    return out;
}

}  // namespace kleber::text
