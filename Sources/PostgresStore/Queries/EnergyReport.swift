/// Energy by source of one community, or of one of its members, over a span of time.
///
/// An interval belongs to the span, and to the period, in which it begins. All sums come from the newest revision of each
/// settled interval, in one snapshot. A community's are those of the parts that take part in it; a member's those of its
/// meters in all of their communities, with what takes part in none as grid and surplus. Times are microseconds since 1970-01-01T00:00:00Z.
public struct EnergyReport: Sendable, Equatable {
    /// The community's code.
    public var community = ""
    /// The community's name.
    public var communityName = ""
    /// The community's IANA time zone, by which periods begin and end.
    public var timeZone = ""
    /// The sharing keys in force within the span, in order of time, as the registry names them.
    public var sharingKeys: [String] = []
    /// The member that the report is about; `nil`: the whole community.
    public var member: Member?
    /// The span's beginning.
    public var from: Int64 = 0
    /// The span's end, exclusive.
    public var until: Int64 = 0
    /// ``from`` by the community's local time, with the offset.
    public var fromLabel = ""
    /// ``until`` by the community's local time, with the offset.
    public var untilLabel = ""
    /// How long the periods are.
    public var period = ReportPeriod.month
    /// All of the span.
    public var totals = EnergySums()
    /// The totals by member, in order of code.
    public var members: [MemberLine] = []
    /// The totals by meter, in order of member, then name on the hub.
    public var meters: [MeterLine] = []
    /// Of a member: its parts by community, in order of code; empty for a community.
    public var communities: [CommunityLine] = []
    /// Of a member: what takes part in no community, all of it grid and surplus; zero for a community.
    public var unshared = EnergySums()
    /// The totals by period, in order of time.
    public var periods: [PeriodLine] = []
    /// Member by member and period by period; empty unless the request wants them.
    public var memberPeriods: [MemberPeriodLine] = []
    /// Who gave whom; `nil` unless the request wants it.
    public var neighbours: NeighbourReport?
    /// The life of the span's intervals.
    public var intervals = Intervals()
    /// The meters that take part but lack values, in order of member, then name on the hub.
    public var missingMeters: [MissingMeter] = []
    /// What became of all that was consumed, whatever the span.
    public var ledger = LedgerSums()

    /// An empty report.
    public init() {}

    /// A member.
    public struct Member: Sendable, Equatable {
        /// Its code; empty for meters that belong to no member.
        public var code: String
        /// Its name; empty for meters that belong to no member.
        public var name: String

        /// Names a member.
        public init(code: String, name: String) {
            self.code = code
            self.name = name
        }
    }

    /// One member's totals.
    public struct MemberLine: Sendable, Equatable {
        /// The member.
        public var member: Member
        /// Its totals.
        public var sums: EnergySums

        /// Makes a line.
        public init(member: Member, sums: EnergySums) {
            self.member = member
            self.sums = sums
        }
    }

    /// One meter's totals.
    public struct MeterLine: Sendable, Equatable {
        /// The meter's name on the hub.
        public var hubDeviceID: String
        /// The member that it belongs to.
        public var member: Member
        /// Its totals.
        public var sums: EnergySums

        /// Makes a line.
        public init(hubDeviceID: String, member: Member, sums: EnergySums) {
            self.hubDeviceID = hubDeviceID
            self.member = member
            self.sums = sums
        }
    }

    /// A member's parts in one community.
    public struct CommunityLine: Sendable, Equatable {
        /// The community's code.
        public var code: String
        /// The community's name.
        public var name: String
        /// The member's parts in it.
        public var sums: EnergySums

        /// Makes a line.
        public init(code: String, name: String, sums: EnergySums) {
            self.code = code
            self.name = name
            self.sums = sums
        }
    }

    /// One period, clipped to the span.
    public struct Period: Sendable, Equatable {
        /// Its beginning.
        public var start: Int64
        /// Its end, exclusive.
        public var end: Int64
        /// Its local name: `2016`, `2016-08`, `2016-08-01`, or `2016-08-01 00:00-07:00`.
        public var label: String

        /// Makes a period.
        public init(start: Int64, end: Int64, label: String) {
            self.start = start
            self.end = end
            self.label = label
        }
    }

    /// One period's totals.
    public struct PeriodLine: Sendable, Equatable {
        /// The period.
        public var period: Period
        /// Its totals.
        public var sums: EnergySums
        /// The life of its intervals.
        public var intervals: Intervals

        /// Makes a line.
        public init(period: Period, sums: EnergySums, intervals: Intervals) {
            self.period = period
            self.sums = sums
            self.intervals = intervals
        }
    }

    /// One member's totals of one period.
    public struct MemberPeriodLine: Sendable, Equatable {
        /// The member.
        public var member: Member
        /// The period.
        public var period: Period
        /// The member's totals.
        public var sums: EnergySums
        /// The number of values that they are made of: one per meter and settled interval (of a member: in each community).
        public var values: Int64
        /// The state of the period's intervals, all of the community together.
        public var state: State

        /// Makes a line.
        public init(member: Member, period: Period, sums: EnergySums, values: Int64, state: State) {
            self.member = member
            self.period = period
            self.sums = sums
            self.values = values
            self.state = state
        }
    }

    /// How firm several intervals are together.
    public enum State: String, Sendable {
        /// At least one may still change in place.
        case provisional
        /// None may change in place, and at least one was corrected after it was final.
        case corrected
        /// All are frozen as they were first settled.
        case final
    }

    /// A count of settled intervals by what became of them.
    public struct Intervals: Sendable, Equatable {
        /// Intervals that are settled but may still change in place.
        public var provisional: Int64
        /// Intervals that are frozen.
        public var final: Int64
        /// Intervals that were corrected after they were final.
        public var corrected: Int64
        /// Intervals in which at least one expected meter has no value.
        public var incomplete: Int64
        /// The time that is not covered by a settled interval, in microseconds.
        public var unsettled: Int64

        /// Makes a count.
        public init(
            provisional: Int64 = 0,
            final: Int64 = 0,
            corrected: Int64 = 0,
            incomplete: Int64 = 0,
            unsettled: Int64 = 0
        ) {
            self.provisional = provisional
            self.final = final
            self.corrected = corrected
            self.incomplete = incomplete
            self.unsettled = unsettled
        }

        /// All settled ones.
        public var settled: Int64 { provisional + final + corrected }

        /// How firm they are together.
        public var state: State { provisional > 0 ? .provisional : corrected > 0 ? .corrected : .final }

        /// Whether nothing of the time is unsettled and no meter is missing.
        public var isComplete: Bool { incomplete == 0 && unsettled == 0 }
    }

    /// A meter that lacks values.
    public struct MissingMeter: Sendable, Equatable {
        /// The meter's name on the hub.
        public var hubDeviceID: String
        /// The member that it belongs to.
        public var member: Member
        /// In how many settled intervals it was expected and has no value; `nil`: no reading of it was ever stored.
        public var missing: Int64?

        /// Makes one.
        public init(hubDeviceID: String, member: Member, missing: Int64?) {
            self.hubDeviceID = hubDeviceID
            self.member = member
            self.missing = missing
        }
    }
}
