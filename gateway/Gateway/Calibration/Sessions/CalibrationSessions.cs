using FourPerMille.Sensor.Estimation.ProbeCalibration;
using FourPerMille.Sensor.Gateway.Calibration.Bench;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Provisioning.Configurations;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Payload;
using Microsoft.Data.Sqlite;

namespace FourPerMille.Sensor.Gateway.Calibration.Sessions;

/// <summary>
/// Calibrations from the first look at the bench to the certificate, for web and terminal alike. Every step is durable when it returns, so a
/// pulled plug costs nothing; every change names the version it was made on, so two tabs cannot undo each other.
/// </summary>
public sealed class CalibrationSessions(Database database, NodeRegistry nodes, BenchBook bench, ConfigurationBook configurations, CertificateBook certificates, TimeProvider time)
{
    const string Columns = "id, version, state, content";

    /// <summary>The newest first.</summary>
    public IReadOnlyList<CalibrationSession> Open() =>
        database.Read(session => session.Query($"SELECT {Columns} FROM calibration_sessions WHERE state = 'open' ORDER BY id DESC", Row).ToList());

    /// <exception cref="InputRefused">There is none.</exception>
    public CalibrationSession Required(long id) => database.Read(session => Find(session, id));

    /// <summary>The session that a certificate came of; null for one that was made elsewhere.</summary>
    public CalibrationSession? Behind(string certificate) =>
        database.Read(session => session.Query($"SELECT {Columns} FROM calibration_sessions WHERE state = 'issued' AND json_extract(content, '$.certificate') = @0", Row, certificate).ToList()).FirstOrDefault();

    /// <summary>A bench speaks every two seconds, a CO2 head every five, and opens a lost line every ten: after this long without a value it is over.</summary>
    static readonly TimeSpan BenchSilence = TimeSpan.FromMinutes(1);

    /// <summary>Begins, and orders the node to its bench. A probe with an open session goes on with that one, at its bench: which is ordered again if it is over.</summary>
    /// <exception cref="InputRefused">The node or the probe is not there, or has no name; or another probe's calibration is open in its place.</exception>
    public async Task<CalibrationSession> Begin(string nodeId, CertificateKind kind, int channel, string? probeSerial, string technician, CancellationToken stop)
    {
        var node = nodes.Required(nodeId);
        if (string.IsNullOrWhiteSpace(probeSerial)) throw new InputRefused("probeSerial: names no probe; its serial number is on its cable.") { Key = "refusal.probe-serial" };
        var depths = kind switch { CertificateKind.Moisture => node.Settings.MoistureDepthsCm.Length, CertificateKind.Temperature => node.Settings.TemperatureDepthsCm.Length, _ => 1 };
        if (channel < 0 || channel >= depths)
            throw new InputRefused($"channel: node {nodeId} has {depths} such probes; count them from 0, the shallowest.") { Key = "refusal.probe-channel", Parts = [nodeId, depths] };
        if (Open().FirstOrDefault(open => open.Node == nodeId && open.Kind == kind && open.Channel == channel) is { } begun)
            return await GoOn(begun, node, probeSerial.Trim(), technician, stop);
        var fresh = new CalibrationSession { Node = nodeId, Kind = kind, Channel = channel, ProbeSerial = probeSerial.Trim(), Technician = technician, Begun = Now() };
        await OrderBench(fresh, stop);
        return await database.Write(session =>
        {
            session.Execute("INSERT INTO calibration_sessions (node, version, state, content, changed_ms) VALUES (@0, 1, 'open', @1, @2)", node.Number, fresh.ToJson(), Now().ToUnixTimeMilliseconds());
            return session.Query($"SELECT {Columns} FROM calibration_sessions WHERE id = last_insert_rowid()", Row).Single();
        }, stop);
    }

    async Task<CalibrationSession> GoOn(CalibrationSession begun, Node node, string probeSerial, string technician, CancellationToken stop)
    {
        if (begun.ProbeSerial != probeSerial)
            throw Conflict($"probeSerial: calibration {begun.Id} of probe {begun.ProbeSerial} is open in this place. Finish it or give it up first, then begin with {probeSerial}.", "refusal.session-of-another-probe", begun.ProbeSerial, probeSerial);
        if (!IsAtBench(begun, node)) await OrderBench(begun with { Technician = technician }, stop);
        return begun;
    }

