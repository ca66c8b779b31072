/// The SQL that tells the recent window what it may know of devices.
enum NewestReadingsSQL {
    /// The last two readings of devices that take part in settlement, newest first.
    ///
    /// Nothing of a device of which somebody discarded a newer one: known by an older, a reading that the stream brings once more would be
    /// new to the window and go straight into the place that was cleared. Nor of one whose meter was exchanged after the older of the two, or
    /// will be: what a step across an exchange is, only settlement can tell.
    static func newest(of devices: [Int32]) -> String {
        """
        select d.device_id, \(PostgresTimestamp.sql("r.measured_at")), \(PostgresTimestamp.sql("r.received_at")),
               r.import_wh, r.export_wh, r.quality
        from unnest(\(SQLText.array(devices))) d(device_id)
        cross join lateral (
            select *, max(measured_at) over () as last_at, min(measured_at) over () as first_at
            from (select * from energy.reading r where r.device_id = d.device_id and \(CountedReadingSQL.condition())
                  order by r.measured_at desc limit 2) newest
        ) r
        where not exists (select from energy.reading_discard x where x.device_id = d.device_id and x.measured_at > r.last_at)
          and not exists (select from energy.meter_swap w where w.device_id = d.device_id and w.swapped_at > r.first_at)
        order by d.device_id, r.measured_at desc
        """
    }
}
