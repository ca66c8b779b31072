/// Where the payload of a routing envelope is.
enum EnvelopeBody {
    /// An object or array: these bytes of the record's value are the payload itself.
    case json(Range<Int>)
    /// A string: base64 of the payload, or the payload as text.
    case string(JSONString)
}
