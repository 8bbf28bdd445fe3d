import EngineService
import Foundation
import Testing

/// The table of the guide beside what the code reads.
@Suite struct SettingsTableTests {
    private func guide() throws -> String {
        let root = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let page = "Sources/EngineService/EngineService.docc/Configuration.md"
        return try String(contentsOf: root.appendingPathComponent(page), encoding: .utf8)
    }

    @Test func theGuideTellsEverySetting() throws {
        let rows = try guide().split(separator: "\n").filter { $0.hasPrefix("| `") }
        let expected = EngineSetting.all.map { setting in
            let name = environmentName(setting.key)
            return "| `\(setting.key)` | `\(name)` | \(setting.unit) | `\(setting.defaultText)` "
                + "| \(setting.effect.rawValue) |"
        }
        try #require(rows.count == expected.count)
        for (row, expected) in zip(rows, expected) {
            #expect(row.hasPrefix(expected + " "))
            let meaning = row.dropFirst(expected.count).filter(\.isLetter)
            #expect(!meaning.isEmpty)
        }
    }
}
