import EnergySharing

/// A made-up community, the same on every run.
enum Community {
    /// Members that draw up to 1,300 Wh each in the interval; every third feeds out up to 900 Wh.
    ///
    /// So there is less to share than is needed, some members need nothing, and no amount divides evenly: the keys have
    /// remainders to hand out, and shares that are not used up. Fixed shares sum to at most 1,000,000 ppm.
    static func members(_ count: Int) -> [SharingMember] {
        (0..<Int64(count)).map { index in
            SharingMember(
                needWh: index * 7919 % 1300,
                offerWh: index % 3 == 0 ? index * 104_729 % 900 : 0,
                sharePPM: 1_000_000 / Int64(count),
                priority: Int32(index % 5)
            )
        }
    }
}
