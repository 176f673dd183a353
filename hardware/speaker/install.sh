#!/usr/bin/env bash
# Installs, updates and takes back the Halcyon speaker node on a Linux machine with a sound card.
#
#   install.sh install [OPTION…]    this checkout's version, beside those that are there
#   install.sh update [OPTION…]     the newest version from where the last one came from
#   install.sh rollback [OPTION…]   the version before the present one
#   install.sh remove [OPTION…]     everything but the configuration and what was learned
#
#   --node NAME --room ROOM --broker HOST [--username NAME --password WORD]
#                      written into the configuration where there is none yet
#   --from SOURCE      another checkout or git address to install from
#   --prefix DIR       where versions live (/opt/halcyon-speaker)
#   --etc DIR          where the configuration lives (/etc/halcyon-speaker)
#   --restart COMMAND  restarts the node, and fails unless it comes up (systemctl)
#   --no-service       without systemd, user and Debian packages
#
# A version lives in a folder of its own; `current` points at the one that runs and `previous` at
# the one before. A version that does not come up is taken back at once.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(cd "$here/../.." && pwd)"
# shellcheck source=/dev/null
. "$root/scripts/lib/common.sh"
# shellcheck source=/dev/null
. "$root/scripts/lib/python.sh"
help_if_asked "$@"

unit=halcyon-speaker.service
given=("$@")
action="${1:-}"
[ "$#" -eq 0 ] || shift
prefix=/opt/halcyon-speaker etc=/etc/halcyon-speaker service=yes
restart="systemctl restart $unit"
source="" node="" room="" broker="" username="" password=""
while [ "$#" -gt 0 ]; do
    option="$1"
    [ "$option" = --no-service ] || [ "$#" -ge 2 ] || die "$option needs a value; see --help"
    case "$option" in
    --no-service) service="" ;;
    --prefix) prefix="$2" ;;
    --etc) etc="$2" ;;
    --restart) restart="$2" ;;
    --from) source="$2" ;;
    --node) node="$2" ;;
    --room) room="$2" ;;
    --broker) broker="$2" ;;
    --username) username="$2" ;;
    --password) password="$2" ;;
    *) die "there is no option $option; see --help" ;;
    esac
    [ "$option" = --no-service ] || shift
    shift
