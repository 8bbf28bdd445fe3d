import EngineSansIO
import Testing

@testable import EngineCore

@Suite struct RequestTableTests {
    private final class Entry: TableEntry {
        let id: RequestID
        var place = -1

        init(_ number: UInt64) {
            id = RequestID(number)
        }
    }

    @Test(arguments: UInt64(0)..<20)
    func behavesLikeADictionary(_ seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        var table = RequestTable<Entry>()
        var model: [UInt64: Entry] = [:]
        var places = 0
        for _ in 0..<2_000 {
            let number = UInt64.random(in: 0..<300, using: &generator)
            if let entry = model.removeValue(forKey: number) {
                table.remove(entry)
                table.remove(entry)
            } else if model.count < 100 {
                let entry = Entry(number)
                table.insert(entry)
                model[number] = entry
            }
            places = max(places, model.count)
            for number in 0..<300 as Range<UInt64> {
                #expect(table[RequestID(number)] === model[number])
            }
            #expect(Set(table.all.map(\.id)) == Set(model.values.map(\.id)))
            #expect(model.values.allSatisfy { table[place: $0.place] === $0 })
            #expect(model.values.allSatisfy { $0.place < places })
        }
    }

    @Test func numbersFarApartAreNoBurden() {
        var table = RequestTable<Entry>()
        let old = Entry(1)
        table.insert(old)
        for number in 2..<100_000 as Range<UInt64> {
            let entry = Entry(number)
            table.insert(entry)
            #expect(entry.place == 1)
            table.remove(entry)
        }
        #expect(table[RequestID(1)] === old)
        #expect(table[place: 2] == nil)
    }
}
