/* What a person types, line by line, and what may come at any time: Ctrl-X and Ctrl-G, signals,
 * the lock.  A terminal stays in its own line mode, where it echoes and where a line is edited
 * as everywhere else; it only learns that those two keys end a line as Enter does. */
#include "plain_clear.h"
#include "plain_in.h"
#include "term_signals.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define KEY_LEAVE 0x18
#define KEY_GROUND 0x07
#define TWICE_WITHIN 2000
#define CHUNK 512

/* ---- the terminal ---- */

static int out_fd(const struct plain *p)
{
	int fd = fileno(p->out);

	return fd >= 0 ? fd : STDOUT_FILENO; /* a stream that writes ASCII there */
}

/* Changing the modes from behind would stop this process, or spoil another one's. */
static bool in_front(const struct plain *p)
{
	return p->tty && tcgetpgrp(p->fd) == getpgrp();
}

static void modes_set(struct plain *p, const struct termios *modes)
{
	if (in_front(p))
		(void)tcsetattr(p->fd, TCSADRAIN, modes);
}

static void modes_make(struct plain *p)
{
	p->modes = p->before;
	p->modes.c_lflag |= ICANON | ISIG | IEXTEN;
	p->modes.c_lflag |= NOFLSH; /* Ctrl-C does not take away what was typed */
	for (size_t i = 0; i < NCCS; i++) {
		cc_t c = p->modes.c_cc[i];

		if (i != VMIN && i != VTIME && (c == KEY_LEAVE || c == KEY_GROUND))
			p->modes.c_cc[i] = _POSIX_VDISABLE;
	}
	p->modes.c_cc[VEOL] = KEY_LEAVE;
	p->modes.c_cc[VEOL2] = KEY_GROUND;
}

/* Where nothing can be cleared the words are pushed off the screen. */
static void push_off(struct plain *p)
{
	struct winsize w;
	int rows = 24;

	if (ioctl(out_fd(p), TIOCGWINSZ, &w) == 0 && w.ws_row > 0)
		rows = w.ws_row;
	for (int i = 0; i < rows && i < 200; i++)
		buf_addc(&p->clear, '\n');
}

void plain_open(struct plain *p)
{
	p->fd = fileno(p->in);
	p->tty = p->fd >= 0 && isatty(p->fd) && tcgetattr(p->fd, &p->before) == 0;
	p->shows = p->tty && isatty(out_fd(p));
	p->told = p->fd >= 0 && signals_open();
	if (p->shows) {
		p->clears = term_clear_lines(&p->clear);
		if (!p->clears)
			push_off(p);
		signals_crash_text(out_fd(p), p->clear.s, p->clear.n, &p->before);
	}
	if (!p->tty)
		return;
	modes_make(p);
	modes_set(p, &p->modes);
	if (p->shows && !p->clears)
		plain_line(p,
		    _("This terminal cannot be cleared. Leaving pushes the words off the "
		      "screen; scrolling back still shows them."));
}

static void send_clear(struct plain *p)
{
	struct termios now;

	if (tcgetattr(p->fd, &now) != 0)
		return; /* the terminal is gone */
	(void)fflush(p->out);
	for (size_t done = 0; done < p->clear.n;) {
		ssize_t n = write(out_fd(p), p->clear.s + done, p->clear.n - done);

		if (n < 0 && errno != EINTR)
			return;
		done += n > 0 ? (size_t)n : 0;
	}
}

void plain_clear(struct plain *p)
{
	if (p->cleared || !p->shows)
		return;
	send_clear(p);
	p->cleared = true;
}

void plain_close(struct plain *p)
{
	modes_set(p, &p->before);
	if (p->told)
		signals_close();
	p->told = false;
	buf_free(&p->clear);
	buf_free(&p->typed);
	buf_free(&p->ahead);
}

void plain_stop(struct plain *p)
{
	if (p->shows)
		send_clear(p);
	modes_set(p, &p->before);
	signals_stop();
	modes_set(p, &p->modes);
	arena_free(p->said.memory);
	p->said = (struct said){ 0 }; /* the whole page is said again */
}

/* ---- what is not a line ---- */

/* What was typed of the line that is not ended: without its line mode the terminal gives it. */
static void take_begun(struct plain *p)
{
	struct termios raw = p->modes;
	char bytes[CHUNK];
	ssize_t n;

	if (!in_front(p))
		return;
	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	raw.c_cc[VMIN] = raw.c_cc[VTIME] = 0;
	if (tcsetattr(p->fd, TCSANOW, &raw) != 0)
		return;
	while ((n = read(p->fd, bytes, sizeof(bytes))) > 0)
		buf_add(&p->typed, (struct str){ bytes, (size_t)n });
	(void)tcsetattr(p->fd, TCSANOW, &p->modes);
	explicit_bzero(bytes, sizeof(bytes));
}