    /// <summary>Whether the session's probe speaks from the bench, or an order to is on its way or was obeyed just now.</summary>
    bool IsAtBench(CalibrationSession session, Node node)
    {
        var (probe, since) = (BenchProbeNames.Parse(session.BenchName), Now() - BenchSilence);
        if (bench.Newest(node, 1) is [var value] && value.Reading.Probe == probe && value.Reading.End == BenchReading.GoesOn && value.Received > since) return true;
        return database.Read(read => ConfigurationBook.Of(read, node, 1)) is [var wish]
            && (wish.IsOpen || wish is { State: "applied" } && wish.Reported > since) && IsOrder(wish.Settings?.Get(Setting.BenchOrder, 0) ?? 0, probe);
    }

    /// <summary>An order of no minutes ends a bench.</summary>
    static bool IsOrder(int order, int probe) => order >> 8 == probe && (order & 0xff) > 0;

    /// <summary>Orders the bench again: after half an hour, or where the node was asleep.</summary>
    public Task OrderBench(CalibrationSession session, CancellationToken stop) =>
        configurations.OrderBench(nodes.Required(session.Node), BenchProbeNames.Parse(session.BenchName), BenchProbeNames.UsualMinutes, session.Technician, stop);

    /// <summary>What the bench says of the session's probe now; empty where the newest bench is another probe's or older than the session.</summary>
    public (IReadOnlyList<BenchValue> Values, Stability Stability) OnBench(CalibrationSession session)
    {
        var values = bench.Newest(nodes.Required(session.Node), BenchSteadiness.MostValues);
        if (values.Count == 0 || BenchProbeNames.Of(values[^1].Reading.Probe) != session.BenchName || values[^1].Received < session.Begun) values = [];
        return (values, BenchSteadiness.Of(values));
    }

    /// <summary>Takes what the bench says now as a point.</summary>
    /// <param name="evenUnsettled">Take it although the probe has not settled; the certificate says so.</param>
    /// <exception cref="InputRefused">Nothing on the bench, not settled, or an input that cannot be; nothing is changed.</exception>
    public Task<CalibrationSession> Take(long id, int version, string stepWord, IReadOnlyDictionary<string, double?> inputs, bool evenUnsettled, CancellationToken stop)
    {
        var seen = Required(id);
        var (values, stability) = OnBench(seen);
        return Change(id, version, session =>
        {
            var step = CalibrationPlan.Step(session.Kind, stepWord);
            var given = step.Now.ToDictionary(input => input.Name, input => input.Checked(inputs.GetValueOrDefault(input.Name)));
            if (stability.Values == 0) throw Conflict("bench: nothing has come from this probe yet. Wake the node, or order its bench again.", "refusal.bench-silent");
            if (!stability.IsStable && !evenUnsettled)
                throw Conflict($"bench: the probe has not settled ({stability.Reason}). Wait, or say that the point shall count all the same.", "refusal.bench-restless", stability.Reason);
            var (probe, u) = ProbeValue(session.Kind, stability);
            var (reference, referenceU) = Reference(step, given);
            return session with
            {
                Points = [.. session.Points, new CalibrationPoint(step.Word, Now(), probe, u, reference, referenceU, given, stability.IsStable, stability.IsStable ? null : stability.Reason,
                    Shots: session.Kind == CertificateKind.SpectralHead ? Shots(values) : null)],
            };
        }, stop);
    }

    /// <summary>Adds what was not known when the point was taken: the dry mass, a day later.</summary>
    /// <exception cref="InputRefused">Masses that no soil has, or no such point.</exception>
    public Task<CalibrationSession> Complete(long id, int version, int number, IReadOnlyDictionary<string, double?> inputs, CancellationToken stop) => Change(id, version, session =>
    {
        var point = Point(session, number);
        var later = CalibrationPlan.Step(session.Kind, point.Step).Later;
        if (later.Count == 0) throw new InputRefused($"point: {number + 1} wants nothing more.") { Key = "refusal.point-unknown", Parts = [number + 1] };
        var all = new Dictionary<string, double>(point.Inputs);
        foreach (var input in later) all[input.Name] = input.Checked(inputs.GetValueOrDefault(input.Name));
        var sample = Gravimetric(all);
        return Replace(session, number, point with { Inputs = all, Reference = sample.Theta, ReferenceUncertainty = sample.StandardUncertainty() });
    }, stop);

