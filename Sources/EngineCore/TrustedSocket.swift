/// Whom a client takes for its engine: checked on each new connection, before a byte is written.
///
/// What listens on a socket's path is whoever created the file. A client that sends secrets, or
/// runs before its engine does, can insist on who that is.
public struct ExpectedPeer: Sendable, Hashable {
    /// A user, by number or by name.
    public enum User: Sendable, Hashable {
        /// The number.
        case id(UInt32)
        /// The name, looked up once, when the first request is made and as part of it.
        case named(String)
    }

    /// The effective user that called `listen`; nil for any.
    public var user: User?
    /// The effective group that called `listen`; nil for any.
    public var groupID: UInt32?

    /// Makes an expectation; both parts must hold where they are given.
    ///
    /// A socket that systemd opened for the engine was listened on by systemd, so by root.
    public init(user: User? = nil, groupID: UInt32? = nil) {
        self.user = user
        self.groupID = groupID
    }

    /// The user's name, where it is not known by number.
    var userName: String? {
        if case .named(let name)? = user { name } else { nil }
    }

    func isMet(by peer: PeerCredentials) -> Bool {
        let isUser =
            switch user {
            case nil: true
            case .id(let id)?: id == peer.userID
            case .named?: false
            }
        return isUser && (groupID ?? peer.groupID) == peer.groupID
    }
}

/// What a socket's file may look like: checked before each connect.
public struct SocketFileRequirement: Sendable, Hashable {
    /// Whose file it must be; nil for anybody's.
    public var ownerID: UInt32?
    /// Permission bits that may be set; another one is too loose.
    public var allowedPermissions: UInt32

    /// Makes a requirement; by default nobody but owner and group may connect.
    public init(ownerID: UInt32? = nil, allowedPermissions: UInt32 = 0o770) {
        self.ownerID = ownerID
        self.allowedPermissions = allowedPermissions
    }

    /// - Throws: ``UntrustedSocket`` and `LibUVError`.
    func check(_ path: SocketPath) throws {
        let status = try SocketFileStatus(of: path)
        guard (ownerID ?? status.ownerID) == status.ownerID else {
            throw UntrustedSocket.owner(status.ownerID)
        }
        guard status.permissions & ~allowedPermissions == 0 else {
            throw UntrustedSocket.permissions(status.permissions)
        }
    }
}

/// Why a client would not talk to what it found at its socket's path.
public enum UntrustedSocket: Error, Hashable, Sendable {
    /// Somebody else than ``EngineConfiguration/expectedPeer`` listens.
    case peer(PeerCredentials)
    /// The user that ``ExpectedPeer`` names is not known here.
    case unknownUser
    /// The file belongs to somebody else than it must.
    case owner(UInt32)
    /// The file's permissions, which are looser than they may be.
    case permissions(UInt32)
}

extension UntrustedSocket: CustomStringConvertible {
    /// The finding in words and numbers.
    public var description: String {
        switch self {
        case .peer(let peer):
            "user \(peer.userID), group \(peer.groupID) listens"
                + (peer.processID.map { " (process \($0))" } ?? "")
        case .unknownUser: "the expected user does not exist"
        case .owner(let id): "the file belongs to user \(id)"
        case .permissions(let bits): "the file's permissions are 0\(String(bits, radix: 8))"
        }
    }
}
