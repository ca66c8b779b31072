import Ingestion
import Testing

@testable import PostgresStore

@Suite("StoreFailureMapping")
struct StoreFailureMappingTests {
    @Test(arguments: [
        ("08006", StoreFailure.Action.retryLater), ("53100", .retryLater), ("53300", .retryLater),
        ("57P01", .retryLater),
        ("57014", .retryLater), ("58030", .retryLater), ("25006", .retryLater), ("25P03", .retryLater),
        ("40001", .retryNow), ("40P01", .retryNow), ("55P03", .retryNow), ("40003", .outcomeUnknown),
        ("23503", .registryChanged), ("23505", .dataRefused), ("23514", .dataRefused), ("22003", .dataRefused),
        ("22021", .dataRefused),
        ("28P01", .halt), ("42501", .halt), ("42P01", .halt), ("0A000", .halt), ("3D000", .halt), ("XX000", .halt),
        ("25P02", .halt),
        ("P0001", .halt), ("", .halt),
    ])
    func everyClassHasItsAction(state: String, action: StoreFailure.Action) {
        let error = PostgresError(.serverError, sqlState: state, "refused")
        #expect(StoreFailureMapping.action(for: error, isCommitting: false) == action)
        // An error that the server did answer to a COMMIT is known: it did not commit.
        #expect(StoreFailureMapping.action(for: error, isCommitting: true) == action)
    }

    @Test func aLostConnectionIsUnknownOnlyInTheCommit() {
        for state in ["", "57P01", "08006"] {
            let error = PostgresError(.connectionLost, sqlState: state, "gone")
            #expect(StoreFailureMapping.action(for: error, isCommitting: false) == .retryLater)
            #expect(StoreFailureMapping.action(for: error, isCommitting: true) == .outcomeUnknown)
        }
        let refused = PostgresError(.connectionLost, sqlState: "28P01", "password authentication failed")
        #expect(StoreFailureMapping.action(for: refused, isCommitting: false) == .halt)
        #expect(
            StoreFailureMapping.action(for: PostgresError(.protocolViolation, "COPY"), isCommitting: false) == .halt
        )
    }
}
