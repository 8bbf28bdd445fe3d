/// The body of a request that has nothing to say: `{}`.
struct EmptyObject: Encodable {}

/// The body of a request about one thing that has a name.
struct NameSelection: Encodable {
    let name: String
}

/// The body of a request about one space.
struct SpaceSelection: Encodable {
    let space: String
}
