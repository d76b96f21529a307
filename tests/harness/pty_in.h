/* What the files of the pseudo-terminal share among themselves. */
#ifndef HARNESS_PTY_IN_H
#define HARNESS_PTY_IN_H

#include "harness/pty.h"

#include <sys/types.h>
#include <vterm.h>

struct pty {
	VTerm *vt;
	VTermScreen *screen;
	pid_t pid;
	int fd; /* -1 after a hang-up */
	char slave[64];
	int rows, cols, patience, factor;
	bool ended, stopped, drained, alternate, was_alternate, cursor_shown;
	bool console; /* TERM=linux: function keys of its own */
	int status;
	struct buf raw, text, scrollback, left;
};

void pty_add_cell(struct buf *out, const VTermScreenCell *cell);
/* A program tells Esc from the beginning of a sequence by time alone: let it read the Esc,
 * and let its time (25 ms) pass. */
void pty_let_escape_pass(struct pty *p);
/* No thread of the process runs or waits for the disk. */
bool pty_all_asleep(pid_t pid);

#endif