done
case "$prefix$etc" in
*[[:space:]\"\'\\]*) die "--prefix and --etc must be paths without spaces, quotes and backslashes" ;;
/*) ;;
*) die "--prefix and --etc must be absolute paths" ;;
esac
releases="$prefix/releases"

[ -z "$service" ] || [ "$(id -u)" -eq 0 ] ||
    die "this changes the system; run it as root: sudo $0 $action …"

# Points one of the links at a version; at no time is there no link.
point() {
    ln -sfn "releases/$2" "$prefix/.$1.new"
    mv -T "$prefix/.$1.new" "$prefix/$1"
}

# The version that a link points at, nothing where there is no such link.
pointed() { [ ! -L "$prefix/$1" ] || basename "$(readlink "$prefix/$1")"; }

# Runs the node of the present link; fails unless it comes up.
started() {
    say "starting the node"
    bash -c "$restart" >&2
}

# Makes a version the present one, or goes back to the one that was.
switch_to() {
    local wanted="$1" before
    before="$(pointed current)"
    point current "$wanted"
    if [ -z "$before" ] || [ "$before" = "$wanted" ]; then
        started || die "the node did not come up; see why: journalctl -u $unit -n 50"
        return
    fi
    point previous "$before"
    if started; then
        return
    fi
    say "$wanted did not come up, so $before comes back"
    point current "$before"
    point previous "$wanted"
    started || say "and $before does not come up either; see why: journalctl -u $unit -n 50"
    die "$wanted did not come up; $before is in place again. See why: journalctl -u $unit -n 50"
}

# Sets SOURCE to a folder that holds what is to be installed, and ORIGIN to where it came from.
fetch() {
    ORIGIN="$1"
    if [ -d "$1" ]; then
        SOURCE="$(cd "$1" && pwd)"
        # Updates of a clone come from where the clone did; root does not own it, hence the option.
        ORIGIN="$(git -c safe.directory="$SOURCE" -C "$SOURCE" remote get-url origin 2>/dev/null)" ||
            ORIGIN="$SOURCE"
    else
        command -v git >/dev/null || debian_packages git
        make_scratch
        step "fetching $1" git clone --quiet --depth 1 "$1" "$SCRATCH/source" ||
            die "$1 could not be fetched; check the network and the address"
        SOURCE="$SCRATCH/source"
    fi
    [ -f "$SOURCE/hardware/speaker/pyproject.toml" ] ||
        die "$1 holds no speaker node; give a checkout of Halcyon or its git address"
}

# The name of a version: its number, and what tells two states of one number apart.
version_of() {
    local number state
    number="$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' "$1/hardware/speaker/halcyon_speaker/__init__.py")"
    state="$(cd "$1" && find engine hardware/speaker requirements/speaker.txt -type f \
        -not -path '*/__pycache__/*' -not -path '*.egg-info/*' -not -path '*/build/*' -print0 |
        LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c1-8)"
    printf '%s-%s' "$number" "$state"
}

# Puts what a version needs to install others, and to be read, beside it.
keep_source() {
    mkdir -p "$2/hardware/speaker" "$2/scripts" "$2/requirements" "$2/docs"
    cp "$1/hardware/speaker/install.sh" "$1/hardware/speaker/$unit" "$2/hardware/speaker/"
    cp -r "$1/scripts/lib" "$2/scripts/"
    cp "$1/requirements/uv.txt" "$1/requirements/speaker.txt" "$2/requirements/"
    cp "$1/docs/speaker.md" "$2/docs/"
}

# A copy without what other tools left behind, because setuptools builds in the folder itself.
copy_packages() {
    mkdir -p "$2/hardware/speaker"
    cp "$1/pyproject.toml" "$1/README.md" "$1/LICENSE" "$2/"
    cp -r "$1/engine" "$2/engine"
    cp "$1/hardware/speaker/pyproject.toml" "$2/hardware/speaker/"
    cp -r "$1/hardware/speaker/halcyon_speaker" "$2/hardware/speaker/halcyon_speaker"
}

# Builds a version from $SOURCE; what was left unfinished is begun again.
build() {
    local folder="$releases/$1"
    [ ! -e "$folder/.complete" ] || return 0
    rm -rf "$folder"
    mkdir -p "$releases"
    # The node's own user must be able to read its Python.
    export HALCYON_CACHE="$prefix/cache" UV_LINK_MODE=copy
    ensure_python
    case "$(readlink -f "$PYTHON")" in
    /home/* | /root/*) [ -z "$service" ] || build_python_here ;;
    esac
    ensure_uv
    step "making version $1 (Python $(python_version "$PYTHON"))" \
        "$UV" venv --python "$PYTHON" "$folder" || die "$folder could not be made"
    step "installing what it needs" "$UV" pip install --python "$folder/bin/python" \
        --require-hashes -r "$SOURCE/requirements/speaker.txt" ||
        die "the packages could not be installed; check the network, then start this script again"
    make_scratch
    copy_packages "$SOURCE" "$SCRATCH/packages"
    step "installing the node" "$UV" pip install --python "$folder/bin/python" --no-deps \
        --no-build-isolation "$SCRATCH/packages" "$SCRATCH/packages/hardware/speaker" ||
        die "the node could not be installed"
    keep_source "$SOURCE" "$folder/source"
    step "trying it" "$folder/bin/halcyon-speaker" --version || die "version $1 does not start"
    printf '%s\n' "$ORIGIN" >"$folder/origin"
    touch "$folder/.complete"
    chmod -R a+rX "$folder"
}

# A Python that lies in somebody's home is out of the service's sight.
build_python_here() {
    say "$PYTHON lies in a home, which the service cannot see: getting another Python"
    ensure_uv
    PYTHON="$HALCYON_CACHE/python3.14/bin/python3.14"
    [ -x "$PYTHON" ] || build_python "$HALCYON_CACHE/python3.14"
}

# Removes all versions but the present one and the one before.
prune() {
    local folder name
    for folder in "$releases"/*; do
        name="$(basename "$folder")"
        [ "$name" = "$(pointed current)" ] || [ "$name" = "$(pointed previous)" ] ||
            rm -rf "$folder"
    done
}

configure() {
    [ ! -e "$etc/speaker.toml" ] || return 0
    mkdir -p "$etc"
    node="${node:-$(hostname | tr '[:upper:]' '[:lower:]' | tr -cd 'a-z0-9-' | cut -c1-32)}"
    (
        umask 027
        {
            printf '# What can be set: docs/speaker.md\n'
            printf 'node = "%s"\n' "$node"
            [ -z "$room" ] || printf 'room = "%s"\n' "$room"
            printf '\n[mqtt]\nhost = "%s"\n' "${broker:-homeassistant.local}"
            [ -z "$username" ] || printf 'username = "%s"\n' "$username"
            [ -z "$password" ] || printf 'password = "%s"\n' "$password"
            printf '\n[sound]\nmicrophones = 1\n'
        } >"$etc/speaker.toml"
    )
    say "the configuration is $etc/speaker.toml"
}

set_up_service() {
    [ -n "$service" ] || return 0
    debian_packages libportaudio2 ca-certificates
    id halcyon-speaker >/dev/null 2>&1 ||
        useradd --system --no-create-home --shell /usr/sbin/nologin --groups audio halcyon-speaker
    chgrp -R halcyon-speaker "$etc"
    sed -e "s|/opt/halcyon-speaker|$prefix|g" -e "s|/etc/halcyon-speaker|$etc|g" \
        "$SOURCE/hardware/speaker/$unit" >"/etc/systemd/system/$unit"
    ln -sfn "$prefix/current/bin/halcyon-speaker" /usr/local/bin/halcyon-speaker
    systemctl daemon-reload
    systemctl enable --quiet "$unit"
}

# Only one of these at a time, or two would switch against each other.
mkdir -p "$prefix" 2>/dev/null || die "$prefix cannot be written; run this as root, or give --prefix"
if [ -z "${HALCYON_SPEAKER_LOCKED:-}" ]; then
    # flock holds it itself, so that nothing that is started here can hold it longer.
    status=0
    HALCYON_SPEAKER_LOCKED=yes flock --nonblock --close --conflict-exit-code 75 \
        "$prefix/.lock" "$0" "${given[@]}" || status=$?
    [ "$status" -ne 75 ] || die "another installation is under way in $prefix; wait for it"
    exit "$status"
fi

case "$action" in
install | update)
    if [ -z "$source" ]; then
        source="$root"
        if [ "$action" = update ]; then
            source="$(cat "$prefix/current/origin" 2>/dev/null)" ||
                die "nothing is installed in $prefix yet; use: $0 install"
        fi
    fi
    fetch "$source"
    version="$(version_of "$SOURCE")"
    if [ "$action" = update ] && [ "$version" = "$(pointed current)" ]; then
        say "$version is the newest already"
        exit 0
    fi
    build "$version"
    configure
    set_up_service
    switch_to "$version"
    prune
    say "$version runs"
    ;;
rollback)
    before="$(pointed previous)"
    if [ -z "$before" ] || [ ! -e "$releases/$before/.complete" ]; then
        die "there is no version before the present one in $prefix"
    fi
    switch_to "$before"
    say "$before runs again; an update brings the newest back"
    ;;
remove)
    if [ -n "$service" ]; then
        systemctl disable --now "$unit" 2>/dev/null || true
        rm -f "/etc/systemd/system/$unit" /usr/local/bin/halcyon-speaker
        systemctl daemon-reload
    fi
    rm -rf "$releases" "$prefix/current" "$prefix/previous" "$prefix/cache"
    say "removed; $etc and /var/lib/halcyon-speaker are left, delete them to forget everything"
    ;;
*) die "what is to be done? install, update, rollback or remove; see --help" ;;
esac
