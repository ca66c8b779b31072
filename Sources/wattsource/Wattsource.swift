@main
struct Wattsource {
    static func main() {}
}
