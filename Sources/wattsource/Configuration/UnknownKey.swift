import CommunityRegistry

/// What to say about a key that does not exist.
enum UnknownKey {
    /// The sentence, with the nearest known key if one is near.
    static func message(for name: String, among candidates: [String] = allNames) -> String {
        guard let near = NearestName.suggestion(for: name, among: candidates) else {
            return "is not a known key; `wattsource check --keys` lists all"
        }
        return "is not a known key; is \(near) meant?"
    }

    /// The names of all keys.
    static var allNames: [String] { ConfigurationCatalogue.keys.map(\.name) }
}
