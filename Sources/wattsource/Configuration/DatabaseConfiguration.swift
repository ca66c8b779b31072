/// Where PostgreSQL is.
struct DatabaseConfiguration: Sendable, Equatable {
    /// A libpq URI or conninfo string; `nil`: not given; use ``Configuration/requireDatabase()`` to get it.
    var url: Secret?
}
