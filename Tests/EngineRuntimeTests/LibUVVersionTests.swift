import Foundation
import TestSupport
import Testing

/// For `Tests/current-libuv.sh`, which names the version that the tests are to run with.
private let expectedVersion = ProcessInfo.processInfo.environment["ENGINE_LIBUV_VERSION"]

@Test(.enabled(if: expectedVersion != nil, "no version is asked for"))
func theTestsLoadTheLibUVThatWasAskedFor() {
    #expect(loadedLibUVVersion == expectedVersion)
}
