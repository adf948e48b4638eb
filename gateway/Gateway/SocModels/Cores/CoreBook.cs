using System.Security.Cryptography;
using FourPerMille.Sensor.Estimation.ProbeCalibration;
using FourPerMille.Sensor.Gateway.Calibration;
using FourPerMille.Sensor.Gateway.Calibration.Bench;
using FourPerMille.Sensor.Gateway.Observations;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Quality;
using FourPerMille.Sensor.Gateway.SocModels.Laboratory;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Payload;

namespace FourPerMille.Sensor.Gateway.SocModels.Cores;

/// <summary>Spectra of the cores: from a node's head on its bench, from one of its readings, or from a file; and what is decided about a sample.</summary>
public sealed class CoreBook(Database database, NodeRegistry nodes, BenchBook bench, CertificateBook certificates, JudgedReadings readings, TimeProvider time)
{
    /// <summary>Older shots may be of whatever the head lay on before.</summary>
    static readonly TimeSpan Fresh = TimeSpan.FromMinutes(15);

    static readonly TimeSpan RecentReadings = TimeSpan.FromDays(2);

    const int LeastShots = SpectralHeadCheck.LeastShots, MostShots = 3 * LeastShots, SpectralFaults = StatusBits.SpectralSilent | StatusBits.SpectralSaturated | StatusBits.SpectralDarkHigh;

    /// <summary>Every sample of a campaign with its spectra and results.</summary>
    public IReadOnlyList<CoreEntry> Entries(string campaign) => database.Read(session => EntriesOf(session, campaign));

    internal static IReadOnlyList<CoreEntry> EntriesOf(Session session, string campaign)
    {
        var shots = session.Query($"SELECT {CoreShot.Columns} FROM {CoreShot.From} WHERE s.campaign = @0 ORDER BY s.id", CoreShot.FromRow, campaign).ToLookup(shot => shot.Sample);
        var results = LaboratoryBook.InForce(session, campaign).ToLookup(result => result.Sample, result => result.Result);
        return [.. ModelCampaigns.SamplesOf(session, campaign).Select(sample => new CoreEntry(sample, [.. shots[sample.Id]], [.. results[sample.Id]]))];
    }

    /// <summary>Ties what the head says on its bench now to a sample.</summary>
    /// <param name="moisture">m3/m3, where the technician measured it.</param>
    /// <exception cref="InputRefused">The name is no sample's, the head is silent, old or uncertified, or its shots are another sample's.</exception>
    public async Task<CoreShot> TakeFromBench(string campaign, string? sample, string nodeId, double? moisture, string by, CancellationToken stop)
    {
        database.Read(session => Resolve(session, campaign, sample));
        var node = nodes.Required(nodeId);
        var values = bench.Newest(node, BenchSteadiness.MostValues);
        if (values.Count == 0 || values[^1].Reading.Probe != BenchProbe.SpectralHead || time.GetUtcNow() - values[^1].Received > Fresh)
            throw Refused($"node {nodeId}: its head has sent nothing from its bench for {Fresh.TotalMinutes:0} minutes. Order the bench of the spectral head, or press the node's button.", "model.refused-head-silent", nodeId, Fresh.TotalMinutes);
        var last = database.Read(session => session.Scalar<long?>("SELECT MAX(sequence) FROM core_shots WHERE node = @0 AND epoch = @1 AND taken_back = 0", node.Number, values[^1].Reading.Epoch)) ?? -1;
        var newest = values[^1].Reading;
        var same = values.Select(v => v.Reading).Where(r => r.Gain == newest.Gain && r.IntegrationCode == newest.IntegrationCode && r.Values[0] != Reading.Missing).ToList();
        List<BenchReading> lit = [.. same.Where(r => r.IsLit && r.Sequence > last).TakeLast(MostShots)], dark = [.. same.Where(r => !r.IsLit).TakeLast(MostShots)];
        if (lit.Count < LeastShots || dark.Count == 0)
            throw Refused($"node {nodeId}: {LeastShots} lit shots of this sample and a dark one are wanted, {lit.Count} lit have come since the last sample. Leave the head on the core and wait some seconds.", "model.refused-few-shots", LeastShots, lit.Count);
        var counts = Enumerable.Range(0, Reading.BandCount).Select(band => lit.Average(shot => (double)shot.Values[band]) - dark.Average(shot => (double)shot.Values[band])).ToArray();
        var reflectance = Calibrator.Reflectance(counts, newest.Gain, newest.IntegrationCode, White(node, time.GetUtcNow()));
        return await Keep(campaign, sample, new CoreShot(0, "", ShotSource.Bench, values[^1].Received, Believable(reflectance), Checked(moisture), node.Id, newest.Epoch, lit[^1].Sequence, by, false), node, stop);
    }

