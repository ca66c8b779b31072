// libpq's header, with the diagnostic field codes that Swift cannot import (they are character-literal macros).
#pragma once
#include <libpq-fe.h>

enum {
    WS_PG_DIAG_SQLSTATE = PG_DIAG_SQLSTATE,
    WS_PG_DIAG_MESSAGE_PRIMARY = PG_DIAG_MESSAGE_PRIMARY,
    WS_PG_DIAG_CONSTRAINT_NAME = PG_DIAG_CONSTRAINT_NAME,
    WS_PG_DIAG_TABLE_NAME = PG_DIAG_TABLE_NAME,
    WS_PG_DIAG_SEVERITY = PG_DIAG_SEVERITY_NONLOCALIZED,
};
