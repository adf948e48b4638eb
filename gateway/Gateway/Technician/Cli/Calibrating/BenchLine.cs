using FourPerMille.Sensor.Gateway.Calibration;
using FourPerMille.Sensor.Gateway.Technician.Locales;
using FourPerMille.Sensor.Gateway.Technician.Web;
using Spectre.Console;

namespace FourPerMille.Sensor.Gateway.Technician.Cli.Calibrating;

/// <summary>What the probe says now, until it has settled: one line that lives on a terminal, a line for each change elsewhere.</summary>
sealed class BenchLine(Wording say, TextWriter tell, TimeSpan patience)
{
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    /// <param name="between">Where a script says the probe must be; null takes the first settled value.</param>
    /// <returns>False when it did not settle in time.</returns>
    public async Task<bool> Settled(CalibrationLine session, (double Low, double High)? between, CancellationToken stop)
    {
        var settled = false;
        if (AnsiConsole.Profile.Capabilities.Interactive && AnsiConsole.Profile.Capabilities.Ansi && !Console.IsOutputRedirected && tell == Console.Out)
            await AnsiConsole.Live(new Text("")).StartAsync(async live => settled = await Watch(session, between, line => live.UpdateTarget(new Text(line)), stop));
        else
            settled = await Watch(session, between, tell.WriteLine, stop);
        if (!settled) await tell.WriteLineAsync(say["terminal.not-settled", say.Length(patience)]);
        return settled;
    }

    async Task<bool> Watch(CalibrationLine session, (double Low, double High)? between, Action<string> show, CancellationToken stop)
    {
        // How long a person waits is measured by this machine, whatever the gateway's clock does.
        var until = TimeProvider.System.GetUtcNow() + patience;
        var shown = "";
        while (true)
        {
            await session.Refresh(stop);
            var line = Line(session);
            if (line != shown) show(shown = line);
            if ((bool)session.Bench["isStable"]! && (between is not var (low, high) || (double)session.Bench["mean"]! >= low && (double)session.Bench["mean"]! <= high)) return true;
            if (TimeProvider.System.GetUtcNow() > until) return false;
            await Task.Delay(Look, stop);
        }
    }

    string Line(CalibrationLine session)
    {
        var bench = session.Bench;
        if ((int)bench["values"]! == 0) return "  " + say["bench.waiting"];
        var value = (double?)bench["mean"] is { } mean && session.Kind != CertificateKind.SpectralHead ? Value(session.Kind, mean, (double?)bench["u"] ?? double.NaN) + ", " : "";
        return $"  {value}{((bool)bench["isStable"]! ? say["bench.settled"] : say.Of("bench-reason", Shown.Key((string)bench["reason"]!)))}";
    }

    /// <summary>A thermometer counts sixteenths of a degree.</summary>
    string Value(CertificateKind kind, double mean, double u) => kind switch
    {
        CertificateKind.Temperature => $"{(double.IsFinite(u) ? say.Uncertain(mean / 16, u / 16) : say.Number(mean / 16, 2))} °C",
        CertificateKind.Co2 => $"{say.Number(mean, 0)} ppm",
        _ => $"{say.Number(mean, 0)} {say["bench.counts"]}",
    };
}
