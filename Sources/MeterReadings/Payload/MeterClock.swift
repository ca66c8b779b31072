/// What a meter's clock shows, with the season if the meter says it.
struct MeterClock {
    /// Which time a clock shows.
    enum Season {
        /// Daylight saving time.
        case summer
        /// Standard time.
        case winter
        /// The meter does not say.
        case unknown
    }

    /// Microseconds since 1970-01-01T00:00:00 of that clock.
    var civil: Int64
    /// Summer or winter.
    var season: Season

    /// Makes a time.
    init(civil: Int64, season: Season) {
        self.civil = civil
        self.season = season
    }

    /// DSMR's `YYMMDDhhmmssX`: X is S in summer, W in winter, and may be missing.
    init?(seasonLast text: Span<UInt8>) {
        guard text.count == 12 || text.count == 13 else { return nil }
        self.init(digits: text.extracting(0..<12), season: text.count == 13 ? text[12] : nil, "S", "W")
    }

    /// The TIC's `XYYMMDDhhmmss`: X is E (été) in summer, H (hiver) in winter; in lower case if the meter is not sure of its clock.
    init?(seasonFirst text: Span<UInt8>) {
        guard text.count == 13 else { return nil }
        self.init(digits: text.extracting(1..<13), season: text[0] & ~0x20, "E", "H")
    }

    /// `YYMMDDhhmmss` of this century, and a letter for the season.
    private init?(digits: Span<UInt8>, season: UInt8?, _ summer: Unicode.Scalar, _ winter: Unicode.Scalar) {
        func number(_ index: Int) -> Int? {
            let tens = digits[index] &- UInt8(ascii: "0")
            let ones = digits[index + 1] &- UInt8(ascii: "0")
            return tens < 10 && ones < 10 ? Int(tens) * 10 + Int(ones) : nil
        }
        guard let year = number(0), let month = number(2), let day = number(4),
            let hour = number(6), let minute = number(8), let second = number(10),
            let date = CivilDate(year: 2000 + year, month: month, day: day), hour < 24, minute < 60, second < 60
        else { return nil }
        switch season {
        case nil: self.season = .unknown
        case UInt8(ascii: summer): self.season = .summer
        case UInt8(ascii: winter): self.season = .winter
        default: return nil
        }
        let seconds = (date.daysSince1970 * 1440 + hour * 60 + minute) * 60 + second
        civil = Int64(seconds) * UTCTime.second
    }

    /// The time that it means.
    ///
    /// With a season the zone is needed only for its offsets; without one in the registry they are those of Central Europe, where
    /// meters with such clocks are: 2 h in summer, 1 h in winter. Without a season it is a time without a zone, as others.
    func time(in zone: LocalZone?, field: StaticString = "", at: Int = 0) -> ReadingDraft.Time {
        guard season != .unknown else { return .civil(civil, field: field, at: at) }
        let isSummer = season == .summer
        if let zone { return .instant(zone.instant(ofCivil: civil, isSummer: isSummer)) }
        return .instant(civil - (isSummer ? 7200 : 3600) * UTCTime.second)
    }
}