static void show_begun(struct plain *p)
{
	struct buf clean = { 0 };

	utf8_clean(&clean, buf_str(&p->typed), false);
	(void)fprintf(p->out, "> %.*s", STR_ARG(buf_str(&clean)));
	(void)fflush(p->out);
	buf_free(&clean);
}

/* Ctrl-C once: words that were begun stay, a command or a secret does not. */
static bool once_more(struct plain *p)
{
	struct stack *st = p->app->stack;
	int64_t now = app_mono(p->app);

	if (!p->tty || (st->ctrl_c_at != 0 && now - st->ctrl_c_at <= TWICE_WITHIN))
		return false;
	st->ctrl_c_at = now;
	take_begun(p);
	if (p->ask != ASK_WORDS)
		buf_clear(&p->typed);
	(void)fputc('\n', p->out);
	plain_line(p, _("Ctrl-C once more leaves; what is written is kept."));
	if (p->asking)
		show_begun(p);
	return true;
}

/* False: reading ends. */
static bool goes_on(struct plain *p, int sig)
{
	if (sig == SIGWINCH)
		return true;
	if (sig == SIGCONT) { /* the shell has changed the modes */
		modes_set(p, &p->modes);
		return true;
	}
	if (sig == SIGINT && once_more(p))
		return true;
	p->how = sig == SIGTSTP ? BY_STOP : BY_SIGNAL;
	p->signal = sig;
	if (p->how == BY_SIGNAL)
		plain_clear(p);
	take_begun(p);
	return false;
}

/* A key that ended a line is not part of it. */
static bool by_key(struct plain *p, struct buf *line)
{
	int key = line->n > 0 ? line->s[line->n - 1] : 0;

	if (key != KEY_LEAVE && key != KEY_GROUND)
		return false;
	buf_splice(line, line->n - 1, 1, (struct str){ 0 });
	p->how = key == KEY_LEAVE ? BY_LEAVE : BY_GROUND;
	if (p->how == BY_LEAVE)
		plain_clear(p); /* before anything is kept: that takes time */
	else if (p->clears && p->ask != ASK_SECRET && (p->before.c_lflag & ECHO) != 0 &&
		 (p->before.c_lflag & ECHOCTL) != 0)
		(void)fputs("\b\b  \b\b", p->out); /* it stands there as ^G */
	return true;
}

/* ---- waiting ---- */

/* -1: a signal ended it; 0: the time; 1: there is something to read. */
static int wait_once(struct plain *p, int ms)
{
	struct pollfd fds[] = { { .fd = p->in_ended ? -1 : p->fd, .events = POLLIN },
		{ .fd = p->told ? signals_fd() : -1, .events = POLLIN } };
	int n, sig;

	while ((sig = p->told ? signals_next() : 0) != 0) {
		if (!goes_on(p, sig))
			return -1;
	}
	n = poll(fds, ARRAY_LEN(fds), ms);
	while ((sig = p->told ? signals_next() : 0) != 0) {
		if (!goes_on(p, sig))
			return -1;
		n = n > 0 && fds[0].revents == 0 ? 0 : n;
	}
	return n > 0 && fds[0].revents != 0 ? 1 : 0;
}

/* A person may sit before the prompt for long: drafts, and the lock, go on meanwhile. */
static bool wait_input(struct plain *p)
{
	const struct view *top = app_top(p->app);

	for (;;) {
		int n = wait_once(p, p->tty ? app_wait(p->app) : -1);

		if (n != 0)
			return n > 0;
		if (!p->tty)
			continue;
		app_housekeeping(p->app);
		if (app_top(p->app) == top)
			continue;
		p->how = BY_PAGE;
		take_begun(p);
		return false;
	}
}

bool plain_pause(struct plain *p, int ms)
{
	struct buf some = { 0 };
	char bytes[CHUNK];
	ssize_t n;
	int got;

	p->how = BY_LINE;
	p->ask = ASK_COMMAND;
	p->asking = false;
	if (!p->tty) {
		struct pollfd none = { .fd = p->told ? signals_fd() : -1,
			.events = POLLIN };
		int sig;

		(void)poll(&none, 1, ms);
		while ((sig = p->told ? signals_next() : 0) != 0) {
			if (!goes_on(p, sig))
				return false;
		}
		return true;
	}
	got = wait_once(p, ms);
	if (got <= 0)
		return got == 0;
	n = read(p->fd, bytes, sizeof(bytes));
	if (n > 0)
		buf_add(&some, (struct str){ bytes, (size_t)n });
	else if (n == 0 || (errno != EINTR && errno != EAGAIN))
		p->in_ended = true;
	if (!by_key(p, &some))
		buf_add(&p->ahead, buf_str(&some));
	buf_free(&some);
	explicit_bzero(bytes, sizeof(bytes));
	return p->how == BY_LINE;
}

