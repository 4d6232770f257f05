import Records
import Testing

@Suite struct VisibleTests {
    @Test func controlCharactersAreEscaped() {
        #expect(visible("a\u{1b}[2Jb\nc") == "a\\u{1b}[2Jb\\u{a}c")
        #expect(escaped("x\r\u{202e}y") == "x\\u{d}\\u{202e}y")
    }

    @Test func digitsAreMaskedInWordsThatMayBeTelephoneNumbers() {
        #expect(visible("call +15035551212 from line 630") == "call +########### from line 630")
        #expect(visible("٠١٢٣٤٥٦") == "#######")
        #expect(visible("123456") == "123456")
        #expect(escaped("days/20260101") == "days/20260101")
    }

    @Test func escapesAreNotMasked() {
        #expect(visible("\u{1b}123456\u{1b}") == "\\u{1b}123456\\u{1b}")
        #expect(visible("\u{1b}1234567") == "\\u{1b}#######")
    }

    /// GitHub takes "##[" for a command wherever it stands in a line, and masking makes such a text of digits.
    @Test func nothingSpeaksAsAWorkflowCommand() {
        for text in ["a ##[add-mask]b", "1234567[stop-commands]b", "##[error]", "###[error]"] {
            #expect(!visible(text).contains("##["), "\(visible(text))")
            #expect(!escaped(text).contains("##["), "\(escaped(text))")
        }
        #expect(visible("1234567[a]") == "#######\\u{5b}a]")
        #expect(visible("::error::a\n::b").split(whereSeparator: \.isNewline).count == 1)
    }

    @Test func longTextIsCut() {
        #expect(visible(String(repeating: "a", count: 300)).count == 201)
    }
}
