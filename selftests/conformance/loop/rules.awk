# SPDX-License-Identifier: GPL-2.0
# Takes out of the log of one scenario what cannot be the same on Windows and on Linux. Each rule is named in
# docs/differences.md, which says why. side=windows or side=linux.

{ line[++n] = $0 }

# Drops lines from FIRST to LAST.
function drop(first, last, i) {
	for (i = last + 1; i <= n; i++)
		line[i - (last - first + 1)] = line[i]
	n -= last - first + 1
}

# Process number P is one less from line I on.
function renumber(i, p) {
	for (; i <= n; i++)
		while (match(line[i], " P[0-9]+") && substr(line[i], RSTART + 2, RLENGTH - 2) + 0 > p)
			sub(/ P[0-9]+/, " p" (substr(line[i], RSTART + 2, RLENGTH - 2) - 1), line[i])
	for (i = 1; i <= n; i++)
		sub(/ p/, " P", line[i])
}

END {
	# Rule "libraries": how many there are before the initial breakpoint.
	for (i = 2; i <= n; i++)
		if (line[i] ~ /^LOAD_DLL .* initial$/ && line[i] == line[i - 1]) {
			drop(i, i)
			i--
		}

	# Rule "break-in": Windows makes a thread for it, Linux uses the first one.
	if (side == "windows")
		for (i = 2; i <= n; i++)
			if (line[i] ~ /^EXCEPTION .* initial$/ && line[i - 1] ~ /^CREATE_THREAD /) {
				sub(/ T[0-9]+ /, " T1 ", line[i])
				drop(i - 1, i - 1)
				i--
			}

	# Rule "fork": a child of Linux begins as a copy of its parent, which ends when it executes its own program.
	if (side == "linux")
		for (i = 1; i < n; i++)
			if (line[i] ~ /^CREATE_PROCESS / && line[i + 1] ~ /^LOAD_DLL .* initial$/ &&
			    line[i + 2] ~ /^EXIT_PROCESS .* 00000000$/ && line[i + 3] ~ /^CREATE_PROCESS /) {
				split(line[i], word)
				drop(i, i + 2)
				renumber(i, substr(word[2], 2) + 0)
			}

	for (i = 1; i <= n; i++)
		print line[i]
}
