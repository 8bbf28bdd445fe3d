/// A route in the engine's table, and what the engine does with it.
public struct RouteEntry: Codable, Sendable, Hashable {
    /// The route.
    public let route: Route
    /// Whether events take it.
    public let status: EntryStatus
    /// Seconds since the engine last built it; of a disabled route the time of that, in seconds
    /// since 1970.
    public let uptime: Int64

    /// Makes an entry, for tests of code that takes one.
    public init(route: Route, status: EntryStatus = .enabled, uptime: Int64 = 0) {
        self.route = route
        self.status = status
        self.uptime = uptime
    }

    private enum CodingKeys: String, CodingKey {
        case status = "entry_status"
        case uptime
    }

    /// Decodes the engine's form, one flat object; what is not the route's may be missing.
    ///
    /// - Throws: `DecodingError` when a field of the route is missing or one has the wrong type.
    public init(from decoder: any Decoder) throws {
        route = try Route(from: decoder)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        status = try container.decodeIfPresent(EntryStatus.self, forKey: .status) ?? .unknown
        uptime = try container.decodeIntegerIfPresent(forKey: .uptime) ?? 0
    }

    /// Encodes the engine's form.
    public func encode(to encoder: any Encoder) throws {
        try route.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(status, forKey: .status)
        try container.encode(uptime, forKey: .uptime)
    }
}
