# Finds Python 3.14.2 or newer, or makes one. Sourced after common.sh.
# shellcheck shell=bash
#
# Home Assistant 2026.3 and later exist only for Python 3.14.2 and later. An older
# interpreter is worse than none: package resolvers then pick a Home Assistant of
# 2025 without a word. So anything older is refused here, by name.

python_is_new_enough() {
    "$1" -c 'import sys; raise SystemExit(not ((3, 14, 2) <= sys.version_info[:3] < (3, 15)))' 2>/dev/null
}

python_version() { "$1" -c 'import platform; print(platform.python_version())' 2>/dev/null; }

# A small environment that only holds uv, so that nothing is added to the system's Python.
ensure_uv() {
    if command -v uv >/dev/null; then
        UV="$(command -v uv)"
        return
    fi
    UV="$HALCYON_CACHE/uv/bin/uv"
    [ -x "$UV" ] && return
    say "installing uv"
    command -v python3 >/dev/null || debian_packages python3
    if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
        debian_packages python3-venv
    fi
    quietly python3 -m venv "$HALCYON_CACHE/uv" || die "could not make a virtual environment for uv"
    quietly "$HALCYON_CACHE/uv/bin/pip" install --disable-pip-version-check uv ||
        die "could not install uv from the package registry; check the network"
}

# CPython's own release, from the source archive that Debian keeps in its pool.
build_python() {
    local prefix="$1" site version work archive
    debian_packages gcc make curl xz-utils libssl-dev libffi-dev zlib1g-dev libbz2-dev \
        liblzma-dev libsqlite3-dev libreadline-dev uuid-dev libzstd-dev
    work="$(mktemp -d)"
    archive="$work/python.tar.xz"
    for site in $(apt-get indextargets --format '$(SITE)' | sort -u); do
        for version in 3.14.7 3.14.6 3.14.5 3.14.4; do
            if curl -fsSL --retry 3 -o "$archive" \
                "$site/pool/main/p/python3.14/python3.14_$version.orig.tar.xz" 2>/dev/null; then
                break 2
            fi
            rm -f "$archive"
        done
    done
    [ -f "$archive" ] || die "no source of Python 3.14 found. Install Python 3.14.2 or newer and set HALCYON_PYTHON to it."
    say "building Python $version (about three minutes on two cores)"
    mkdir "$work/source"
    tar -xf "$archive" -C "$work/source" --strip-components 1
    (
        cd "$work/source"
        quietly ./configure --prefix="$prefix" &&
            quietly make -j"$(nproc)" &&
            quietly make install
    ) || die "building Python $version failed"
    rm -rf "$work"
}

# Sets PYTHON to an interpreter that Home Assistant accepts.
ensure_python() {
    local built="$HALCYON_CACHE/python3.14" candidate
    if [ -n "${HALCYON_PYTHON:-}" ]; then
        PYTHON="$(command -v "$HALCYON_PYTHON")" || die "HALCYON_PYTHON=$HALCYON_PYTHON is not a program"
        python_is_new_enough "$PYTHON" ||
            die "HALCYON_PYTHON is Python $(python_version "$PYTHON"), but Home Assistant 2026.8 needs 3.14.2 or newer. An older Python silently gets a Home Assistant of 2025. Unset HALCYON_PYTHON to let this script get Python 3.14, or point it at one."
        return
    fi
    for candidate in "$built/bin/python3.14" python3.14 python3; do
        PYTHON="$(command -v "$candidate")" || continue
        python_is_new_enough "$PYTHON" && return
    done
    if command -v python3 >/dev/null; then
        say "Python $(python_version python3) is too old for Home Assistant 2026.8 (3.14.2 or newer): getting Python 3.14"
    fi
    ensure_uv
    if quietly timeout 300 "$UV" python install --no-bin 3.14 2>/dev/null; then
        PYTHON="$("$UV" python find --managed-python 3.14)"
        python_is_new_enough "$PYTHON" && return
    fi
    say "a ready-made Python 3.14 is out of reach: building it"
    build_python "$built"
    PYTHON="$built/bin/python3.14"
    python_is_new_enough "$PYTHON" || die "the Python that was built in $built does not work"
}
