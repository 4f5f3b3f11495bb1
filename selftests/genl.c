// SPDX-License-Identifier: GPL-2.0
/*
 * The generic netlink family "ntdbg", without a library: dumps of profiles and
 * services, statistics, who may see what, and refusals. NTDBG_KO names the
 * module's file, nt_win32k.ko is beside this.
 */
#define _GNU_SOURCE
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <ntdbg/netlink.h>
#include <sys/socket.h>

#include "fixture.h"
#include "module.h"
#include "nobody.h"
#include "nt.h"

#define genl_data _test_data_genl

#define KPTR_RESTRICT "/proc/sys/kernel/kptr_restrict"
#define MAXIMUM 0x1000

struct service {
	char name[64];
	char routine[128];
	uint32_t table, index, arguments, stack;
	int32_t entry;
	uint64_t address, calls;
	bool implemented, counted;
};

FIXTURE(genl) {
	int fd;
	uint16_t family;
	uint32_t sequence;
	int error;			/* of the last request */
	char text[256];			/* what it said */
	unsigned int messages;		/* how many datagrams the last dump took */
	struct service *services;
	unsigned int nr;
	char kptr_restrict[8];
};

/* A message that is being put together, or looked at. */
struct message {
	struct nlmsghdr header;
	struct genlmsghdr genl;
	char attributes[512];
};

static void add(struct message *message, uint16_t type, const void *data, size_t size)
{
	struct nlattr *attribute = (void *)message + message->header.nlmsg_len;

	attribute->nla_type = type;
	attribute->nla_len = NLA_HDRLEN + size;
	memcpy((char *)attribute + NLA_HDRLEN, data, size);
	message->header.nlmsg_len += NLA_ALIGN(attribute->nla_len);
}

static struct message request(uint16_t family, uint8_t cmd, uint16_t flags)
{
	return (struct message){
		.header = {
			.nlmsg_len = NLMSG_HDRLEN + GENL_HDRLEN, .nlmsg_type = family,
			.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags,
		},
		.genl = { .cmd = cmd, .version = 1 },
	};
}

static const struct nlattr *attribute(const struct nlmsghdr *header, int type)
{
	const char *at = (const char *)header + NLMSG_HDRLEN + GENL_HDRLEN;
	const char *end = (const char *)header + header->nlmsg_len;

	while (at + NLA_HDRLEN <= end) {
		const struct nlattr *found = (const void *)at;

		if ((found->nla_type & NLA_TYPE_MASK) == type)
			return found;
		at += NLA_ALIGN(found->nla_len);
	}
	return NULL;
}

static const void *value(const struct nlmsghdr *header, int type)
{
	const struct nlattr *found = attribute(header, type);

	return found ? (const char *)found + NLA_HDRLEN : NULL;
}

static uint64_t number(const struct nlmsghdr *header, int type)
{
	const struct nlattr *found = attribute(header, type);
	uint64_t result = 0;

	if (found)
		memcpy(&result, value(header, type), found->nla_len - NLA_HDRLEN);
	return result;
}

static const char *string(const struct nlmsghdr *header, int type)
{
	return value(header, type) ?: "";
}

