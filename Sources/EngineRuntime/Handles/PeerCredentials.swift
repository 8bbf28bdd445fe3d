internal import CLibUV

// The C functions here use the strings and variables that they are given during the call alone.

/// Who called `listen` on the other side of a connection, as the kernel knows it.
///
/// Source: `SO_PEERCRED` in unix(7).
public struct PeerCredentials: Sendable, Hashable {
    /// The process, where the system tells.
    public let processID: Int?
    /// The effective user.
    public let userID: UInt32
    /// The effective group.
    public let groupID: UInt32

    /// Names a peer.
    public init(processID: Int?, userID: UInt32, groupID: UInt32) {
        self.processID = processID
        self.userID = userID
        self.groupID = groupID
    }
}

extension PipeStream {
    /// Who listens on the other side.
    ///
    /// - Throws: ``LibUVError`` when the stream has no connection.
    package func peerCredentials() throws(LibUVError) -> PeerCredentials {
        var descriptor: Int32 = -1
        guard !isClosing else { throw .canceled }
        try LibUVError.check(unsafe uv_fileno(handle, &descriptor))
        var peer = clibuv_peer()
        try LibUVError.check(unsafe clibuv_peer_of(descriptor, &peer))
        return PeerCredentials(
            processID: peer.process < 0 ? nil : Int(peer.process), userID: peer.user,
            groupID: peer.group)
    }
}

/// Owner and permissions of a socket's file.
package struct SocketFileStatus: Sendable, Hashable {
    package let ownerID: UInt32
    /// Permission bits, such as `0o660`.
    package let permissions: UInt32

    /// Looks at a file, a symbolic link followed.
    ///
    /// - Throws: ``LibUVError``, for example ``LibUVError/noSuchFile``.
    package init(of path: SocketPath) throws(LibUVError) {
        var (ownerID, permissions): (UInt32, UInt32) = (0, 0)
        try LibUVError.check(unsafe clibuv_owner_of(path.description, &ownerID, &permissions))
        self.ownerID = ownerID
        self.permissions = permissions
    }
}

/// The number of a user.
///
/// - Throws: ``LibUVError/noSuchFile`` for a name that nobody has.
package func userID(named name: String) throws(LibUVError) -> UInt32 {
    var id: UInt32 = 0
    try LibUVError.check(unsafe clibuv_user_of_name(name, &id))
    return id
}
