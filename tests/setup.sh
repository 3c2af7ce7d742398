#!/usr/bin/env bash
# Installs what the commands of the Makefile need, each thing only when it is missing, and says plainly what is missing
# where it cannot.
#
#   tests/setup.sh rust       the toolchain of rust-toolchain.toml and its wasm target
#   tests/setup.sh programs   programs that judge the results, and Node
#   tests/setup.sh node       npm packages of tests/edge and tests/badges
#   tests/setup.sh python FILE   packages of a requirements file, into the folder $TOOLS
#   tests/setup.sh checkov    the scanner of the template, into a folder of its own below it
#   tests/setup.sh bench      what the bench measures certificates against
set -euo pipefail
cd "$(dirname "$0")/.."

missing() {
    echo "setup: $1" >&2
    exit 1
}

rust() {
    command -v cargo >/dev/null || missing "cargo is missing: install Rust with rustup (https://rustup.rs)"
    command -v cc >/dev/null || packages gcc libc6-dev
    local wasm
    wasm="$(rustc --print sysroot)/lib/rustlib/wasm32-unknown-unknown"
    if [ ! -d "$wasm" ]; then
        command -v rustup >/dev/null || missing "the wasm32-unknown-unknown target is missing, and there is no rustup to add it"
        rustup target add wasm32-unknown-unknown
    fi
}

# Debian packages by name.
packages() {
    local as_root=()
    if [ "$(id -u)" != 0 ]; then
        sudo -n true 2>/dev/null || missing "install these packages as root: $*"
        as_root=(sudo -n)
    fi
    command -v apt-get >/dev/null || missing "install these packages (Debian names): $*"
    "${as_root[@]}" apt-get update -q
    DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -qy --no-install-recommends "$@"
}

programs() {
    local wanted=()
    command -v pdftotext >/dev/null || wanted+=(poppler-utils)
    command -v zbarimg >/dev/null || wanted+=(zbar-tools)
    command -v qpdf >/dev/null || wanted+=(qpdf)
    command -v jq >/dev/null || wanted+=(jq)
    command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || wanted+=(chromium)
    python3 -c 'import ensurepip, venv' 2>/dev/null || wanted+=(python3 python3-venv)
    command -v node >/dev/null || wanted+=(nodejs)
    command -v npm >/dev/null || wanted+=(npm)
    [ ${#wanted[@]} = 0 ] || packages "${wanted[@]}"
    local major
    major="$(node --print 'process.versions.node.split(".")[0]')"
    [ "$major" -ge 20 ] || missing "Node $major is too old for the Worker's tests: install Node 20 or later"
}

node_packages() {
    local folder installed
    for folder in tests/edge tests/badges; do
        installed="$folder/node_modules/.package-lock.json"
        if [ ! "$installed" -nt "$folder/package-lock.json" ]; then
            npm ci --prefix "$folder" --no-audit --no-fund
            touch "$installed"
        fi
    done
}

python() {
    local requirements="$1" stamp
    stamp="$TOOLS/$(basename "$(dirname "$requirements")").installed"
    if ! cmp -s "$requirements" "$stamp"; then
        [ -x "$TOOLS/bin/python" ] || python3 -m venv "$TOOLS"
        "$TOOLS/bin/pip" install --quiet --disable-pip-version-check --requirement "$requirements"
        cp "$requirements" "$stamp"
    fi
}

checkov() {
    TOOLS="$TOOLS/checkov" python tests/template/requirements.txt
}

# WeasyPrint draws text with Pango and the fonts of the system; the page that it is measured with is set in Noto.
bench() {
    python tests/bench/requirements.txt
    local wanted=()
    "$TOOLS/bin/python" -c 'import weasyprint' 2>/dev/null || wanted+=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0)
    [ -f /usr/share/fonts/truetype/noto/NotoSerif-Regular.ttf ] || wanted+=(fonts-noto-core)
    [ ${#wanted[@]} = 0 ] || packages "${wanted[@]}"
}

case "${1:-}" in
    rust) rust ;;
    programs) programs ;;
    node) node_packages ;;
    python) python "$2" ;;
    checkov) checkov ;;
    bench) bench ;;
    *) missing "say what to set up: rust, programs, node, python FILE, checkov or bench" ;;
esac
