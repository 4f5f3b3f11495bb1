# SPDX-License-Identifier: MIT
# The services of one profile out of module/nt/services.tbl, one line each, for stubs.S:
#
#	SERVICE Close, 0x00f
#
#	awk -v profile=win10-1511-x64 -f services.awk services.tbl
/^# name/ {
	for (i = 3; i <= NF; i++)
		if ($i == profile)
			column = i - 1
}
/^#/ || NF == 0 { next }
!column {
	print "services.awk: the table has no profile " profile >"/dev/stderr"
	exit 1
}
$column != "-" {
	split($column, number, "/")
	print "SERVICE " substr($1, 3) ", 0x" number[1]
}
