internal import EngineCore

extension EngineSetting {
    /// Whom the client takes for its engine.
    static let trust: [EngineSetting] = [peerUser, peerGroup, fileOwner, filePermissions]

    private static let peerUser = optional(
        "expectedPeer.user", "user number or name", orNone("the number or the name of a user"), user
    ) { configuration, user in
        configuration.expectPeer { $0.user = user }
    }

    private static let peerGroup = optional(
        "expectedPeer.groupID", "group number", orNone("the number of a group"), number
    ) { configuration, group in
        configuration.expectPeer { $0.groupID = group }
    }

    private static let fileOwner = optional(
        "socketFile.ownerID", "user number", orNone("the number of a user"), number
    ) { configuration, owner in
        // One that is not required yet is not because of its owner either.
        if owner == nil, configuration.socketFile == nil { return }
        var file = configuration.socketFile ?? SocketFileRequirement()
        file.ownerID = owner
        configuration.socketFile = file
    }

    private static let anyPermissions: UInt32 = 0o7777

    // After the owner, whose requirement it may only loosen.
    private static let filePermissions = optional(
        "socketFile.allowedPermissions", "octal permissions",
        orNone("permission bits in octal, such as 0770"),
        permissions
    ) { configuration, permissions in
        if let permissions {
            var file = configuration.socketFile ?? SocketFileRequirement()
            file.allowedPermissions = permissions
            configuration.socketFile = file
        } else if configuration.socketFile?.ownerID == nil {
            configuration.socketFile = nil
        } else {
            configuration.socketFile?.allowedPermissions = anyPermissions
        }
    }

    @Sendable private static func number(_ text: String) -> UInt32? { UInt32(text) }

    @Sendable private static func permissions(_ text: String) -> UInt32? {
        UInt32(text, radix: 8).flatMap { $0 <= anyPermissions ? $0 : nil }
    }

    @Sendable private static func user(_ text: String) -> ExpectedPeer.User? {
        // An option of a command line, or a number that is none of a user.
        if text.isEmpty || text.hasPrefix("-") { return nil }
        let isNumber = text.allSatisfy { $0.isASCII && $0.isNumber }
        return isNumber ? number(text).map { .id($0) } : .named(text)
    }

    /// A setting that is none by default, and holds for new connections.
    private static func optional<Value: Sendable>(
        _ key: String, _ unit: String, _ rule: String,
        _ parse: @escaping @Sendable (String) -> Value?,
        set: @escaping @Sendable (inout EngineConfiguration, Value?) -> Void
    ) -> EngineSetting {
        EngineSetting(
            key: key, unit: orNone(unit), rule: rule, defaultText: SettingReader.none,
            effect: .nextConnections
        ) { reader, configuration throws(EngineError) in
            let value = try reader.optional(key, rule: rule, parse)
            if let value { set(&configuration, value) }
        }
    }
}

extension EngineConfiguration {
    fileprivate mutating func expectPeer(_ change: (inout ExpectedPeer) -> Void) {
        var peer = expectedPeer ?? ExpectedPeer()
        change(&peer)
        expectedPeer = peer == ExpectedPeer() ? nil : peer
    }
}
