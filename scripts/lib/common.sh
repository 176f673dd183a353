# Shared by the scripts beside this folder; sourced, never run.
# shellcheck shell=bash

# shellcheck disable=SC2034  # for those that source this
HALCYON_ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
# A container may give no HOME; the tilde then means what the account's record says.
export HOME=${HOME:-~}
HALCYON_CACHE="${HALCYON_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/halcyon}"
case "$HALCYON_CACHE" in
/*) ;;
*) HALCYON_CACHE="$PWD/$HALCYON_CACHE" ;;
esac
# Another Python's settings would mix its packages into ours.
unset PYTHONHOME PYTHONPATH VIRTUAL_ENV

_PROGRESS_SECONDS=15

_scratch=()
_ticker=
_locks=0
_packages_are_listed=

_clean_up() {
    [ -z "$_ticker" ] || kill "$_ticker" 2>/dev/null || true
    [ "${#_scratch[@]}" -eq 0 ] || rm -rf "${_scratch[@]}"
}
trap _clean_up EXIT
# Without this, a program that answers Ctrl-C by ending in an orderly way would only be followed
# by the next one.
trap 'exit 130' INT

# A line of progress on standard error, with the seconds since the script started.
say() { printf '[%4ds] %s\n' "$SECONDS" "$*" >&2; }

# Ends the script with what went wrong and what to do about it.
die() {
    printf 'halcyon: %s\n' "$*" >&2
    exit 1
}

# Prints the comment that a script begins with, if its arguments ask for help.
help_if_asked() {
    case " $* " in
    *" -h "* | *" --help "*)
        sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"
        exit 0
        ;;
    esac
}

# Sets SCRATCH to a new folder that goes when the script ends.
make_scratch() {
    SCRATCH="$(mktemp -d)" || die "no temporary folder could be made; set TMPDIR to one with 1 GB free"
    _scratch+=("$SCRATCH")
}

_tick() {
    while sleep "$_PROGRESS_SECONDS" >/dev/null 2>&1; do
        say "  … $1"
    done
}

# step WHAT COMMAND…: says WHAT, and again as long as the command runs; the command's output is
# shown only when it fails, up to its last FAILURE_LINES (40).
step() {
    local what="$1" log status=0
    shift
    log="$(mktemp)" || die "no temporary file could be made; set TMPDIR to a folder with 1 GB free"
    _scratch+=("$log")
    say "$what"
    _tick "$what" 9>&- &
    _ticker=$!
    "$@" >"$log" 2>&1 </dev/null || status=$?
    kill "$_ticker" 2>/dev/null || true
    wait "$_ticker" 2>/dev/null || true
    _ticker=
    [ "$status" -eq 0 ] || tail -n "${FAILURE_LINES:-40}" "$log" >&2
    rm -f "$log"
    return "$status"
}

# Waits until no other script sets anything up in this cache; `unlock` lets the next one in.
lock() {
    _locks=$((_locks + 1))
    [ "$_locks" -eq 1 ] || return 0
    { mkdir -p "$HALCYON_CACHE" && exec 9>"$HALCYON_CACHE/lock"; } 2>/dev/null ||
        die "$HALCYON_CACHE cannot be written; set HALCYON_CACHE to a folder that can"
    flock -n 9 || step "waiting for another script that sets things up" flock 9
}

unlock() {
    _locks=$((_locks - 1))
    [ "$_locks" -gt 0 ] || exec 9>&-
}

_missing_packages() {
    local package
    for package in "$@"; do
        dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed ||
            printf '%s\n' "$package"
    done
}

# Installs those of the named Debian packages that are missing; elsewhere names them and goes on.
debian_packages() {
    local missing root=()
    mapfile -t missing < <(_missing_packages "$@")
    [ "${#missing[@]}" -gt 0 ] || return 0
    if ! command -v apt-get >/dev/null; then
        say "this is no Debian, so nothing is installed; it must have what these packages hold: ${missing[*]}"
        return
    fi
    if [ "$(id -u)" -ne 0 ]; then
        # The password is asked for here, where the question can be seen.
        sudo -n true 2>/dev/null || sudo -v ||
            die "installing packages needs root. Have this run, then start this script again: apt-get install ${missing[*]}"
        root=(sudo)
    fi
    lock
    mapfile -t missing < <(_missing_packages "$@")
    if [ "${#missing[@]}" -gt 0 ]; then
        # Services that a package starts must not inherit the lock, hence 9>&-.
        if [ -z "$_packages_are_listed" ]; then
            step "refreshing the list of Debian packages" "${root[@]}" apt-get update 9>&- ||
                die "'apt-get update' failed; check the network and the machine's package sources"
            _packages_are_listed=yes
        fi
        step "installing from Debian: ${missing[*]}" "${root[@]}" env DEBIAN_FRONTEND=noninteractive \
            apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "${missing[@]}" 9>&- ||
            die "Debian's packages could not be installed; check the network and the machine's package sources, then start this script again: ${missing[*]}"
    fi
    unlock
}
