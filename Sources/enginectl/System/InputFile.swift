internal import EngineCore

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Something that is read from its start to its end, pipes included.
enum InputFile {
    case standardInput
    case path(String)

    /// All that is in it.
    func contents() throws(SystemError) -> [UInt8] {
        let input = try open()
        var contents: [UInt8] = []
        while true {
            let chunk = try input.read()
            if chunk.isEmpty { return contents }
            contents += chunk
        }
    }

    /// A request's body that is read while it is sent.
    func body() throws(SystemError) -> RequestBody {
        let input = try open()
        switch try input.kind() {
        case .directory: throw SystemError(number: EISDIR)
        case .regular(let length):
            if case .path(let path) = self { return .file(path) }
            return .stream(InputChunks(input: input), length: length)
        case .other: return .stream(InputChunks(input: input))
        }
    }

    private func open() throws(SystemError) -> InputDescriptor {
        switch self {
        case .standardInput: .standardInput
        case .path(let path): try InputDescriptor(opening: path)
        }
    }
}

extension InputFile: CustomStringConvertible {
    var description: String {
        switch self {
        case .standardInput: "standard input"
        case .path(let path): path
        }
    }
}
