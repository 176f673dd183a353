# Finds Python 3.14.2 or newer, or makes one. Sourced after common.sh.
# shellcheck shell=bash
#
# Home Assistant 2026.3 and later exist only for Python 3.14.2 and later. An older
# interpreter is worse than none: package resolvers then pick a Home Assistant of
# 2025 without a word. So anything older is refused here, by name.

# CPython's own releases as Debian's pool keeps them, the newest first. The hashes are those that
# Debian's maintainers signed in the description (.dsc) of each source package.
_PYTHON_SOURCES=(
    3.14.7:3b48dac8fb59f62eaa67ac83c1eb12bda1b7a08406dd286e252c11a66be27f81
    3.14.6:143b1dddefaec3bd2e21e3b839b34a2b7fb9842272883c576420d605e9f30c63
    3.14.5:7e32597b99e5d9a39abed35de4693fa169df3e5850d4c334337ffd6a19a36db6
)

python_is_new_enough() {
    "$1" -c 'import sys; raise SystemExit(not ((3, 14, 2) <= sys.version_info[:3] < (3, 15)))' 2>/dev/null
}

# Whether it has the modules that Home Assistant needs, and the headers to compile packages with.
python_is_whole() {
    "$1" -c 'import bz2, ctypes, lzma, sqlite3, ssl, sysconfig, zlib; from pathlib import Path
raise SystemExit(not (Path(sysconfig.get_path("include")) / "Python.h").exists())' 2>/dev/null
}

python_serves() { python_is_new_enough "$1" && python_is_whole "$1"; }

python_version() { "$1" -c 'import platform; print(platform.python_version())' 2>/dev/null; }

# Sets UV to the release that requirements/uv.txt pins, and keeps what it fetches in the cache.
ensure_uv() {
    local folder="$HALCYON_CACHE/uv" requirement="$HALCYON_ROOT/requirements/uv.txt" want
    UV="$folder/bin/uv"
    export UV_PYTHON_INSTALL_DIR="$HALCYON_CACHE/pythons"
    export UV_CACHE_DIR="${UV_CACHE_DIR:-$HALCYON_CACHE/packages}"
    # As pip and curl do; uv's own list would not know the certificate of a company's proxy.
    export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-true}"
    want="$(sha256sum <"$requirement")"
    [ "$(cat "$folder/.halcyon-lock" 2>/dev/null)" != "$want" ] || return 0
    lock
    if [ "$(cat "$folder/.halcyon-lock" 2>/dev/null)" != "$want" ]; then
        _install_uv "$folder" "$requirement"
        printf '%s\n' "$want" >"$folder/.halcyon-lock"
    fi
    unlock
}

# pip only unpacks uv, which is a program of its own. It is taken from a throw-away environment,
# because a bare Debian has no pip and its Python must stay as it is.
_install_uv() {
    local folder="$1" requirement="$2" python candidate
    for candidate in python3 /usr/bin/python3; do
        python="$(command -v "$candidate")" && "$python" -c 'import ensurepip, venv' 2>/dev/null &&
            break
        python=
    done
    if [ -z "$python" ]; then
        debian_packages ca-certificates python3-venv
        python=/usr/bin/python3
    fi
    make_scratch
    rm -rf "$folder.partial"
    step "preparing pip" "$python" -m venv "$SCRATCH/pip" ||
        die "$python could not make a virtual environment; on Debian: apt-get install python3-venv"
    step "installing uv" "$SCRATCH/pip/bin/python" -m pip install --disable-pip-version-check \
        --no-cache-dir --require-hashes --target "$folder.partial" -r "$requirement" ||
        die "uv could not be fetched from the package registry; check the network, then start this script again"
    rm -rf "$folder" "$SCRATCH"
    mv "$folder.partial" "$folder"
}

# Sets ARCHIVE and VERSION to a source of CPython from the machine's own Debian mirror.
_fetch_python() {
    local folder="$1" site source hash
    # shellcheck disable=SC2016  # apt-get fills it in
    for site in $(apt-get indextargets --format '$(SITE)' | sort -u); do
        for source in "${_PYTHON_SOURCES[@]}"; do
            VERSION="${source%%:*}" hash="${source##*:}" ARCHIVE="$folder/python.tar.xz"
            curl -fsSL --connect-timeout 10 --speed-time 20 --speed-limit 1000 --retry 2 -o "$ARCHIVE" \
                "$site/pool/main/p/python3.14/python3.14_$VERSION.orig.tar.xz" 2>/dev/null || continue
            sha256sum --check --quiet <<<"$hash  $ARCHIVE" 2>/dev/null && return
            say "ignoring what $site calls Python $VERSION: its hash is not that of the release"
        done
    done
    return 1
}

