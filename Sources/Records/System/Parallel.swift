/// Does some work on each item, a bounded number at once, and takes the results one at a time, in
/// the order in which they are ready.
///
/// - Throws: what `take` throws; work that is under way is then cancelled.
package func inParallel<Item: Sendable, Result: Sendable, Failure: Error>(
    _ items: some Sequence<Item>, concurrency: Int, _ work: @escaping @Sendable (Item) async -> Result,
    take: (Result) throws(Failure) -> Void
) async throws(Failure) {
    var failure: Failure?
    await withTaskGroup(of: Result.self) { group in
        var running = 0
        func takeNext() async {
            guard let result = await group.next() else { return }
            running -= 1
            guard failure == nil else { return }
            do throws(Failure) { try take(result) } catch {
                failure = error
                group.cancelAll()
            }
        }
        for item in items where failure == nil {
            if running == concurrency { await takeNext() }
            group.addTask { await work(item) }
            running += 1
        }
        while running > 0 { await takeNext() }
    }
    if let failure { throw failure }
}
