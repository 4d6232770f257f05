import Records
import Testing

@Suite struct JSONObjectTests {
    @Test func theLastOfDuplicateKeysCounts() throws {
        let object = try JSONObject(#"{"a":"first","b":1,"a":"last","\u0062":2}"#)
        #expect(object.string("a") == "last")
        #expect(object.integer("b") == 2)
        let changed = try JSONObject(#"{"a":"text","a":null}"#)
        #expect(changed.string("a") == nil)
    }

    @Test func valuesKeepTheirTypes() throws {
        let object = try JSONObject(
            #" { "s" : "1" , "i" : -12 , "d" : 1.10 , "t" : true , "n" : null , "o" : {"k":{"l":"m"}} } "#)
        #expect(object.string("s") == "1" && object.integer("s") == nil)
        #expect(object.integer("i") == -12 && object.string("i") == nil)
        #expect(object.integer("d") == nil)
        if case .number(let number) = object["d"] {
            #expect(number == "1.10")
        } else {
            Issue.record("no number")
        }
        if case .bool(true) = object["t"] {} else { Issue.record("not true") }
        if case .null = object["n"] {} else { Issue.record("not null") }
        #expect(object.object("o")?.object("k")?.string("l") == "m")
        #expect(object["missing"] == nil && object.string("missing") == nil)
        #expect(object.keys.sorted() == ["d", "i", "n", "o", "s", "t"])
    }

    @Test func objectsOfAnArrayAreFound() throws {
        let object = try JSONObject(#"{"a":[{"k":"1"},2,[{"k":"no"}],{"k":"3"}],"b":{"k":"4"}}"#)
        #expect(object.objects("a").map { $0.string("k") } == ["1", "3"])
        #expect(object.objects("b").isEmpty && object.objects("c").isEmpty)
    }

    @Test func escapesAreResolved() throws {
        let object = try JSONObject(#"{"k\u0065y":"a\n\u00e9\ud83d\ude00"}"#)
        #expect(object.string("key") == "a\né😀")
    }

    @Test func numbersThatNoIntegerHoldsAreNone() throws {
        let object = try JSONObject(#"{"a":9223372036854775807,"b":9223372036854775808,"c":1e3,"d":-0}"#)
        #expect(object.integer("a") == .max)
        #expect(object.integer("b") == nil)
        #expect(object.integer("c") == nil)
        #expect(object.integer("d") == 0)
    }

    @Test(arguments: [
        "", "[]", "1", "\"{}\"", "null", "{}x", "{}{}", "{\"a\":1", "{\"a\":[1,]}", "{\"a\":01}",
    ])
    func whatIsNoObjectIsRefused(_ text: String) {
        #expect(throws: JSONError.malformed) { try JSONObject(text) }
    }

    @Test func depthIsBounded() throws {
        func nested(_ depth: Int) -> String {
            "{\"a\":" + String(repeating: "[", count: depth - 1) + String(repeating: "]", count: depth - 1)
                + "}"
        }
        _ = try JSONObject(nested(512))
        #expect(throws: JSONError.tooDeep) { try JSONObject(nested(513)) }
        #expect(throws: JSONError.tooDeep) { try JSONObject(nested(100_000)) }
    }

    @Test func badUTF8IsRefused() {
        let bytes: [UInt8] = Array(#"{"a":""#.utf8) + [0xed, 0xa0, 0x80] + Array(#""}"#.utf8)
        #expect(throws: JSONError.notUTF8) { try JSONObject(bytes) }
    }
}
