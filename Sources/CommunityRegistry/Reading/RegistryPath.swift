/// Where in a registry document something is: `communities[0].members[2].devices[0].connection_watts`.
public struct RegistryPath: Sendable, Hashable, CustomStringConvertible {
    /// One step down.
    public enum Step: Sendable, Hashable {
        /// To the value of a key.
        case key(String)
        /// To an element of a list, counted from 0.
        case index(Int)
    }

    /// The steps from the document's root.
    public var steps: [Step]

    /// Makes a path.
    public init(_ steps: [Step] = []) { self.steps = steps }

    /// The path of a key's value below this one.
    public subscript(key: String) -> RegistryPath { RegistryPath(steps + [.key(key)]) }

    /// The path of a list's element below this one.
    public subscript(index: Int) -> RegistryPath { RegistryPath(steps + [.index(index)]) }

    /// The path as people write it.
    public var description: String {
        var text = ""
        for step in steps {
            switch step {
            case .key(let key): text += text.isEmpty ? key : ".\(key)"
            case .index(let index): text += "[\(index)]"
            }
        }
        return text
    }
}
