/// What one record holds, lent for as long as a call lasts.
public protocol RecordContent {
    /// Lends the record's value; `nil` is a tombstone.
    func withValue<Result>(_ body: (Span<UInt8>?) -> Result) -> Result

    /// Lends the record's key; `nil` if it has none.
    func withKey<Result>(_ body: (Span<UInt8>?) -> Result) -> Result

    /// Lends the record's headers one by one, in their order: name (UTF-8) and value; a null value is empty.
    func forEachHeader(_ body: (_ name: Span<UInt8>, _ value: Span<UInt8>) -> Void)
}
