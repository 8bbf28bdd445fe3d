internal import ArgumentParser
internal import EngineTesting

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// The files that the examples of the command line name.
struct SampleFiles {
    private let directory: URL

    init(_ directory: String) {
        self.directory = URL(fileURLWithPath: directory, isDirectory: true)
    }

    /// Writes those that are not there yet.
    ///
    /// - Returns: The directory's absolute path.
    func write() throws(ValidationError) -> String {
        for file in EngineState.sampleFiles {
            let url = directory.appendingPathComponent(file.name)
            do {
                try Data(file.text.utf8).write(to: url, options: .withoutOverwriting)
            } catch let error as CocoaError where error.code == .fileWriteFileExists {
                continue
            } catch {
                throw ValidationError("'--sample-files' can't be written to \(url.path): \(error)")
            }
        }
        return directory.standardizedFileURL.path
    }
}
