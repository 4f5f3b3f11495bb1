# SPDX-License-Identifier: MIT
# The services of all profiles for C++: ROW("NtClose", 0xf, 1, 0xf, 1, 0x19, 1): number and arguments in each profile, -1
# where there is none.
# usage: awk -f gen-services.awk services.tbl

/^#/ || NF != 4 { next }
{
	printf "ROW(\"%s\"", $1
	for (profile = 2; profile <= 4; profile++) {
		if ($profile == "-") {
			printf ", -1, -1"
		} else {
			split($profile, cell, "/")
			printf ", 0x%s, %d", cell[1], cell[2]
		}
	}
	print ")"
}
