#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Builds the test programs in build/selftests, against kselftest's headers from Debian's linux-source package.
# shellcheck source=selftests/vm/lib/linux-source.sh
. "$(dirname "$0")/../selftests/vm/lib/linux-source.sh"

ensure_kernel_list
ensure_linux_source_files
make -s -C "$TOP/selftests" -j"$(nproc)" KSFT_DIR="$LINUX_SOURCE/tools/testing/selftests" OUT="$BUILD/selftests" "$@" >&2
