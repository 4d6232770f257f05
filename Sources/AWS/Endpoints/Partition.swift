/// A part of AWS with regions, accounts and domains of its own.
///
/// Source: the partitions that botocore publishes, of 2025.
struct Partition: Sendable {
    private let regionPrefixes: [String]
    let domain: String
    let dualStackDomain: String
    var hasS3FIPS = true
    /// Its plain hosts of all services but S3 are validated by FIPS 140 already.
    var isAllFIPS = false

    /// That of AWS's public regions where none is known to have the region.
    static func of(region: String) -> Partition {
        others.first { $0.regionPrefixes.contains { region.hasPrefix($0) } } ?? aws
    }

    /// Those of all AWS's hosts.
    static let domains = ([aws] + others).flatMap { [$0.domain, $0.dualStackDomain] }

    private static let aws = Partition(
        regionPrefixes: [], domain: "amazonaws.com", dualStackDomain: "api.aws")

    private static let others = [
        Partition(
            regionPrefixes: ["cn-"], domain: "amazonaws.com.cn",
            dualStackDomain: "api.amazonwebservices.com.cn", hasS3FIPS: false),
        Partition(
            regionPrefixes: ["us-gov-"], domain: "amazonaws.com", dualStackDomain: "api.aws", isAllFIPS: true),
        Partition(
            regionPrefixes: ["us-iso-"], domain: "c2s.ic.gov", dualStackDomain: "api.aws.ic.gov"),
        Partition(
            regionPrefixes: ["us-isob-"], domain: "sc2s.sgov.gov", dualStackDomain: "api.aws.scloud"),
        Partition(
            regionPrefixes: ["eu-isoe-"], domain: "cloud.adc-e.uk", dualStackDomain: "api.cloud-aws.adc-e.uk"),
        Partition(
            regionPrefixes: ["us-isof-"], domain: "csp.hci.ic.gov", dualStackDomain: "api.aws.hci.ic.gov"),
        Partition(
            regionPrefixes: ["eusc-"], domain: "amazonaws.eu", dualStackDomain: "api.amazonwebservices.eu"),
    ]
}
