/// Where an object is to be asked for: the bucket stands in the host's name on AWS, and in the
/// path for custom endpoints and for names that no certificate covers.
struct S3Address {
    let endpoint: Endpoint
    let path: String

    /// - Parameter custom: the endpoint that the user named, if any.
    init(_ url: S3URL, region: String, custom: Endpoint?) {
        let suffix = "s3.\(region).\(Configuration.domain(of: region))"
        if let custom {
            endpoint = custom
            path = "/\(url.bucket)/\(url.key)"
        } else if Self.canBeHost(url.bucket) {
            endpoint = Endpoint(host: "\(url.bucket).\(suffix)")
            path = "/\(url.key)"
        } else {
            endpoint = Endpoint(host: suffix)
            path = "/\(url.bucket)/\(url.key)"
        }
    }

    /// A dot would make a host of two labels, which the certificate's wildcard does not cover.
    private static func canBeHost(_ bucket: String) -> Bool {
        bucket.utf8.allSatisfy {
            (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-")
        }
            && !bucket.hasPrefix("-") && !bucket.hasSuffix("-")
    }
}
