#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "gateway/base/result.hpp"
#include "gateway/certificates/descriptor.hpp"
#include "gateway/certificates/read_file.hpp"

namespace kleber::certificates {

// Who may read a new file: its owner alone, or everybody.
enum class Access : std::uint8_t { Private, Public };
// Whose a file is that root makes: root's, or his whose folder it is in.
enum class Owner : std::uint8_t { Maker, Folder };
// What becomes of a file that has this name already.
enum class Existing : std::uint8_t { Keep, Replace };

// What becomes of a folder that is not there.
enum class Missing : std::uint8_t { Make, Refuse };

// A folder, held open: its files are reached from here, whatever becomes of the names that led to
// it. One at a time in all processes. Failures are sentences for people, with the file's path.
class Folder {
  public:
    // Makes a missing one, but not what it is in. Refuses one in which everybody may write.
    static Result<Folder, std::string> open(const std::string& path, Missing missing);

    std::string path_of(const std::string& name) const { return path_ + "/" + name; }
    // Root's own folder: what it makes there is for root alone.
    bool is_roots() const;
    bool has(const std::string& name) const;
    // None if there is no such file. Never through a link.
    Result<std::optional<std::string>, std::string> read(const std::string& name,
                                                         Contents contents) const;
    // At every instant there is either what was there before, or all of it. A private file is never
    // open to others. Where there is one to be kept, that is a failure.
    Status<std::string> write(const std::string& name, const std::string& contents, Access access,
                              Owner owner, Existing existing) const;

  private:
    Folder(std::string path, Descriptor folder)
        : path_(std::move(path)), folder_(std::move(folder)) {}

    std::string path_;
    Descriptor folder_;
};

}  // namespace kleber::certificates