static void take_error(struct genl_data *self, const struct nlmsghdr *header)
{
	const struct nlmsgerr *error = (const void *)header + NLMSG_HDRLEN;
	const char *at = (const char *)(error + 1), *end = (const char *)header + header->nlmsg_len;

	self->error = header->nlmsg_type == NLMSG_DONE ? *(const int *)error : error->error;
	if (!(header->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	if (header->nlmsg_type == NLMSG_DONE)
		at = (const char *)error + sizeof(int);
	else if (!(header->nlmsg_flags & NLM_F_CAPPED))
		at += error->msg.nlmsg_len - sizeof(error->msg);
	while (at + NLA_HDRLEN <= end) {
		const struct nlattr *found = (const void *)at;

		if ((found->nla_type & NLA_TYPE_MASK) == NLMSGERR_ATTR_MSG)
			snprintf(self->text, sizeof(self->text), "%s", at + NLA_HDRLEN);
		at += NLA_ALIGN(found->nla_len);
	}
}

/* Sends a request and gives each answer to @each. Returns the error. */
static int ask(struct genl_data *self, struct message *message, size_t buffer_size,
	       void (*each)(struct genl_data *self, const struct nlmsghdr *header))
{
	static char buffer[65536] __attribute__((aligned(8)));

	self->error = 1;
	self->text[0] = '\0';
	self->messages = 0;
	message->header.nlmsg_seq = ++self->sequence;
	if (send(self->fd, message, message->header.nlmsg_len, 0) < 0)
		return -errno;
	while (self->error == 1) {
		ssize_t n = recv(self->fd, buffer, buffer_size, MSG_TRUNC);
		const struct nlmsghdr *header = (const void *)buffer;

		if (n < 0)
			return -errno;
		if (n > (ssize_t)buffer_size)
			return -ENOBUFS;
		self->messages++;
		for (; NLMSG_OK(header, n); header = NLMSG_NEXT(header, n)) {
			if (header->nlmsg_seq != self->sequence)
				return -EBADMSG;
			if (header->nlmsg_type == NLMSG_ERROR || header->nlmsg_type == NLMSG_DONE)
				take_error(self, header);
			else if (each)
				each(self, header);
		}
	}
	return self->error;
}

static void take_family(struct genl_data *self, const struct nlmsghdr *header)
{
	self->family = number(header, CTRL_ATTR_FAMILY_ID);
}

static int find_family(struct genl_data *self)
{
	struct message message = request(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 0);

	add(&message, CTRL_ATTR_FAMILY_NAME, NTDBG_GENL_NAME, sizeof(NTDBG_GENL_NAME));
	return ask(self, &message, 4096, take_family);
}

static void take_service(struct genl_data *self, const struct nlmsghdr *header)
{
	struct service *service = &self->services[self->nr];

	if (self->nr++ >= MAXIMUM)
		return;
	*service = (struct service){
		.table = number(header, NTDBG_GENL_A_TABLE),
		.index = number(header, NTDBG_GENL_A_INDEX),
		.arguments = number(header, NTDBG_GENL_A_ARGUMENTS),
		.stack = number(header, NTDBG_GENL_A_STACK),
		.entry = number(header, NTDBG_GENL_A_ENTRY),
		.address = number(header, NTDBG_GENL_A_ADDRESS),
		.calls = number(header, NTDBG_GENL_A_CALLS),
		.implemented = attribute(header, NTDBG_GENL_A_IMPLEMENTED),
		.counted = attribute(header, NTDBG_GENL_A_CALLS),
	};
	snprintf(service->name, sizeof(service->name), "%s", string(header, NTDBG_GENL_A_NAME));
	snprintf(service->routine, sizeof(service->routine), "%s",
		 string(header, NTDBG_GENL_A_ROUTINE));
}

/* @table: -1 to leave it out */
static int get_services(struct genl_data *self, const char *profile, int table, size_t buffer_size)
{
	struct message message = request(self->family, NTDBG_GENL_CMD_SERVICE_GET, NLM_F_DUMP);
	uint32_t which = table;

	if (profile)
		add(&message, NTDBG_GENL_A_PROFILE_NAME, profile, strlen(profile) + 1);
	if (table >= 0)
		add(&message, NTDBG_GENL_A_TABLE, &which, sizeof(which));
	self->nr = 0;
	return ask(self, &message, buffer_size, take_service);
}

static const struct service *find_service(struct genl_data *self, const char *name)
{
	for (unsigned int i = 0; i < self->nr; i++)
		if (!strcmp(self->services[i].name, name))
			return &self->services[i];
	return NULL;
}

static int open_netlink(struct genl_data *self)
{
	int one = 1;

	self->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	if (self->fd < 0 || setsockopt(self->fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one)))
		return -errno;
	return find_family(self);
}

FIXTURE_SETUP(genl)
{
	self->fd = -1;
	self->services = calloc(MAXIMUM, sizeof(*self->services));
	ASSERT_NE(NULL, self->services);
	ASSERT_TRUE(read_line(KPTR_RESTRICT, self->kptr_restrict, sizeof(self->kptr_restrict)));
	ASSERT_TRUE(module_loaded());
	ASSERT_EQ(0, open_netlink(self));
	ASSERT_NE(0, self->family);
}

FIXTURE_TEARDOWN(genl)
{
	_metadata->trigger = 0;
	close(self->fd);
	write_text(KPTR_RESTRICT, self->kptr_restrict);
	free(self->services);
}

static const struct {
	const char *name;
	uint32_t build, limit;
	bool x86;
} profiles[] = {
	{ "win10-1511-x64", 10586, 0x1bc, false },
	{ "win10-1507-x64", 10240, 0x1b9, false },
	{ "winxp-x86", 2600, 0x11c, true },
};

static struct __test_metadata *current_test;

static void check_profile(struct genl_data *self, const struct nlmsghdr *header)
{
	struct __test_metadata *_metadata = current_test;
	unsigned int i = self->nr++;

	ASSERT_GT(ARRAY_SIZE(profiles), i);
	EXPECT_EQ(i, number(header, NTDBG_GENL_A_PROFILE));
	EXPECT_STREQ(profiles[i].name, string(header, NTDBG_GENL_A_PROFILE_NAME));
	EXPECT_EQ(profiles[i].build, number(header, NTDBG_GENL_A_BUILD));
	EXPECT_EQ(profiles[i].limit, number(header, NTDBG_GENL_A_LIMIT));
	EXPECT_EQ(profiles[i].x86, !!attribute(header, NTDBG_GENL_A_X86));
	EXPECT_NE(NULL, attribute(header, NTDBG_GENL_A_WIN32_LIMIT));
	EXPECT_EQ(0, number(header, NTDBG_GENL_A_WIN32_LIMIT));
}

TEST_F(genl, profiles)
{
	struct message message = request(self->family, NTDBG_GENL_CMD_PROFILE_GET, NLM_F_DUMP);

	current_test = _metadata;
	EXPECT_EQ(0, ask(self, &message, 65536, check_profile));
	EXPECT_EQ(ARRAY_SIZE(profiles), self->nr);
}

/* Every service comes once and in order, whatever the size of the datagrams. */
TEST_F(genl, dump_goes_on_where_a_message_was_full)
{
	/* The kernel makes datagrams as long as the longest buffer that was ever offered. */
	static const size_t sizes[] = { 4096, 16384, 65536 };

	for (unsigned int p = 0; p < ARRAY_SIZE(profiles); p++) {
		close(self->fd);
		ASSERT_EQ(0, open_netlink(self));
		for (unsigned int s = 0; s < ARRAY_SIZE(sizes); s++) {
			ASSERT_EQ(0, get_services(self, profiles[p].name, 0, sizes[s]));
			EXPECT_EQ(profiles[p].limit, self->nr);
			EXPECT_LT(2, self->messages);
			for (unsigned int i = 0; i < self->nr; i++) {
				const struct service *service = &self->services[i];
				uint32_t stack = service->arguments;

				EXPECT_EQ(i, service->index);
				EXPECT_EQ(0, service->table);
				EXPECT_EQ(0, strncmp(service->name, "Nt", 2));
				if (!profiles[p].x86)
					stack = stack > 4 ? stack - 4 : 0;
				EXPECT_EQ(stack, service->stack) TH_LOG("%s", service->name);
				EXPECT_EQ(profiles[p].x86 ? 0 : stack, service->entry & 0xf);
			}
		}
	}
}

TEST_F(genl, services_of_the_default)
{
	const struct service *service;

	ASSERT_EQ(0, get_services(self, NULL, -1, 65536));
	EXPECT_EQ(profiles[0].limit, self->nr);
	service = find_service(self, "NtTestAlert");
	ASSERT_NE(NULL, service);
	EXPECT_EQ(SVC_NtTestAlert, service->index);
	EXPECT_TRUE(service->implemented);
	EXPECT_STREQ("nt_test_alert_service [ntdbg]", service->routine);
	service = find_service(self, "NtCreateFile");
	ASSERT_NE(NULL, service);
	EXPECT_EQ(SVC_NtCreateFile, service->index);
	EXPECT_EQ(11, service->arguments);
	EXPECT_EQ(7, service->stack);
	service = find_service(self, "NtReplyPort");
	ASSERT_NE(NULL, service);
	EXPECT_FALSE(service->implemented);
	EXPECT_STREQ("ke_not_implemented [ntdbg]", service->routine);
}

/* As /proc/kallsyms has it, or 0. */
static uint64_t symbol_address(const char *symbol)
{
	FILE *file = fopen("/proc/kallsyms", "re");
	unsigned long long address, found = 0;
	char line[512], name[256], module[64];

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "%llx %*c %255s %63s", &address, name, module) == 3 &&
		    !strcmp(name, symbol) && !strcmp(module, "[ntdbg]"))
			found = address;
	if (file)
		fclose(file);
	return found;
}

