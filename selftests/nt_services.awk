# SPDX-License-Identifier: GPL-2.0
# The services of the default profile for the fuzzer: NT_ROW(name, number, arguments, hints). The hints, one letter
# for each argument, are guessed from how the parameters of the implementation are called; "" if there is none:
#   h handle   a OBJECT_ATTRIBUTES   t time   p other pointer   i number
# usage: awk -f nt_services.awk services.tbl SOURCE...

function hint(type, name)
{
	if (type != "u64")
		return "i"
	if (name ~ /attributes/)
		return "a"
	if (name ~ /timeout|interval|due|time/)
		return "t"
	if (name !~ /_out$/ && name ~ /(^|_)(handle|process|thread|section|event|file|object|job|port|source|target|root|token|timer|semaphore|mutant|completion|directory|link)$/)
		return "h"
	return "p"
}

# NtQueryIOThing and nt_query_io_thing are the same
function plain(name)
{
	gsub(/_/, "", name)
	return tolower(name)
}

FILENAME ~ /services\.tbl$/ {
	if ($0 !~ /^#/ && NF == 4 && $2 != "-") {
		split($2, cell, "/")
		number[$1] = cell[1]
		arguments[$1] = cell[2]
	}
	next
}

/^NT_SERVICE[0-9]*\(/ { text = "" ; inside = 1 }
inside {
	text = text $0
	if ($0 !~ /\)/)
		next
	inside = 0
	sub(/^NT_SERVICE[0-9]*\(/, "", text)
	sub(/\).*/, "", text)
	n = split(text, word, /[ \t]*,[ \t]*/)
	hints[plain(word[1])] = "-"
	for (i = 2; i < n; i += 2)
		hints[plain(word[1])] = hints[plain(word[1])] hint(word[i], word[i + 1])
}

END {
	for (name in number)
		printf "NT_ROW(%s, 0x%s, %s, \"%s\")\n", name, number[name], arguments[name], hints[plain(name)] | "LC_ALL=C sort"
}
