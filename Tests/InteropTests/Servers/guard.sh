# Becomes the given server in the given directory, and ends it once standard input ends, which it
# does with whoever holds the other end of the pipe.
# Usage: sh guard.sh DIRECTORY PROGRAM ARGUMENT...
cd "$1" || exit 1
shift
exec 3<&0 </dev/null
# The server's process group is that of this script.
(read -r _ <&3; kill -KILL 0) &
exec "$@" 3<&-
