#ifndef CMD_COMMANDS_H
#define CMD_COMMANDS_H

#include "cmd/cmd.h"

/* One line for each sub-command; its file defines it, main.c has it in the table. */
extern const struct command cmd_api;
extern const struct command cmd_audit;
extern const struct command cmd_backup;
extern const struct command cmd_restore;
extern const struct command cmd_retention;
extern const struct command cmd_demo;
extern const struct command cmd_evidence;
extern const struct command cmd_help_command;
extern const struct command cmd_token;
extern const struct command cmd_user;
extern const struct command cmd_permissions;
extern const struct command cmd_intake;
extern const struct command cmd_search;
extern const struct command cmd_serve;
extern const struct command cmd_hunt;
extern const struct command cmd_hunt_check;
extern const struct command cmd_hunt_explain;
extern const struct command cmd_hunt_index;
extern const struct command cmd_init;
extern const struct command cmd_person;
extern const struct command cmd_upgrade;
extern const struct command cmd_doctor;
extern const struct command cmd_version;

#endif