_compile_python() {
    cd "$1" || return
    # It finds its files from where its program lies, so the prefix is only a name; that of the
    # cache might hold spaces, which CPython's makefile cannot.
    ./configure --prefix=/python --with-ensurepip=no --disable-test-modules &&
        make -j"$(nproc)" &&
        make install DESTDIR="$2"
}

# CPython from its source into a folder, which appears only when it is whole.
build_python() {
    local folder="$1" minutes
    debian_packages gcc libc6-dev make curl xz-utils libssl-dev libffi-dev zlib1g-dev libbz2-dev \
        liblzma-dev libsqlite3-dev libreadline-dev uuid-dev libzstd-dev
    make_scratch
    step "fetching the source of Python 3.14" _fetch_python "$SCRATCH" ||
        die "no source of Python 3.14 was found at the machine's Debian mirrors. Check the network, or install Python 3.14.2 or newer and set HALCYON_PYTHON to it"
    mkdir "$SCRATCH/source"
    tar -xf "$ARCHIVE" -C "$SCRATCH/source" --strip-components 1
    minutes=$(((6 + $(nproc) - 1) / $(nproc)))
    step "building Python $VERSION (about $minutes min)" \
        _in_subshell _compile_python "$SCRATCH/source" "$SCRATCH/installed" ||
        die "building Python $VERSION failed; the reason is above. It needs 1 GB in ${TMPDIR:-/tmp}; TMPDIR can name another folder"
    rm -rf "$folder" "$folder.partial"
    mv "$SCRATCH/installed/python" "$folder.partial"
    mv "$folder.partial" "$folder"
    rm -rf "$SCRATCH"
}

_in_subshell() { ("$@"); }

# Ends the script where HALCYON_PYTHON names something that Home Assistant would not run on.
check_chosen_python() {
    local chosen="${HALCYON_PYTHON:-}"
    [ -n "$chosen" ] || return 0
    command -v "$chosen" >/dev/null || die "HALCYON_PYTHON=$chosen is not a program"
    python_is_new_enough "$chosen" ||
        die "HALCYON_PYTHON=$chosen is Python $(python_version "$chosen"), but Home Assistant 2026.8 needs 3.14.2 or newer (and below 3.15). An older Python silently gets a Home Assistant of 2025. Unset HALCYON_PYTHON to let this script get Python 3.14, or point it at one"
    python_is_whole "$chosen" ||
        die "HALCYON_PYTHON=$chosen lacks one of the modules bz2, ctypes, lzma, sqlite3, ssl and zlib, or its header Python.h. Install what it lacks, or unset HALCYON_PYTHON to let this script get a Python 3.14"
}

# Sets PYTHON to an interpreter that Home Assistant accepts.
ensure_python() {
    check_chosen_python
    if [ -n "${HALCYON_PYTHON:-}" ]; then
        PYTHON="$(command -v "$HALCYON_PYTHON")"
        return
    fi
    lock
    _find_python || _get_python
    unlock
}

_find_python() {
    local candidate
    for candidate in "$HALCYON_CACHE/python3.14/bin/python3.14" \
        "$HALCYON_CACHE"/pythons/cpython-3.14*/bin/python3.14 python3.14 python3; do
        PYTHON="$(command -v "$candidate")" && python_serves "$PYTHON" && return
    done
    return 1
}

_get_python() {
    if command -v python3 >/dev/null; then
        say "Python $(python_version python3) is not what Home Assistant 2026.8 needs (3.14.2 or newer): getting Python 3.14"
    fi
    ensure_uv
    # A slow server is waited for. One that is silent costs half a minute: uv asks two servers,
    # each twice, and has no other limit that tells the two apart.
    if FAILURE_LINES=1 UV_HTTP_TIMEOUT=7 UV_HTTP_RETRIES=1 step "fetching a ready-made Python 3.14" \
        timeout --foreground 600 "$UV" python install --no-bin 3.14 && _find_python; then
        return
    fi
    say "that is out of reach, so it is built from source"
    build_python "$HALCYON_CACHE/python3.14"
    PYTHON="$HALCYON_CACHE/python3.14/bin/python3.14"
    python_serves "$PYTHON" ||
        die "the Python that was built in $HALCYON_CACHE/python3.14 does not work; delete that folder, then start this script again"
}
