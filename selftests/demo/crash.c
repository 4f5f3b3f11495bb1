// SPDX-License-Identifier: GPL-2.0
/* A program with the oldest bug there is, for the demonstration. */
#include <stdlib.h>

int main(void)
{
	/* Through the library, so that the compiler does not see it. */
	int *nowhere = (int *)strtoul("0", NULL, 10);

	*nowhere = 1;
	return 0;
}
