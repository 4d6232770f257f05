// sink PORT [DIR]: as much of S3 as an upload needs, on loopback; it reads every body to its end and lets it go.
//
// Prints "bytes nanoseconds" for each PUT, from the end of its head to that of its body: what the sending took, without
// whatever a program did before.
//
// With DIR it keeps the bodies there, under the last part of the key and `.N` for part N, so that they can be compared.
// One thread a connection, and blocking calls: what it costs is what the kernel costs.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { HEAD = 32 << 10, BODY = 256 << 10 };
static const char *kept;

struct request {
    char method[16], target[2048];
    long long length;
    int expects, closes;
    // What of the body came with the head.
    char *rest;
    size_t rest_count;
};

static long long now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static int send_all(int socket, const char *bytes, size_t count) {
    while (count > 0) {
        ssize_t sent = send(socket, bytes, count, MSG_NOSIGNAL);
        if (sent <= 0) return 0;
        bytes += sent;
        count -= sent;
    }
    return 1;
}

// Reads up to the end of the head; `head` holds what was read.
static int read_head(int socket, char *head, struct request *request) {
    size_t count = 0;
    char *end = NULL;
    while (!end) {
        ssize_t got = recv(socket, head + count, HEAD - 1 - count, 0);
        if (got <= 0) return 0;
        count += got;
        head[count] = 0;
        end = strstr(head, "\r\n\r\n");
    }
    end[2] = 0;
    *request = (struct request){.rest = end + 4, .rest_count = head + count - (end + 4)};
    if (sscanf(head, "%15s %2047s", request->method, request->target) != 2) return 0;
    char *field;
    if ((field = strcasestr(head, "\r\nContent-Length:"))) request->length = atoll(field + 17);
    request->expects = strcasestr(head, "\r\nExpect: 100-continue") != NULL;
    request->closes = strcasestr(head, "\r\nConnection: close") != NULL;
    return 1;
}

static int open_kept(const struct request *request) {
    if (!kept || strcmp(request->method, "PUT") != 0) return -1;
    char path[4096], key[2048], *part;
    strcpy(key, request->target);
    part = strstr(key, "partNumber=");
    int number = part ? atoi(part + 11) : 0;
    key[strcspn(key, "?")] = 0;
    char *name = strrchr(key, '/');
    if (!name) return -1;
    snprintf(path, sizeof path, number ? "%s/%s.%d" : "%s/%s", kept, name + 1, number);
    return open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
}

static int read_body(int socket, const struct request *request, char *buffer) {
    int file = open_kept(request), whole = 1;
    long long left = request->length - request->rest_count;
    if (file >= 0 && write(file, request->rest, request->rest_count) < 0) whole = 0;
    while (whole && left > 0) {
        ssize_t got = recv(socket, buffer, left < BODY ? left : BODY, 0);
        if (got <= 0 || (file >= 0 && write(file, buffer, got) != got)) whole = 0;
        left -= got;
    }
    if (file >= 0) close(file);
    return whole;
}

static int answer(int socket, const struct request *request) {
    const char *body = "", *etag = "";
    if (strcmp(request->method, "POST") == 0 && strstr(request->target, "uploadId=")) {
        body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<CompleteMultipartUploadResult>"
               "<ETag>&quot;5eed-2&quot;</ETag></CompleteMultipartUploadResult>";
    } else if (strcmp(request->method, "POST") == 0) {
        body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<InitiateMultipartUploadResult>"
               "<UploadId>1</UploadId></InitiateMultipartUploadResult>";
    } else if (strcmp(request->method, "PUT") == 0) {
        // With a dash it is no MD5, as S3's own of an encrypted object is none.
        etag = "ETag: \"5eed-1\"\r\n";
    }
    char text[1024];
    int count = snprintf(
        text, sizeof text,
        "HTTP/1.1 200 OK\r\n%sx-amz-bucket-region: us-east-1\r\nx-amz-request-id: 1\r\n%s"
        "Content-Length: %zu\r\n\r\n%s",
        etag, *body ? "Content-Type: application/xml\r\n" : "", strlen(body), body);
    return send_all(socket, text, count);
}

static void *serve(void *argument) {
    int socket = (int)(long)argument, one = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    char *head = malloc(HEAD), *body = malloc(BODY);
    struct request request;
    while (head && body && read_head(socket, head, &request)) {
        static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
        if (request.expects && !send_all(socket, go_on, sizeof go_on - 1)) break;
        long long began = now();
        if (!read_body(socket, &request, body)) break;
        // Before the answer, so that whoever has that finds the line.
        if (strcmp(request.method, "PUT") == 0) dprintf(1, "%lld %lld\n", request.length, now() - began);
        if (!answer(socket, &request) || request.closes) break;
    }
    free(head);
    free(body);
    close(socket);
    return NULL;
}

int main(int count, char **arguments) {
    if (count < 2) return 64;
    kept = count > 2 ? arguments[2] : NULL;
    int listener = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(arguments[1]))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 64) != 0) {
        perror("sink");
        return 74;
    }
    while (1) {
        int socket = accept(listener, NULL, NULL);
        if (socket < 0) continue;
        pthread_t thread;
        if (pthread_create(&thread, NULL, serve, (void *)(long)socket) == 0) pthread_detach(thread);
        else close(socket);
    }
}
