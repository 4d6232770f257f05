// OpenSSL's libcrypto for Swift: digests and HMAC only. TLS is libcurl's business.
#ifndef COPENSSL_SHIM_H
#define COPENSSL_SHIM_H

#include <openssl/evp.h>
#include <openssl/hmac.h>

#endif
