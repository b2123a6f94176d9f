#pragma once

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cstdio>

namespace kleber::support {

// What the preloaded library stands in front of.
struct RealCalls {
    template <typename Function>
    static Function* find(const char* name, Function*) {
        return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
    }
    // Found at the first use, which may come before any constructor has run.
    static const RealCalls& get() {
        static const RealCalls calls;
        return calls;
    }

    int (*openat)(int, const char*, int, ...) = find("openat", ::openat);
    int (*close)(int) = find("close", ::close);
    int (*dup)(int) = find("dup", ::dup);
    int (*dup2)(int, int) = find("dup2", ::dup2);
    int (*dup3)(int, int, int) = find("dup3", ::dup3);
    ssize_t (*write)(int, const void*, size_t) = find("write", ::write);
    ssize_t (*writev)(int, const iovec*, int) = find("writev", ::writev);
    ssize_t (*pwrite)(int, const void*, size_t, off_t) = find("pwrite64", ::pwrite);
    int (*ftruncate)(int, off_t) = find("ftruncate64", ::ftruncate);
    int (*fsync)(int) = find("fsync", ::fsync);
    int (*fdatasync)(int) = find("fdatasync", ::fdatasync);
    int (*unlinkat)(int, const char*, int) = find("unlinkat", ::unlinkat);
    int (*renameat2)(int, const char*, int, const char*, unsigned) = find("renameat2", ::renameat2);
};

}  // namespace kleber::support
