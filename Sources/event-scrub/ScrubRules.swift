import ArgumentParser
import Records

/// What is noise, and how the lines are to be read.
struct ScrubRules: Sendable {
    enum Format: String, ExpressibleByArgument, CaseIterable, Sendable {
        /// JSON, unwrapped as far as it goes.
        case auto
        /// The telephones' log lines.
        case metrics
    }

    /// Compared with the hostname, whole.
    let hosts: [[UInt8]]
    /// Compared with the event's name, whole.
    let droppedEvents: [[UInt8]]
    /// Looked for in the channel.
    let droppedChannels: [[UInt8]]
    let format: Format
    /// Of the times in log lines, which name none: `Z` or `±hh:mm`.
    let utcOffset: [UInt8]
}

/// The flags for `ScrubRules`. A flag given replaces its defaults.
struct RuleOptions: ParsableArguments {
    @Option(
        name: .customLong("host"),
        help: ArgumentHelp(
            "Keep events of this host only; may be repeated (default: the production hosts).",
            valueName: "name"))
    var hosts: [String] = []

    @Option(
        name: .customLong("drop-event"),
        help: ArgumentHelp(
            "Drop events of this name; may be repeated (default: Registry, PeerStatus).", valueName: "name"))
    var droppedEvents: [String] = []

    @Option(
        name: .customLong("drop-channel"),
        help: ArgumentHelp(
            "Drop channels that contain this; may be repeated (default: followme-operator).",
            valueName: "text"))
    var droppedChannels: [String] = []

    @Option(help: "What the lines are: JSON, or the telephones' log lines.")
    var format: ScrubRules.Format = .auto

    @Option(
        parsing: .unconditional, help: ArgumentHelp("The UTC offset of log lines.", valueName: "±hh:mm"))
    var utcOffset: String = "-08:00"

    static let defaultHosts = ["futel-prod.phu73l.net", "futel-prod-back", "dialplan-functions-prod"]
    static let defaultDroppedEvents = ["Registry", "PeerStatus"]
    static let defaultDroppedChannels = ["followme-operator"]

    func validate() throws {
        guard Array(utcOffset.utf8).withUnsafeBytes({ Timestamp.isOffset($0) }) else {
            throw ValidationError("--utc-offset takes Z or an offset such as -08:00")
        }
        guard !droppedChannels.contains("") else {
            throw ValidationError("--drop-channel takes a text; every channel contains an empty one")
        }
    }

    var rules: ScrubRules {
        func bytes(_ given: [String], or defaults: [String]) -> [[UInt8]] {
            (given.isEmpty ? defaults : given).map { Array($0.utf8) }
        }
        return ScrubRules(
            hosts: bytes(hosts, or: Self.defaultHosts),
            droppedEvents: bytes(droppedEvents, or: Self.defaultDroppedEvents),
            droppedChannels: bytes(droppedChannels, or: Self.defaultDroppedChannels),
            format: format, utcOffset: Array(utcOffset.utf8))
    }
}
