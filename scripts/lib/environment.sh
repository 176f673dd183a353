# Virtual environments from the hash-pinned files in requirements/. Sourced after python.sh.
# shellcheck shell=bash
#
#   test     .venv          tests, lint and types, on the newest Home Assistant with a harness
#   oldest   .venv-oldest   tests on the oldest Home Assistant that is supported
#   hass     .venv-hass     a real Home Assistant, for the demo and the real-process tests
#   esphome  .venv-esphome  the real ESPHome, which pins other versions of shared libraries

environment_folder() {
    case "$1" in
    test) printf '%s/.venv' "$HALCYON_ROOT" ;;
    oldest | hass | esphome) printf '%s/.venv-%s' "$HALCYON_ROOT" "$1" ;;
    *) die "there is no environment called '$1'; they are test, oldest, hass and esphome" ;;
    esac
}

# Makes or updates one environment; returns at once when its lock has not changed.
ensure_environment() {
    local name="$1" folder lock stamp want
    folder="$(environment_folder "$name")"
    lock="$HALCYON_ROOT/requirements/$name.txt"
    stamp="$folder/.halcyon-lock"
    want="$(sha256sum <"$lock" | cut -d" " -f1)"
    if [ -x "$folder/bin/python" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$want" ] &&
        python_is_new_enough "$folder/bin/python"; then
        return
    fi
    ensure_python
    ensure_uv
    say "making the '$name' environment (Python $(python_version "$PYTHON"))"
    quietly "$UV" venv --clear --python "$PYTHON" "$folder" || die "could not make $folder"
    quietly "$UV" pip install --python "$folder/bin/python" --require-hashes -r "$lock" ||
        die "could not install requirements/$name.txt; check the network"
    if [ "$name" = test ]; then
        quietly "$UV" pip install --python "$folder/bin/python" --no-deps -e "$HALCYON_ROOT" ||
            die "could not install the engine into $folder"
    fi
    printf '%s' "$want" >"$stamp"
}
