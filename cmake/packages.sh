# Installs what is missing of packages.txt. Sourced by ./run and ./test; works in the project's root.

# need_packages SECTION...: returns at once if all packages of these sections are there. Otherwise
# says which are not, and why they are wanted, and installs them with apt-get.
need_packages() {
    local sections=" $* " section name purpose package command installed
    local missing=() reasons=()
    installed=" $(dpkg-query -W -f '${db:Status-Status} ${Package}\n' |
        sed -n 's/^installed //p' | tr '\n' ' ')"
    while read -r section name purpose; do
        [[ $sections == *" $section "* ]] || continue
        package=${name%%/*}
        command=${name#"$package"}
        [[ $installed == *" $package "* ]] && continue
        [[ -n $command ]] && type -P "${command#/}" >/dev/null && continue
        missing+=("$package")
        reasons+=("$(printf '    %-24s %s' "$package" "$purpose")")
    done < <(grep -v '^#' cmake/packages.txt)
    [[ ${#missing[@]} -eq 0 ]] && return 0

    echo "These Debian packages are missing:"
    printf '%s\n' "${reasons[@]}"
    local as_root=()
    if [[ $EUID -ne 0 ]]; then
        if ! type -P sudo >/dev/null; then
            echo "There is no sudo here. As root, type: apt-get install ${missing[*]}" >&2
            return 1
        fi
        echo "Installing them with sudo apt-get; it may ask for your password."
        as_root=(sudo)
    else
        echo "Installing them with apt-get."
    fi
    local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300)
    "${apt[@]}" update >/dev/null || echo "apt-get update had problems; trying to install anyway."
    "${apt[@]}" install -y --no-install-recommends "${missing[@]}" </dev/null >build/apt.log 2>&1 || {
        tail -n 20 build/apt.log >&2
        echo "apt-get failed. As root, type: apt-get install ${missing[*]}" >&2
        return 1
    }
}

# packages_of SECTION: their names.
packages_of() {
    awk -v section="$1" '$1 == section { print $2 }' cmake/packages.txt
}

# unpack_packages FOLDER ARCHITECTURE PACKAGE...: fetches what is not there yet, and installs nothing.
unpack_packages() {
    local folder=$1 architecture=$2 name missing=()
    for name in "${@:3}"; do
        [[ -e $folder/$name.unpacked ]] || missing+=("$name")
    done
    [[ ${#missing[@]} -eq 0 ]] && return 0

    echo "Fetching for $architecture: ${missing[*]}"
    local work=$folder/apt
    mkdir -p "$work/lists/partial" "$work/cache/archives/partial"
    local apt=(apt-get -q -o "APT::Architecture=$architecture" -o "APT::Architectures=$architecture"
        -o "Dir::State::Lists=$work/lists" -o "Dir::Cache=$work/cache" -o Debug::NoLocking=1
        -o "APT::Sandbox::User=$(id -un)")
    (
        cd "$work" || exit 1
        "${apt[@]}" update >apt.log 2>&1 || echo "apt-get update had problems; trying anyway."
        "${apt[@]}" download "${missing[@]}" >>apt.log 2>&1 || { tail -n 20 apt.log >&2; exit 1; }
        for name in "${missing[@]}"; do
            dpkg-deb --extract "$name"_*.deb "$folder" && touch "$folder/$name.unpacked" || exit 1
        done
    ) || return 1
    rm -rf "$work"
}

# need_target_packages ARCHITECTURE: those of section `target`, in build/target. Debian would install
# them beside this machine's own only where all versions are the same.
need_target_packages() {
    local names
    mapfile -t names < <(packages_of target)
    unpack_packages "$PWD/build/target/$1" "$1" "${names[@]}"
}

# need_unpacked_packages: those of section `unpack` that are not installed, in build/unpacked.
need_unpacked_packages() {
    local name names=()
    for name in $(packages_of unpack); do
        [[ $(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null) == installed ]] ||
            names+=("$name")
    done
    unpack_packages "$PWD/build/unpacked" "$(dpkg --print-architecture)" "${names[@]}"
}

# configure PRESET [cmake argument...]: only where it was not done, CMake itself notices changes.
configure() {
    local preset=$1
    shift
    if [[ $# -eq 0 && -f build/$preset/build.ninja ]]; then return 0; fi
    mkdir -p build
    cmake --preset "$preset" "$@" >"build/$preset.configure.log" 2>&1 || {
        cat "build/$preset.configure.log" >&2
        return 1
    }
}

# build PRESET [target...]: shows progress on a terminal and only failures elsewhere.
build() {
    local preset=$1
    shift
    local quiet=(--quiet)
    [[ -t 1 ]] && quiet=()
    ninja -C "build/$preset" -k 0 "${quiet[@]}" "$@"
}
