# Completion of dump-queue for bash.
# shellcheck shell=bash
_dump_queue() {
    # A number of minutes cannot be completed.
    [ "$3" = --max-minutes ] ||
        mapfile -t COMPREPLY < <(compgen -W '--once --dry-run --keep-work --max-minutes --version --help' -- "$2")
}
complete -F _dump_queue dump-queue