static unsigned int with_address(struct genl_data *self)
{
	unsigned int nr = 0;

	for (unsigned int i = 0; i < self->nr; i++)
		nr += !!self->services[i].address;
	return nr;
}

TEST_F(genl, addresses_are_for_those_who_may_read_kallsyms)
{
	const struct service *service;
	int status;
	pid_t pid;

	for (char restrict_to[] = "0"; restrict_to[0] <= '2'; restrict_to[0]++) {
		ASSERT_EQ(0, write_text(KPTR_RESTRICT, restrict_to));
		ASSERT_EQ(0, get_services(self, NULL, -1, 65536));
		if (restrict_to[0] == '2') {
			EXPECT_EQ(0, with_address(self));
		} else {
			EXPECT_EQ(self->nr, with_address(self));
			service = find_service(self, "NtTestAlert");
			ASSERT_NE(NULL, service);
			EXPECT_EQ(symbol_address("nt_test_alert_service"), service->address);
		}
		pid = fork();
		if (!pid) {
			if (!become_nobody())
				_exit(101);
			close(self->fd);
			if (open_netlink(self) || get_services(self, NULL, -1, 65536))
				_exit(102);
			_exit(self->nr != profiles[0].limit ? 103 : with_address(self) ? 104 : 0);
		}
		ASSERT_TRUE(wait_exit(pid, WAIT_MS, &status));
		EXPECT_EQ(0, status) TH_LOG("exit status %d", WEXITSTATUS(status));
	}
}

