using System.Net;
using System.Security.Cryptography;
using System.Text;
using FourPerMille.Sensor.Gateway.Forwarding;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Mrv;
using FourPerMille.Sensor.Mrv.Notes;
using FourPerMille.Sensor.Mrv.Records;
using FourPerMille.Sensor.Mrv.Tiles;

namespace FourPerMille.Sensor.Gateway.Courier;

/// <summary>
/// Delivers a checked bundle to an observatory over the same doors and by the same code as a gateway's own line, from an outbox made for the
/// purpose, and asks for a receipt. Every observation's fate is unknown here, so each is asked for before it is sent; records go from where the
/// observatory is. So any order, any repetition and a live line beside it come to the same.
/// </summary>
sealed class CourierImport(CourierBundle bundle, HttpClient observatory, TimeProvider time)
{
    const int RowsAtOnce = 1000;

    readonly string _place = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(bundle.Manifest.Origin))) + "/";

    /// <param name="Waiting">Carried observations the observatory refused.</param>
    public sealed record Result(long Records, long Observations, long Waiting, ReceiptFile Receipt);

    /// <exception cref="InputRefused">The observatory does not know the log, or lacks records before those that are carried.</exception>
    public async Task<Result> Run(CancellationToken stop = default)
    {
        var folder = Directory.CreateTempSubdirectory("fpm-courier-").FullName;
        try
        {
            await using var outbox = Database.Open(Path.Combine(folder, "gateway.db"));
            await DeliverRecords(outbox, stop);
            await DeliverObservations(outbox, stop);
            return await Receipt(outbox, stop);
        }
        finally { Directory.Delete(folder, recursive: true); }
    }

    async Task DeliverRecords(Database outbox, CancellationToken stop)
    {
        using var size = await observatory.GetAsync($"evidence/{_place}size", stop);
        if (size.StatusCode == HttpStatusCode.NotFound)
            throw new InputRefused($"{observatory.BaseAddress}: does not know the log {bundle.Manifest.Origin}. Have its key enrolled there first: {bundle.Keys.Current}");
        var there = long.TryParse((await size.Content.ReadAsStringAsync(stop)).TrimEnd('\n'), out var records) ? records : throw new FarSideException("an answer that is no size");
        if (there < bundle.Manifest.From)
            throw new InputRefused($"{observatory.BaseAddress}: has {there} records, the courier brings those from {bundle.Manifest.From} on. Export again with --since {there}.");
        await KeepCosigned(outbox, stop);
        // An observatory that the live line brought further than this bundle needs nothing of its records.
        if (there < bundle.Manifest.Size || outbox.Read(session => session.Witnessed()) is null || Cosigned(outbox) < bundle.Manifest.Size)
            await new EvidenceForwarder(outbox, new CarriedLog(bundle), observatory).Forward(stop);
    }

    long Cosigned(Database outbox) => outbox.Read(session => session.Witnessed()) is { } note ? Checkpoint.Parse(note.Text).Size : 0;

    /// <summary>Where the witness is now, so that it is only shown what continues it.</summary>
    async Task KeepCosigned(Database outbox, CancellationToken stop)
    {
        using var answer = await observatory.GetAsync(_place + "checkpoint", stop);
        if (answer.StatusCode != HttpStatusCode.OK) return;
        var note = await answer.Content.ReadAsStringAsync(stop);
        await outbox.Write(session => session.Execute("INSERT INTO witnessed (size, note) VALUES (@0, @1)", Checkpoint.Parse(SignedNote.Parse(note).Text).Size, note), stop);
    }

    async Task DeliverObservations(Database outbox, CancellationToken stop)
    {
        await outbox.Write(session => { foreach (var certificate in bundle.Certificates()) PutRecord(session, certificate); }, stop);
        foreach (var lines in bundle.Observations().Chunk(RowsAtOnce))
            await outbox.Write(session => { foreach (var line in lines) CarriedRows.Put(session, line); }, stop);
        var client = new SensorThingsClient(observatory);
        var forwarder = new ObservationForwarder(outbox, client, new SeriesRegistrar(outbox, client, time), time);
        // A row that is refused holds up its series until it is parked; what is parked is missing from the receipt.
        for (var pass = 0; pass <= WaitingRows.MostRefusals && outbox.Read(ObservatoryOutbox.Counts).Pending > 0; pass++) await forwarder.Forward(stop);
    }

    // What a series was calculated by goes to the observatory with it; here it is only looked up by its id.
    static void PutRecord(WriteSession session, byte[] canonical)
    {
        var envelope = RecordEnvelope.Read(CanonicalJson.Parse(canonical));
        session.Execute("INSERT INTO records (leaf, id, type, subject, recorded_s, supersedes, canonical) SELECT COALESCE(MAX(leaf) + 1, 0), @0, @1, @2, @3, NULL, @4 FROM records",
            RecordId.Of(canonical).ToString(), envelope.Type, envelope.Subject, envelope.Recorded.ToUnixTimeSeconds(), canonical);
    }

    async Task<Result> Receipt(Database outbox, CancellationToken stop)
    {
        var asked = new StringBuilder(bundle.Manifest.Origin).Append('\n');
        foreach (var line in bundle.Observations()) asked.Append(CarriedRows.ObservationOf(line)).Append('\n');
        var key = VerifierKey.Parse(await observatory.GetStringAsync("receipts/vkey", stop));
        using var answer = await observatory.PostAsync("receipts", new StringContent(asked.ToString()), stop);
        var text = await answer.Content.ReadAsStringAsync(stop);
        if (answer.StatusCode != HttpStatusCode.OK) throw new FarSideException($"receipts: {(int)answer.StatusCode} {text}");
        var note = SignedNote.Parse(text);
        if (!note.IsSignedBy(key)) throw new FarSideException("the receipt's signature does not verify");
        var receipt = CourierReceipt.Parse(note.Text);
        var cosigned = outbox.Read(session => session.Witnessed());
        var witness = cosigned is null ? null : await observatory.GetStringAsync("witness/vkey", stop);
        return new(receipt.Records, receipt.Observations.Count, bundle.Manifest.Observations - receipt.Observations.Count,
            new ReceiptFile(text, key.ToString(), cosigned?.ToString(), witness?.TrimEnd('\n')));
    }

    /// <summary>The log as it lies in the bundle.</summary>
    sealed class CarriedLog(CourierBundle bundle) : IForwardedLog
    {
        public string Origin => bundle.Manifest.Origin;
        public Task<SignedNote?> Head(CancellationToken stop) => Task.FromResult<SignedNote?>(bundle.Head);
        public IReadOnlyList<SignedNote> KeyChanges => [.. bundle.KeyChanges.Select(c => c.Proof.Note)];
        public ITileStore Tiles => bundle.Tiles;
        public List<byte[]> Entries(long from, int most) => bundle.Records(from, most);
    }
}
