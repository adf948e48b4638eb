using System.Diagnostics;

namespace FourPerMille.Sensor.Bench;

/// <summary>The best of several rounds, after two to warm up: the round that others on the machine disturbed least.</summary>
static class Timing
{
    public static double BestSeconds(int rounds, Action work)
    {
        double best = double.PositiveInfinity;
        for (int i = -2; i < rounds; i++)
        {
            long start = Stopwatch.GetTimestamp();
            work();
            if (i >= 0) best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        return best;
    }

    /// <summary>What a Python script prints, on one thread; null where there is no python3 or the script fails.</summary>
    public static string? Python(string script) => Output(File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3", ["-c", script], null);

    public static string? Output(string program, IEnumerable<string> arguments, string? folder)
    {
        try
        {
            var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder ?? "" };
            start.Environment["OPENBLAS_NUM_THREADS"] = "1";
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync();
            string text = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            _ = error.Result;
            return process.ExitCode == 0 ? text.Trim() : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
