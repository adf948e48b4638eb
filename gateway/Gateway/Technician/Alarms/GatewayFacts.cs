using System.Net;
using FourPerMille.Sensor.Gateway.Forwarding;
using FourPerMille.Sensor.Gateway.Ingest.LoRaWan;
using FourPerMille.Sensor.Gateway.Observations;
using FourPerMille.Sensor.Gateway.Provisioning;
using FourPerMille.Sensor.Gateway.Records;
using FourPerMille.Sensor.Gateway.Store;
using FourPerMille.Sensor.Gateway.Technician.Access;
using FourPerMille.Sensor.Gateway.Technician.Doctor;
using FourPerMille.Sensor.Gateway.Technician.Health;
using FourPerMille.Sensor.Gateway.Time;

namespace FourPerMille.Sensor.Gateway.Technician.Alarms;

/// <summary>Reads what <see cref="GatewayHealth"/> decides on: disk, clock, log, outbox, certificates, and the lines as whoever is at their other end sees them.</summary>
public sealed class GatewayFacts
{
    /// <summary>Trying a line costs a handshake; a page that is looked at again at once need not cost another.</summary>
    static readonly TimeSpan LinesAreFresh = TimeSpan.FromMinutes(1);

    /// <summary>An observatory that refuses everything is told so once a day (LineAlarm); older news has been answered.</summary>
    static readonly TimeSpan RefusalIsNews = TimeSpan.FromHours(25);

    /// <summary>Days whose sizes say how fast the folder grows of late.</summary>
    const int GrowthDays = 30;

    readonly IServiceProvider _held;
    readonly GatewayOptions _options;
    readonly Database _database;
    readonly TimeProvider _time;
    readonly SemaphoreSlim _oneAtATime = new(1);
    (long Stamp, IReadOnlyList<Finding> Found)? _lines;

    internal GatewayFacts(IServiceProvider held, GatewayOptions options, Database database, TimeProvider time) => (_held, _options, _database, _time) = (held, options, database, time);

    /// <summary>Everything as of now; lines as of a minute ago at most.</summary>
    public async Task<GatewayState> Read(CancellationToken stop)
    {
        var now = _time.GetUtcNow();
        var lines = await Lines(now, stop);
        return _database.Read(session => new GatewayState
        {
            Now = now, Folder = _options.DataFolder, Disk = Disk(session), Clock = Clock(session), Log = Log(session), Outbox = Outbox(session, now),
            Certificates = [.. Certificates()], Lines = lines,
        });
    }

    /// <summary>Notes what the folder holds today: two such days make a growth.</summary>
    public Task NoteSize(CancellationToken stop)
    {
        var bytes = new DirectoryInfo(_options.DataFolder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Exists ? file.Length : 0);
        return _database.Write(session =>
        {
            var today = Day.Of(_time.GetUtcNow());
            session.Execute("INSERT INTO folder_days (day, bytes) VALUES (@0, @1) ON CONFLICT DO UPDATE SET bytes = excluded.bytes", today, bytes);
            session.Execute("DELETE FROM folder_days WHERE day < @0", today - GrowthDays);
        }, stop);
    }

    DiskState Disk(Session session) => new(new DriveInfo(_options.DataFolder).AvailableFreeSpace,
        DiskCheck.GrowthPerDay(session.Query("SELECT day, bytes FROM folder_days ORDER BY day", row => (row.GetInt64(0), row.GetInt64(1))).ToList()));

    ClockState Clock(Session session) => new(_options.Simulated, KernelClock.MaximumError(), Held<ClockWatch>().Last,
        session.Scalar<long?>("SELECT MAX(last_received_ms) FROM epochs") is { } newest ? DateTimeOffset.FromUnixTimeMilliseconds(newest) : null,
        NodeClocks.Of(session, Held<NodeRegistry>().All.Where(node => node.Retired is null))) { Sleep = Held<ClockWatch>().Sleep };

    LogState Log(Session session)
    {
        var log = Held<RecordLog>();
        var waiting = session.Query("SELECT recorded_s FROM records WHERE leaf >= @0 ORDER BY leaf LIMIT 1", row => DateTimeOffset.FromUnixTimeSeconds(row.GetInt64(0)), log.Size).ToList();
        return new LogState(log.Failure, waiting is [var oldest] ? oldest : null, Held<LogVerification>().Findings);
    }

    OutboxState Outbox(Session session, DateTimeOffset now)
    {
        var refusal = session.Query("SELECT what, detail FROM alarms WHERE node = '' AND what LIKE 'the observatory refuses%' AND raised_ms > @0 ORDER BY id DESC LIMIT 1",
            row => $"{row.GetString(0)}: {row.GetString(1)}", (now - RefusalIsNews).ToUnixTimeMilliseconds()).FirstOrDefault();
        // Nobody to send to is no alarm: somebody decided so.
        return new OutboxState(_options.Observatory?.ToString(), _options.KeepsObservations ? Backlog.Of(session) : null, refusal);
    }

    IEnumerable<ShownCertificate> Certificates()
    {
        if (Held<ConsoleDoor>().Address is { } console)
            yield return new(console.ToString(), Held<ConsoleCertificate>().Current.NotAfter.ToUniversalTime(), FindingKind.ConsoleCertificateEnding, FindingKind.ConsoleCertificateExpired);
    }

    /// <summary>The line to the nodes is tried as a node does, those of network servers tell how they stand.</summary>
    async Task<IReadOnlyList<Finding>> Lines(DateTimeOffset now, CancellationToken stop)
    {
        await _oneAtATime.WaitAsync(stop);
        try
        {
            if (_lines is not { } known || TimeProvider.System.GetElapsedTime(known.Stamp) > LinesAreFresh)
                _lines = known = (TimeProvider.System.GetTimestamp(), [.. new[] { await NodeLine(now, stop) }.OfType<Finding>()]);
            return [.. known.Found, .. Held<NetworkServerStates>().Broken.Select(line => new Finding(FindingKind.NetworkServerSilent, Severity.Alarm, line.Server, line.Reason) { Began = line.Since })];
        }
        finally { _oneAtATime.Release(); }
    }

    Task<Finding?> NodeLine(DateTimeOffset now, CancellationToken stop) =>
        _options.Broker is { } broker ? LineCheck.Broker(broker, stop)
        : Held<OpenLine>().Mqtt is IPEndPoint listening ? LineCheck.Mqtt(listening, _options.UsesTls, now, stop)
        : Task.FromResult<Finding?>(null);

    /// <summary>Asked for when it is read: some of it comes to be only once the gateway serves.</summary>
    T Held<T>() where T : notnull => _held.GetRequiredService<T>();
}