    /// <summary>Ties a node's reading to a sample: the newest with a spectrum where none is named. Its moisture probe speaks unless the technician does.</summary>
    /// <exception cref="InputRefused">As <see cref="TakeFromBench"/>.</exception>
    public async Task<CoreShot> TakeReading(string campaign, string? sample, string nodeId, uint? epoch, uint? sequence, double? moisture, string by, CancellationToken stop)
    {
        database.Read(session => Resolve(session, campaign, sample));
        var node = nodes.Required(nodeId);
        var now = time.GetUtcNow();
        var shot = readings.Within(node, now - RecentReadings, now + TimeSpan.FromHours(1)).LastOrDefault(r => r.Reading.Raw.HasBands && (sequence is null || (r.Reading.Raw.Sequence == sequence && r.Reading.Raw.Epoch == (epoch ?? 1))))
            ?? throw Refused($"node {nodeId}: has no such reading with a spectrum in the last {RecentReadings.TotalDays:0} days. Wake it with the head on the core.", "model.refused-no-reading", nodeId, RecentReadings.TotalDays);
        if ((shot.Reading.Raw.Status & SpectralFaults) != 0) throw Refused("the shot was saturated, disturbed by light, or silent. Shade the head and take another.", "model.refused-shot-disturbed");
        if (shot.Spectrum is not { } spectrum) throw NoWhite(nodeId);
        var water = Checked(moisture) ?? shot.Quantities.FirstOrDefault(q => q.Quantity.Name == "moisture" && q.Quantity.Value is not null)?.Quantity.Value;
        return await Keep(campaign, sample, new CoreShot(0, "", ShotSource.Reading, shot.Reading.Time.Middle, Believable(spectrum.Reflectance), water, node.Id, shot.Reading.Raw.Epoch, shot.Reading.Raw.Sequence, by, false), node, stop);
    }

    /// <summary>Reads spectra of another program: columns sample, moisture (m3/m3, may be absent), R410 … R940.</summary>
    public Task<ImportReport> Import(string campaign, byte[] file, string name, string who, CancellationToken stop)
    {
        var table = SpectraFile.Table(file);
        return database.Write(session =>
        {
            ModelCampaigns.Find(session, campaign);
            var import = Imports.Begin(session, campaign, "spectra", name, Convert.ToHexStringLower(SHA256.HashData(file)), time.GetUtcNow(), who);
            var lines = table.Rows.Select(row =>
            {
                var (state, reason) = Take(session, campaign, row, who);
                Imports.Note(session, import, row.Line, row.Text, state, reason, null);
                return new ImportedLine(row.Line, row.Text, state, reason);
            }).ToList();
            return Imports.Required(session, campaign, import) with { Lines = lines, Ignored = table.Ignored };
        }, stop);
    }

    (LineState, InputRefused?) Take(WriteSession session, string campaign, LooseRow row, string who)
    {
        try
        {
            var (typed, reflectance, moisture) = SpectraFile.Read(row);
            var sample = Resolve(session, campaign, typed);
            var shot = new CoreShot(0, sample, ShotSource.File, time.GetUtcNow(), Believable(reflectance), Checked(moisture), null, null, null, who, false);
            if (session.Query($"SELECT {CoreShot.Columns} FROM {CoreShot.From} WHERE s.sample = @0", CoreShot.FromRow, sample).ToList().Any(known => known.Reflectance.SequenceEqual(shot.Reflectance)))
                return (LineState.Known, new InputRefused("this spectrum was read in before.") { Key = "model.line-known-spectrum" });
            Insert(session, campaign, shot, null);
            return (LineState.Taken, null);
        }
        catch (InputRefused refused)
        {
            return (LineState.Refused, refused);
        }
    }

    /// <summary>Takes a shot back; it stays to be seen, and its place is free for another.</summary>
    public Task<CoreShot> TakeBack(string campaign, long shot, CancellationToken stop) => database.Write(session =>
    {
        if (session.Execute("UPDATE core_shots SET taken_back = 1 WHERE id = @0 AND campaign = @1", shot, campaign) == 0)
            throw new InputRefused($"shot {shot}: there is none in campaign '{campaign}'.", StatusCodes.Status404NotFound) { Key = "model.refused-no-shot", Parts = [shot] };
        return session.Query($"SELECT {CoreShot.Columns} FROM {CoreShot.From} WHERE s.id = @0", CoreShot.FromRow, shot).Single();
    }, stop);

    /// <summary>Leaves a sample out of the training for a reason, or takes it in again (no reason).</summary>
    public Task<ModelCampaign> LeaveOut(string campaign, int version, string? sample, string? reason, CancellationToken stop) => Decide(campaign, version, sample, "left_out", reason, stop);

