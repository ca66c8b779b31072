internal import Ingestion

/// What became of rows that were given their places.
struct Placed {
    /// The outcomes of each group of rows.
    var outcomes: [OutcomeCounts]
    /// How many places were free and are taken now, by table.
    var accepted: [ReadingRelation: Int64] = [:]
    /// How many due marks were written.
    var dueMarks = 0

    /// The outcomes of all rows.
    var total: OutcomeCounts {
        var total = OutcomeCounts()
        for counts in outcomes { total.add(counts) }
        return total
    }
}
