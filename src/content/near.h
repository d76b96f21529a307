/* The nearest of some words: now in content.h, so that other houses may use it. */
#include "remanso/content.h"
