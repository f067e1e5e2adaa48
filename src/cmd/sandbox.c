#include "cmd/cmd.h"

#include "sys/mail/mail.h"
#include "sys/sheet/sheet.h"

/* Every kind of foreign file that the program reads in a child of its own. */
int cmd_sandbox_child(int argc, char **argv)
{
    const struct sandbox_kind kinds[] = {mail_sandbox_kind, sheet_sandbox_kind};

    return sandbox_child(argc, argv, kinds, ARRAY_LEN(kinds));
}
