# Raspberry Pi OS, 64 bit. Programs made here run under qemu in tests.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64 -L /usr/aarch64-linux-gnu)

# Header-only packages serve every architecture; libraries must be of this one.
set(CMAKE_LIBRARY_ARCHITECTURE aarch64-linux-gnu)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)

# Unpacked by ./test (need_target_packages); linked in, so that qemu needs no library of it.
set(target_root ${CMAKE_CURRENT_LIST_DIR}/../build/target/arm64/usr)
set(SQLite3_INCLUDE_DIR ${target_root}/include CACHE PATH "")
set(SQLite3_LIBRARY ${target_root}/lib/aarch64-linux-gnu/libsqlite3.a CACHE FILEPATH "")
set(OPENSSL_INCLUDE_DIR ${target_root}/include CACHE PATH "")
set(OPENSSL_SSL_LIBRARY ${target_root}/lib/aarch64-linux-gnu/libssl.a CACHE FILEPATH "")
set(OPENSSL_CRYPTO_LIBRARY ${target_root}/lib/aarch64-linux-gnu/libcrypto.a CACHE FILEPATH "")
# Where OpenSSL keeps the header that says how it was built.
set(CMAKE_CXX_STANDARD_INCLUDE_DIRECTORIES ${target_root}/include/aarch64-linux-gnu)
set(ARGON2_INCLUDE_DIR ${target_root}/include CACHE PATH "")
set(ARGON2_LIBRARY ${target_root}/lib/aarch64-linux-gnu/libargon2.a CACHE FILEPATH "")
