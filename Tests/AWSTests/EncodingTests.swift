import AWS
import Testing

@Suite struct EncodingTests {
    @Test func uriKeepsOnlyUnreservedCharacters() {
        #expect(Encoding.uri("a b+c=d:e%f/é~") == "a%20b%2Bc%3Dd%3Ae%25f%2F%C3%A9~")
        #expect(Encoding.uri("a//b/../c", keepingSlashes: true) == "a//b/../c")
    }

    @Test(arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")])
    func base64(_ text: String, _ expected: String) {
        #expect(Encoding.base64(Array(text.utf8)) == expected)
    }

    @Test func hexIsReadAndWritten() {
        #expect(Encoding.bytes(hex: Encoding.hex([0, 1, 0xfe, 0xff])) == [0, 1, 0xfe, 0xff])
        #expect(Encoding.bytes(hex: "0g") == nil)
        #expect(Encoding.bytes(hex: "abc") == nil)
    }
}
