// Preloaded into a program: keeps, in the folder LOST_WRITES_COPY, a copy of the folder
// LOST_WRITES_FOLDER that has only what was synced. Once the program is killed, that is what a
// power cut would have left for certain, and what differs is what it may have left besides
// (tests/system/support/power.py puts the one in the place of the other).
//
// With LOST_WRITES_STOP_AT=n the program is killed at the n-th change in that folder: in the middle
// of a write, before anything else.
//
// Not seen: what is written through a mapping, or by a process that the program starts. Of a file
// that stdio opened, all that is in it counts as synced once its descriptor is.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <climits>
#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "tests/support/real_calls.hpp"
#include "tests/support/synced_copy.hpp"

namespace kleber::support {
namespace {

SyncedCopy* begin() {
    const char* const folder = std::getenv("LOST_WRITES_FOLDER");
    const char* const copy = std::getenv("LOST_WRITES_COPY");
    const char* const stop_at = std::getenv("LOST_WRITES_STOP_AT");
    char real_folder[PATH_MAX];
    if (folder == nullptr || copy == nullptr || ::realpath(folder, real_folder) == nullptr) {
        return nullptr;
    }
    // Never freed: the program may write until its very end.
    return new SyncedCopy{real_folder, copy,
                          stop_at == nullptr ? 0 : std::strtoull(stop_at, nullptr, 10)};
}

}  // namespace

SyncedCopy* SyncedCopy::running() {
    static SyncedCopy* const copy = begin();
    return copy;
}

namespace {

void die() {
    ::kill(::getpid(), SIGKILL);
    // It does not take effect in this thread at once.
    while (true) ::pause();
}

SyncedCopy* copy_with(int fd) {
    SyncedCopy* const copy = SyncedCopy::running();
    return copy != nullptr && copy->has(fd) ? copy : nullptr;
}

int open_and_note(int folder_fd, const char* path, int flags, mode_t mode) {
    const int fd = RealCalls::get().openat(folder_fd, path, flags, mode);
    SyncedCopy* const copy = SyncedCopy::running();
    if (fd >= 0 && copy != nullptr) copy->opened(fd, flags);
    return fd;
}

int sync_and_note(int fd, int (*real)(int)) {
    SyncedCopy* const copy = SyncedCopy::running();
    if (copy == nullptr) return real(fd);
    if (copy->has(fd) && copy->is_the_end()) die();
    // Who is killed, and keeps the machine's power, need not wait for the real disk.
    return copy->sync(fd) ? 0 : real(fd);
}

// The inode of this name, if it is of our folder; a change there.
ino_t about_to_change(int folder_fd, const char* name) {
    SyncedCopy* const copy = SyncedCopy::running();
    const ino_t inode = copy == nullptr ? 0 : copy->known(folder_fd, name);
    if (inode != 0 && copy->is_the_end()) die();
    return inode;
}

mode_t mode_of(int flags, va_list arguments) {
    return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
}

__attribute__((constructor)) void begin_early() {
    SyncedCopy::running();
}

}  // namespace
}  // namespace kleber::support

using kleber::support::about_to_change;
using kleber::support::copy_with;
using kleber::support::die;
using kleber::support::mode_of;
using kleber::support::open_and_note;
using kleber::support::RealCalls;
using kleber::support::sync_and_note;
using kleber::support::SyncedCopy;

