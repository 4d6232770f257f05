#compdef dump-queue

_arguments \
    '--once[One block only.]' \
    '--dry-run[One block; show what would change, write and delete nothing.]' \
    '--keep-work[Leave the work folder, and say where it is.]' \
    '--max-minutes[Begin no block after so many minutes.]:minutes:' \
    '(- *)--version[Show the version.]' \
    '(- *)'{-h,--help}'[Show a help text.]'
