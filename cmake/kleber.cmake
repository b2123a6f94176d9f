# What every target of the project shares, and the two functions that make targets.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release)
endif()

add_library(kleber_options INTERFACE)
target_include_directories(kleber_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(
    kleber_options
    INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror
)
# For the sanitizers' and debuggers' stacks. It costs a message some 40 to 120 instructions.
target_compile_options(
    kleber_options INTERFACE $<$<NOT:$<CONFIG:Release>>:-fno-omit-frame-pointer>
)
# Nothing is exported to a plug-in, so calls within the program need no indirection; nothing is bound
# late, so calls out of it need but one.
target_compile_options(kleber_options INTERFACE "$<$<CONFIG:Release>:-fvisibility=hidden;-fno-plt>")
# Two false warnings of g++ 12 when it optimises: members of a std::variant that are not there taken
# for uninitialised ones, and `"text" + string` for a copy onto itself.
target_compile_options(
    kleber_options
    INTERFACE "$<$<AND:$<CXX_COMPILER_ID:GNU>,$<CONFIG:Release>>:-Wno-maybe-uninitialized;-Wno-restrict>"
)
if(KLEBER_SANITIZE)
    target_compile_options(kleber_options INTERFACE -fsanitize=${KLEBER_SANITIZE})
    target_link_options(kleber_options INTERFACE -fsanitize=${KLEBER_SANITIZE})
    if(KLEBER_SANITIZE MATCHES "undefined")
        target_compile_options(kleber_options INTERFACE -fno-sanitize-recover=undefined)
    endif()
    if(KLEBER_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        target_compile_options(kleber_options INTERFACE -Wno-tsan)
    endif()
endif()

# kleber_module(NAME SOURCES file... [PUBLIC module...] [PRIVATE module-or-library...])
# One static library a module: target kleber_NAME, to be linked as kleber::NAME.
# PUBLIC are the modules whose headers its own headers include.
function(kleber_module name)
    cmake_parse_arguments(arg "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
    add_library(kleber_${name} STATIC ${arg_SOURCES})
    add_library(kleber::${name} ALIAS kleber_${name})
    target_link_libraries(kleber_${name} PUBLIC ${arg_PUBLIC} PRIVATE kleber_options ${arg_PRIVATE})
    target_include_directories(kleber_${name} PUBLIC ${PROJECT_SOURCE_DIR})
    if(KLEBER_TIDY)
        set_target_properties(kleber_${name} PROPERTIES CXX_CLANG_TIDY "clang-tidy;--quiet")
    endif()
endfunction()

# `ninja tests_threads` builds what `ctest -L threads` runs; so for each label.
foreach(label IN ITEMS unit threads fuzz)
    add_custom_target(tests_${label})
endforeach()

# kleber_test(NAME LABELS label... SOURCES file... LINK target...)
# One GoogleTest program, run as one ctest test of the same name.
function(kleber_test name)
    cmake_parse_arguments(arg "" "TIMEOUT" "LABELS;SOURCES;LINK" ${ARGN})
    if(NOT arg_TIMEOUT)
        set(arg_TIMEOUT 300)
    endif()
    add_executable(${name} ${arg_SOURCES})
    target_link_libraries(${name} PRIVATE kleber_options ${arg_LINK} GTest::gmock_main)
    # They run for a moment: half the time to compile is worth more than speed.
    target_compile_options(${name} PRIVATE $<$<CONFIG:Debug>:-O0>)
    add_test(NAME ${name} COMMAND ${name} --gtest_brief=1)
    set_tests_properties(${name} PROPERTIES LABELS "${arg_LABELS}" TIMEOUT ${arg_TIMEOUT})
    foreach(label IN LISTS arg_LABELS)
        if(NOT TARGET tests_${label})
            add_custom_target(tests_${label})
        endif()
        add_dependencies(tests_${label} ${name})
    endforeach()
endfunction()
