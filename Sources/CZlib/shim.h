#ifndef CZLIB_SHIM_H
#define CZLIB_SHIM_H

/* Input is only read. */
#define ZLIB_CONST
#include <zlib.h>

#endif
