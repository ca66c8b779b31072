/// What an XML document consists of, in its order.
enum XMLEvent: Equatable {
    /// An element begins: its name without a prefix, and its attributes likewise.
    case start(name: String, attributes: [String: String])
    /// Text of an element, with references replaced.
    case text(String)
    /// The element that began last and has not ended yet ends.
    case end(name: String)
}
