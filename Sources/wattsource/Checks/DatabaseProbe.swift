import PostgresStore

/// Tries the database as the worker would use it; changes nothing.
enum DatabaseProbe {
    private static let subject = "database"

    /// Connects and looks: version, schema, privileges, and what endangers data.
    static func findings(_ conninfo: Secret) -> [CheckFinding] {
        do {
            let connection = try PostgresConnection(conninfo.text, applicationName: "wattsource check")
            defer { connection.close() }
            connection.transactionTimeout = .seconds(15)
            let found = try DatabaseInspection.inspect(connection)
            return findings(found) + [schemaFinding(connection)]
        } catch {
            return [CheckFinding(subject: subject, verdict: .failure, text: error.description)]
        }
    }

    /// What an inspection means.
    static func findings(_ found: DatabaseInspection) -> [CheckFinding] {
        var findings: [CheckFinding] = []
        func add(_ verdict: CheckFinding.Verdict, _ text: String) {
            findings.append(CheckFinding(subject: subject, verdict: verdict, text: text))
        }
        let oldest = DatabaseInspection.oldestSupportedMajor
        let isSupported = found.major >= oldest
        add(
            isSupported ? .good : .failure,
            "PostgreSQL \(found.versionName), database \(found.database), role \(found.role), "
                + (found.isEncrypted ? "encrypted" : "not encrypted")
                + (isSupported ? "" : "; version \(oldest) or later is needed: upgrade the server")
        )
        if found.isReadOnly {
            add(
                .failure,
                "it is a standby or read-only; add target_session_attrs=read-write to the URL, and name the primary"
            )
        }
        if found.mayLoseCommits {
            add(.warning, "fsync or full_page_writes is off: a crash of the server may lose or break what is committed")
        }
        if !found.missingPrivileges.isEmpty {
            add(
                .failure,
                "the role \(found.role) lacks " + found.missingPrivileges.joined(separator: ", ")
                    + "; grant that, or connect as "
                    + "the role that ran wattsource migrate"
            )
        }
        return findings
    }

    private static func schemaFinding(_ connection: PostgresConnection) -> CheckFinding {
        do {
            try Migrator(connection).requireCurrentSchema()
            let version = EmbeddedMigrations.all.last?.number ?? 0
            return CheckFinding(
                subject: subject,
                verdict: .good,
                text: "schema version \(version), as this program needs it"
            )
        } catch {
            return CheckFinding(subject: subject, verdict: .failure, text: error.description)
        }
    }
}