    /// <summary>Leaves a point out of the fit, or takes it in again; it stays to be seen either way.</summary>
    public Task<CalibrationSession> LeaveOut(long id, int version, int number, CancellationToken stop) =>
        Change(id, version, session => Replace(session, number, Point(session, number) with { IsLeftOut = !Point(session, number).IsLeftOut }), stop);

    public Task<CalibrationSession> GiveUp(long id, int version, CancellationToken stop) => Change(id, version, session => session with { State = SessionState.GivenUp }, stop);

    /// <summary>Makes the certificate: signed, on record, in force from <paramref name="appliesFrom"/> on.</summary>
    /// <param name="appliesFrom">Null: from now. Earlier: what was measured since is understood anew, and its records are superseded.</param>
    /// <exception cref="InputRefused">Points are missing, or the certificate cannot be.</exception>
    public async Task<IssuedCertificate> Issue(long id, int version, string? reference, string? place, int validMonths, DateTimeOffset? appliesFrom, CancellationToken stop)
    {
        var session = Required(id);
        var fit = CalibrationFit.Of(session);
        if (!fit.IsComplete) throw Conflict($"points: {fit.MissingCount} of '{fit.Missing}' are wanted still.", "refusal.points-missing", fit.MissingCount);
        if (string.IsNullOrWhiteSpace(reference)) throw new InputRefused("reference: say what the probe was compared with, and its lot or certificate.") { Key = "refusal.reference-missing" };
        if (validMonths is < 1 or > 36) throw new InputRefused($"validMonths: {validMonths} must lie in 1 to 36.") { Key = "refusal.valid-months" };
        if (appliesFrom > Now()) throw new InputRefused($"appliesFrom: {appliesFrom:O} lies in the future.") { Key = "refusal.applies-from" };
        // The version is raised first: of two tabs one issues, the other is told.
        var mine = await Change(id, version, open => open, stop);
        var issued = await certificates.Issue(CertificateOf(session, fit, reference, place, validMonths, appliesFrom), stop);
        await Change(id, mine.Version, open => open with { State = SessionState.Issued, Certificate = issued.Id }, stop);
        return issued;
    }

    Certificate CertificateOf(CalibrationSession session, CalibrationFit fit, string reference, string? place, int validMonths, DateTimeOffset? appliesFrom) => new()
    {
        Kind = session.Kind, Node = session.Node, Channel = session.Channel, ProbeSerial = session.ProbeSerial,
        Method = CalibrationPlan.MethodOf(session.Kind),
        Coefficients = fit.Coefficients, Covariance = fit.Covariance, ResidualSd = fit.ResidualSd, White = fit.White, Points = fit.Points.Length == 0 ? null : fit.Points,
        Reference = reference.Trim(), Place = string.IsNullOrWhiteSpace(place) ? null : place.Trim(), Technician = session.Technician,
        Issued = Now(), AppliesFrom = appliesFrom, ValidUntil = Now().AddMonths(validMonths),
        Terms = fit.Terms is { } terms ? [.. terms] : null, NotIncluded = TermSource.NotIncluded(session.Kind),
    };

    static (double Value, double StandardUncertainty) ProbeValue(CertificateKind kind, Stability stability) => kind switch
    {
        CertificateKind.Temperature => (stability.Mean / 16, stability.StandardUncertainty / 16),
        CertificateKind.SpectralHead => (0, 0),
        _ => (stability.Mean, stability.StandardUncertainty),
    };

