/* SPDX-License-Identifier: MIT */
/* The generator of manual pages and completions: prints the file whose name it is given. */
#include "config.h"

#include "tui/app/manual.h"

#include <string.h>

static const struct {
    const char *name;
    void (*print)(FILE *stream);
} files[] = {
    {"acdebug-top.1", acd_manual_top_page},     {"acdebug-top.yaml.5", acd_manual_config_page},
    {"bash/acdebug-top", acd_manual_bash},      {"zsh/_acdebug-top", acd_manual_zsh},
    {"fish/acdebug-top.fish", acd_manual_fish},
};
#define FILES (sizeof files / sizeof files[0])

int main(int argc, char **argv)
{
    for (size_t i = 0; i < FILES; i++) {
        if (argc == 1)
            puts(files[i].name);
        else if (argc == 2 && strcmp(argv[1], files[i].name) == 0)
            files[i].print(stdout);
        else if (i + 1 == FILES)
            return 2;
        else
            continue;
        if (argc == 2)
            break;
    }
    return fflush(stdout) != 0 || ferror(stdout);
}
