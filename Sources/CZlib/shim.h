// zlib's header, with the calls that Swift cannot import (they are macros).
#pragma once
#include <zlib.h>

// windowBits: 15 is the zlib format (RFC 1950), 31 is gzip (RFC 1952).
static inline int wsInflateInit(z_streamp stream, int windowBits) { return inflateInit2(stream, windowBits); }
