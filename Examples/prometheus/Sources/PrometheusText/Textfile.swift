import Foundation

extension PrometheusMetrics {
    /// Writes the text for the textfile collector of Prometheus' node_exporter, which reads
    /// each file named `*.prom` in its folder.
    ///
    /// A reader finds the old text or the new one, never half of one.
    ///
    /// - Throws: What Foundation has to say of the file system.
    public func write(toTextfile path: String) throws {
        let draft = path + ".new"
        try Data(text.utf8).write(to: URL(filePath: draft))
        guard rename(draft, path) == 0 else {
            throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: path])
        }
    }
}