static uint64_t system_calls, nt_processes;
static bool counting;

static void take_stats(struct genl_data *self, const struct nlmsghdr *header)
{
	(void)self;
	system_calls = number(header, NTDBG_GENL_A_SYSTEM_CALLS);
	nt_processes = number(header, NTDBG_GENL_A_NT_PROCESSES);
	counting = attribute(header, NTDBG_GENL_A_COUNTING);
}

static int get_stats(struct genl_data *self)
{
	struct message message = request(self->family, NTDBG_GENL_CMD_STATS_GET, 0);

	return ask(self, &message, 65536, take_stats);
}

TEST_F(genl, statistics)
{
	uint64_t calls, processes;

	ASSERT_EQ(0, get_stats(self));
	calls = system_calls;
	processes = nt_processes;
	EXPECT_FALSE(counting);
	ASSERT_EQ(0, nt_begin());
	for (int i = 0; i < 100; i++)
		EXPECT_EQ(STATUS_SUCCESS, NT(NtTestAlert));
	ASSERT_EQ(0, get_stats(self));
	EXPECT_LE(calls + 100, system_calls);
	EXPECT_LE(processes + 1, nt_processes);
}

#define EXPECT_REFUSED(err, what, message) do {				\
	EXPECT_EQ(err, ask(self, message, 65536, NULL));		\
	EXPECT_NE(NULL, strstr(self->text, what))			\
		TH_LOG("line %d: it says: %s", __LINE__, self->text);	\
} while (0)

