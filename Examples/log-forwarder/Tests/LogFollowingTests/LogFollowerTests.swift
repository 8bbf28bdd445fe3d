import Foundation
import Testing

@testable import LogFollowing

@Test func aLineCountsOnceItsEndIsThere() throws {
    let log = try LogDirectory()
    try log.write("one\ntw")
    #expect(try log.lines() == ["one"])
    try log.write("o\n")
    #expect(try log.lines() == ["two"])
}

@Test(arguments: [false, true])
func rotationsBetweenTwoLooksLoseNothing(restarts: Bool) throws {
    let log = try LogDirectory()
    try log.write("1\n")
    #expect(try log.lines() == ["1"])
    if restarts { try log.restart() }
    try log.write("2\n")
    try log.rename("app.log", "app.log.2")
    try log.write("3\n", to: "app.log.1")
    try log.write("4\n")
    #expect(try log.lines() == ["2", "3", "4"])
    #expect(log.reports.isEmpty)
}

@Test func datesInNamesAreFollowed() throws {
    let log = try LogDirectory()
    try log.write("1\n")
    #expect(try log.lines() == ["1"])
    try log.restart()
    try log.rename("app.log", "app.log-20261130")
    try log.write("2\n", to: "app-20261201.log")
    try log.write("3\n", to: "app.log.2026-12-02")
    try log.write("other\n", to: "app-error.log")
    try log.write("4\n")
    #expect(try log.lines() == ["2", "3", "4"])
}

@Test func linesThatComeAfterTheRotationAreRead() throws {
    let log = try LogDirectory()
    try log.write("1\n")
    #expect(try log.lines() == ["1"])
    try log.rename("app.log", "app.log.1")
    try log.write("3\n")
    #expect(try log.lines() == ["3"])
    try log.write("2\n", to: "app.log.1")
    #expect(try log.lines() == ["2"])
}

@Test func anUnfinishedLineEndsWithItsFile() throws {
    let log = try LogDirectory()
    try log.write("1\n2")
    #expect(try log.lines() == ["1"])
    try log.rename("app.log", "app.log.1")
    #expect(try log.lines() == [])
    try log.write("3\n")
    #expect(try log.lines() == ["2", "3"])
}

@Test(arguments: [false, true])
func aCopiedAndCutFileIsReadToItsEnd(restarts: Bool) throws {
    let log = try LogDirectory()
    try log.write("1\n")
    #expect(try log.lines() == ["1"])
    if restarts { try log.restart() }
    try log.write("2\n")
    try log.copy("app.log", "app.log.2")
    try log.cut()
    try log.write("3\n")
    try log.copy("app.log", "app.log.1")
    try log.cut()
    try log.write("4\n")
    #expect(try log.lines() == ["2", "3", "4"])
    #expect(log.reports.isEmpty)
}

@Test func aCopyIsNotReadBesideItsOriginal() throws {
    let log = try LogDirectory()
    let first = String(repeating: "1", count: Int(LogFile.fingerprintSize))
    try log.write("\(first)\n2\n")
    try log.write("", to: "app.log.1")
    #expect(try log.lines() == [first, "2"])
    try log.write("\(first)\n", to: "app.log.1")
    #expect(try log.lines() == [])
    // A line that is not in the copy.
    try log.write("3\n")
    #expect(try log.lines() == ["3"])
    try log.cut()
    try log.write("4\n")
    #expect(try log.lines() == ["4"])
    #expect(log.reports.isEmpty)
}

@Test func aDeletedFileThatIsOpenIsReadToItsEnd() throws {
    let log = try LogDirectory()
    try log.write("1\n")
    #expect(try log.lines() == ["1"])
    try log.write("2\n")
    try log.remove("app.log")
    try log.write("3\n")
    #expect(try log.lines() == ["2", "3"])
    #expect(log.reports.isEmpty)
}

@Test func aFileThatIsGoneAfterARestartIsReported() throws {
    let log = try LogDirectory()
    try log.write("1\n")
    #expect(try log.lines() == ["1"])
    try log.restart()
    try log.remove("app.log")
    // The same inode, as the file system may have it.
    try log.write("2, and longer\n")
    #expect(try log.lines() == ["2, and longer"])
    #expect(log.reports.count == 1)
    #expect(log.reports.first?.contains("2 bytes read") == true)
}

@Test func aCutWithoutACopyIsReported() throws {
    let log = try LogDirectory()
    try log.write("1\n")
    #expect(try log.lines() == ["1"])
    try log.cut()
    try log.write("2\n3\n")
    #expect(try log.lines() == ["2", "3"])
    #expect(log.reports.count == 1)
    #expect(log.reports.first?.contains("cut off") == true)
}

@Test func aCompressedFileIsReportedUnlessItWasRead() throws {
    let log = try LogDirectory()
    try log.write("1\n")
    try log.rename("app.log", "app.log.1")
    try log.write("2\n")
    #expect(try log.lines() == ["2"])
    try log.compress("app.log.1")
    #expect(try log.lines() == [])
    #expect(log.reports.isEmpty)
    try log.restart()
    try log.write("lost\n", to: "app.log-20200101")
    try log.setTime(of: "app.log-20200101", to: 1_577_836_800)
    try log.compress("app.log-20200101")
    try log.write("3\n")
    #expect(try log.lines() == ["3"])
    #expect(try log.lines() == [])
    #expect(log.reports.count == 1)
    #expect(log.reports.first?.hasPrefix("app.log-20200101.gz was compressed") == true)
}

@Test(.enabled("root may read everything") { getuid() != 0 })
func aFileThatMayNotBeReadIsReportedAndLeftOut() throws {
    let log = try LogDirectory()
    try log.write("1\n")
    #expect(try log.lines() == ["1"])
    try log.write("hidden\n", to: "app.log.1")
    try log.setPermissions(of: "app.log.1", to: 0)
    try log.write("2\n")
    #expect(try log.lines() == ["2"])
    #expect(log.reports == ["app.log.1 is not forwarded: no permission to read it"])
}

@Test func theFirstStartLeavesRotatedFilesOut() throws {
    let log = try LogDirectory()
    try log.write("old\n", to: "app.log.1")
    try log.write("new\n")
    #expect(try log.lines() == ["new"])
    try log.restart()
    #expect(try log.lines() == [])
}

@Test func aLineWithoutAnEndComesInPieces() throws {
    let log = try LogDirectory()
    try log.write(String(repeating: "x", count: LogFollower.chunkSize + 10) + "\nend\n")
    #expect(try log.lines().map(\.count) == [LogFollower.chunkSize, 10, 3])
}
