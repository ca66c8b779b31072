/// Remembers the text of the latest instant.
struct InstantMemo {
    private var instant = Int64.min
    private var rendered = ""

    /// The instant in RFC 3339.
    mutating func text(_ instant: Int64) -> String {
        if instant != self.instant {
            self.instant = instant
            rendered = InstantText.render(instant)
        }
        return rendered
    }
}
