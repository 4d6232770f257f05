complete -c dump-queue -f
complete -c dump-queue -l once -d 'One block only.'
complete -c dump-queue -l dry-run -d 'One block; show what would change, write and delete nothing.'
complete -c dump-queue -l keep-work -d 'Leave the work folder, and say where it is.'
complete -c dump-queue -l max-minutes -x -d 'Begin no block after so many minutes.'
complete -c dump-queue -l version -d 'Show the version.'
complete -c dump-queue -s h -l help -d 'Show a help text.'
