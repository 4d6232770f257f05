// timed FD COMMAND…: runs the command and writes "nanoseconds peak-KiB status processor-nanoseconds" to the file
// descriptor.
//
// A program of its own, since the kernel counts the memory of whoever starts a process into that process's
// peak: a start from Python would never show less than Python's.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static long long nanoseconds(struct timeval time) { return time.tv_sec * 1000000000LL + time.tv_usec * 1000LL; }

int main(int count, char **arguments) {
    if (count < 3) return 64;
    int report = atoi(arguments[1]);
    fcntl(report, F_SETFD, FD_CLOEXEC);

    long long began = now();
    pid_t child = vfork();
    if (child < 0) return 74;
    if (child == 0) {
        execvp(arguments[2], arguments + 2);
        _exit(127);
    }
    int status;
    struct rusage usage;
    if (wait4(child, &status, 0, &usage) < 0) return 74;
    long long ended = now();

    int exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    long long used = nanoseconds(usage.ru_utime) + nanoseconds(usage.ru_stime);
    dprintf(report, "%lld %ld %d %lld\n", ended - began, usage.ru_maxrss, exit_status, used);
    return 0;
}