    static (double?, double?) Reference(PlanStep step, IReadOnlyDictionary<string, double> given) => step.Word switch
    {
        // Melting ice of clean water is 0 °C by its nature.
        "ice" => (0, given["uncertainty"]),
        "bath" or "gas" => (given["reference"], given["uncertainty"]),
        "panel" => (given["reflectance"] / 100, given["uncertainty"] / 100),
        "tile" => (given["reflectance"] / 100, HeadErrors.PanelShare),
        _ => (null, null),
    };

    /// <summary>The newest shots of the bench at its present settings, lit and dark.</summary>
    static HeadShots Shots(IReadOnlyList<BenchValue> values)
    {
        const int least = SpectralHeadCheck.LeastShots, most = 3 * least;
        var newest = values[^1].Reading;
        var same = values.Select(value => value.Reading).Where(r => r.Gain == newest.Gain && r.IntegrationCode == newest.IntegrationCode && r.Values[0] != Reading.Missing).ToList();
        double[][] lit = Of(true), dark = Of(false);
        return lit.Length >= least && dark.Length >= 1 ? new HeadShots(newest.Gain, newest.IntegrationCode, lit, dark)
            : throw Conflict($"bench: {least} lit shots and a dark one are wanted. Wait some seconds.", "refusal.bench-few-shots", least);

        double[][] Of(bool isLit) => [.. same.Where(r => r.IsLit == isLit).TakeLast(most).Select(r => r.Values.Take(Reading.BandCount).Select(v => (double)v).ToArray())];
    }

    static GravimetricSample Gravimetric(Dictionary<string, double> inputs)
    {
        try { return new GravimetricSample(inputs["tare"], inputs["wet"], inputs["dry"], inputs["volume"]); }
        catch (ArgumentException cannotBe)
        {
            throw new InputRefused(cannotBe.Message) { Key = "refusal.masses", Parts = [inputs["tare"], inputs["wet"], inputs["dry"], inputs["volume"]] };
        }
    }

    static CalibrationPoint Point(CalibrationSession session, int number) => number >= 0 && number < session.Points.Count ? session.Points[number]
        : throw new InputRefused($"point: {number + 1} is none of the {session.Points.Count} points of this calibration.", StatusCodes.Status404NotFound) { Key = "refusal.point-unknown", Parts = [number + 1] };

    static CalibrationSession Replace(CalibrationSession session, int number, CalibrationPoint point) => session with { Points = [.. session.Points.Select((old, i) => i == number ? point : old)] };

    Task<CalibrationSession> Change(long id, int version, Func<CalibrationSession, CalibrationSession> change, CancellationToken stop) => database.Write(session =>
    {
        var now = Find(session, id);
        if (now.State != SessionState.Open) throw Conflict($"calibration {id}: has ended; begin a new one.", "refusal.session-ended");
        if (now.Version != version)
            throw Conflict($"calibration {id}: was changed meanwhile, perhaps in another tab. Nothing of this step was taken; look at it and do it again if it is still wanted.", "refusal.session-changed");
        var next = change(now);
        session.Execute("UPDATE calibration_sessions SET version = version + 1, state = @1, content = @2, changed_ms = @3 WHERE id = @0", id, Word(next.State), next.ToJson(), Now().ToUnixTimeMilliseconds());
        return next with { Version = version + 1 };
    }, stop);

    static CalibrationSession Find(Session session, long id) => session.Query($"SELECT {Columns} FROM calibration_sessions WHERE id = @0", Row, id).SingleOrDefault()
        ?? throw new InputRefused($"calibration {id}: there is none. The list of calibrations names those there are.", StatusCodes.Status404NotFound) { Key = "refusal.session-unknown", Parts = [id] };

    static InputRefused Conflict(string what, string key, params object?[] parts) => new(what, StatusCodes.Status409Conflict) { Key = key, Parts = parts };

    DateTimeOffset Now() => DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());

    static string Word(SessionState state) => state switch { SessionState.Open => "open", SessionState.Issued => "issued", _ => "given-up" };

    static CalibrationSession Row(SqliteDataReader row) => CalibrationSession.FromJson(row.GetString(3)) with
    {
        Id = row.GetInt64(0), Version = row.GetInt32(1), State = row.GetString(2) switch { "open" => SessionState.Open, "issued" => SessionState.Issued, _ => SessionState.GivenUp },
    };
}
