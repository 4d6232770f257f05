import Records

/// Where an object is to be asked for: the bucket stands in the host's name on AWS, and in the
/// path for custom endpoints and for names that no certificate covers.
struct S3Address {
    let endpoint: Endpoint
    let path: String
    let signingRegion: String

    /// - Parameter custom: the endpoint that the user named, if any.
    /// - Throws: status 78 for what cannot go together.
    init(_ url: S3URL, region: String, rules: EndpointRules, custom: Endpoint?) throws(Failure) {
        let place = try rules.endpoint(of: .s3, region: region, custom: custom)
        signingRegion = place.signingRegion
        var endpoint = place.endpoint
        if custom == nil, Self.canBeHost(url.bucket) {
            endpoint.host = "\(url.bucket).\(endpoint.host)"
            path = "/\(url.key)"
        } else {
            path = "/\(url.bucket)/\(url.key)"
        }
        self.endpoint = endpoint
    }

    /// A dot would make a host of two labels, which the certificate's wildcard does not cover.
    private static func canBeHost(_ bucket: String) -> Bool {
        bucket.utf8.allSatisfy {
            (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-")
        }
            && !bucket.hasPrefix("-") && !bucket.hasSuffix("-")
    }
}
