package import Records

/// The layer's front door: the queues and the object store that the flags, the environment and the
/// profile lead to. All of a session share one transport, its connections, and its credentials.
package struct Session: Sendable {
    private let configuration: Configuration
    private let client: Client

    /// - Throws: status 78 where the configuration makes no sense.
    package init(_ options: AWSOptions) throws(Failure) { try self.init(options.configuration) }

    init(_ configuration: Configuration) throws(Failure) {
        self.configuration = configuration
        let http = try Transport(configuration.transportSettings())
        let context = CredentialContext(
            configuration: configuration, http: http, retry: try configuration.retryPolicy())
        client = Client(
            http, credentials: RenewingCredentials(CredentialChain(context)),
            retry: try configuration.retryPolicy())
    }

    /// - Throws: status 64 where the URL is none.
    package func queue(_ url: String) throws(Failure) -> any Queue {
        try SQSQueue(url, configuration, client)
    }

    /// - Parameter console: takes a hint where a bucket turns out to be in another region.
    package func objectStore(_ console: Console) throws(Failure) -> any ObjectStore {
        try S3ObjectStore(configuration, client) { console.notice($0) }
    }
}