/* ---- lines ---- */

/* The line in p->typed has its end, which is taken off. */
static bool is_whole(struct plain *p)
{
	struct buf *b = &p->typed;

	if (p->tty && by_key(p, b))
		return true;
	if (b->n == 0 || b->s[b->n - 1] != '\n')
		return false;
	while (b->n > 0 && (b->s[b->n - 1] == '\n' || b->s[b->n - 1] == '\r'))
		buf_splice(b, b->n - 1, 1, (struct str){ 0 });
	if (!p->tty && b->n == 1)
		(void)by_key(p, b);
	return true;
}

static bool at_end(struct plain *p)
{
	int sig = p->told ? signals_next() : 0;

	p->in_ended = true;
	if (sig != 0 && !goes_on(p, sig)) /* the window was closed: the signal says so */
		return true;
	if (p->typed.n == 0)
		p->how = BY_END;
	return true;
}

static bool from_ahead(struct plain *p)
{
	struct str all = buf_str(&p->ahead);
	size_t n = 0;

	while (n < all.n && all.s[n++] != '\n')
		;
	buf_add(&p->typed, str_slice(all, 0, n));
	buf_splice(&p->ahead, 0, n, (struct str){ 0 });
	return is_whole(p);
}

/* Read on.  True: the line is whole, or something else came. */
static bool read_on(struct plain *p)
{
	char bytes[CHUNK];
	ssize_t n;

	if (p->fd < 0) {
		int c = getc(p->in);

		if (c == EOF)
			return at_end(p);
		buf_addc(&p->typed, (char)c);
		return is_whole(p);
	}
	if (p->ahead.n > 0)
		return from_ahead(p);
	if (p->in_ended)
		return at_end(p);
	if (!wait_input(p))
		return true;
	/* No more than a line may be taken from a pipe: what follows is asked for later. */
	n = read(p->fd, bytes, p->tty ? sizeof(bytes) : 1);
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return false;
	if (n <= 0)
		return at_end(p);
	buf_add(&p->typed, (struct str){ bytes, (size_t)n });
	explicit_bzero(bytes, (size_t)n);
	return is_whole(p);
}

void plain_wipe(struct plain *p)
{
	buf_clear(&p->typed);
}

/* As if it had been typed there; what no terminal should get is left out. */
static void echo(struct plain *p, struct str line)
{
	struct buf clean = { 0 };

	utf8_clean(&clean, line, false);
	if (clean.n > 0)
		plain_print(p, 0, 2, buf_str(&clean));
	else
		(void)fputc('\n', p->out);
	buf_free(&clean);
}

/* Done before the prompt is shown: a passphrase may be typed as soon as that is read, and what
 * was typed before it stays in the queue. */
static void hide(struct plain *p, bool hidden)
{
	p->modes.c_lflag &= ~(tcflag_t)ECHO;
	if (!hidden)
		p->modes.c_lflag |= p->before.c_lflag & ECHO;
	modes_set(p, &p->modes);
}

/* The terminal has ended the line only when it was Enter and it was shown. */
static void end_line(struct plain *p)
{
	bool entered = p->how == BY_LINE;

	if (p->cleared)
		return;
	if (!entered || p->ask == ASK_SECRET || (!p->tty && !p->echo))
		(void)fputc('\n', p->out);
	else if (p->echo)
		echo(p, buf_str(&p->typed));
}

bool plain_read(struct plain *p, enum plain_ask ask, struct str *line)
{
	struct stack *st = p->app->stack;

	p->ask = ask;
	p->how = BY_LINE;
	p->asking = true;
	buf_clear(&p->typed);
	if (ask == ASK_SECRET)
		hide(p, true);
	(void)fputs("> ", p->out);
	(void)fflush(p->out);
	while (!read_on(p))
		;
	p->asking = false;
	if (ask == ASK_SECRET)
		hide(p, false);
	end_line(p);
	*line = p->how == BY_END ? (struct str){ 0 } : buf_str(&p->typed);
	st->input_at = app_mono(p->app);
	st->warned = st->lock_wanted = false;
	return p->how == BY_LINE;
}
