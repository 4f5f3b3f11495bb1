# SPDX-License-Identifier: MIT
# The prototypes of the services under their second names: <ntzwapi.h> out of the headers.
BEGIN {
	print "/* SPDX-License-Identifier: MIT */"
	print "/* The system services of <ntdll.h> as Zw*: other names of the same functions. Generated. */"
	print "#ifndef NTDBG_NTDLL_NTZWAPI_H"
	print "#define NTDBG_NTDLL_NTZWAPI_H"
	print ""
	print "#include \"ntdll.h\""
	print ""
	print "#ifdef __cplusplus"
	print "extern \"C\" {"
	print "#endif"
	print ""
}
/^NTSYSCALLAPI/ { inside = 1 }
inside {
	sub(/^Nt/, "Zw")
	sub(/ Nt/, " Zw")
	print
}
/;$/ { inside = 0 }
END {
	print ""
	print "#ifdef __cplusplus"
	print "}"
	print "#endif"
	print ""
	print "#endif /* NTDBG_NTDLL_NTZWAPI_H */"
}
