# Shared by the scripts beside this folder; sourced, never run.
# shellcheck shell=bash

HALCYON_ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
HALCYON_CACHE="${HALCYON_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/halcyon}"

# A line of progress on standard error, with the seconds since the script started.
say() { printf '[%4ds] %s\n' "$SECONDS" "$*" >&2; }

# Ends the script with what went wrong and what to do about it.
die() {
    printf 'halcyon: %s\n' "$*" >&2
    exit 1
}

# Runs a command quietly; its output is shown only when it fails.
quietly() {
    local log
    log="$(mktemp)"
    if ! "$@" >"$log" 2>&1; then
        tail -n 40 "$log" >&2
        rm -f "$log"
        return 1
    fi
    rm -f "$log"
}

# Runs a command as root, through sudo where that is needed.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die "'$*' needs root. Run it yourself, then start this script again."
    fi
}

# Installs those of the named Debian packages that are missing.
debian_packages() {
    local missing=() package
    for package in "$@"; do
        dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -q '^installed$' ||
            missing+=("$package")
    done
    [ "${#missing[@]}" -eq 0 ] && return
    command -v apt-get >/dev/null ||
        die "these packages are missing and this is not Debian: ${missing[*]}. Install them, then start this script again."
    say "installing from Debian: ${missing[*]}"
    quietly as_root apt-get update ||
        die "'apt-get update' failed; check the machine's package sources"
    quietly as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}" ||
        die "installing from Debian failed: ${missing[*]}"
}
