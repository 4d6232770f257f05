import Support
import Testing

@testable import AWS

@Suite struct ProfileFileTests {
    @Test(arguments: [
        "[p]\nk = v\n", "[p]\nk=v", "[p]\r\nk = v\r\n", "[ p ]\nk\t=\tv\t\n",
        "[p] # of mine\nk = v # a comment\n",
        "# first\n; second\n\n[p]\n\nk = v ; a comment\n", "[p]\nK = v\n", "[p]\nk = u\nk = v\n",
        "[p]\nother\n= w\nk = v\n", "[q]\nk = w\n[p]\nk = v\n[q]\nk = x\n", "[p]\nk = u\n[p]\nk = v\n",
    ])
    func oddSpacingAndComments(_ text: String) throws {
        #expect(try read(text)["p"]?["k"] == "v", "\(text)")
    }

    @Test func whatStandsInAValueStays() throws {
        let text = "[p]\na = b=c\nb = a#b;c\nc = a b  c\nd = é\n"
        #expect(try read(text)["p"] == ["a": "b=c", "b": "a#b;c", "c": "a b  c", "d": "é"])
    }

    @Test func aNameMayHoldBlanks() throws {
        #expect(try read("[profile   p]\nk = v\n")["profile p"]?["k"] == "v")
        #expect(try read("[profile\tp]\nk = v\n")["profile p"]?["k"] == "v")
    }

    @Test func indentedLinesBelongToTheKeyAbove() throws {
        let text = "[p]\ns3 =\n  region = nested\n  k = nested\nk = v\n"
        #expect(try read(text)["p"]?["k"] == "v")
        #expect(try read(text)["p"]?["region"] == nil)
    }

    @Test func linesBeforeASectionAndBrokenOnesAreNothing() throws {
        #expect(try read("k = v\n[p\nk = w\n").isEmpty)
        #expect(try read("").isEmpty)
    }

    @Test func aSectionMayBeEmpty() throws {
        #expect(try read("[p]\n")["p"] == [:])
    }

    @Test func aFileThatIsNotThereHasNoSections() throws {
        let folder = try TemporaryDirectory()
        #expect(ProfileFile(path: folder.path("none")).sections.isEmpty)
        #expect(ProfileFile(path: folder.path).sections.isEmpty)
    }

    private func read(_ text: String) throws -> [String: [String: String]] {
        let folder = try TemporaryDirectory()
        return ProfileFile(path: try folder.write("file", text)).sections
    }
}
