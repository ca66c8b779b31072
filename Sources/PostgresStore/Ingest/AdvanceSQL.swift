/// The statement that writes a batch into the ledger and moves its positions: one for all partitions.
enum AdvanceSQL {
    /// Parameters: arrays with one element per partition, in the order of the CTE's columns.
    ///
    /// The result: how many ledger rows were written, how many of the partitions cover any offset, and how many
    /// positions were moved.
    ///
    /// The partition's newest ledger row is extended while the epoch is the same and it is under a minute old.
    static let statement = """
        with batch as (
            select * from unnest($1::text[], $2::integer[], $3::integer[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
                                 $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[],
                                 $15::bigint[], $16::timestamptz[], $17::bigint[])
                as b(topic, partition, incarnation, epoch, first_offset, next_offset, records, skipped_records, refused_records,
                     readings, accepted, duplicate, replaced, superseded, rejected, watermark, anchor_hash)
        ), extended as (
            update energy.ingest_batch l
            set last_offset = b.next_offset - 1,
                records = l.records + b.records, skipped_records = l.skipped_records + b.skipped_records,
                refused_records = l.refused_records + b.refused_records, readings = l.readings + b.readings,
                accepted = l.accepted + b.accepted, duplicate = l.duplicate + b.duplicate, replaced = l.replaced + b.replaced,
                superseded = l.superseded + b.superseded, rejected = l.rejected + b.rejected, committed_at = now()
            from batch b join energy.stream_position p using (topic, partition)
            where b.next_offset > b.first_offset
              and l.topic = b.topic and l.partition = b.partition and l.incarnation = b.incarnation
              and l.first_offset = p.ledger_offset and l.epoch = b.epoch and l.last_offset = b.first_offset - 1
              and l.opened_at > now() - interval '1 minute'
            returning l.topic, l.partition, l.first_offset
        ), opened as (
            insert into energy.ingest_batch
                (topic, partition, incarnation, epoch, first_offset, last_offset, records, skipped_records, refused_records,
                 readings, accepted, duplicate, replaced, superseded, rejected)
            select topic, partition, incarnation, epoch, first_offset, next_offset - 1, records, skipped_records, refused_records,
                   readings, accepted, duplicate, replaced, superseded, rejected
            from batch b
            where next_offset > first_offset
              and not exists (select from extended e where e.topic = b.topic and e.partition = b.partition)
            returning topic, partition, first_offset
        ), moved as (
            update energy.stream_position p
            set next_offset = b.next_offset, watermark = greatest(p.watermark, b.watermark), anchor_hash = b.anchor_hash,
                at_end_since = null, ledger_offset = coalesce(l.first_offset, p.ledger_offset), updated_at = now()
            from batch b
            left join (select * from extended union all select * from opened) l using (topic, partition)
            where p.topic = b.topic and p.partition = b.partition and p.incarnation = b.incarnation and p.epoch = b.epoch
              and p.next_offset = b.first_offset and p.state = 'running'
            returning 1
        )
        select (select count(*) from extended) + (select count(*) from opened),
               (select count(*) from batch where next_offset > first_offset),
               (select count(*) from moved)
        """
}
