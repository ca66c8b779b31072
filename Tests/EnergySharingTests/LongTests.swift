#if canImport(Glibc)
    import Glibc
#endif

/// How many random cases a property test tries: ten times as many if the environment has WATTSOURCE_LONG_TESTS.
enum LongTests {
    static func cases(_ ordinary: Int) -> Int {
        unsafe getenv("WATTSOURCE_LONG_TESTS") == nil ? ordinary : ordinary * 10
    }
}