    /// <summary>Says why a sample that looks wrong is right.</summary>
    public Task<ModelCampaign> Explain(string campaign, int version, string? sample, string? reason, CancellationToken stop) => Decide(campaign, version, sample, "explained", reason, stop);

    Task<ModelCampaign> Decide(string campaign, int version, string? sample, string column, string? reason, CancellationToken stop) => database.Write(session =>
    {
        const int shortest = 8;
        var said = string.IsNullOrWhiteSpace(reason) ? null : reason.Trim();
        if (said is { Length: < shortest }) throw Refused("reason: say in some words why; an auditor will read it.", "model.refused-reason");
        var raised = ModelCampaigns.Raise(session, campaign, version);
        session.Execute($"UPDATE core_samples SET {column} = @1 WHERE sample = @0", Resolve(session, campaign, sample), said);
        return raised;
    }, stop);

    /// <summary>The sample of a typed or scanned name.</summary>
    /// <exception cref="InputRefused">A mistyped name, or another campaign's.</exception>
    internal static string Resolve(Session session, string campaign, string? typed)
    {
        switch (SampleId.Read(typed, out var id))
        {
            case SampleIdFault.Length: throw Refused($"'{typed}' is no sample's name; on the label it reads like 7K3M-012A-R.", "model.refused-sample-length", typed);
            case SampleIdFault.Letters: throw Refused($"'{typed}' holds a character that no label has.", "model.refused-sample-letters", typed);
            case SampleIdFault.Check: throw Refused($"'{typed}' is mistyped: its check character does not fit. Compare it with the label letter by letter.", "model.refused-sample-check", typed);
        }
        return session.Scalar<string>("SELECT campaign FROM core_samples WHERE sample = @0", id) switch
        {
            null => throw Refused($"{id}: no campaign of this gateway has such a sample.", "model.refused-sample-unknown", id),
            var of when of != campaign => throw Refused($"{id}: is a sample of campaign '{of}', not of '{campaign}'.", "model.refused-sample-other", id, of),
            _ => id,
        };
    }

    Task<CoreShot> Keep(string campaign, string? sample, CoreShot shot, Node node, CancellationToken stop) => database.Write(session =>
    {
        var whole = shot with { Sample = Resolve(session, campaign, sample) };
        if (session.Scalar<string>("SELECT sample FROM core_shots WHERE node = @0 AND epoch = @1 AND sequence = @2 AND taken_back = 0", node.Number, shot.Epoch, shot.Sequence) is { } other)
            throw Refused($"this shot is tied to {other} already. Set the head on the core and take a new one, or take the other back.", "model.refused-shot-tied", other);
        return Insert(session, campaign, whole, node);
    }, stop);

    static CoreShot Insert(WriteSession session, string campaign, CoreShot shot, Node? node)
    {
        session.Execute("INSERT INTO core_shots (campaign, sample, node, epoch, sequence, content) VALUES (@0, @1, @2, @3, @4, @5)", campaign, shot.Sample, node?.Number, shot.Epoch, shot.Sequence, shot.ToJson());
        return shot with { Id = session.Scalar<long>("SELECT last_insert_rowid()") };
    }

    WhiteReference White(Node node, DateTimeOffset at) => certificates.Of(node).At(CertificateKind.SpectralHead, 0, at)?.Certificate.Content.White ?? throw NoWhite(node.Id);

    /// <summary>Soil reflects a few to some seventy percent of the light; beyond that the head did not lie on soil.</summary>
    static double[] Believable(double[] reflectance)
    {
        const double least = 0.001, most = 1.1;
        var bad = Array.FindIndex(reflectance, r => !(r >= least && r <= most));
        return bad < 0 ? reflectance : throw Refused(FormattableString.Invariant($"band {bad + 1} reflects {reflectance[bad]:0.###}, which no soil does. Clean the window, set the head flat on the soil, and take it again."), "model.refused-reflectance", bad + 1, Math.Round(reflectance[bad], 3));
    }

    static double? Checked(double? moisture) => moisture is null or (>= 0 and <= 0.7) ? moisture
        : throw Refused(FormattableString.Invariant($"moisture: {moisture} m3/m3 cannot be; it lies in 0 to 0.7."), "model.refused-moisture", moisture);

    static InputRefused NoWhite(string node) => Refused($"node {node}: its spectral head has no certificate. Calibrate it on the white panel first.", "model.refused-no-white", node);

    static InputRefused Refused(string what, string key, params object?[] parts) => new(what, StatusCodes.Status409Conflict) { Key = key, Parts = parts };
}
