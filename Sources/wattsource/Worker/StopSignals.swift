import Dispatch
import FoundationEssentials
import Ingestion

#if canImport(Glibc)
    import Glibc
#endif

/// Sets a stop flag at SIGTERM and SIGINT, as long as it lives.
final class StopSignals {
    private let sources: [any DispatchSourceSignal]

    /// Begins to listen.
    ///
    /// A second signal does nothing more: what has been begun is finished within its deadlines.
    init(_ flag: StopFlag) {
        sources = [SIGTERM, SIGINT].map { number in
            // The default action would end the process before the source hears of it.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { flag.set() }
            source.resume()
            return source
        }
    }

    deinit {
        for source in sources { source.cancel() }
    }
}
