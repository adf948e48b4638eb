using System.Diagnostics;
using System.Runtime.Versioning;

// Debian packages: there is no other system to try them on.
[assembly: SupportedOSPlatform("linux")]

namespace FourPerMille.Sensor.Delivery;

/// <summary>What a command said and how it ended.</summary>
sealed record Outcome(int Code, string Out, string Error)
{
    public Outcome Well() => Code == 0 ? this : throw new InvalidOperationException($"ended with {Code}: {Out}\n{Error}");
}

/// <summary>Commands, waited for; a command that does not end is ended.</summary>
static class Shell
{
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public static Task<Outcome> Run(string program, params string[] arguments) => Run(new ProcessStartInfo(Tools.Find(program) ?? program, arguments));

    public static async Task<Outcome> Run(ProcessStartInfo start)
    {
        (start.RedirectStandardOutput, start.RedirectStandardError, start.RedirectStandardInput) = (true, true, true);
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var (said, complained) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try { await process.WaitForExitAsync().WaitAsync(Patience); }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        return new Outcome(process.ExitCode, await said, await complained);
    }
}
