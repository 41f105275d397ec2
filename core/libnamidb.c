/* libnamidb is the archives below core/; this file only gives the linker a source. */
#include <namidb/namidb.h>
