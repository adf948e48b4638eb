using FourPerMille.Sensor.Mrv.Merkle;
using FourPerMille.Sensor.Mrv.Notes;
using FourPerMille.Sensor.Mrv.Tiles;
using FsCheck;
using FsCheck.Fluent;

namespace FourPerMille.Sensor.Unit.Mrv;

public sealed class TileLogTests
{
    [Theory]
    [InlineData("tile/0/000")]
    [InlineData("tile/0/x001/x234/067")]
    [InlineData("tile/entries/x001/000.p/5")]
    [InlineData("tile/7/999.p/255")]
    public void A_path_reads_as_it_is_written(string path)
    {
        Assert.True(TilePath.TryParse(path, out var tile));
        Assert.Equal(path, tile.ToString());
    }

    [Theory]
    [InlineData("tile/0/0")]
    [InlineData("tile/0/x000/001")]
    [InlineData("tile/0/000.p/256")]
    [InlineData("tile/0/000.p/0")]
    [InlineData("tile/0/000.p/05")]
    [InlineData("tile/8/000")]
    [InlineData("tile/00/000")]
    [InlineData("tile/0/../../keys/log.key")]
    [InlineData("tile/0/001/000")]
    [InlineData("tile/0/x-01/000")]
    [InlineData("/tile/0/000")]
    [InlineData("tile/0")]
    [InlineData("")]
    public void Any_other_spelling_is_no_tile(string path) => Assert.False(TilePath.TryParse(path, out _));

    /// <summary>The example of C2SP tlog-tiles: 70,000 leaves are 273 full tiles and one of 112, one full and one of 17 above, one of 1 on top.</summary>
    [Fact]
    public void Seventy_thousand_leaves_have_the_tiles_the_specification_names()
    {
        var store = new MemoryTileStore();
        TileLog.Open(store, 0).Append(MerkleTests.Entries(70_000));
        var paths = store.Tiles.Keys.Where(p => !p.Contains("entries")).ToHashSet();
        Assert.Equal([.. Enumerable.Range(0, 273).Select(i => $"tile/0/{i:000}"), "tile/0/273.p/112", "tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1"], paths);
        Assert.Equal(112 * Hash.Length, store.Tiles["tile/0/273.p/112"].Length);
    }

