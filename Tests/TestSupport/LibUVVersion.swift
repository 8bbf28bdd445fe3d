internal import CLibUV

/// The version of the libuv that this process has loaded, such as `1.44.2`.
package var loadedLibUVVersion: String {
    // A constant of the library's.
    unsafe String(cString: uv_version_string())
}
