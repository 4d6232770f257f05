import Testing

@testable import AWS

@Suite struct S3AddressTests {
    @Test(arguments: [
        ("s3://bucket/events/20260101", "us-east-1", "bucket.s3.us-east-1.amazonaws.com", "/events/20260101"),
        ("s3://bucket/k", "eu-west-3", "bucket.s3.eu-west-3.amazonaws.com", "/k"),
        ("s3://my.bucket/k", "eu-west-3", "s3.eu-west-3.amazonaws.com", "/my.bucket/k"),
        ("s3://My_Bucket/k", "us-east-1", "s3.us-east-1.amazonaws.com", "/My_Bucket/k"),
        ("s3://bucket-/k", "us-east-1", "s3.us-east-1.amazonaws.com", "/bucket-/k"),
        ("s3://bucket/k", "cn-north-1", "bucket.s3.cn-north-1.amazonaws.com.cn", "/k"),
        ("s3://bucket/k", "us-gov-west-1", "bucket.s3.us-gov-west-1.amazonaws.com", "/k"),
    ])
    func onAWS(_ url: String, _ region: String, _ host: String, _ path: String) throws {
        let address = try S3Address(
            try #require(S3URL(url)), region: region, rules: EndpointRules(), custom: nil)
        #expect(address.endpoint == Endpoint(host: host))
        #expect(address.path == path)
    }

    @Test func aCustomEndpointHasTheBucketInThePath() throws {
        let custom = try #require(Endpoint("http://127.0.0.1:9000/base/"))
        let address = try S3Address(
            try #require(S3URL("s3://bucket/k")), region: "us-east-1", rules: EndpointRules(), custom: custom)
        #expect(address.endpoint == custom)
        let request = HTTPRequest(method: "GET", endpoint: address.endpoint, path: address.path)
        #expect(request.url == "http://127.0.0.1:9000/base/bucket/k")
    }

    /// A key is encoded once, slashes stay, and the path is not normalised.
    @Test(arguments: [
        ("events/a b", "/events/a%20b"), ("a+b=c", "/a%2Bb%3Dc"), ("é/日本", "/%C3%A9/%E6%97%A5%E6%9C%AC"),
        ("a//b", "/a//b"), ("a/../b", "/a/../b"), ("./a", "/./a"), ("%41", "/%2541"),
        ("a?b#c&d", "/a%3Fb%23c%26d"),
        ("~-._", "/~-._"), ("'()*!", "/%27%28%29%2A%21"), ("/", "//"), ("\u{7f}", "/%7F"),
    ])
    func keysAreEncodedOnce(_ key: String, _ path: String) throws {
        let address = try S3Address(
            try #require(S3URL("s3://bucket/\(key)")), region: "us-east-1", rules: EndpointRules(),
            custom: nil)
        let request = HTTPRequest(method: "GET", endpoint: address.endpoint, path: address.path)
        #expect(request.encodedPath == path)
        #expect(request.url == "https://bucket.s3.us-east-1.amazonaws.com\(path)")
    }

    @Test(arguments: [
        "", "bucket/key", "s3:/bucket", "http://bucket/key", "s3://", "s3://ab/key", "s3://bu cket/k",
    ])
    func otherTextsAreNoURL(_ text: String) {
        #expect(S3URL(text) == nil)
    }

    @Test(arguments: [
        ("s3://bucket", "s3://bucket/20260101"), ("s3://bucket/", "s3://bucket/20260101"),
        ("s3://bucket/a", "s3://bucket/a/20260101"), ("s3://bucket/a/", "s3://bucket/a/20260101"),
        ("s3://bucket/a//", "s3://bucket/a//20260101"),
    ])
    func aFolderNeedsNoSlash(_ folder: String, _ object: String) throws {
        #expect("\(try #require(S3URL(folder)).appending("20260101"))" == object)
    }

    @Test(
        arguments: [
            ("https://example.com", "example.com", nil, ""), ("http://[::1]:80/", "[::1]", 80, ""),
            ("HTTPS://h:8443/a/b/", "h", 8443, "/a/b"), ("https://h?x=1", "h", nil, ""),
        ] as [(String, String, Int?, String)])
    func endpointsAreRead(_ text: String, _ host: String, _ port: Int?, _ path: String) throws {
        let endpoint = try #require(Endpoint(text))
        #expect(endpoint.host == host && endpoint.port == port && endpoint.path == path)
    }

    @Test(arguments: [
        "", "example.com", "ftp://h", "https://", "https:///x", "http://h:0", "http://h:99999", "http://h:x",
        "https://user:secret@h", "http://:80",
    ])
    func otherTextsAreNoEndpoint(_ text: String) {
        #expect(Endpoint(text) == nil)
    }

    @Test func theHostHeaderLeavesStandardPortsOut() throws {
        #expect(try #require(Endpoint("https://h:443")).authority == "h")
        #expect(try #require(Endpoint("http://h:443")).authority == "h:443")
        #expect(try #require(Endpoint("http://h:80")).authority == "h")
    }
}
