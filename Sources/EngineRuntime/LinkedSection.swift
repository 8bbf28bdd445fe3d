internal import CLibUV

/// Constant data that the linker has gathered in this image.
package enum LinkedSection {
    /// The records of linked modules; empty where there are none, and on systems without ELF.
    ///
    /// There as long as this code is.
    package static var moduleRecords: UnsafeRawBufferPointer {
        #if os(Linux)
            // The linker defines both ends of the one section, or neither.
            guard let start = unsafe clibuv_module_records_start(),
                let end = unsafe clibuv_module_records_end()
            else { return unsafe UnsafeRawBufferPointer(start: nil, count: 0) }
            return unsafe UnsafeRawBufferPointer(start: start, count: end - start)
        #else
            return unsafe UnsafeRawBufferPointer(start: nil, count: 0)
        #endif
    }
}
