/* room delete on a terminal: five seconds in which everything can stay, and what stays then.
 * room add-key asks there, twice. */
#include "harness/play.h"
#include "harness/test.h"

#include <signal.h>

#define OTHER "velvet harbor lemon quiet mirror canyon"

static struct box box;

static int setup(void **state)
{
	(void)state;
	box_open(&box);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	box_close(&box);
	return 0;
}

static bool opens_with(const char *pass)
{
	const char *args[] = { "--passphrase-fd", "3", "journal", "list", NULL };
	struct ran r =
	    play_run(&(struct play){ .box = &box, .args = args }, str_from(""), pass);
	bool ok = r.status == 0;

	ran_free(&r);
	return ok;
}

struct words {
	const char *lang, *ask, *sure, *yes, *goes, *stays, *gone;
};
static const struct words en = { "en", "Passphrase:", "yes or no", "yes",
	"It goes in 5 seconds", "The room is as it was.", "The room is deleted." };
static const struct words es = { "es", "Frase secreta:", "¿Borrar este espacio", "sí",
	"Se borra en 5 segundos", "El espacio quedó como estaba.", "El espacio se borró." };

/* A room, and the program in its five seconds. */
static struct pty *waiting(const struct words *w)
{
	static const char *const args[] = { "room", "delete", NULL };

	assert_true(play_room(&box, PLAY_PASS));
	struct pty *p =
	    play_start(&(struct play){ .box = &box, .args = args, .lang = w->lang });
	pty_patience(p, 60000);
	SEES(p, w->ask);
	assert_true(pty_settle(p));
	pty_type(p, PLAY_PASS);
	KEYS(p, "Enter");
	SEES(p, w->sure);
	pty_type(p, w->yes);
	KEYS(p, "Enter");
	SEES(p, w->goes);
	return p;
}

static void ended_by(struct pty *p, int sig)
{
	int status = 0;

	if (!pty_exited(p, &status))
		FAIL_WITH("still running:\n%s", pty_text(p));
	if (!WIFSIGNALED(status) || WTERMSIG(status) != sig)
		FAIL_WITH("wait status %#x, not signal %d:\n%s", (unsigned)status, sig,
		    pty_text(p));
}

static void test_ctrl_c_keeps_the_room_and_says_so(void **state)
{
	(void)state;
	struct pty *p = waiting(&en);
	KEYS(p, "C-c");
	SEES(p, en.stays);
	ended_by(p, SIGINT);
	pty_close(p);
	assert_true(opens_with(PLAY_PASS));
}

static void test_ctrl_c_in_spanish(void **state)
{
	(void)state;
	struct pty *p = waiting(&es);
	KEYS(p, "C-c");
	SEES(p, es.stays);
	ended_by(p, SIGINT);
	pty_close(p);
	assert_true(opens_with(PLAY_PASS));
}

static void test_a_request_to_end_keeps_the_room(void **state)
{
	(void)state;
	struct pty *p = waiting(&en);
	assert_int_equal(kill(pty_pid(p), SIGTERM), 0);
	SEES(p, en.stays);
	ended_by(p, SIGTERM);
	pty_close(p);
	assert_true(opens_with(PLAY_PASS));
}

static void test_a_closed_terminal_keeps_the_room(void **state)
{
	(void)state;
	struct pty *p = waiting(&en);
	pty_hang_up(p);
	ended_by(p, SIGHUP);
	pty_close(p);
	assert_true(opens_with(PLAY_PASS));
}

/* Ctrl-Z is for thinking it over: the second that it took does not count. */
static void test_a_stopped_wait_goes_on_and_can_be_ended(void **state)
{
	(void)state;
	struct pty *p = waiting(&en);
	assert_int_equal(kill(pty_pid(p), SIGSTOP), 0);
	assert_true(pty_stopped(p));
	assert_int_equal(kill(pty_pid(p), SIGINT), 0);
	assert_int_equal(kill(pty_pid(p), SIGCONT), 0);
	SEES(p, en.stays);
	ended_by(p, SIGINT);
	pty_close(p);
	assert_true(opens_with(PLAY_PASS));
}

static void test_waiting_it_out_deletes(void **state)
{
	(void)state;
	struct pty *p = waiting(&en);
	SEES(p, en.gone);
	EXITS(p, 0);
	pty_close(p);
	assert_false(opens_with(PLAY_PASS));
}

static void test_no_keeps_the_room(void **state)
{
	static const char *const args[] = { "room", "delete", NULL };

	(void)state;
	assert_true(play_room(&box, PLAY_PASS));
	struct pty *p = play_start(&(struct play){ .box = &box, .args = args });
	SEES(p, en.ask);
	assert_true(pty_settle(p));
	pty_type(p, PLAY_PASS);
	KEYS(p, "Enter");
	SEES(p, en.sure);
	pty_type(p, "no");
	KEYS(p, "Enter");
	SEES(p, en.stays);
	EXITS(p, 0);
	pty_close(p);
	assert_true(opens_with(PLAY_PASS));
}

/* ---- one more passphrase ---- */
static struct pty *adding(const char *first, const char *second)
{
	static const char *const args[] = { "room", "add-key", NULL };
	const char *typed[] = { PLAY_PASS, first, second };
	static const char *const asked[] = {
		"Passphrase:", "New passphrase:", "The same once more:"
	};
	struct pty *p = play_start(&(struct play){ .box = &box, .args = args });

	for (size_t i = 0; i < ARRAY_LEN(typed); i++) {
		SEES(p, asked[i]);
		assert_true(pty_settle(p));
		pty_type(p, typed[i]);
		KEYS(p, "Enter");
	}
	return p;
}

static void test_a_second_passphrase_is_asked_for_twice(void **state)
{
	(void)state;
	assert_true(play_room(&box, PLAY_PASS));
	struct pty *p = adding(OTHER, "something else altogether");
	SEES(p, "not the same");
	EXITS(p, 64);
	pty_close(p);
	assert_false(opens_with(OTHER));
	p = adding(OTHER, OTHER);
	SEES(p, "opens the room as well");
	EXITS(p, 0);
	assert_false(pty_sees(p, "velvet")); /* nothing of it is echoed */
	pty_close(p);
	assert_true(opens_with(OTHER));
	assert_true(opens_with(PLAY_PASS));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_ctrl_c_keeps_the_room_and_says_so, setup, teardown),
		cmocka_unit_test_setup_teardown(test_ctrl_c_in_spanish, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_a_request_to_end_keeps_the_room, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_a_closed_terminal_keeps_the_room, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_a_stopped_wait_goes_on_and_can_be_ended, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_waiting_it_out_deletes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_keeps_the_room, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_a_second_passphrase_is_asked_for_twice, setup, teardown),
	};

	return RUN_TESTS(tests);
}
