#include "gateway/sqlite/failure.hpp"

#include <sqlite3.h>

#include <cstring>

namespace kleber::sqlite {
namespace {

using Kind = Failure::Kind;

Kind kind_of(int code) {
    switch (code & 0xFF) {
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return Kind::Damaged;
        case SQLITE_FULL:
            return Kind::Full;
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return Kind::InUse;
        case SQLITE_IOERR:
        case SQLITE_CANTOPEN:
        case SQLITE_READONLY:
        case SQLITE_PERM:
            return Kind::Disk;
        default:
            return Kind::Other;
    }
}

std::string words_for(int code, int system_error) {
    std::string words;
    switch (code & 0xFF) {
        case SQLITE_FULL:
            return "the disk is full";
        case SQLITE_BUSY:
            return "another program holds it";
        case SQLITE_CORRUPT:
            return "it is damaged";
        case SQLITE_NOTADB:
            return "it is not a database";
        case SQLITE_CANTOPEN:
            words = "it cannot be opened";
            break;
        case SQLITE_READONLY:
            words = "it cannot be written to";
            break;
        default:
            switch (code) {
                case SQLITE_IOERR_READ:
                case SQLITE_IOERR_SHORT_READ:
                    words = "reading failed";
                    break;
                case SQLITE_IOERR_WRITE:
                    words = "writing failed";
                    break;
                case SQLITE_IOERR_FSYNC:
                case SQLITE_IOERR_DIR_FSYNC:
                    words = "syncing failed";
                    break;
                default:
                    words = sqlite3_errstr(code);
                    break;
            }
    }
    if (system_error != 0) words += std::string{" ("} + std::strerror(system_error) + ")";
    return words;
}

}  // namespace

Failure failure_of(int code, int system_error) {
    return {kind_of(code), words_for(code, system_error)};
}

}  // namespace kleber::sqlite
