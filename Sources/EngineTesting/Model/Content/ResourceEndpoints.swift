internal import EngineCore
internal import EngineModules
internal import EngineSansIO

extension Endpoint {
    private static let place: [RequestField] = [.string("space"), .string("uuid")]
    private static let document: [RequestField] = [
        .string("space"), .string("type"), .object("jsonContent"),
    ]

    // What was looked up and not found is an error under a good status.
    static let resources = [
        Endpoint(
            .post, "/_internal/content/list", fields: [.string("space"), .string("type")],
            lists: ["resources"]
        ) { (state: inout EngineState, request) throws(Refusal) in
            let space = try request.required("space")
            let type = try ResourceRules(request).type
            let namespace = try Refusal.during(
                "Failed to list resources of type '\(type)' in namespace '\(space)'", status: 200
            ) { () throws(Refusal) in
                try state.content.namespace(EndpointRequest.checked(space))
            }
            let found = namespace.resources.filter { $0.value.type == type }
                .map { ResourceSummary(uuid: $0.key, name: $0.value.name) }
            return ["resources": found.sorted { ($0.name, $0.uuid) < ($1.name, $1.uuid) }]
        },
        Endpoint(.post, "/_internal/content/get", fields: place) {
            (state: inout EngineState, request) throws(Refusal) in
            let (space, uuid) = (try request.space(), try request.required("uuid"))
            let resource = try Refusal.during(
                "Failed to get resource with UUID '\(uuid)' in namespace '\(space)'", status: 200
            ) { () throws(Refusal) in
                try state.content.namespace(space).resource(uuid)
            }
            return ["jsonContent": resource.content]
        },
        Endpoint(.post, "/_internal/content/upsert", fields: document, running: upsert),
        Endpoint(
            .post, "/_internal/content/delete", fields: place,
            running: { (state: inout EngineState, request) throws(Refusal) in
                let (space, uuid) = (try request.space(), try request.required("uuid"))
                try Refusal.during(
                    "Failed to delete resource with UUID '\(uuid)' in namespace '\(space)'"
                ) { () throws(Refusal) in
                    _ = try state.content.namespace(space).resource(uuid)
                    state.content.namespaces[space]?.resources[uuid] = nil
                }
            }),
        Endpoint(
            .post, "/content/validate/resource", fields: [.string("type"), .object("resource")],
            running: { (_: inout EngineState, request) throws(Refusal) in
                let rules = try ResourceRules(request)
                guard let resource = request.object("resource") else {
                    throw Refusal("Field /resource cannot be empty")
                }
                try Refusal.during("Failed to validate resource of type '\(rules.type)'") {
                    () throws(Refusal) in _ = try rules.checked(resource)
                }
            }),
    ]

    private static func upsert(
        _ state: inout EngineState, _ request: EndpointRequest
    ) throws(Refusal) {
        let space = try request.required("space")
        let rules = try ResourceRules(request)
        guard let content = request.object("jsonContent") else {
            throw Refusal("Field /jsonContent cannot be empty")
        }
        _ = try EndpointRequest.checked(space)
        try Refusal.during(
            "Failed to upsert resource of type '\(rules.type)' in namespace '\(space)'"
        ) { () throws(Refusal) in
            var namespace = try state.content.namespace(space)
            try namespace.add(content, rules)
            state.content.namespaces[space] = namespace
        }
    }
}

extension ContentState.Namespace {
    func resource(_ uuid: String) throws(Refusal) -> ContentState.Resource {
        guard let resource = resources[uuid] else {
            throw Refusal("Resource with UUID '\(uuid)' does not exist")
        }
        return resource
    }

    /// Puts a resource in place of the one with its UUID; one of its type and name under another
    /// UUID is in the way.
    mutating func add(_ content: JSONValue, _ rules: ResourceRules) throws(Refusal) {
        let (uuid, resource) = try rules.checked(content)
        let isNameTaken = resources.contains {
            $0.key != uuid && $0.value.type == resource.type && $0.value.name == resource.name
        }
        guard !isNameTaken else {
            throw Refusal(
                "Resource with name '\(resource.name)' and type '\(resource.type)' already exists")
        }
        resources[uuid] = resource
    }
}
