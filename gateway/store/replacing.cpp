#include "gateway/store/replacing.hpp"

#include "gateway/sqlite/files.hpp"

namespace kleber::store {

std::string growing_name(const std::string& path) {
    return path + ".recovering";
}

std::string whole_name(const std::string& path) {
    return path + ".recovered";
}

Status<std::string> begin_growing(const std::string& path) {
    const std::string growing = growing_name(path);
    if (auto removed = sqlite::remove_database(growing); !removed) return removed;
    return sqlite::create_private_file(growing);
}

Status<std::string> end_growing(const std::string& path, const std::string& set_aside) {
    if (auto renamed = sqlite::rename_file(growing_name(path), whole_name(path)); !renamed)
        return renamed;
    if (auto synced = sqlite::sync_folder_of(path); !synced) return synced;
    return take_place(path, set_aside);
}

Status<std::string> take_place(const std::string& path, const std::string& set_aside) {
    if (auto renamed = sqlite::rename_database(path, set_aside); !renamed) return renamed;
    if (auto renamed = sqlite::rename_file(whole_name(path), path); !renamed) return renamed;
    return sqlite::sync_folder_of(path);
}

Result<std::string, std::string> finish_replacing(const std::string& path, const Now& now) {
    const std::string set_aside = sqlite::dated_name(path, "damaged", now.wall);
    const bool has_one = sqlite::has_file(path);
    if (auto placed = take_place(path, set_aside); !placed) return fail(placed.error());
    return has_one ? set_aside : std::string{};
}

}  // namespace kleber::store
