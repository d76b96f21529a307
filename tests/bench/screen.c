/* The program on a pseudo-terminal beside nano: start to the first screen, a key to what it
 * changes (time and bytes), memory.  Rows go to standard output; see tests/bench/run.
 *
 * Ours runs the release build with a real room, its draft sealed as one types; nano has a
 * file of the same length open. */
#include "bench/row.h"

#include "harness/box.h"
#include "harness/play.h"
#include "harness/pty.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char passphrase[] = "lantern orchard copper window gentle sparrow";
static struct box box;
static bool with_nano;

static struct pty *start_ours(void)
{
	const char *argv[] = { program_path(), "--home", box.home, "--lang", "en", NULL };
	const char *env[] = { "TERM=xterm-256color", NULL };

	return pty_start(&(struct pty_options){ .argv = argv, .env = env });
}

static struct pty *start_nano(const char *file)
{
	const char *argv[] = { "nano", "--ignorercfiles", file, NULL };
	const char *env[] = { "TERM=xterm-256color", NULL };

	return pty_start(&(struct pty_options){ .argv = argv, .env = env });
}

/* ---- start ---- */
/* From the start until the words at the foot of the first screen stand there. */
static double first_screen(struct pty *p, const char *foot, int64_t from)
{
	while (!pty_sees(p, foot)) {
		if (pty_now_us() - from > 10000000)
			die("bench: no first screen:\n%s", pty_text(p));
		(void)pty_pump(p, 100);
	}
	return (double)(pty_now_us() - from) / 1000;
}

static void bench_start(void)
{
	enum { ROUNDS = 31 };
	double ours[ROUNDS], theirs[ROUNDS], theirs_kib = -1024, ours_kib = 0;

	for (int i = 0; i < ROUNDS; i++) {
		int64_t from = pty_now_us();
		struct pty *p = start_ours();

		ours[i] = first_screen(p, "Ctrl-X leave", from);
		(void)pty_settle(p);
		ours_kib = (double)row_memory_kib(pty_pid(p));
		pty_close(p);
		if (!with_nano)
			continue;
		from = pty_now_us();
		p = start_nano(box_path(&box, "note.txt"));
		theirs[i] = first_screen(p, "\\^X Exit", from);
		(void)pty_settle(p);
		theirs_kib = (double)row_memory_kib(pty_pid(p));
		pty_close(p);
	}
	row_print("start to first screen", "nano", row_median(ours, ROUNDS),
	    with_nano ? row_median(theirs, ROUNDS) : -1, "ms", ROUNDS);
	row_print("memory at the first screen", "nano", ours_kib / 1024, theirs_kib / 1024,
	    "MiB", 1);
}

/* ---- keys ---- */
struct answer {
	double ms, bytes;
};

/* Press one key; the time until the last byte of its answer, and all bytes of it. */
static struct answer press(struct pty *p, const char *key)
{
	int64_t from, last, quiet;
	size_t before;

	pty_raw_reset(p);
	from = pty_now_us();
	last = from;
	before = 0;
	pty_send(p, str_from(key));
	quiet = from;
	while (pty_now_us() - quiet < 15000) {
		(void)pty_pump(p, 5);
		if (pty_raw(p).n > before) {
			before = pty_raw(p).n;
			last = quiet = pty_now_us();
		} else if (before == 0 && pty_now_us() - from < 500000) {
			quiet = pty_now_us();
		}
	}
	return (struct answer){ (double)(last - from) / 1000, (double)before };
}

static void bench_keys(void)
{
	static const char text[] =
	    "The window was open and the street was quiet.  I made tea "
	    "and sat in the chair by the door, and nothing asked for "
	    "anything.  Later it rained, which I like, and the kitchen ";
	enum { KEYS = sizeof text - 1 };
	double time_ours[KEYS], time_nano[KEYS], bytes_ours[KEYS], bytes_nano[KEYS];
	struct pty *ours = start_ours(), *nano = NULL;
	double nano_kib = -1024;

	if (!play_unlock(ours, passphrase) || !play_choose(ours, "Write in the journal"))
		die("bench: no way to the journal:\n%s", pty_text(ours));
	(void)pty_settle(ours);
	if (with_nano) {
		nano = start_nano(box_path(&box, "new.txt"));
		(void)pty_wait(nano, "\\^X Exit");
		(void)pty_settle(nano);
	}
	for (int i = 0; i < KEYS; i++) {
		const char key[2] = { text[i], '\0' };
		struct answer a = press(ours, key);

		time_ours[i] = a.ms;
		bytes_ours[i] = a.bytes;
		if (nano == NULL)
			continue;
		a = press(nano, key);
		time_nano[i] = a.ms;
		bytes_nano[i] = a.bytes;
	}
	row_print("key to screen", "nano", row_median(time_ours, KEYS),
	    nano ? row_median(time_nano, KEYS) : -1, "ms", KEYS);
	row_print("bytes for a key", "nano", row_median(bytes_ours, KEYS),
	    nano ? row_median(bytes_nano, KEYS) : -1, "bytes", KEYS);
	if (nano != NULL)
		nano_kib = (double)row_memory_kib(pty_pid(nano));
	row_print("memory while writing", "nano",
	    (double)row_memory_kib(pty_pid(ours)) / 1024, nano_kib / 1024, "MiB", 1);
	pty_close(ours);
	pty_close(nano);
}

int main(void)
{
	with_nano = access("/usr/bin/nano", X_OK) == 0;
	box_open(&box);
	if (!play_room(&box, passphrase))
		die("bench: no room");
	bench_start();
	bench_keys();
	box_close(&box);
	return 0;
}
