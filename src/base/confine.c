/* The order in which things are given up, and the builds that cannot give up anything. */
#include "confine_in.h"

#include <sys/prctl.h>

#include "remanso/err.h"

/* A sanitizer looks into its own process through a second one and starts a program to name
 * its findings; coverage is written beside the object files when the program ends. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define OPEN_BUILD 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || \
    defined(REMANSO_COVERAGE)
#define OPEN_BUILD 1
#endif

void confine(const struct confine_place *places, size_t n, struct confine_report *r)
{
	*r = (struct confine_report){ 0 };
#ifdef OPEN_BUILD
	(void)places;
	(void)n;
	r->calls_why = N_("This build measures itself and gives up nothing.");
	r->files_why = r->calls_why;
#else
	/* Without it the kernel takes neither; and a set-user-id program that was started
	 * all the same would not gain anything. */
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
		r->calls_why = N_("The system did not allow it.");
		r->files_why = r->calls_why;
		return;
	}
	confine_files(places, n, r);
	confine_calls(r); /* last, so that it may refuse what the first one needs */
#endif
}
