// flood PORT BYTES: sends one PUT from memory, in pieces of 1 MiB: no program can send faster.
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int count, char **arguments) {
    if (count < 3) return 64;
    long long left = atoll(arguments[2]);
    size_t size = 1 << 20;
    char *piece = malloc(size), text[256], answer[1024];
    int server = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(arguments[1]))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (!piece || connect(server, (struct sockaddr *)&address, sizeof address) != 0) return 69;
    memset(piece, '\n', size);
    int length = snprintf(text, sizeof text, "PUT /flood HTTP/1.1\r\nContent-Length: %lld\r\n\r\n", left);
    if (send(server, text, length, 0) != length) return 69;
    while (left > 0) {
        ssize_t sent = send(server, piece, left < (long long)size ? (size_t)left : size, 0);
        if (sent <= 0) return 69;
        left -= sent;
    }
    return recv(server, answer, sizeof answer, 0) > 0 ? 0 : 69;
}
