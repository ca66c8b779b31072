extension SplitTrace {
    /// The trace in lines that one can follow with a pencil.
    ///
    /// `names` are the members' names, one each; with a `member`, only its lines are given, and in each step how many
    /// others took part. Amounts are whole Wh, without separators.
    public func text(names: [String], member: Int? = nil) -> [String] {
        precondition(names.count == members.count, "one name per member")
        var rounding = ""
        if rule.key != .priority {
            rounding =
                rule.remainder == .largestRemainder
                ? "; watt-hours left over by rounding down go to the largest remainders"
                : "; watt-hours left over by rounding down leave as surplus"
        }
        var lines = [
            "key \(rule.key.rawValue), \(members.count) \(members.count == 1 ? "member" : "members"): "
                + "\(offeredWh) Wh offered, \(neededWh) Wh needed\(rounding)"
        ]
        if steps.isEmpty { lines.append("nothing is shared") }
        for (number, step) in steps.enumerated() {
            switch step {
            case .division(let division):
                lines += Self.text(division, "step \(number + 1)", names, member, taker: "needs")
            case .queue(let queue): lines += Self.text(queue, "step \(number + 1)", names, member)
            }
        }
        if sharedWh > 0 { lines += Self.text(producers, "producers", names, member, taker: "offers") }
        for index in members.indices where member == nil || member == index {
            let (community, shared) = (result.communityWh[index], result.sharedWh[index])
            lines.append(
                "\(names[index]): \(community) Wh from the community, \(members[index].needWh - community) Wh from the grid; "
                    + "\(shared) Wh shared, \(members[index].offerWh - shared) Wh surplus"
            )
        }
        return lines
    }

    private static func text(
        _ step: DivisionStep,
        _ title: String,
        _ names: [String],
        _ member: Int?,
        taker: String
    ) -> [String] {
        let what =
            switch step.purpose {
            case .fixedShares: "fixed shares: \(step.dividedWh) of \(step.availableWh) Wh on shares of \(step.divisor)"
            case .round(let number): "round \(number): \(step.dividedWh) Wh on weights of \(step.divisor)"
            case .inProportion:
                "in proportion: \(step.dividedWh) of \(step.availableWh) Wh on open needs of \(step.divisor) Wh"
            case .producers: "\(step.dividedWh) Wh on offers of \(step.divisor) Wh"
            }
        var lines = ["\(title), \(what)"]
        for line in step.lines where member == nil || member == line.member {
            var text =
                "  \(names[line.member]): \(step.dividedWh) × \(line.weight) / \(step.divisor) = \(line.quotaWh)"
                + (line.remainder == 0 ? "" : " remainder \(line.remainder)")
            if let place = line.extraPlace { text += ", + 1 as remainder number \(place) by size" }
            text += "; \(taker) \(line.limitWh), \(taker == "needs" ? "takes" : "gives") \(line.takenWh) Wh"
            lines.append(text)
        }
        return lines + others(step.lines.map(\.member), member)
    }

    private static func text(_ step: QueueStep, _ title: String, _ names: [String], _ member: Int?) -> [String] {
        var lines = ["\(title), in order of priority"]
        for (place, line) in step.lines.enumerated() where member == nil || member == line.member {
            let priority = line.priority.map { "priority \($0)" } ?? "no priority"
            lines.append(
                "  \(names[line.member]): number \(place + 1), \(priority): \(line.leftBeforeWh) Wh are left; "
                    + "needs \(line.limitWh), takes \(line.takenWh) Wh"
            )
        }
        return lines + others(step.lines.map(\.member), member)
    }

    /// How many took part whose lines are not shown.
    private static func others(_ takingPart: [Int], _ member: Int?) -> [String] {
        guard let member else { return [] }
        let hidden = takingPart.count { $0 != member }
        let shown = takingPart.count - hidden
        return ["  " + (shown == 0 ? "takes no part; " : "") + "\(hidden) \(hidden == 1 ? "other" : "others")"]
    }
}
