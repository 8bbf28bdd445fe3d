#if os(Linux)
    internal import EngineRuntime

    /// The module types that the program carries records of.
    enum LinkedModules {
        /// The form of record that this code reads.
        static let version: UInt64 = 1

        /// An ``EngineModuleRecord`` in memory: structs and tuples are laid out alike (Swift's
        /// ABI, TypeLayout.rst). A generic load of the tuple itself would take its function for
        /// one with the calling convention of unknown types.
        struct Record: Sendable {
            let version: UInt64
            let type: @Sendable () -> any EngineModule.Type
        }

        static func types() throws(EngineError) -> [any EngineModule.Type] {
            // The section is there, and the same, for as long as this code.
            try unsafe types(in: LinkedSection.moduleRecords)
        }

        static func types(
            in section: UnsafeRawBufferPointer
        ) throws(EngineError) -> [any EngineModule.Type] {
            let size = MemoryLayout<Record>.stride
            let start = UInt(bitPattern: section.baseAddress)
            // Whole records that are aligned: each load below is in bounds.
            guard section.count.isMultiple(of: size),
                start.isMultiple(of: UInt(MemoryLayout<Record>.alignment))
            else { throw .foreignRecords }
            var types: [any EngineModule.Type] = []
            for offset in stride(from: 0, to: section.count, by: size) {
                // Any bytes are a number; only its value tells that a function follows.
                guard unsafe section.load(fromByteOffset: offset, as: UInt64.self) == version else {
                    throw .foreignRecords
                }
                // The compiler wrote it in this layout.
                types.append(unsafe section.load(fromByteOffset: offset, as: Record.self).type())
            }
            return types
        }
    }

    extension EngineError {
        fileprivate static var foreignRecords: EngineError {
            EngineError(
                .unexpected, message: "the records of linked modules can't be read",
                detail: "the section engine_modules holds something else than module records",
                delivery: .neverSent)
        }
    }
#endif
