/* Waiting on the terminal and on the pipe of signals at once. */
#include "term_input.h"
#include "term_signals.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

int64_t input_now_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static bool end(struct input *in, struct event *ev, int sig)
{
	struct termios modes;

	/* kill -HUP may come while the terminal is well: then it must still be cleared */
	if (tcgetattr(STDIN_FILENO, &modes) != 0 || tcgetattr(STDOUT_FILENO, &modes) != 0) {
		in->gone = true;
		signals_crash_text(STDOUT_FILENO, "", 0, NULL);
	}
	in->ended = true;
	*ev = (struct event){ .kind = EV_END, .signal = sig };
	return true;
}

static bool told(struct input *in, struct event *ev, int sig)
{
	if (sig == SIGWINCH || sig == SIGCONT)
		*ev = (struct event){ .kind = EV_RESIZE, .signal = sig };
	else if (sig == SIGTSTP)
		*ev = (struct event){ .kind = EV_SUSPEND };
	else
		return end(in, ev, sig);
	return true;
}

bool input_fill(struct input *in)
{
	char bytes[4096];
	ssize_t n = read(STDIN_FILENO, bytes, sizeof(bytes));

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return true;
	if (n <= 0)
		return false;
	keys_feed(&in->keys, bytes, (size_t)n);
	in->fed_ms = input_now_ms();
	explicit_bzero(bytes, (size_t)n);
	return true;
}

/* On a busy machine the rest may have come in time and only not been read yet. */
static bool more_waits(void)
{
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };

	return poll(&in, 1, 0) > 0;
}

/* Milliseconds until the earlier of two times; -1: neither is set. */
static int wait_until(int64_t a, int64_t b)
{
	int64_t first = a < 0 || (b >= 0 && b < a) ? b : a;

	if (first < 0)
		return -1;
	int64_t left = first - input_now_ms();
	return left < 0 ? 0 : (int)left;
}

bool input_next(struct input *in, struct event *ev, int timeout_ms)
{
	int64_t deadline = timeout_ms < 0 ? -1 : input_now_ms() + timeout_ms;

	for (;;) {
		int sig = signals_next(); /* before any key: leaving comes first */
		if (sig != 0)
			return told(in, ev, sig);
		enum keys_state state = keys_next(&in->keys, ev, false);
		int64_t late = -1; /* when half a sequence counts as all there is */
		if (state == KEYS_PART) {
			late = in->fed_ms + keys_patience(&in->keys);
			if (input_now_ms() >= late && !more_waits())
				state = keys_next(&in->keys, ev, true);
		}
		if (in->keys.told) {
			in->keys.told = false;
			if (in->answered != NULL)
				in->answered();
		}
		if (state == KEYS_EVENT)
			return true;
		struct pollfd fds[] = { { .fd = STDIN_FILENO, .events = POLLIN },
			{ .fd = signals_fd(), .events = POLLIN } };
		int n = poll(fds, ARRAY_LEN(fds), wait_until(deadline, late));
		if (n < 0 && errno != EINTR)
			return end(in, ev, 0);
		if (n > 0 && fds[1].revents == 0 && !input_fill(in))
			return end(in, ev, 0);
		bool over = n == 0 && deadline >= 0 && input_now_ms() >= deadline;
		if (over && (late < 0 || input_now_ms() < late))
			return true; /* ev is EV_NONE */
	}
}

void input_free(struct input *in)
{
	keys_free(&in->keys);
}