    [Fact]
    public void Growth_in_any_batches_gives_the_same_tiles() => Prop.ForAll(Batches, sizes =>
    {
        var entries = MerkleTests.Entries(sizes.Sum());
        var (once, stepwise) = (new MemoryTileStore(), new MemoryTileStore());
        TileLog.Open(once, 0).Append(entries);

        var log = TileLog.Open(stepwise, 0);
        foreach (var size in sizes)
        {
            log.Append(entries.Skip((int)log.Size).Take(size).ToList());
            log.Tidy();
            if (size % 3 == 0) log = TileLog.Open(stepwise, log.Size);
        }
        return SameTiles(once, stepwise) && log.Root() == log.Tree().Root();
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(60));

    [Fact]
    public void A_log_cut_off_after_any_write_begins_again_and_ends_in_the_same_tiles()
    {
        var entries = MerkleTests.Entries(600);
        var whole = new MemoryTileStore();
        TileLog.Open(whole, 0).Append(entries);

        foreach (var first in new[] { 0, 5, 255, 256, 300 })
            for (var writes = 0; writes < 12; writes++)
            {
                var store = new MemoryTileStore();
                var log = TileLog.Open(store, 0);
                log.Append(entries[..first]);
                log.Tidy();
                // The process dies in the growth to 600; the last checkpoint says `first`. It comes back and grows in other steps.
                try { TileLog.Open(new StoreThatDies(store, writes), first).Append(entries[first..]); } catch (IOException) { }

                Assert.Equal(Root(entries, first), new TileTree(store, first).Root());
                var again = TileLog.Open(store, first);
                Assert.Equal(Root(entries, first), again.Root());
                again.Append(entries[first..450]);
                again.Append(entries[450..]);
                again.Tidy();
                Assert.True(SameTiles(whole, store), $"from {first}, cut off after {writes} writes");
            }
    }

    [Fact]
    public void A_tree_of_an_earlier_size_is_read_from_later_tiles()
    {
        var store = new MemoryTileStore();
        var log = TileLog.Open(store, 0);
        var entries = MerkleTests.Entries(300);
        foreach (var entry in entries) { log.Append([entry]); log.Tidy(); }
        for (var size = 1; size <= 300; size += 7)
        {
            Assert.Equal(Root(entries, size), new TileTree(store, size).Root());
            Assert.Equal(entries[size - 1], new TileTree(store, size).Entry(size - 1));
        }
    }

    /// <summary>What was read is let go as the check moves on: however long the log, a few tiles and bundles are alive at a time.</summary>
    [Fact]
    public void A_long_log_is_checked_with_a_few_tiles_in_memory()
    {
        const int size = 30_000;
        var kept = new MemoryTileStore();
        var log = TileLog.Open(kept, 0);
        log.Append(MerkleTests.Entries(size));
        var (read, seen, most, findings) = (new List<WeakReference>(), 0, 0, new List<string>());
        var handedOut = new CopyingStore(kept, read);
        new TileCheck(handedOut, findings.Add, (leaf, entry) =>
        {
            Assert.Equal(seen++, leaf);
            read.Add(new WeakReference(entry));
            if (seen % 6_000 != 0) return;
            GC.Collect();
            most = Math.Max(most, read.Count(r => r.IsAlive));
        }).Run(new Checkpoint("gw1.example.org/soil", size, log.Root()));
        Assert.Empty(findings);
        Assert.Equal(size, seen);
        // One bundle of 256 entries, its bytes, and the tile beside it; without letting go it were thousands.
        Assert.InRange(most, 1, 300);
    }

    /// <summary>Hands out a copy each time and remembers it weakly.</summary>
    sealed class CopyingStore(ITileStore inner, List<WeakReference> read) : ITileStore
    {
        public byte[]? Read(TilePath tile)
        {
            var bytes = inner.Read(tile)?.ToArray();
            if (bytes is not null) read.Add(new WeakReference(bytes));
            return bytes;
        }

        public void Write(TilePath tile, ReadOnlySpan<byte> bytes) => inner.Write(tile, bytes);
        public void Delete(TilePath tile) => inner.Delete(tile);
        public IEnumerable<TilePath> Partials() => inner.Partials();
    }

    [Fact]
    public void An_entry_longer_than_a_bundle_can_say_is_refused() =>
        Assert.Throws<ArgumentException>(() => TileLog.Open(new MemoryTileStore(), 0).Append([new byte[65_536]]));

    [Fact]
    public void A_bundle_that_ends_inside_an_entry_is_refused() => Assert.Throws<InvalidDataException>(() => EntryBundle.Read([0, 5, 1, 2]));

    static Arbitrary<int[]> Batches { get; } = Arb.From(Gen.OneOf(Gen.Choose(0, 40), Gen.Choose(200, 300), Gen.Elements(1, 255, 256, 257)).ArrayOf().Select(s => s.Take(12).ToArray()));

    static Hash Root(List<byte[]> entries, int size)
    {
        var log = TileLog.Open(new MemoryTileStore(), 0);
        log.Append(entries[..size]);
        return log.Root();
    }

    static bool SameTiles(MemoryTileStore one, MemoryTileStore other) =>
        one.Tiles.Count == other.Tiles.Count && one.Tiles.All(t => other.Tiles.TryGetValue(t.Key, out var bytes) && bytes.AsSpan().SequenceEqual(t.Value));

    /// <summary>Keeps what it was told until it has been told a number of times; then the process is gone.</summary>
    sealed class StoreThatDies(ITileStore inner, int writes) : ITileStore
    {
        int _left = writes;

        public byte[]? Read(TilePath tile) => inner.Read(tile);
        public void Write(TilePath tile, ReadOnlySpan<byte> bytes)
        {
            if (_left-- <= 0) throw new IOException("power is gone");
            inner.Write(tile, bytes);
        }
        public void Delete(TilePath tile) => inner.Delete(tile);
        public IEnumerable<TilePath> Partials() => inner.Partials();
    }
}
