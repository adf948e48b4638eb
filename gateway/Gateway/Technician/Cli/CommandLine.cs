using System.CommandLine;
using Spectre.Console;

namespace FourPerMille.Sensor.Gateway.Technician.Cli;

/// <summary>The verbs of <c>fpm</c>. Each lives in a file of its own and is made by its <c>Create</c>.</summary>
public static class CommandLine
{
    /// <summary>Bad input: the message on stderr says what, where and what to do.</summary>
    public const int Refused = ExitCode.Refused;

    public static RootCommand Build() => WordedHelp.On(new("""
        FourPerMille.Sensor: the gateway between soil nodes and an observatory.
        Ends with 0 where all is done and holds, 1 where a check found something, 2 where the input was refused.
        """)
    {
        SharedOptions.Language,
        SharedOptions.Json,
        ServeCommand.Create(),
        ConfigurationCommand.Create(),
        SetupCommand.Create(),
        StatusCommand.Create(),
        NodesCommand.Create(),
        NodeCommand.Create(),
        CertificatesCommand.Create(),
        AlarmsCommand.Create(),
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
        BackupCommand.Create(),
        RestoreCommand.Create(),
        RothcCommand.Create(),
        QcCommand.Create(),
        CalibrateCommand.Create(),
        ClaimCommand.Create(),
        StockCommand.Create(),
        SocCommand.Create(),
    });

    /// <summary>Runs one command line; see <see cref="ExitCode"/> for how it ends.</summary>
    /// <param name="stop">Ends a verb that runs until it is asked to end.</param>
    public static async Task<int> Run(string[] arguments, CancellationToken stop = default)
    {
        // Spectre colours a pipe too where TERM promises it.
        if (Console.IsOutputRedirected) (AnsiConsole.Profile.Capabilities.Ansi, AnsiConsole.Profile.Capabilities.ColorSystem) = (false, ColorSystem.NoColors);
        var parsed = Build().Parse(arguments);
        // What cannot be parsed may have lost the option on its way.
        var json = arguments.Contains(SharedOptions.Json.Name);
        if (parsed.Errors.Count > 0)
        {
            RefusalOutput.Tell(parsed, [.. parsed.Errors.Select(error => error.Message)], json);
            return Refused;
        }
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false }, stop);
        }
        catch (InputRefused refused)
        {
            RefusalOutput.Tell(parsed, refused, json);
            return Refused;
        }
    }
}
