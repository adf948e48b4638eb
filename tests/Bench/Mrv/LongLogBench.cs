using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using FourPerMille.Sensor.Mrv;
using FourPerMille.Sensor.Mrv.Notes;
using FourPerMille.Sensor.Mrv.Records;
using FourPerMille.Sensor.Mrv.Tiles;

namespace FourPerMille.Sensor.Bench.Mrv;

/// <summary>A long log on disk: what it takes to verify all of it, and what a proof costs there. Memory is the whole process's peak.</summary>
static class LongLogBench
{
    const int BatchSize = 1024, Proofs = 5_000;

    /// <summary>Records of the log; FPM_BENCH_RECORDS says otherwise.</summary>
    static int Records { get; } = int.Parse(Environment.GetEnvironmentVariable("FPM_BENCH_RECORDS") ?? "1000000", CultureInfo.InvariantCulture);

    public static void Run()
    {
        var folder = Directory.CreateTempSubdirectory("fpm-long-log-").FullName;
        try
        {
            Console.WriteLine($"long-log: {Records:N0} records on disk");
            var tiles = new Folder(folder);
            Checkpoint checkpoint = null!;
            Report("write", Records, () => checkpoint = Write(tiles));
            Console.WriteLine($"  {Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length) / 1e6:F0} MB; peak memory so far {Peak():F0} MB");

            var (seen, findings) = (0L, new List<string>());
            Report("verify: bytes canonical, tree, root", Records, () => new TileCheck(tiles, findings.Add, (_, record) =>
            {
                seen++;
                if (!CanonicalJson.IsCanonical(record, out var reason)) findings.Add(reason!);
            }).Run(checkpoint));
            if (seen != Records || findings.Count > 0) throw new InvalidOperationException($"{seen} of {Records} records, {findings.FirstOrDefault()}");
            Console.WriteLine($"  peak memory {Peak():F0} MB");

            Report("prove, each from cold tiles", Proofs, () => { for (var i = 0L; i < Proofs; i++) new TileTree(tiles, Records).InclusionProof(i * 7919 % Records); });
            var cache = new TileCache();
            Report("prove, full tiles remembered, scattered", Proofs, () => { for (var i = 0L; i < Proofs; i++) new TileTree(tiles, Records, cache).InclusionProof(i * 7919 % Records); });
            Report("prove, full tiles remembered, in a row", Proofs, () => { for (var i = 0L; i < Proofs; i++) new TileTree(tiles, Records, cache).InclusionProof(i); });
            Console.WriteLine($"  peak memory {Peak():F0} MB");
        }
        finally { Directory.Delete(folder, recursive: true); }
    }

    static Checkpoint Write(Folder tiles)
    {
        var log = TileLog.Open(tiles, 0);
        for (var i = 0; i < Records; i += BatchSize)
        {
            log.Append([.. Enumerable.Range(i, Math.Min(BatchSize, Records - i)).Select(Seal)]);
            log.Tidy();
        }
        return new Checkpoint("gw1.example.org/soil", log.Size, log.Root());
    }

    static byte[] Seal(int i) => new RecordEnvelope("fpm.soil-day/1", "gw1.example.org", $"0004a30b001c0530/{i}", DateTimeOffset.UnixEpoch.AddHours(i), null, false)
        .Seal(new JsonObject { ["node"] = "0004a30b001c0530", ["frames"] = "sha256:4231a24fd120fd9ff96ff9bd1d25831ae6fe056244f81bce7321e7a50ded611a", ["mean"] = "21.43" });

    static double Peak()
    {
        using var self = Process.GetCurrentProcess();
        return self.PeakWorkingSet64 / 1e6;
    }

    static void Report(string what, int count, Action work)
    {
        var watch = Stopwatch.StartNew();
        work();
        Console.WriteLine($"  {what,-40} {count / watch.Elapsed.TotalSeconds,12:N0} /s {watch.Elapsed.TotalSeconds,8:F1} s");
    }

    /// <summary>Tiles as plain files, unflushed: this measures reading, not the disk's patience.</summary>
    sealed class Folder(string root) : ITileStore
    {
        string FileOf(TilePath tile) => Path.Combine(root, tile.ToString());

        public byte[]? Read(TilePath tile) => File.Exists(FileOf(tile)) ? File.ReadAllBytes(FileOf(tile)) : null;

        public void Write(TilePath tile, ReadOnlySpan<byte> bytes)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(FileOf(tile))!);
            File.WriteAllBytes(FileOf(tile), bytes);
        }

        public void Delete(TilePath tile) => File.Delete(FileOf(tile));
        public IEnumerable<TilePath> Partials() => [];
    }
}