extern "C" {

int open(const char* path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = mode_of(flags, arguments);
    va_end(arguments);
    return open_and_note(AT_FDCWD, path, flags, mode);
}

int open64(const char* path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = mode_of(flags, arguments);
    va_end(arguments);
    return open_and_note(AT_FDCWD, path, flags | O_LARGEFILE, mode);
}

int openat(int folder_fd, const char* path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = mode_of(flags, arguments);
    va_end(arguments);
    return open_and_note(folder_fd, path, flags, mode);
}

int openat64(int folder_fd, const char* path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = mode_of(flags, arguments);
    va_end(arguments);
    return open_and_note(folder_fd, path, flags | O_LARGEFILE, mode);
}

int close(int fd) {
    if (SyncedCopy* const copy = copy_with(fd)) copy->closed(fd);
    return RealCalls::get().close(fd);
}

int dup(int fd) noexcept {
    const int copied = RealCalls::get().dup(fd);
    if (SyncedCopy* const copy = copy_with(fd); copy && copied >= 0) copy->duplicated(fd, copied);
    return copied;
}

int dup2(int fd, int wanted) noexcept {
    const int copied = RealCalls::get().dup2(fd, wanted);
    SyncedCopy* const copy = SyncedCopy::running();
    if (copy != nullptr && copied >= 0 && copied != fd) copy->duplicated(fd, copied);
    return copied;
}

int dup3(int fd, int wanted, int flags) noexcept {
    const int copied = RealCalls::get().dup3(fd, wanted, flags);
    SyncedCopy* const copy = SyncedCopy::running();
    if (copy != nullptr && copied >= 0) copy->duplicated(fd, copied);
    return copied;
}

ssize_t write(int fd, const void* from, size_t count) {
    SyncedCopy* const copy = copy_with(fd);
    if (copy == nullptr) return RealCalls::get().write(fd, from, count);
    const bool is_the_end = copy->is_the_end();
    const ssize_t written = RealCalls::get().write(fd, from, is_the_end ? count / 2 : count);
    if (is_the_end) die();
    if (written > 0) {
        // With O_APPEND it is known only now.
        copy->wrote(fd, ::lseek(fd, 0, SEEK_CUR) - written, static_cast<size_t>(written));
    }
    return written;
}

ssize_t writev(int fd, const iovec* from, int count) {
    SyncedCopy* const copy = copy_with(fd);
    if (copy != nullptr && copy->is_the_end()) die();
    const ssize_t written = RealCalls::get().writev(fd, from, count);
    if (copy != nullptr && written > 0) {
        copy->wrote(fd, ::lseek(fd, 0, SEEK_CUR) - written, static_cast<size_t>(written));
    }
    return written;
}

ssize_t pwrite64(int fd, const void* from, size_t count, off64_t offset) {
    SyncedCopy* const copy = copy_with(fd);
    if (copy == nullptr) return RealCalls::get().pwrite(fd, from, count, offset);
    const bool is_the_end = copy->is_the_end();
    const ssize_t written =
        RealCalls::get().pwrite(fd, from, is_the_end ? count / 2 : count, offset);
    if (is_the_end) die();
    if (written > 0) copy->wrote(fd, offset, static_cast<size_t>(written));
    return written;
}

ssize_t pwrite(int fd, const void* from, size_t count, off_t offset) {
    return pwrite64(fd, from, count, offset);
}

int ftruncate64(int fd, off64_t size) noexcept {
    SyncedCopy* const copy = copy_with(fd);
    if (copy != nullptr && copy->is_the_end()) die();
    const int result = RealCalls::get().ftruncate(fd, size);
    if (copy != nullptr && result == 0) copy->truncated(fd, size);
    return result;
}

int ftruncate(int fd, off_t size) noexcept {
    return ftruncate64(fd, size);
}

int fsync(int fd) {
    return sync_and_note(fd, RealCalls::get().fsync);
}

int fdatasync(int fd) {
    return sync_and_note(fd, RealCalls::get().fdatasync);
}

int unlinkat(int folder_fd, const char* name, int flags) noexcept {
    const ino_t removed = about_to_change(folder_fd, name);
    const int result = RealCalls::get().unlinkat(folder_fd, name, flags);
    if (result == 0 && removed != 0) SyncedCopy::running()->forget(removed);
    return result;
}

int unlink(const char* name) noexcept {
    return unlinkat(AT_FDCWD, name, 0);
}

int remove(const char* name) noexcept {
    struct stat status;
    const bool is_folder = ::lstat(name, &status) == 0 && S_ISDIR(status.st_mode);
    return unlinkat(AT_FDCWD, name, is_folder ? AT_REMOVEDIR : 0);
}

int renameat2(int from_fd, const char* from, int to_fd, const char* to, unsigned flags) noexcept {
    about_to_change(from_fd, from);
    SyncedCopy* const copy = SyncedCopy::running();
    const ino_t replaced = copy == nullptr ? 0 : copy->known(to_fd, to);
    const int result = RealCalls::get().renameat2(from_fd, from, to_fd, to, flags);
    if (result == 0 && replaced != 0) copy->forget(replaced);
    return result;
}

int renameat(int from_fd, const char* from, int to_fd, const char* to) noexcept {
    return renameat2(from_fd, from, to_fd, to, 0);
}

int rename(const char* from, const char* to) noexcept {
    return renameat2(AT_FDCWD, from, AT_FDCWD, to, 0);
}

}  // extern "C"
