/// What one register did from one reading to a later one.
enum RegisterStep: Equatable, Sendable {
    /// It rose by so many Wh, which is plausible or accepted.
    case rise(Int64)
    /// It passed its end and began again; so many Wh passed.
    case rollover(Int64)
    /// What passed is not known, and somebody said so: an exchange whose registers are not known, or an accepted fall.
    case uncounted
    /// It cannot have done that.
    case impossible

    /// The energy that counts, in Wh; `nil` where what passed is not known.
    var energy: Int64? {
        switch self {
        case .rise(let energy), .rollover(let energy): energy
        case .uncounted, .impossible: nil
        }
    }
}
