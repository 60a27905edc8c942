/* Records what a process does to the files below $POWERCUT_FOLDER into $POWERCUT_RECORD.
 *
 * One record: kind (1 byte), length of path (4), offset (8), length of data (8), path, data; little
 * endian. Kinds: W write, T truncate, F flush of a file, D flush of a folder, C create, R rename
 * (data is the new path), U unlink, M mkdir.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#define REAL(name) __typeof__(name) *real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int record_fd = -1;
static char folder[PATH_MAX];
static size_t folder_length;

__attribute__((constructor)) static void begin(void) {
    const char *record = getenv("POWERCUT_RECORD"), *below = getenv("POWERCUT_FOLDER");
    if (!record || !below || !realpath(below, folder)) return;
    folder_length = strlen(folder);
    int (*real_open)(const char *, int, ...) = dlsym(RTLD_NEXT, "open");
    record_fd = real_open(record, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static int watched(const char *path) {
    return record_fd >= 0 && strncmp(path, folder, folder_length) == 0 &&
           (path[folder_length] == '/' || path[folder_length] == 0);
}

static int path_of(int fd, char *path) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return watched(path);
}

static int full_path(int dir, const char *name, char *path) {
    char joined[2 * PATH_MAX];
    if (name[0] == '/') snprintf(joined, sizeof joined, "%s", name);
    else if (dir == AT_FDCWD) { if (!getcwd(path, PATH_MAX)) return 0; snprintf(joined, sizeof joined, "%s/%s", path, name); }
    else { char base[PATH_MAX]; if (!path_of(dir, base)) return 0; snprintf(joined, sizeof joined, "%s/%s", base, name); }
    char *slash = strrchr(joined, '/'), parent[PATH_MAX];
    *slash = 0;
    if (!realpath(*joined ? joined : "/", parent)) return 0;
    if (snprintf(path, PATH_MAX, "%s/%s", parent, slash + 1) >= PATH_MAX) return 0;
    return watched(path);
}

static void put(char kind, const char *path, uint64_t offset, const void *data, uint64_t length) {
    ssize_t (*real_writev)(int, const struct iovec *, int) = dlsym(RTLD_NEXT, "writev");
    uint32_t path_length = strlen(path);
    char head[21];
    head[0] = kind;
    memcpy(head + 1, &path_length, 4);
    memcpy(head + 5, &offset, 8);
    memcpy(head + 13, &length, 8);
    struct iovec parts[3] = {{head, 21}, {(void *)path, path_length}, {(void *)data, length}};
    if (real_writev(record_fd, parts, 3) != (ssize_t)(21 + path_length + length)) abort();
}

ssize_t pwrite64(int fd, const void *data, size_t length, off64_t offset) {
    REAL(pwrite64);
    char path[PATH_MAX];
    if (!path_of(fd, path)) return real(fd, data, length, offset);
    pthread_mutex_lock(&lock);
    ssize_t wrote = real(fd, data, length, offset);
    if (wrote > 0) put('W', path, offset, data, wrote);
    pthread_mutex_unlock(&lock);
    return wrote;
}

ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) { return pwrite64(fd, data, length, offset); }

ssize_t write(int fd, const void *data, size_t length) {
    REAL(write);
    char path[PATH_MAX];
    if (fd == record_fd || !path_of(fd, path)) return real(fd, data, length);
    pthread_mutex_lock(&lock);
    ssize_t wrote = real(fd, data, length);
    off64_t end = lseek64(fd, 0, SEEK_CUR);
    if (wrote > 0 && end >= 0) put('W', path, end - wrote, data, wrote);
    pthread_mutex_unlock(&lock);
    return wrote;
}

int ftruncate64(int fd, off64_t length) {
    REAL(ftruncate64);
    char path[PATH_MAX];
    if (!path_of(fd, path)) return real(fd, length);
    pthread_mutex_lock(&lock);
    int failed = real(fd, length);
    if (!failed) put('T', path, length, "", 0);
    pthread_mutex_unlock(&lock);
    return failed;
}

int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

static void put_flush(int fd) {
    char path[PATH_MAX];
    struct stat about;
    if (path_of(fd, path) && !fstat(fd, &about)) put(S_ISDIR(about.st_mode) ? 'D' : 'F', path, 0, "", 0);
}

int fsync(int fd) {
    REAL(fsync);
    pthread_mutex_lock(&lock);
    int failed = real(fd);
    if (!failed) put_flush(fd);
    pthread_mutex_unlock(&lock);
    return failed;
}

int fdatasync(int fd) {
    REAL(fdatasync);
    pthread_mutex_lock(&lock);
    int failed = real(fd);
    if (!failed) put_flush(fd);
    pthread_mutex_unlock(&lock);
    return failed;
}

static int opened(int dir, const char *name, int flags, mode_t mode) {
    int (*real)(int, const char *, int, ...) = dlsym(RTLD_NEXT, "openat");
    char path[PATH_MAX];
    if (!(flags & (O_CREAT | O_TRUNC)) || !full_path(dir, name, path)) return real(dir, name, flags, mode);
    pthread_mutex_lock(&lock);
    struct stat about;
    int is_new = stat(path, &about) != 0;
    int fd = real(dir, name, flags, mode);
    if (fd >= 0 && is_new) put('C', path, 0, "", 0);
    else if (fd >= 0 && (flags & O_TRUNC)) put('T', path, 0, "", 0);
    pthread_mutex_unlock(&lock);
    return fd;
}

#define MODE(flags, last) mode_t mode = 0; if ((flags) & (O_CREAT | O_TMPFILE)) { va_list rest; va_start(rest, last); mode = va_arg(rest, mode_t); va_end(rest); }
int open(const char *name, int flags, ...) { MODE(flags, flags) return opened(AT_FDCWD, name, flags, mode); }
int open64(const char *name, int flags, ...) { MODE(flags, flags) return opened(AT_FDCWD, name, flags | O_LARGEFILE, mode); }
int openat(int dir, const char *name, int flags, ...) { MODE(flags, flags) return opened(dir, name, flags, mode); }
int openat64(int dir, const char *name, int flags, ...) { MODE(flags, flags) return opened(dir, name, flags | O_LARGEFILE, mode); }

int rename(const char *old, const char *new) {
    REAL(rename);
    char from[PATH_MAX], to[PATH_MAX];
    int ours = full_path(AT_FDCWD, old, from) & full_path(AT_FDCWD, new, to);
    pthread_mutex_lock(&lock);
    int failed = real(old, new);
    if (!failed && ours) put('R', from, 0, to, strlen(to));
    pthread_mutex_unlock(&lock);
    return failed;
}

int unlink(const char *name) {
    REAL(unlink);
    char path[PATH_MAX];
    int ours = full_path(AT_FDCWD, name, path);
    pthread_mutex_lock(&lock);
    int failed = real(name);
    if (!failed && ours) put('U', path, 0, "", 0);
    pthread_mutex_unlock(&lock);
    return failed;
}

int mkdir(const char *name, mode_t mode) {
    REAL(mkdir);
    char path[PATH_MAX];
    int ours = full_path(AT_FDCWD, name, path);
    pthread_mutex_lock(&lock);
    int failed = real(name, mode);
    if (!failed && ours) put('M', path, 0, "", 0);
    pthread_mutex_unlock(&lock);
    return failed;
}
