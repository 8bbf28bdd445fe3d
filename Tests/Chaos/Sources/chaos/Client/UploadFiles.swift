internal import Foundation

/// Files to upload: made for a request, and gone with it.
struct UploadFiles: Sendable {
    let directory: String

    func path(of number: RequestNumber) -> String {
        "\(directory)/upload-\(number)"
    }

    func make(for number: RequestNumber, size: Int) throws {
        let bytes = BodyPattern(number, .upload).bytes(0..<size)
        try Data(bytes).write(to: URL(fileURLWithPath: path(of: number)))
    }

    func remove(for number: RequestNumber) {
        try? FileManager.default.removeItem(atPath: path(of: number))
    }
}
