import Testing

@testable import Records

@Suite struct ProgressTests {
    @Test(
        arguments: [
            (0, 3600, "[....................] 0/3600"), (1800, 3600, "[##########..........] 1800/3600"),
            (3600, 3600, "[####################] 3600/3600"),
            (4000, 3600, "[####################] 4000/3600"),
            (7, nil, "7"), (7, 0, "7"),
        ] as [(Int, Int?, String)])
    func theBarFills(_ done: Int, _ total: Int?, _ bar: String) {
        #expect(Progress.bar(done, of: total) == bar)
    }

    @Test(
        arguments: [
            (100, 400, 2.0, ", 50 MiB/s, 6 s left"), (400, 400, 2.0, ", 200 MiB/s, 0 s left"),
            (100, nil, 3.0, ", 33 MiB/s"), (500, 400, 2.0, ", 250 MiB/s"), (0, 400, 2.0, ""), (1, 400, 0, ""),
        ] as [(Int, Int?, Double, String)])
    func thePaceSaysWhatIsLeft(_ done: Int, _ total: Int?, _ seconds: Double, _ pace: String) {
        #expect(Progress.pace(done, of: total, "MiB", seconds) == pace)
    }
}
