/// A librdkafka property that is not the user's to choose.
struct PropertyRule: Sendable {
    /// The property's name.
    var name: String
    /// The only value that it may have; `nil`: it must not be given at all.
    var value: String?
    /// Why, or where to set it instead; the end of the error's sentence.
    var reason: String
}
