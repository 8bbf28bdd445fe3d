/// The members of an object in their order. No name occurs twice.
public struct JSONObject: Sendable {
    struct Member: Sendable {
        let name: String
        var value: JSONValue
    }

    var members: [Member]

    /// Makes an object without members.
    public init() { members = [] }

    /// Makes an object of members; of two with one name the last value stays, at the first's place.
    public init(_ members: some Sequence<(String, JSONValue)>) {
        self.init(merging: members.map { Member(name: $0.0, value: $0.1) })
    }

    /// Makes an object of a dictionary, sorted by name.
    public init(_ members: [String: JSONValue]) {
        self.members = members.map { Member(name: $0.key, value: $0.value) }
            .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    /// Members whose names are known to differ.
    init(unique members: [Member]) { self.members = members }

    init(merging list: [Member]) {
        members = []
        members.reserveCapacity(list.count)
        var places: [ExactName: Int] = [:]
        for member in list {
            let place = places[ExactName(member.name), default: members.count]
            if place < members.count {
                members[place].value = member.value
            } else {
                places[ExactName(member.name)] = place
                members.append(member)
            }
        }
    }

    /// The value of a member. Setting nil removes it; a new name goes to the end.
    ///
    /// Each call compares names from the first on. For many look-ups use
    /// ``dictionary``.
    public subscript(name: String) -> JSONValue? {
        get {
            members.first { $0.name.isIdenticalUTF8(to: name) }?.value
        }
        set {
            let place = members.firstIndex { $0.name.isIdenticalUTF8(to: name) }
            switch (place, newValue) {
            case (let place?, let value?): members[place].value = value
            case (let place?, nil): members.remove(at: place)
            case (nil, let value?): members.append(Member(name: name, value: value))
            case (nil, nil): break
            }
        }
    }

    /// The names in their order.
    public var names: [String] { members.map(\.name) }

    /// The members by name. Names that are canonically equivalent Unicode are one name here; the last
    /// of them stays.
    public var dictionary: [String: JSONValue] {
        Dictionary(members.map { ($0.name, $0.value) }) { _, last in last }
    }
}

extension JSONObject: RandomAccessCollection {
    /// The first member's position.
    public var startIndex: Int { 0 }
    /// The position behind the last member.
    public var endIndex: Int { members.count }
    /// The member at a position.
    public subscript(position: Int) -> (name: String, value: JSONValue) {
        (members[position].name, members[position].value)
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// Makes an object; of two members with one name the last value stays.
    public init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }
}

extension JSONObject: Hashable {
    /// Whether both have the same members, in whatever order.
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        guard left.members.count == right.members.count else { return false }
        let isSameOrder = zip(left.members, right.members).allSatisfy {
            $0.name.isIdenticalUTF8(to: $1.name)
        }
        if isSameOrder {
            return zip(left.members, right.members).allSatisfy { $0.value == $1.value }
        }
        let values = Dictionary(
            uniqueKeysWithValues: right.members.map { (ExactName($0.name), $0.value) })
        return left.members.allSatisfy { values[ExactName($0.name)] == $0.value }
    }

    /// Hashes the members without their order.
    public func hash(into hasher: inout Hasher) {
        var sum = 0
        for member in members {
            var inner = Hasher()
            ExactName(member.name).hash(into: &inner)
            inner.combine(member.value)
            sum ^= inner.finalize()
        }
        hasher.combine(sum)
    }
}
