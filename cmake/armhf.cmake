# Raspberry Pi OS, 32 bit, on a Pi 2 or newer (a Pi 1 or Zero builds for itself, with ./run). Programs made here run under qemu in tests.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR arm)
set(CMAKE_CXX_COMPILER arm-linux-gnueabihf-g++)
set(CMAKE_C_COMPILER arm-linux-gnueabihf-gcc)
# Nothing here is linked with what a g++ older than 7 made.
set(CMAKE_CXX_FLAGS_INIT -Wno-psabi)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-arm -L /usr/arm-linux-gnueabihf)

# Header-only packages serve every architecture; libraries must be of this one.
set(CMAKE_LIBRARY_ARCHITECTURE arm-linux-gnueabihf)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)

# Unpacked by ./test (need_target_packages); linked in, so that qemu needs no library of it.
set(target_root ${CMAKE_CURRENT_LIST_DIR}/../build/target/armhf/usr)
set(SQLite3_INCLUDE_DIR ${target_root}/include CACHE PATH "")
set(SQLite3_LIBRARY ${target_root}/lib/arm-linux-gnueabihf/libsqlite3.a CACHE FILEPATH "")
set(OPENSSL_INCLUDE_DIR ${target_root}/include CACHE PATH "")
set(OPENSSL_SSL_LIBRARY ${target_root}/lib/arm-linux-gnueabihf/libssl.a CACHE FILEPATH "")
set(OPENSSL_CRYPTO_LIBRARY ${target_root}/lib/arm-linux-gnueabihf/libcrypto.a CACHE FILEPATH "")
# Where OpenSSL keeps the header that says how it was built.
set(CMAKE_CXX_STANDARD_INCLUDE_DIRECTORIES ${target_root}/include/arm-linux-gnueabihf)
set(ARGON2_INCLUDE_DIR ${target_root}/include CACHE PATH "")
set(ARGON2_LIBRARY ${target_root}/lib/arm-linux-gnueabihf/libargon2.a CACHE FILEPATH "")
