#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Prints docs/services.md: the services of module/nt/services.tbl, and which of them the sources implement.
# usage: scripts/gen-services-doc.sh >docs/services.md
set -euo pipefail
cd "$(dirname "$0")/.."

grep -ho '^NT_SERVICE[0-9]*([a-z0-9_]*' module/nt/*.c module/nt/*/*.c | sed 's/.*(//' |
	LC_ALL=C awk '
	# NtQueryIOThing and nt_query_io_thing are the same
	function plain(name) {
		gsub(/_/, "", name)
		return tolower(name)
	}
	function number(cell,    part) {
		if (cell == "-")
			return "-"
		split(cell, part, "/")
		return part[1]
	}
	function arguments(a, b, c,    part, text) {
		split(a != "-" ? a : b != "-" ? b : c, part, "/")
		text = part[2]
		if (a != "-" && c != "-") {
			split(c, part, "/")
			if (part[2] != text)
				text = text " (" part[2] ")"
		}
		return text
	}
	FNR == NR {
		written[plain($1)] = 1
		next
	}
	/^#/ || NF != 4 { next }
	{
		is = plain($1) in written
		total++
		implemented += is
		for (p = 2; p <= 4; p++)
			if ($p != "-") {
				of[p]++
				has[p] += is
			}
		rows = rows sprintf("| %s | %s | %s | %s | %s | %s |\n", $1, number($2), number($3), number($4),
			arguments($2, $3, $4), is ? "yes" : "")
	}
	END {
		print "# The NT system services"
		print ""
		print "Made by `scripts/gen-services-doc.sh` from `module/nt/services.tbl` and the sources. Numbers are"
		print "hexadecimal; arguments in brackets are those of winxp-x86 where they differ. A service that is not"
		print "implemented answers STATUS_NOT_IMPLEMENTED. On a machine with the module: `ntdbg ssdt`."
		print ""
		print "| profile | services | implemented |"
		print "| --- | --- | --- |"
		printf "| win10-1511-x64 | %d | %d |\n", of[2], has[2]
		printf "| win10-1507-x64 | %d | %d |\n", of[3], has[3]
		printf "| winxp-x86 | %d | %d |\n", of[4], has[4]
		printf "| all names | %d | %d |\n", total, implemented
		print ""
		print "| service | win10-1511-x64 | win10-1507-x64 | winxp-x86 | arguments | implemented |"
		print "| --- | --- | --- | --- | --- | --- |"
		printf "%s", rows
	}' - module/nt/services.tbl
