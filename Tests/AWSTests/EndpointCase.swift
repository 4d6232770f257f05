import Records
import Support
import Testing

@testable import AWS

/// A case of the endpoint suites: `params` in, `expect.endpoint` or `expect.error` out.
struct EndpointCase: CustomStringConvertible {
    let description: String
    private let parameters: JSON
    private let expected: JSON

    init(_ json: JSON) {
        description = "\(json["documentation"].string ?? "") \(json["params"])"
        parameters = json["params"]
        expected = json["expect"]
    }

    /// Nil where an error is expected.
    var expectedURL: String? { expected["endpoint"]["url"].string }

    var expectedSigningRegion: String? {
        expected["endpoint"]["properties"]["authSchemes"].array?.first?["signingRegion"].string
    }

    /// The bucket stands in the path of a custom endpoint, where other programs put it into the host.
    var expectedURLInOurStyle: String? {
        guard let expectedURL, let bucket, endpoint != nil, expectedURL.contains("://\(bucket).") else {
            return expectedURL
        }
        return expectedURL.replacing("://\(bucket).", with: "://") + "/\(bucket)"
    }

    /// What these tools make of it: the URL without a key, and the region in the signature.
    func found(_ service: Service) throws -> (url: String, signingRegion: String) {
        let configuration = configuration(environment)
        let region = try #require(configuration.region)
        // What contradicts itself does so whatever the bucket.
        guard let bucket, let s3URL = Self.url(bucket: bucket) else {
            let found = try configuration.resolve(service, region: region)
            return (url(found.endpoint), found.signingRegion)
        }
        let address = try S3Address(
            s3URL, region: region, rules: configuration.endpointRules(),
            custom: configuration.endpoint(for: service))
        let url = HTTPRequest(method: "GET", endpoint: address.endpoint, path: address.path).url
        return (String(url.dropLast("/key".count)), address.signingRegion)
    }

    /// The rule by which it concerns nothing here; nil where it does.
    func reasonToSkip(_ service: Service) -> String? {
        if isTrue("Accelerate") { return "accelerate" }
        if isTrue("UseObjectLambdaEndpoint") { return "Object Lambda" }
        if isTrue("UseS3ExpressControlEndpoint") { return "S3 Express and directory buckets" }
        if let bucket, let reason = Self.reasonToSkip(bucket: bucket) { return reason }
        guard parameters["Region"].string != nil else { return "no region: these tools have a first one" }
        return service.name == Service.s3.name && expectedURL != nil ? reasonToSkipS3 : nil
    }

    private static func reasonToSkip(bucket: String) -> String? {
        if bucket.hasPrefix("arn:") { return "access points, by ARN" }
        if bucket.hasSuffix("--x-s3") || bucket.hasSuffix("--xa-s3") {
            return "S3 Express and directory buckets"
        }
        if bucket.hasSuffix("--op-s3") || bucket.contains("--op-s3.") || bucket.hasSuffix("--aws") {
            return "Outposts and Object Lambda"
        }
        return nil
    }

    /// Nil for a name that S3 does not allow.
    private static func url(bucket: String) -> S3URL? { S3URL("s3://\(bucket)/key") }

    private var reasonToSkipS3: String? {
        if let bucket, Self.url(bucket: bucket) == nil { return "no name that a bucket can have" }
        guard endpoint == nil else { return nil }
        let isPlain = !isTrue("UseFIPS") && !isTrue("UseDualStack")
        if isTrue("UseGlobalEndpoint"), isPlain, parameters["Region"].string == "us-east-1" {
            return "S3's one global host for us-east-1"
        }
        if isTrue("ForcePathStyle"), bucket?.contains("_") == false { return "path style on AWS's hosts" }
        return nil
    }

    private var bucket: String? { parameters["Bucket"].string }
    private var endpoint: String? { parameters["Endpoint"].string }

    private func isTrue(_ name: String) -> Bool { parameters[name].bool == true }

    private var environment: [String: String] {
        var environment = [
            "AWS_REGION": parameters["Region"].string ?? "",
            "AWS_USE_FIPS_ENDPOINT": "\(isTrue("UseFIPS"))",
            "AWS_USE_DUALSTACK_ENDPOINT": "\(isTrue("UseDualStack"))",
            "AWS_ENDPOINT_URL": endpoint ?? "",
        ]
        if isTrue("UseGlobalEndpoint") { environment["AWS_STS_REGIONAL_ENDPOINTS"] = "legacy" }
        return environment
    }

    private func url(_ endpoint: Endpoint) -> String {
        "\(endpoint.scheme)://\(endpoint.authority)\(endpoint.path)"
    }
}
