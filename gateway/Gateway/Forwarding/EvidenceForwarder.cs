using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Mrv.Merkle;
using FourPerMille.Sensor.Mrv.Notes;
using FourPerMille.Sensor.Mrv.Tiles;

namespace FourPerMille.Sensor.Gateway.Forwarding;

/// <summary>Gives the log to the observatory: the records, then the checkpoint over them, and keeps the observatory's cosignature.</summary>
/// <remarks>Both halves are safe to repeat: entries are sent from where the observatory says it is, the checkpoint by C2SP tlog-witness.</remarks>
sealed class EvidenceForwarder(Database database, IForwardedLog log, HttpClient http, LineMeter? meter = null)
{
    /// <summary>For the gateway's own log.</summary>
    public EvidenceForwarder(Database database, RecordLog log, LogKey key, HttpClient http, LineMeter? meter = null) : this(database, new OwnLog(database, log, key), http, meter) { }

    /// <summary>Entries of one request: a full bundle.</summary>
    const int MostEntries = TilePath.FullWidth;

    /// <summary>Cosigned checkpoints kept; proofs are made under the newest.</summary>
    const int WitnessedKept = 16;

    /// <summary>Heads of request and answer, and the answer, in bytes.</summary>
    const int Overhead = 700;

    readonly string _place = "evidence/" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(log.Origin))) + "/";

    public async Task Forward(CancellationToken stop)
    {
        if (await log.Head(stop) is not { } note) return;
        var checkpoint = Checkpoint.Parse(note.Text);
        var witnessed = database.Read(session => session.Witnessed()) is { } last ? Checkpoint.Parse(last.Text).Size : 0;
        if (witnessed == checkpoint.Size) return;
        await SendEntries(checkpoint.Size, stop);
        // A change of key is shown first, at the checkpoint both keys signed: by it the witness goes from one key to the other.
        foreach (var change in log.KeyChanges)
        {
            if (Checkpoint.Parse(change.Text) is not { } overlap || overlap.Size <= witnessed || overlap.Size >= checkpoint.Size) continue;
            await HaveCosigned(change, overlap, witnessed, stop);
            witnessed = overlap.Size;
        }
        await HaveCosigned(note, checkpoint, witnessed, stop);
    }

    async Task SendEntries(long size, CancellationToken stop)
    {
        var there = await Size(await http.GetAsync(_place + "size", stop), stop);
        while (there < size)
        {
            var bundle = new List<byte>();
            foreach (var entry in log.Entries(there, (int)Math.Min(MostEntries, size - there)))
            {
                // As many as fit what is left of the day, and one to find out that none does.
                if (bundle.Count > 0 && bundle.Count + entry.Length + Overhead > meter?.Remaining) break;
                EntryBundle.Append(bundle, entry);
            }
            var answer = await http.PostAsync(string.Create(CultureInfo.InvariantCulture, $"{_place}entries?from={there}"), new ByteArrayContent([.. bundle]), stop);
            var now = await Size(answer, stop);
            there = now > there ? now : throw new FarSideException($"the observatory stays at {now} records");
        }
    }

    async Task HaveCosigned(SignedNote note, Checkpoint checkpoint, long old, CancellationToken stop)
    {
        var witness = await WitnessKey(stop);
        var answer = await Ask(old);
        if (answer.StatusCode == HttpStatusCode.Conflict) answer = await Ask(await SizeIn(answer, stop));
        var text = await answer.Content.ReadAsStringAsync(stop);
        if (answer.StatusCode != HttpStatusCode.OK) throw new FarSideException($"add-checkpoint: {(int)answer.StatusCode} {text}", answer.StatusCode);
        if (Cosignature(text, witness) is not { } line || !line.VerifiedBy(witness, note.Text)) throw new FarSideException("the witness's cosignature does not verify");
        await database.Write(session =>
        {
            session.Execute("INSERT INTO witnessed (size, note) VALUES (@0, @1) ON CONFLICT (size) DO UPDATE SET note = excluded.note", checkpoint.Size, note.With(line).ToString());
            session.Execute("DELETE FROM witnessed WHERE size NOT IN (SELECT size FROM witnessed ORDER BY size DESC LIMIT @0)", WitnessedKept);
        }, stop);

        Task<HttpResponseMessage> Ask(long size)
        {
            if (size > checkpoint.Size) throw new FarSideException($"the witness has seen {size} records of this log, which has {checkpoint.Size}: its history was cut off");
            IReadOnlyList<Hash> proof = size == 0 || size == checkpoint.Size ? [] : new TileTree(log.Tiles, checkpoint.Size).ConsistencyProof(size);
            return http.PostAsync("add-checkpoint", new StringContent(new AddCheckpoint(size, proof, note).ToString()), stop);
        }
    }

    /// <summary>The witness's key is taken on first sight and held to from then on.</summary>
    async Task<VerifierKey> WitnessKey(CancellationToken stop)
    {
        var pinned = database.Read(session => session.WitnessKeys());
        if (pinned.Count > 0) return pinned[0];
        try
        {
            var offered = VerifierKey.Parse(await http.GetStringAsync("witness/vkey", stop));
            await database.Write(session => session.Execute("INSERT INTO witness_keys (vkey) VALUES (@0) ON CONFLICT DO NOTHING", offered.ToString()), stop);
            return offered;
        }
        catch (FormatException broken) { throw new FarSideException($"the witness's key: {broken.Message}"); }
    }

    static NoteSignature? Cosignature(string lines, VerifierKey witness)
    {
        try { return lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(NoteSignature.Parse).FirstOrDefault(line => line.IsOf(witness)); }
        catch (FormatException) { return null; }
    }

    static async Task<long> Size(HttpResponseMessage answer, CancellationToken stop)
    {
        if (answer.IsSuccessStatusCode || answer.StatusCode == HttpStatusCode.Conflict) return await SizeIn(answer, stop);
        throw new FarSideException($"{answer.RequestMessage?.RequestUri}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(stop)}", answer.StatusCode);
    }

    static async Task<long> SizeIn(HttpResponseMessage answer, CancellationToken stop) =>
        long.TryParse((await answer.Content.ReadAsStringAsync(stop)).TrimEnd('\n'), NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            ? size : throw new FarSideException("an answer that is no size");
}
