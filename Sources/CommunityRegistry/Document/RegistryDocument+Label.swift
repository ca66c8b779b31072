extension RegistryDocument {
    /// A path in the names of what it leads to, for faults of a document that is not a file:
    /// `community sierra-crest, member home-01, device sierra-crest-home-01, share_ppm`.
    public func label(of path: RegistryPath) -> String {
        var words: [String] = []
        var rest = path.steps[...]
        var members: [RegistryMember] = []
        var devices: [RegistryDevice] = []
        while let step = rest.popFirst() {
            guard case .key(let key) = step else { continue }
            guard case .index(let index)? = rest.first else {
                words.append(key)
                continue
            }
            rest.removeFirst()
            switch key {
            case "communities" where communities.indices.contains(index):
                words.append("community \(communities[index].code)")
                members = communities[index].members
            case "members" where members.indices.contains(index):
                words.append("member \(members[index].code)")
                devices = members[index].devices
            case "devices" where devices.indices.contains(index):
                words.append("device \(devices[index].hubDeviceID)")
            default:
                words.append("\(key)[\(index)]")
            }
        }
        return words.joined(separator: ", ")
    }
}
