/* Time and chance as the system gives them, and local calendar days. */
#include "remanso/base.h"

#include <sodium.h>
#include <string.h>
#include <time.h>

static int64_t clock_ms(clockid_t id)
{
	struct timespec t;

	(void)clock_gettime(id, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int64_t system_now(const struct world *w)
{
	(void)w;
	return clock_ms(CLOCK_REALTIME);
}

static int64_t system_mono(const struct world *w)
{
	(void)w;
	return clock_ms(
	    CLOCK_BOOTTIME); /* goes on while the lid is closed: the lock must */
}

static void system_random(const struct world *w, void *out, size_t n)
{
	(void)w;
	randombytes_buf(out, n);
}

const struct world world_system = {
	.now_ms = system_now,
	.mono_ms = system_mono,
	.random = system_random,
};

struct day day_of(int64_t ms)
{
	time_t t = (time_t)(ms / 1000);
	struct tm tm;

	if (localtime_r(&t, &tm) == NULL)
		return (struct day){ 1970, 1, 1, 4, 0, 0 };
	return (struct day){ tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_wday,
		tm.tm_hour, tm.tm_min };
}

int64_t day_start(int year, int month, int mday)
{
	struct tm tm = {
		.tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = mday, .tm_isdst = -1
	};

	return (int64_t)mktime(&tm) * 1000;
}