TEST_F(genl, refusals_have_a_sentence)
{
	char long_name[80];
	uint32_t table = 2;
	struct message message;

	message = request(self->family, NTDBG_GENL_CMD_SERVICE_GET, NLM_F_DUMP);
	add(&message, NTDBG_GENL_A_PROFILE_NAME, "win11", sizeof("win11"));
	EXPECT_REFUSED(-ENOENT, "there is no profile of this name", &message);

	message = request(self->family, NTDBG_GENL_CMD_SERVICE_GET, NLM_F_DUMP);
	add(&message, NTDBG_GENL_A_TABLE, &table, sizeof(table));
	EXPECT_REFUSED(-ERANGE, "range", &message);

	message = request(self->family, NTDBG_GENL_CMD_SERVICE_GET, NLM_F_DUMP);
	add(&message, NTDBG_GENL_A_TABLE, &table, 2);
	EXPECT_REFUSED(-EINVAL, "length", &message);

	memset(long_name, 'a', sizeof(long_name));
	message = request(self->family, NTDBG_GENL_CMD_SERVICE_GET, NLM_F_DUMP);
	add(&message, NTDBG_GENL_A_PROFILE_NAME, long_name, sizeof(long_name));
	EXPECT_REFUSED(-EINVAL, "", &message);
	EXPECT_NE('\0', self->text[0]);
	long_name[sizeof(long_name) - 1] = '\0';
	message = request(self->family, NTDBG_GENL_CMD_SERVICE_GET, NLM_F_DUMP);
	add(&message, NTDBG_GENL_A_PROFILE_NAME, long_name, sizeof(long_name));
	EXPECT_REFUSED(-EINVAL, "policy", &message);

	/* An attribute that the command does not have, and one that nobody has. */
	message = request(self->family, NTDBG_GENL_CMD_SERVICE_GET, NLM_F_DUMP);
	add(&message, NTDBG_GENL_A_BUILD, &table, sizeof(table));
	EXPECT_REFUSED(-EINVAL, "ttribute", &message);
	message = request(self->family, NTDBG_GENL_CMD_SERVICE_GET, NLM_F_DUMP);
	add(&message, 200, &table, sizeof(table));
	EXPECT_REFUSED(-EINVAL, "ttribute", &message);
	message = request(self->family, NTDBG_GENL_CMD_PROFILE_GET, NLM_F_DUMP);
	add(&message, NTDBG_GENL_A_PROFILE_NAME, "x", 2);
	EXPECT_REFUSED(-EINVAL, "ttribute", &message);
	message = request(self->family, NTDBG_GENL_CMD_STATS_GET, 0);
	add(&message, NTDBG_GENL_A_TABLE, &table, sizeof(table));
	EXPECT_REFUSED(-EINVAL, "ttribute", &message);

	/* What is a dump is none, and the other way round; no such command. */
	message = request(self->family, NTDBG_GENL_CMD_SERVICE_GET, 0);
	EXPECT_EQ(-EOPNOTSUPP, ask(self, &message, 65536, NULL));
	message = request(self->family, NTDBG_GENL_CMD_STATS_GET, NLM_F_DUMP);
	EXPECT_EQ(-EOPNOTSUPP, ask(self, &message, 65536, NULL));
	message = request(self->family, NTDBG_GENL_CMD_MAX + 1, 0);
	EXPECT_EQ(-EOPNOTSUPP, ask(self, &message, 65536, NULL));
}

