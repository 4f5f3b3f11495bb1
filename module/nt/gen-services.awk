# SPDX-License-Identifier: GPL-2.0
# Makes the service tables: services.tbl, then the lines of the sources with NT_SERVICEn(name.
# usage: awk -f gen-services.awk services.tbl LINES

function fail(text)
{
	print "gen-services.awk: " text > "/dev/stderr"
	failed = 1
	exit 1
}

# NtQueryIOThing -> nt_query_io_thing, as the sources name it
function routine_of(name,    out, i, c, before, after)
{
	out = ""
	for (i = 1; i <= length(name); i++) {
		c = substr(name, i, 1)
		before = substr(name, i - 1, 1)
		after = substr(name, i + 1, 1)
		if (i > 1 && c ~ /[A-Z]/ && (before ~ /[a-z0-9]/ || after ~ /[a-z]/))
			out = out "_"
		out = out tolower(c)
	}
	return out
}

function hex(text,    i, value)
{
	value = 0
	for (i = 1; i <= length(text); i++)
		value = value * 16 + index("0123456789abcdef", substr(text, i, 1)) - 1
	return value
}

FNR == NR {
	if ($0 ~ /^#/ || NF == 0)
		next
	if (NF != 4)
		fail("services.tbl:" FNR ": four columns are wanted")
	routine[$1] = routine_of($1)
	known[routine[$1]] = $1
	for (p = 1; p <= 3; p++) {
		if ($(p + 1) == "-")
			continue
		split($(p + 1), cell, "/")
		number = hex(cell[1])
		if ((p, number) in service)
			fail("services.tbl:" FNR ": number " cell[1] " is there twice")
		if (cell[2] > 17)
			fail("services.tbl:" FNR ": more than 17 arguments")
		service[p, number] = $1
		arguments[p, number] = cell[2]
		counts[$1, p] = cell[2]
		limit[p]++
	}
	next
}

match($0, /NT_SERVICE[0-9]+\(nt_[a-z0-9_]+/) {
	split(substr($0, RSTART + 10, RLENGTH - 10), part, "(")
	if (!(part[2] in known))
		fail("no service is called " part[2])
	if (part[2] in implemented)
		fail(part[2] " is written twice")
	implemented[part[2]] = part[1]
	for (p = 1; p <= 3; p++)
		if ((known[part[2]], p) in counts && counts[known[part[2]], p] != part[1])
			fail(part[2] " has " part[1] " arguments, but the table says " counts[known[part[2]], p])
}

END {
	if (failed)
		exit 1
	profile[1] = "win10_1511"
	profile[2] = "win10_1507"
	profile[3] = "winxp_x86"
	print "/* Made from services.tbl and the sources by gen-services.awk. */"
	for (name in implemented)
		print "u32 " name "_service(const u64 *arguments);"
	for (p = 1; p <= 3; p++) {
		names = values = routines = ""
		for (number = 0; number < limit[p]; number++) {
			if (!((p, number) in service))
				fail(profile[p] " has no service number " number)
			name = service[p, number]
			names = names "\t\"" name "\",\n"
			values = values "\t" arguments[p, number] ",\n"
			if (routine[name] in implemented)
				routines = routines "\t" routine[name] "_service,\n"
			else
				routines = routines "\tke_not_implemented,\n"
		}
		print "static const char *const nt_" profile[p] "_names[] = {\n" names "};"
		print "static const u8 nt_" profile[p] "_arguments[] = {\n" values "};"
		print "static const ke_routine_t nt_" profile[p] "_routines[] = {\n" routines "};"
		print "static s32 nt_" profile[p] "_entries[" limit[p] "];"
		print "static u8 nt_" profile[p] "_bytes[" limit[p] "];"
	}
}
