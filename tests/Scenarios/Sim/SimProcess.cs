using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace FourPerMille.Sensor.Scenarios.Sim;

/// <summary><c>sim pilot</c> as a user runs it: a process, its lines, its files, its exit code.</summary>
sealed class SimProcess : IDisposable
{
    const int SigInt = 2;

    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("fpm-scenario-");
    readonly List<(TimeSpan At, string Line)> lines = [];
    readonly Stopwatch watch = Stopwatch.StartNew();
    readonly Process process;

    SimProcess(IEnumerable<string> arguments)
    {
        var info = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Repository.Root };
        foreach (var argument in (string[])[Firmware.Built("sim/Sim", "FourPerMille.Sensor.Sim.dll"), "pilot", "--summary", SummaryFile, "--html", PageFile, "--data", DataFolder])
            info.ArgumentList.Add(argument);
        foreach (var argument in arguments) info.ArgumentList.Add(argument);
        process = new Process { StartInfo = info };
        process.OutputDataReceived += (_, line) => Hear(line.Data);
        process.ErrorDataReceived += (_, line) => Hear(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string PageFile => Path.Combine(folder.FullName, "pilot.html");
    public string DataFolder => Path.Combine(folder.FullName, "data");
    string SummaryFile => Path.Combine(folder.FullName, "summary.json");

    public JsonNode Summary => JsonNode.Parse(File.ReadAllText(SummaryFile))!;

    public static SimProcess Pilot(params string[] arguments) => new(arguments);

    public IReadOnlyList<(TimeSpan At, string Line)> Lines { get { lock (lines) return [.. lines]; } }

    public string Text => string.Join('\n', Lines.Select(l => l.Line));

    public async Task<int> Ended(TimeSpan patience)
    {
        using var late = new CancellationTokenSource(patience);
        try { await process.WaitForExitAsync(late.Token); }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"The pilot did not end within {patience}:\n{Text}");
        }
        return process.ExitCode;
    }

    /// <summary>Waits for a line that holds these words.</summary>
    public async Task<string> Says(string words, TimeSpan patience)
    {
        var until = DateTime.UtcNow + patience;
        while (DateTime.UtcNow < until && !process.HasExited)
        {
            if (Lines.FirstOrDefault(l => l.Line.Contains(words, StringComparison.Ordinal)) is { Line: { } line }) return line;
            await Task.Delay(20);
        }
        return Lines.FirstOrDefault(l => l.Line.Contains(words, StringComparison.Ordinal)).Line
            ?? throw new Xunit.Sdk.XunitException($"The pilot never said '{words}':\n{Text}");
    }

    /// <summary>As Ctrl-C at a terminal, but to this process alone.</summary>
    public void Interrupt() => Assert.Equal(0, SendSignal(process.Id, SigInt));

    public void Dispose()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        process.Dispose();
        folder.Delete(recursive: true);
    }

    void Hear(string? line)
    {
        if (line is not null) lock (lines) lines.Add((watch.Elapsed, line));
    }

    [DllImport("libc", EntryPoint = "kill")]
    static extern int SendSignal(int process, int signal);
}