TEST_F(genl, table_of_another_module)
{
	char owner[512];
	int fd;

	snprintf(owner, sizeof(owner), "%s", program("nt_win32k.ko"));
	if (access(owner, R_OK))
		SKIP(return, "nt_win32k.ko is not beside the test");
	ASSERT_EQ(0, get_services(self, NULL, 1, 65536));
	EXPECT_EQ(0, self->nr);
	fd = open(owner, O_RDONLY | O_CLOEXEC);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, syscall(SYS_finit_module, fd, "", 0));
	close(fd);
	EXPECT_EQ(0, get_services(self, NULL, 1, 65536));
	EXPECT_EQ(3, self->nr);
	EXPECT_STREQ("NtSampleSum7", self->services[1].name);
	EXPECT_EQ(1, self->services[1].table);
	EXPECT_EQ(7, self->services[1].arguments);
	EXPECT_EQ(3, self->services[1].stack);
	EXPECT_TRUE(self->services[1].implemented);
	EXPECT_STREQ("sample_sum7 [nt_win32k]", self->services[1].routine);
	EXPECT_EQ(0, get_services(self, "winxp-x86", 1, 65536));
	EXPECT_EQ(0, self->nr);
	EXPECT_EQ(0, syscall(SYS_delete_module, "nt_win32k", O_NONBLOCK));
	EXPECT_EQ(0, get_services(self, NULL, 1, 65536));
	EXPECT_EQ(0, self->nr);
}

/* A dump that somebody has begun holds the module, and lets go of it when the socket closes. */
TEST_F(genl, module_stays_while_a_dump_is_under_way)
{
	const char *ko = getenv("NTDBG_KO");
	struct message message = request(self->family, NTDBG_GENL_CMD_SERVICE_GET, NLM_F_DUMP);
	uint16_t family = self->family;

	if (!ko)
		SKIP(return, "NTDBG_KO does not name the module's file");
	ASSERT_LE(0, send(self->fd, &message, message.header.nlmsg_len, 0));
	EXPECT_EQ(-EWOULDBLOCK, module_unload());
	close(self->fd);
	self->fd = -1;
	ASSERT_TRUE(module_unloads());
	ASSERT_EQ(-ENOENT, open_netlink(self));
	/* Who has the number still is told. */
	message = request(family, NTDBG_GENL_CMD_SERVICE_GET, NLM_F_DUMP);
	EXPECT_GT(0, ask(self, &message, 65536, NULL));
	EXPECT_EQ(0, module_load(ko));
}

TEST_F(genl, calls_of_each_service)
{
	const char *ko = getenv("NTDBG_KO");
	pid_t pid;
	int status;

	if (!ko)
		SKIP(return, "NTDBG_KO does not name the module's file");
	ASSERT_EQ(0, get_services(self, NULL, -1, 65536));
	EXPECT_FALSE(self->services[0].counted);
	ASSERT_TRUE(module_unloads());
	ASSERT_EQ(0, module_load_with(ko, "count_services=1"));
	close(self->fd);
	EXPECT_EQ(0, open_netlink(self));
	/* Another process: an NT process that lives keeps the module. */
	pid = fork();
	if (!pid) {
		if (nt_begin())
			_exit(1);
		for (int i = 0; i < 7; i++)
			NT(NtTestAlert);
		NT(NtReplyPort, 0, 0);
		_exit(0);
	}
	EXPECT_TRUE(wait_exit(pid, WAIT_MS, &status));
	EXPECT_EQ(0, status);
	EXPECT_EQ(0, get_stats(self));
	EXPECT_TRUE(counting);
	EXPECT_EQ(0, get_services(self, NULL, -1, 65536));
	for (unsigned int i = 0; i < self->nr; i++) {
		const struct service *service = &self->services[i];
		uint64_t calls = 0;

		if (service->index == SVC_NtTestAlert)
			calls = 7;
		if (service->index == SVC_NtReplyPort)
			calls = 1;
		EXPECT_TRUE(service->counted);
		EXPECT_EQ(calls, service->calls) TH_LOG("%s", service->name);
	}
	EXPECT_TRUE(module_unloads());
	EXPECT_EQ(0, module_load(ko));
}

TEST_HARNESS_MAIN
