using System.CommandLine;
using Spectre.Console;

namespace FourPerMille.Sensor.Gateway.Technician.Cli;

/// <summary>The verbs of <c>fpm</c>. Each lives in a file of its own and is made by its <c>Create</c>.</summary>
public static class CommandLine
{
    /// <summary>Bad input: the message on stderr says what, where and what to do.</summary>
    public const int Refused = ExitCode.Refused;

    public static RootCommand Build() => new("""
        FourPerMille.Sensor: the gateway between soil nodes and an observatory.
        Ends with 0 where all is done and holds, 1 where a check found something, 2 where the input was refused.
        """)
    {
        SharedOptions.Language,
        ServeCommand.Create(),
        SetupCommand.Create(),
        StatusCommand.Create(),
        NodesCommand.Create(),
        NodeCommand.Create(),
        CertificatesCommand.Create(),
        DoctorCommand.Create(),
        ExportCommand.Create(),
        RecordsCommand.Create(),
        RecordCommand.Create(),
        LogCommand.Create(),
        OutboxCommand.Create(),
        CourierCommand.Create(),
        LevelsCommand.Create(),
        PayloadCommand.Create(),
        FirmwareCommand.Create(),
        FsckCommand.Create(),
        RothcCommand.Create(),
        QcCommand.Create(),
        CalibrateCommand.Create(),
        ClaimCommand.Create(),
        StockCommand.Create(),
        SocCommand.Create(),
    };

    /// <summary>Runs one command line; see <see cref="ExitCode"/> for how it ends.</summary>
    public static async Task<int> Run(string[] arguments)
    {
        // Spectre colours a pipe too where TERM promises it.
        if (Console.IsOutputRedirected) (AnsiConsole.Profile.Capabilities.Ansi, AnsiConsole.Profile.Capabilities.ColorSystem) = (false, ColorSystem.NoColors);
        var parsed = Build().Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors) await Console.Error.WriteLineAsync(error.Message);
            await Console.Error.WriteLineAsync("'--help' behind any command shows what it takes.");
            return Refused;
        }
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (InputRefused refused)
        {
            await Console.Error.WriteLineAsync(refused.Message);
            return Refused;
        }
    }
}
