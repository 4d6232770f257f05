import Support
import Testing

@testable import AWS

@Suite struct ProfilePathTests {
    @Test(arguments: ["AWS_CONFIG_FILE", "AWS_PROFILE"], ["", " "])
    func anEmptyVariableCountsAsUnset(_ name: String, _ value: String) throws {
        let folder = try TemporaryDirectory()
        try folder.write(".aws/config", "[default]\nregion = eu-west-3\n")
        #expect(configuration(["HOME": folder.path, name: value]).region == "eu-west-3")
    }

    @Test func aTildeIsTheHomeFolder() throws {
        let folder = try TemporaryDirectory()
        try folder.write("elsewhere", "[default]\nregion = eu-west-3\n")
        #expect(configuration(["HOME": folder.path, "AWS_CONFIG_FILE": "~/elsewhere"]).region == "eu-west-3")
    }
}
