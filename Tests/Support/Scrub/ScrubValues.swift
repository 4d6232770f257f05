/// What generated lines are made of.
enum ScrubValues {
    static let null = Array("null".utf8)
    static let hosts = ["futel-prod.phu73l.net", "futel-prod-back", "dialplan-functions-prod"]
    static let otherHosts = ["futel-stage", "futel-prod-bacK", "futel-prod-back ", "futel-prod-bac", "", "é"]

    static let channels = [
        "SIP/630-0000011f", "Local/followme-operator-33@x", "followme-operator", "followme-operato",
        "SIP/callcentric-00000120", "", "é😀", "a\"b\\c/d\u{7f}", "\t\n\r\u{8}\u{c}\u{0}", "ollowme-operatorf",
    ]

    static let names = [
        "UserEvent", "Registry", "PeerStatus", "PeerStatuS", "registry", "Registry2", "filterdial", "", "é",
        "outgoing_dialstatus_completed_ghost-mountain", "\"", "\\", "\u{7f}", "\u{20ac}", "\u{10ffff}",
    ]

    static let times = [
        "2026-01-01 11:34:11", "2026-01-01T11:34:11.123456789-23:59", "2024-02-29T00:00:00Z",
        "2023-02-29T00:00:00Z", "0001-01-01T00:00:00", "0000-01-01T00:00:00", "2026-13-01T00:00:00Z",
        "2026-04-31T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:60Z",
        "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00.1234567890Z", "2026-01-01T00:00:00+24:00",
        "2026-01-01t00:00:00Z", "2026-01-01T00:00:00z", "2026-01-01T00:00:00Z ", "2026-01-01", "",
        "٢٠26-01-01T00:00:00Z", "1900-02-29T00:00:00Z", "2000-02-29T23:59:59+23:59",
    ]

    static let unreadKeys = [
        "CallerIDNum", "CallerIDName", "ConnectedLineNum", "AccountCode", "Context", "Exten", "Priority",
        "Uniqueid", "Linkedid", "ChannelState", "Channe", "Channels", "event", "é", "",
    ]

    static let unread = ["+15030361487", "<unknown>", "", "i", "1", "1767064522.2909", "ghost-mountain", "é"]

    /// Keys that mean something at one level or another, and some like them.
    static let keys = [
        "MessageId", "Body", "Message", "Timestamp", "hostname", "timestamp", "event", "Channel", "UserEvent",
        "Event", "endpoint", "body", "message", "Attributes", "", "Messag", "Messages",
    ]

    /// JSON of every type.
    static let any = [
        "null", "true", "false", "0", "-0", "-0.0", "0.0e5", "0E-5", "1", "-1.10", "1e400", "-1e400",
        "1e-400",
        "1e-300", "4.9e-324", "2e-324", "0.1", "123456789012345678901234567890", "\"\"", "[]", "{}", "[ ]",
        "{ }", "[0]", "[[],{}]", #"{"":0}"#, #"{"Body":"x","Message":"{}"}"#, #"{"Channel":"c","Event":"e"}"#,
        #"[{"Channel":"c","Event":"e"}]"#, #""x""#, #""{}""#, #""\ud83d""#, #""\ude00\ud83d""#,
        #""\ud83d\ude00""#, #""\ud83d\u0041""#, #""\ud83d\n""#, #""\u0000""#, #""\u0022\u005C\u002f""#,
        #""\"\\\/\b\f\n\r\t""#, #""\\ud83d""#, #""\\\"""#, "\"\u{7f}\u{80}é€😀\u{10ffff}\u{feff}\u{2028}\"",
        #""\u00e9\u00E9""#, #""\uD83d\uDE00""#, #""followme\u002doperator""#, #""futel-prod-b\u0061ck""#,
        "01", "1.", "NaN", "nul", "\"\\x\"", "\"\t\"",
    ]

    /// Plain ASCII of that length.
    static func plain(_ length: Int) -> String {
        String(repeating: "abcdefghijklmnopqrstuvwxyz-0123/", count: length / 32 + 1).prefix(length)
            .description
    }

    static func nested(_ depth: Int, _ areArrays: Bool) -> [UInt8] {
        let (open, close) = areArrays ? ("[", "]") : ("{\"a\":", "}")
        return Array(
            (String(repeating: open, count: depth) + "0" + String(repeating: close, count: depth)).utf8)
    }

    /// The byte as \u00xx.
    static func escape(_ byte: UInt8) -> [UInt8] {
        Array(#"\u"#.utf8) + String(0x10000 + Int(byte), radix: 16).utf8.dropFirst()
    }
}
