/// What every change by hand has to say.
enum HandRules {
    /// - Throws: ``QueryFailure`` if nobody, or no reason, is named.
    static func check(author: String, reason: String) throws(QueryFailure) {
        guard !author.allSatisfy(\.isWhitespace) else {
            throw QueryFailure("--author needs a name: the books say who changed what the meters said")
        }
        guard !reason.allSatisfy(\.isWhitespace) else {
            throw QueryFailure("--reason needs a reason: the books say why what the meters said was changed")
        }
    }
}
