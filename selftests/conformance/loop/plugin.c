// SPDX-License-Identifier: GPL-2.0
/* The library that the debuggees load: it needs no other. */
#ifdef _WIN32
#define EXPORT __declspec(dllexport)
#else
#define EXPORT __attribute__((visibility("default")))
#endif

EXPORT int plugin_answer(void)
{
	return 42;
}

#ifdef _WIN32
/* Its entry point, because without it the C library's would come in. */
int DllMainCRTStartup(void *module, unsigned int reason, void *reserved);

int DllMainCRTStartup(void *module, unsigned int reason, void *reserved)
{
	(void)module;
	(void)reason;
	(void)reserved;
	return 1;
}
#endif
